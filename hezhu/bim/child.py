"""What the engines' processes share: they end with their parent, tell progress as lines, and leave a refusal as a file."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hezhu.engines.guard import bound_this_process, out_of_memory

Tell = Callable[[float, str], None]


def run_child(work: Callable[[Tell], None], out: Path, refusals: Mapping[type[Exception], str], *, careful: bool = False) -> int:
    """Runs ``work`` within the bounds of the process. ``careful`` leaves out what kills the geometry kernel.

    0 done; 2 refused: ``refusal.json`` holds the code (the error's own ``code`` where none is given) and the sentence.
    """
    end_with_parent()
    bound_this_process()
    if careful:
        from hezhu.engines.ifc.geometry.mesh import be_careful

        be_careful()
    try:
        work(_tell)
    except MemoryError:
        write(out / "refusal.json", {"code": "out-of-memory", "message": out_of_memory()})
        return 2
    except tuple(refusals) as error:
        code = refusals[type(error)] or getattr(error, "code", "refused")
        write(out / "refusal.json", {"code": code, "message": str(error)})
        return 2
    return 0


def _tell(fraction: float, sentence: str) -> None:
    sys.stdout.write(f"{fraction:.3f}\t{sentence}\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    """Leave at once when the worker is gone: its end of our standard input closes with it, even after a kill -9."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def write(path: Path, value: Any) -> None:
    """JSON into a file."""
    path.write_text(to_json(value), encoding="utf-8")


def to_json(value: Any) -> str:
    """Compact JSON; dates and the like as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
