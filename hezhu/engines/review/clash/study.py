"""Clashes and duplicates of one or several models."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from hezhu.engines.findings import Finding, Quantity, Requirement, Severity, Shape, Subject, Verdict, count_verdicts
from hezhu.engines.ifc import Model
from hezhu.engines.review.clash.bodies import Body, Federation, federate
from hezhu.engines.review.clash.duplicates import duplicates, repeated_ids
from hezhu.engines.review.clash.overlap import Gap, Overlap, gap, overlap
from hezhu.engines.review.clash.rules import ClashPack, ClashRule, load_clash_pack

METHOD = "三角网精确求交：重叠体的最小宽度为碰撞深度"
METHOD_GAP = "三角网精确净距"
METHOD_SAME = "同类构件的外形和位置逐点比较"


@dataclass(frozen=True, eq=False)
class Clash:
    """One pair and what is wrong with it."""

    rule: ClashRule
    first: Body
    second: Body
    found: Overlap | Gap


@dataclass(eq=False)
class ClashStudy:
    """The outcome. ``asked`` counts the pairs that were measured, ``excused`` those that never count, by reason."""

    federation: Federation
    pack: ClashPack
    clashes: list[Clash] = field(default_factory=list)
    groups: list[list[Body]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    asked: int = 0
    excused: Counter[str] = field(default_factory=Counter)

    @property
    def names(self) -> list[str]:
        """File names of the models."""
        return [model.path.name for model in self.federation.models]

    def by_rule(self) -> dict[str, int]:
        """How many findings fail, by the first part of their rule."""
        failed = Counter(f.rule.partition(":")[0] for f in self.findings if f.verdict is Verdict.FAIL)
        return dict(failed.most_common())

    def as_dict(self, limit: int | None = None) -> dict[str, Any]:
        """JSON-ready: models, pack, full counts, and findings up to a limit."""
        shown = self.findings if limit is None else self.findings[:limit]
        return {
            "models": self.names,
            "pack": {
                "name": self.pack.name,
                "title": self.pack.title,
                "version": self.pack.version,
                "confirmed": self.pack.source.confirmed,
            },
            "elements": Counter(body.discipline for body in self.federation.bodies),
            "pairs_measured": self.asked,
            "never_counted": dict(self.excused.most_common()),
            "by_rule": self.by_rule(),
            "counts": count_verdicts(self.findings),
            "listed": len(shown),
            "findings": [finding.as_dict() for finding in shown],
        }


def clash(models: Sequence[Model], pack: ClashPack | None = None) -> ClashStudy:
    """Clashes between and within the models, duplicates, repeated GlobalIds, and what could not be checked."""
    pack = pack or load_clash_pack()
    federation = federate(models, pack)
    result = ClashStudy(federation, pack)
    apart = _apart(federation, pack)
    result.groups = duplicates(federation.bodies, pack.duplicate_m)
    twins = {body.key: number for number, group in enumerate(result.groups) for body in group}
    for first, second in _candidates(federation.bodies, pack.reach_m):
        same = first.key in twins and twins[first.key] == twins.get(second.key)
        if not same and frozenset((first.model, second.model)) not in apart:
            result.clashes += _measure(result, first, second)
    result.clashes.sort(
        key=lambda c: (list(pack.rules).index(c.rule), -_size(c), c.first.element.global_id, c.second.element.global_id)
    )
    result.findings = [
        *_unchecked(federation, pack, apart),
        *(_finding(result, each) for each in result.clashes),
        *(_same(result, group) for group in result.groups),
        *_repeated(result),
    ]
    return result


def _size(found: Clash) -> float:
    return found.found.depth_m if isinstance(found.found, Overlap) else -found.found.distance_m


def _candidates(bodies: Sequence[Body], reach_m: float) -> Iterator[tuple[Body, Body]]:
    """Pairs whose boxes come within reach, all at once."""
    if len(bodies) < 2:
        return
    low = np.array([body.solid.low for body in bodies]) - reach_m / 2
    high = np.array([body.solid.high for body in bodies]) + reach_m / 2
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    left, right = shapely.STRtree(boxes).query(boxes)
    keep = (left < right) & (low[left, 2] <= high[right, 2]) & (low[right, 2] <= high[left, 2])
    order = np.lexsort((right[keep], left[keep]))
    for a, b in zip(left[keep][order], right[keep][order], strict=True):
        yield bodies[a], bodies[b]


def _measure(result: ClashStudy, first: Body, second: Body) -> Iterator[Clash]:
    """The pair judged by every rule between its disciplines."""
    pack = result.pack
    hard: Overlap | None = None
    for rule in sorted(pack.rules_for(first.discipline, second.discipline), key=lambda r: r.kind != "hard"):
        a, b = (first, second) if first.discipline == rule.a else (second, first)
        if rule.kind == "clearance":
            if hard is None and not _excuse(result, a, b, 0.0) and (near := gap(a.solid, b.solid, rule.limit_m)) is not None:
                result.asked += 1
                if (touching := overlap(a.solid, b.solid)) is None or touching.depth_m <= 1e-6:
                    yield Clash(rule, a, b, near)
            continue
        if not _may_count(result, rule, a, b):
            continue
        result.asked += 1
        hard = overlap(a.solid, b.solid)
        if hard is None or hard.depth_m <= _least(pack, rule, a, b) + 1e-6:
            hard = None
        elif reason := _excuse(result, a, b, hard.depth_m):
            result.excused[reason] += 1
        else:
            yield Clash(rule, a, b, hard)


def _may_count(result: ClashStudy, rule: ClashRule, a: Body, b: Body) -> bool:
    """Cheap bounds first: what is excused at any depth, or cannot be deep enough, is not measured."""
    least = _least(result.pack, rule, a, b)
    extent = (np.minimum(a.solid.high, b.solid.high) - np.maximum(a.solid.low, b.solid.low)).min()
    if extent <= least + 1e-6:
        return False
    if reason := _excuse(result, a, b, float("inf")):
        result.excused[reason] += 1
        return False
    slack = min(a.solid.slack_m(b.solid), b.solid.slack_m(a.solid))
    if slack > least + 1e-6 and (reason := _excuse(result, a, b, slack)):
        result.excused[reason] += 1
        return False
    return slack > least + 1e-6


def _least(pack: ClashPack, rule: ClashRule, a: Body, b: Body) -> float:
    """The depth from which the pair counts: the tolerance, or less where most of a thinner element is passed through."""
    if not rule.through:
        return rule.limit_m
    return min(rule.limit_m, pack.share * min(a.solid.thickness_m, b.solid.thickness_m))


def _excuse(result: ClashStudy, a: Body, b: Body, depth_m: float) -> str:
    """Why an overlap of that depth never counts; "" when it does."""
    kinds = set(result.federation.relations.get(frozenset((a.key, b.key)), ()))
    if a.assembly and (a.model, a.assembly) == (b.model, b.assembly):
        kinds.add("assembly")
    for each in result.pack.ignored:
        if each.relation:
            if each.relation in kinds:
                return each.reason
        elif depth_m <= each.up_to_m and (
            (a.kinds.intersection(each.first) and b.kinds.intersection(each.second))
            or (b.kinds.intersection(each.first) and a.kinds.intersection(each.second))
        ):
            return each.reason
    return ""


def _subject(body: Body) -> Subject:
    element = body.element
    return Subject(
        element.global_id, element.ifc_class, element.name or element.type_name, element.storey.name if element.storey else ""
    )


def _row(result: ClashStudy, body: Body) -> dict[str, str]:
    subject = _subject(body)
    return {
        "file": result.names[body.model],
        "global_id": body.element.global_id,
        "class": subject.ifc_class,
        "name": subject.name,
        "storey": subject.storey,
        "discipline": result.pack.label(body.discipline),
    }


def _finding(result: ClashStudy, each: Clash) -> Finding:
    hard = isinstance(each.found, Overlap)
    value = each.found.depth_m if isinstance(each.found, Overlap) else each.found.distance_m
    points = (each.found.low, each.found.high) if isinstance(each.found, Overlap) else (each.found.here, each.found.there)
    return Finding(
        rule=f"clash-{each.rule.id}:{each.second.element.global_id}",
        title=each.rule.title,
        verdict=Verdict.FAIL,
        subject=_subject(each.first),
        source=result.pack.source,
        measured=Quantity(round(value, 4), "m"),
        required=Requirement("<=" if hard else ">=", each.rule.limit_m, unit="m"),
        method=METHOD if hard else METHOD_GAP,
        severity=each.rule.severity,
        shape=Shape("box" if hard else "line", points),
        detail={
            "with": _row(result, each.second),
            "file": result.names[each.first.model],
            "exact": each.found.exact if isinstance(each.found, Overlap) else True,
        },
    )


def _same(result: ClashStudy, group: list[Body]) -> Finding:
    first = group[0]
    low, high = np.round(first.solid.low, 4), np.round(first.solid.high, 4)
    corner = ((float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2])))
    return Finding(
        rule="clash-duplicate",
        title="重复构件",
        verdict=Verdict.FAIL,
        subject=_subject(first),
        source=result.pack.source,
        measured=Quantity(len(group), "count"),
        required=Requirement("<=", 1, unit="count"),
        method=METHOD_SAME,
        severity=Severity.ADVICE,
        shape=Shape("box", corner),
        detail={"file": result.names[first.model], "elements": [_row(result, body) for body in group]},
    )


def _repeated(result: ClashStudy) -> Iterator[Finding]:
    for global_id, rows in sorted(repeated_ids(result.federation.models).items()):
        across = len({number for number, _ in rows}) > 1
        element = rows[0][1]
        yield Finding(
            rule="clash-global-id",
            title="GlobalId 在多个文件中重复" if across else "GlobalId 在文件内重复",
            verdict=Verdict.FAIL,
            subject=Subject(global_id, element.ifc_class, element.name, element.storey.name if element.storey else ""),
            source=result.pack.source,
            measured=Quantity(len(rows), "count"),
            required=Requirement("<=", 1, unit="count"),
            severity=Severity.ADVICE,
            detail={"files": [result.names[number] for number, _ in rows], "classes": [e.ifc_class for _, e in rows]},
        )


def _apart(federation: Federation, pack: ClashPack) -> dict[frozenset[int], float]:
    """Pairs of models too far apart to share a base, with the distance between their boxes in metres."""
    found = {}
    for a, b in itertools.combinations(range(len(federation.models)), 2):
        first, second = federation.box_of(a), federation.box_of(b)
        if first is not None and second is not None:
            away = float(np.linalg.norm(np.maximum(0, np.maximum(first[0] - second[1], second[0] - first[1]))))
            if away > pack.base_m:
                found[frozenset((a, b))] = away
    return found


def _unchecked(federation: Federation, pack: ClashPack, apart: dict[frozenset[int], float]) -> Iterator[Finding]:
    """What nobody can conclude: models on different bases, elements without geometry."""
    names = [model.path.name for model in federation.models]
    for pair, away in apart.items():
        a, b = sorted(pair)
        yield _manual(
            pack, "base", f"{names[a]} / {names[b]}", f"共同的坐标基准（{names[a]} 与 {names[b]} 相距 {away / 1000:.1f} km）"
        )
    for a, b in itertools.combinations(range(len(federation.models)), 2):
        first, second = _georeference(federation.models[a]), _georeference(federation.models[b])
        if frozenset((a, b)) not in apart and first and second and not np.allclose(first, second, atol=1e-3):
            yield _manual(
                pack,
                "georeference",
                f"{names[a]} / {names[b]}",
                f"一致的地理参照（{names[a]} 与 {names[b]} 的 IfcMapConversion 不同）",
            )
    present = Counter(body.discipline for body in federation.bodies)
    for each in pack.disciplines:
        lacking = federation.shapeless.get(each.key, [])
        if lacking:
            whole = "全部" if not present[each.key] else ""
            some = "、".join(e.name or e.global_id for e in lacking[:5])
            yield _manual(
                pack, f"geometry-{each.key}", each.label, f"{each.label}专业{whole} {len(lacking)} 个构件的几何：{some}"
            )
        elif not present[each.key]:
            yield Finding(
                rule=f"clash-absent-{each.key}",
                title="碰撞检查范围",
                verdict=Verdict.NOT_APPLICABLE,
                subject=Subject(None, "IfcProject", each.label),
                source=pack.source,
                method=f"模型中没有{each.label}专业的构件",
            )


def _manual(pack: ClashPack, rule: str, name: str, missing: str) -> Finding:
    return Finding(
        rule=f"clash-{rule}",
        title="碰撞检查范围",
        verdict=Verdict.MANUAL,
        subject=Subject(None, "IfcProject", name),
        source=pack.source,
        missing=(missing,),
    )


def _georeference(model: Model) -> tuple[float, ...]:
    """Eastings, northings, height and rotation of the model's map conversion; empty when it has none."""
    try:
        rows = model.file.by_type("IfcMapConversion")
    except RuntimeError:  # the class is not in this schema
        return ()
    for row in rows:
        values = (row.Eastings, row.Northings, row.OrthogonalHeight, row.XAxisAbscissa or 1.0, row.XAxisOrdinate or 0.0)
        return tuple(float(value) for value in values)
    return ()
