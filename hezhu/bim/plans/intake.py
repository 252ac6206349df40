"""Validity and data requirements of a site model, checked before an officer sees the application: a list the applicant can act on.

Required is what the figures cannot be computed without; the rest is said and does not hold the application up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hezhu.engines.findings import Finding
    from hezhu.engines.ifc import Model
    from hezhu.engines.review.planning.run import PlanningReview

SITE_IDS, BUILDING_IDS = "site-data-requirements.ids", "jiaxing-data-requirements.ids"
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement: whether it is met, what was found, what to do, and the elements that lack it (at most 20 names, ``count`` in all)."""

    key: str
    title: str
    met: bool
    required: bool
    found: str = ""
    remedy: str = ""
    elements: tuple[str, ...] = ()
    count: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def site_items(review: PlanningReview) -> list[Item]:
    """What the site model must show: units, boundary, the project's buildings with storeys and use; then the IDS of site models."""
    return [*_read_items(review), *ids_items(review.model, SITE_IDS, required=True)]


def _read_items(review: PlanningReview) -> Iterator[Item]:
    plan, model = review.plan, review.model
    units = bool(model.file.by_type("IfcUnitAssignment"))
    yield Item("units", "模型须声明长度单位", units, True, remedy="导出时写入 IfcUnitAssignment；没有单位，尺寸无法判断。")
    boundary = plan.boundary is not None
    found = f"{plan.boundary.area:,.0f} ㎡" if plan.boundary is not None else "没有找到闭合的用地红线"
    yield Item("boundary", "须有闭合的用地红线", boundary, True, found, "ObjectType 写“用地红线”，画成首尾相接的折线或面。")
    own = plan.project
    yield Item(
        "buildings",
        "须有本项目的单体",
        bool(own),
        True,
        f"{len(own)} 幢",
        "每幢一个 IfcBuilding；现状建筑标 Hezhu_Planning.Existing。",
    )
    yield _named(
        "storeys",
        "单体须有地上楼层和体量",
        [b.name for b in own if b.outline.is_empty],
        True,
        "楼层里放体量、楼板或墙，看不出轮廓的单体不能量算。",
    )
    yield _named(
        "use",
        "单体须有用途",
        [b.name for b in own if b.use is None],
        True,
        "ObjectType 或 Hezhu_Planning.Use 写住宅、商业、办公等。",
    )
    yield _named(
        "height",
        "单体须能量出高度",
        [b.name for b in own if b.height_m is None],
        False,
        "各层写层高，或写 Hezhu_Planning.PlanningHeight。",
    )
    yield _named(
        "features", "红线、道路、绿地等要素须能读懂", list(plan.warnings), False, "按每条所说改正；没有读懂的要素不参加核对。"
    )


def _named(key: str, title: str, lacking: list[str], required: bool, remedy: str) -> Item:
    return Item(key, title, not lacking, required, "", remedy, tuple(lacking[:MOST_NAMED]), len(lacking))


def ids_items(model: Model, name: str, *, required: bool) -> list[Item]:
    """One item for each specification of a shipped IDS that finds fault with the model, or the single statement that none does."""
    from hezhu.engines.findings import Verdict
    from hezhu.engines.review.ids import check, load
    from hezhu.engines.review.pack import rulepacks_folder

    path = rulepacks_folder() / "ids" / name
    if not path.exists():
        return []
    lacking: dict[str, list[Finding]] = defaultdict(list)
    for finding in check(model, path):
        if finding.verdict is Verdict.FAIL:
            lacking[finding.title].append(finding)
    remedies = {spec.name: spec.instructions or spec.description for spec in load(path).specifications}
    return [_ids_item(title, remedies.get(title, ""), found, required) for title, found in lacking.items()]


def _ids_item(title: str, remedy: str, found: Iterable[Finding], required: bool) -> Item:
    names = [finding.subject.name or finding.subject.global_id or "" for finding in found]
    return Item(
        f"ids:{title}", title, False, required, "", remedy, tuple(name for name in names[:MOST_NAMED] if name), len(names)
    )


def lacking(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The required items that are not met, as stored."""
    return [item for item in items if item["required"] and not item["met"]]
