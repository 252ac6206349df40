"""The differences between two versions, computed from their stored prints and kept for the next reader.

What is kept lies under ``cache/differences``, named by the content of both prints: it can be thrown away at any time.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.bim.life import errors
from hezhu.bim.life.describing import PRINTS
from hezhu.bim.life.models import ModelVersion
from hezhu.core.files.actions import local_path

PAGE = 100
CHANGES = {
    "added": _("新增"),
    "removed": _("删除"),
    "reshaped": _("形状改变"),
    "moved": _("移动"),
    "properties": _("属性改变"),
    "renamed": _("改名"),
    "new-id": _("仅编号改变"),
}
_RULE = 1  # of what is kept; counted up when the comparison itself changes


def differences(before: ModelVersion, after: ModelVersion) -> dict[str, Any]:
    """{rows: [{changes, global_id, ifc_class, name, storey, before, distance_m}], counts, unchanged}, the gravest first.

    Raises NotComparable and NoPrints.
    """
    if (before.project_id, before.building_id, before.discipline) != (after.project_id, after.building_id, after.discipline):
        raise errors.NotComparable()
    for version in (before, after):
        if version.prints_file is None:
            raise errors.NoPrints(version=str(version))
    assert before.prints_file is not None
    assert after.prints_file is not None
    return _kept(before.prints_file.file.sha256, after.prints_file.file.sha256, before, after)


def _kept(old: str, new: str, before: ModelVersion, after: ModelVersion) -> dict[str, Any]:
    path = Path(settings.VAR) / "cache" / "differences" / f"{_RULE}-{old[:32]}-{new[:32]}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(_compared(before, after), ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    return _loaded(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _loaded(path: str, _written: int) -> dict[str, Any]:
    """The rows of a comparison stay at hand while someone pages through them. Readers do not change them."""
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def _compared(before: ModelVersion, after: ModelVersion) -> dict[str, Any]:
    from hezhu.engines.ifc.compare import compare  # loads the geometry libraries, which most pages do not need

    found = compare(prints_of(before), prints_of(after))
    return {
        "rows": [one.as_dict() for one in found.differences],
        "counts": dict(found.counts),
        "unchanged": found.unchanged,
    }


def prints_of(version: ModelVersion) -> list[Any]:
    """The stored prints of a version; empty when it has none."""
    from hezhu.engines.ifc.compare import Print

    if version.prints_file is None:
        return []
    with zipfile.ZipFile(local_path(version.prints_file)) as archive:
        return [Print.from_row(row) for row in json.loads(archive.read(PRINTS))]


def new_ids(before: ModelVersion, after: ModelVersion) -> dict[str, str]:
    """GlobalIds of ``before`` that an export changed, with the ones they have in ``after``."""
    return {row["before"]: row["global_id"] for row in differences(before, after)["rows"] if "new-id" in row["changes"]}


def change_map(found: Mapping[str, Any]) -> dict[str, str]:
    """GlobalId → the gravest change, removed elements by the GlobalId they had."""
    return {row["global_id"]: row["changes"][0] for row in found["rows"]}


def comparable(version: ModelVersion, visible: QuerySet[ModelVersion]) -> list[ModelVersion]:
    """The other versions of the same building and discipline, of any stage, the latest first."""
    rows = visible.filter(project=version.project_id, building=version.building_id, discipline=version.discipline)
    return list(rows.exclude(pk=version.pk).select_related("building", "prints_file__file").order_by("-created_at", "-pk")[:50])


def predecessor(version: ModelVersion, visible: QuerySet[ModelVersion]) -> ModelVersion | None:
    """The version a reader most likely compares with: the last that was made before it."""
    earlier = [row for row in comparable(version, visible) if row.pk < version.pk and row.prints_file_id is not None]
    return earlier[0] if earlier else None


@dataclass(frozen=True, slots=True)
class DifferenceSelection:
    """Which differences a reader looks at; unknown values fall back to all."""

    change: str = ""
    storey: str = ""
    ifc_class: str = ""
    text: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> DifferenceSelection:
        change = params.get("change", "")
        return cls(
            change if change in CHANGES else "",
            params.get("storey", "")[:120],
            params.get("class", "")[:60],
            params.get("q", "").strip()[:120],
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.storey or self.ifc_class or self.text)

    def narrow(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Storey, class and words; the change is apart, so that each tab can show its count."""
        text = self.text.lower()
        return [
            row
            for row in rows
            if (not self.storey or row["storey"] == self.storey)
            and (not self.ifc_class or row["ifc_class"] == self.ifc_class)
            and (not text or text in row["name"].lower() or self.text == row["global_id"])
        ]

    def rows(self, found: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of the tab, by storey and class."""
        rows = [row for row in self.narrow(found["rows"]) if not self.change or self.change in row["changes"]]
        return sorted(rows, key=lambda row: (row["storey"], row["ifc_class"], row["name"], row["global_id"]))

    def tabs(self, found: Mapping[str, Any]) -> list[tuple[str, Any, int]]:
        """(change, label, how many), all first; changes that did not happen are left out."""
        rows = self.narrow(found["rows"])
        counts = Counter(change for row in rows for change in row["changes"])
        happened = [(key, label, counts[key]) for key, label in CHANGES.items() if counts[key] or key == self.change]
        return [("", _("全部"), len(rows)), *happened]


def page(rows: list[dict[str, Any]], after: int) -> tuple[list[dict[str, Any]], int | None]:
    """The rows after a position with their words, headed where storey or class change, and the position to go on from."""
    shown = []
    for position, row in enumerate(rows[after : after + PAGE], start=after):
        former = rows[position - 1] if position else None
        here = (row["storey"], row["ifc_class"])
        heads = former is None or here != (former["storey"], former["ifc_class"])
        shown.append({**row, "position": position + 1, "words": [CHANGES[key] for key in row["changes"]], "heads": heads})
    return shown, after + PAGE if len(rows) > after + PAGE else None


def choices(found: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Storeys and classes that rows name."""
    rows = found["rows"]
    return sorted({row["storey"] for row in rows if row["storey"]}), sorted({row["ifc_class"] for row in rows})


def write_sheet(found: Mapping[str, Any], path: Path) -> None:
    """All differences as a workbook."""
    from hezhu.engines.review.reports.workbook import Workbook

    heads = [_("变化"), _("楼层"), _("IFC 类"), _("构件"), "GlobalId", _("原名或原编号"), _("移动距离（m）")]
    with Workbook(path) as book:
        book.write(str(_("差异")), [str(head) for head in heads], map(_line, found["rows"]))


def _line(row: dict[str, Any]) -> tuple[str | float, ...]:
    words = "、".join(str(CHANGES[key]) for key in row["changes"])
    distance = "" if row["distance_m"] is None else row["distance_m"]
    return words, row["storey"], row["ifc_class"], row["name"], row["global_id"], row["before"], distance
