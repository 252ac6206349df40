"""The whole review as JSON: the summary, the assembly rate if there is one, and every finding."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezhu.engines.review.reports.reviewed import Reviewed

if TYPE_CHECKING:
    from hezhu.engines.prefab import AssemblyRate

FORMAT = "hezhu-review/1"


def write_json(review: Reviewed, path: Path | str, assembly: AssemblyRate | None = None) -> Path:
    """Writes ``{"format", "summary", "assembly", "findings"}``, one finding a line, and returns the path."""
    target = Path(path)
    head = {
        "format": FORMAT,
        "summary": review.summary(),
        "assembly": assembly.as_dict() if assembly else None,
    }
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write(dumps(head)[:-1])
        out.write(',"findings":[')
        for number, finding in enumerate(review.findings):
            out.write(",\n" if number else "\n")
            out.write(dumps({"key": finding.key, **_shallow(finding)}))
        out.write("\n]}\n")
    return target


def dumps(value: Any) -> str:
    """JSON text; dataclasses become objects, dates ISO text. Refuses NaN, which is not JSON."""
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _shallow(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def _shallow(value: Any) -> dict[str, Any]:
    """Fields by name without copying what is below: ``asdict`` takes ten times as long on a long list."""
    return {name: getattr(value, name) for name in _names(value.__class__)}


@lru_cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


# Made once: ``json.dumps`` with options makes one for every call.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
