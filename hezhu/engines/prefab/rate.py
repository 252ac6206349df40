"""The score itself: items, groups, the rate P, whether the building counts as 装配式建筑, and its grade."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hezhu.engines.prefab.inputs import ItemInput
from hezhu.engines.prefab.profile import Item, Profile


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item as scored. ``score`` is None when there is no data, or the item does not exist in this building (``absent``).

    ``best`` is the score it could at most have once the missing data is there.
    """

    id: str
    group: str
    title: str
    clause: str
    unit: str
    score: float | None
    best: float
    score_max: float
    absent: bool
    counts: bool
    reason: str
    confirmed: bool
    input: ItemInput | None

    @property
    def is_lower_bound(self) -> bool:
        """Whether more data could raise the score."""
        return not self.absent and self.best > (self.score or 0.0)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Points of one group: reached, and at most once all data is there."""

    id: str
    title: str
    score: float
    best: float
    max: float


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the qualification. ``met`` is None when the data does not decide it."""

    title: str
    actual: str
    required: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class AssemblyRate:
    """The assembly rate of one building. ``rate`` is P in per cent with one decimal; a lower bound when items are unknown.

    ``qualified`` is None when the missing data decides it, when it would rest on names only, or when the profile draws no
    verdict.
    """

    profile: str
    standard: str
    confirmed: bool
    kind: str
    rate: float
    best_rate: float
    q4: float
    groups: tuple[GroupScore, ...]
    items: tuple[ItemScore, ...]
    conditions: tuple[Condition, ...]
    qualified: bool | None
    grade: str | None
    unknowns: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def is_lower_bound(self) -> bool:
        """Whether more data could raise the rate."""
        return any(item.is_lower_bound for item in self.items if item.counts)

    @property
    def has_data(self) -> bool:
        """Whether anything is known at all; without it the rate is 待定, not 0."""
        return any(item.score is not None or item.absent for item in self.items)

    @property
    def is_prefab_building(self) -> bool:
        """Whether the building counts as 装配式建筑 (GB/T 51129-2017 3.0.3): only when every condition is surely met."""
        return self.qualified is True

    def group(self, group_id: str) -> GroupScore:
        """The points of Q1, Q2 or Q3."""
        return next(group for group in self.groups if group.id == group_id)

    def item(self, item_id: str) -> ItemScore:
        """One item as scored."""
        return next(item for item in self.items if item.id == item_id)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data, without the elements behind each item: those are listed by ``write_evaluation``."""
        names = ("has_data", "is_lower_bound", "is_prefab_building")
        derived = {name: getattr(self, name) for name in names}
        lean = replace(self, items=tuple(replace(item, input=_without_elements(item.input)) for item in self.items))
        return {**asdict(lean), **derived}


def _without_elements(given: ItemInput | None) -> ItemInput | None:
    return None if given is None else replace(given, elements=(), other=_without_elements(given.other))


def rate(inputs: Mapping[str, ItemInput], profile: Profile, kind: str = "unknown") -> AssemblyRate:
    """Scores a building of that kind (dwelling, public, unknown). Inputs that the profile does not know are named in remarks."""
    items = _choose([_score(item, inputs.get(item.id), profile) for item in profile.items], profile)
    groups = tuple(_group_score(group.id, group.title, group.max, items) for group in profile.groups)
    q4 = sum(_most(items, profile, absent=True))
    reached, best = _rate(sum(g.score for g in groups), q4), _rate(sum(g.best for g in groups), q4)
    conditions = _conditions(profile, groups, items, reached, best, kind)
    qualified = _all(condition.met for condition in conditions) if profile.binding else None
    named = [item for item in items if item.counts and item.score and item.input is not None and item.input.by_name]
    grade, grade_remarks = _grade(profile, items, reached, qualified)
    if qualified and named:  # a name is no statement: the building counts only where it does without the names
        strict = rate({key: given.without_names for key, given in inputs.items()}, profile, kind)
        qualified, grade = strict.qualified or None, strict.grade
    unknowns = tuple(item.title for item in items if item.counts and item.is_lower_bound)
    return AssemblyRate(
        profile=profile.name,
        standard=profile.standard,
        confirmed=profile.confirmed,
        kind=kind,
        rate=_rounded(reached, 1),
        best_rate=_rounded(best, 1),
        q4=q4,
        groups=groups,
        items=tuple(items),
        conditions=conditions,
        qualified=qualified,
        grade=grade,
        unknowns=unknowns,
        remarks=(*_remarks(profile, inputs, unknowns), *_by_name(named), *grade_remarks),
    )


def _rounded(value: float, decimals: int) -> float:
    """Half up, as people round: 24.25 to one decimal is 24.3."""
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(round(value, 9))).quantize(step, rounding=ROUND_HALF_UP))


def _rate(points: float, q4: float) -> float:
    return points / (100.0 - q4) * 100.0 if q4 < 100.0 else 0.0


def _points(item: Item, ratio: float, decimals: int) -> float:
    if ratio < item.lo:
        return 0.0
    if item.hi is None or ratio >= item.hi:
        return item.score_max
    between = (ratio - item.lo) / (item.hi - item.lo)
    return _rounded(item.score_min + between * (item.score_max - item.score_min), decimals)


def _score(item: Item, given: ItemInput | None, profile: Profile) -> ItemScore:
    score, best, reason = _judge(item, given, profile.score_decimals)
    return ItemScore(
        id=item.id,
        group=item.group,
        title=item.title,
        clause=item.clause,
        unit=item.unit,
        score=score,
        best=best,
        score_max=item.score_max,
        absent=given is not None and given.absent,
        counts=True,
        reason=reason,
        confirmed=item.confirmed,
        input=given,
    )


def _judge(item: Item, given: ItemInput | None, decimals: int) -> tuple[float | None, float, str]:
    """Score, best possible score and the reason in words."""
    if given is None or not given.is_known:
        missing = given.missing if given and given.missing else "模型和填报表都没有给出"
        return None, item.score_max, f"缺：{missing}"
    if given.absent:
        return None, 0.0, "建筑功能上没有这一项，分值计入 Q4"
    if item.yes_no:
        if given.adopted is None:
            return None, item.score_max, "缺：是否采用"
        return (item.score_max, item.score_max, "已采用") if given.adopted else (0.0, 0.0, "未采用")
    share = given.share
    if share is None:
        return None, item.score_max, "缺：分子与分母，或比例"
    score = _points(item, share, decimals)
    reason = f"比例 {share:.1%}，{'未达到' if share < item.lo else '不低于'} {item.lo:.0%}"
    if given.silent:
        best = item.score_max if given.highest is None else _points(item, given.highest, decimals)
        return score, best, f"{reason}；{len(given.silent)} 个构件没有说明，比例是下限"
    return score, score, reason


def _choose(items: list[ItemScore], profile: Profile) -> list[ItemScore]:
    """Among alternatives only the best counts; the first where none has a score."""
    chosen: dict[str, ItemScore] = {}
    for item in items:
        key = _choice(item, profile)
        rival = chosen.get(key)
        if rival is None or (item.score or 0.0) > (rival.score or 0.0):
            chosen[key] = item
    return [
        item if chosen[_choice(item, profile)] is item else _not_counted(item, chosen[_choice(item, profile)]) for item in items
    ]


def _choice(item: ItemScore, profile: Profile) -> str:
    definition = profile.item(item.id)
    return (definition.one_of if definition else "") or item.id


def _not_counted(item: ItemScore, winner: ItemScore) -> ItemScore:
    values = {name: getattr(item, name) for name in ItemScore.__dataclass_fields__}
    return ItemScore(**{**values, "counts": False, "reason": f"与“{winner.title}”择一计分"})


def _most(items: Sequence[ItemScore], profile: Profile, absent: bool) -> list[float]:
    return [item.score_max for item in items if item.counts and item.absent is absent]


def _group_score(group_id: str, title: str, most: float, items: Iterable[ItemScore]) -> GroupScore:
    mine = [item for item in items if item.group == group_id and item.counts]
    reached = _rounded(sum(item.score or 0.0 for item in mine), 1)
    best = _rounded(sum(item.best for item in mine), 1)
    return GroupScore(group_id, title, min(reached, most), min(best, most), most)


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    known = list(verdicts)
    if False in known:
        return False
    return None if None in known else True


def _reaches(value: float, best: float, required: float) -> bool | None:
    """True when surely reached, False when out of reach even with the missing data, None when that data decides."""
    if round(value, 9) >= required:
        return True
    return None if round(best, 9) >= required else False


def _conditions(
    profile: Profile, groups: Sequence[GroupScore], items: Sequence[ItemScore], reached: float, best: float, kind: str
) -> tuple[Condition, ...]:
    found = []
    for group in groups:
        if group.id in profile.group_minimum:
            least = profile.group_minimum[group.id]
            met = _reaches(group.score, group.best, least)
            found.append(Condition(f"{group.title}评价分值", f"{group.score:g} 分", f"≥ {least:g} 分", met))
    decoration = next(item for item in items if item.id == profile.decoration_item)
    full = None if decoration.score is None and not decoration.absent else bool(decoration.score)
    words = {True: "已采用", False: "未采用", None: "未说明"}
    found.append(Condition(decoration.title, words[full], "采用", full))
    least = profile.rate_required(kind)
    met = _reaches(reached, best, least)
    found.append(Condition("装配率", f"{_rounded(reached, 1):.1f}%", f"≥ {least:g}%", met))
    return tuple(found)


def _grade(
    profile: Profile, items: Sequence[ItemScore], reached: float, qualified: bool | None
) -> tuple[str | None, tuple[str, ...]]:
    """The grade of a qualified building, on whole per cents; the bands leave gaps between them, which the remark names."""
    if not profile.bands or qualified is not True:
        return None, ()
    vertical = next((item for item in items if item.id == profile.grade_item), None)
    share = vertical.input.share if vertical and vertical.input else None
    if share is None or share < profile.grade_item_ratio:
        return None, (f"竖向构件预制比例未达到 {profile.grade_item_ratio:.0%}，不评等级（{profile.grade_clause}）",)
    whole = math.floor(round(reached, 9))
    grade = next((band.grade for band in profile.bands if whole >= band.start), None)
    if any(whole < band.start <= math.ceil(reached) for band in profile.bands):
        return grade, (f"装配率 {reached:.1f}% 落在等级区间的空档，标准未规定取整方法，按整数部分 {whole}% 评级",)
    return grade, ()


def _by_name(items: Sequence[ItemScore]) -> list[str]:
    if not items:
        return []
    rows = "；".join(f"{item.title} {item.input.by_name} 个" for item in items if item.input is not None)
    return [f"以下评价项有构件只凭名称或材料判断，是否装配式建筑与等级不依据它们，由人核对或补属性：{rows}"]


def _remarks(profile: Profile, inputs: Mapping[str, ItemInput], unknowns: Sequence[str]) -> list[str]:
    remarks = []
    if not profile.confirmed:
        remarks.append(f"{profile.standard} 的评分表尚未与正式标准逐项核对（待核）")
    if not profile.binding:
        remarks.append("该评分表没有可靠出处，只作试算，不下结论")
    if unknowns:
        remarks.append(f"以下评价项数据不全，装配率是下限：{'；'.join(unknowns)}")
    known = {item.id for item in profile.items}
    if strange := [key for key in inputs if key not in known]:
        remarks.append(f"评分表没有这些评价项，未计入：{'、'.join(strange)}")
    return remarks
