"""Run a pack over a model: clauses × subjects → findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hezhu.engines.findings import Finding, Subject, Verdict, count_verdicts
from hezhu.engines.ifc import Model
from hezhu.engines.review.judgement import Judgement, worst
from hezhu.engines.review.methods import Item, Method, find_method
from hezhu.engines.review.methods.storeys import ruled_out
from hezhu.engines.review.pack import Clause, Pack
from hezhu.engines.review.site import ReviewContext, Site

Progress = Callable[[float, str], None]


@dataclass(eq=False)
class Review:
    """The outcome: findings in pack order, then those of the IDS files; and how it came about."""

    model: Model
    pack: Pack
    context: ReviewContext
    building_kind: str
    findings: list[Finding]
    ids: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """JSON-ready: model facts, pack and version, context, counts by verdict and by rule, seconds by step."""
        return {
            "model": {"file": self.model.path.name, **self.model.describe()},
            "pack": {
                "name": self.pack.name,
                "title": self.pack.title,
                "version": self.pack.version,
                "jurisdiction": self.pack.jurisdiction,
                "clauses_in_force": len(self.pack.in_force(self.context.on)),
                "unconfirmed": sum(not clause.confirmed for clause in self.pack.in_force(self.context.on)),
            },
            "context": {
                "building_kind": self.building_kind,
                "on": self.context.on.isoformat(),
                "height_m": self.context.height_m,
                "new_build": self.context.new_build,
            },
            "ids": list(self.ids),
            "counts": count_verdicts(self.findings),
            "by_rule": self._by_rule(),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }

    def _by_rule(self) -> list[dict[str, Any]]:
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(finding.rule, []).append(finding)
        return [
            {
                "rule": rule,
                "title": group[0].title,
                "standard": group[0].source.standard,
                "clause": group[0].source.clause,
                "confirmed": group[0].source.confirmed,
                **count_verdicts(group),
            }
            for rule, group in groups.items()
        ]


def run(
    model: Model,
    pack: Pack,
    context: ReviewContext | None = None,
    ids: Sequence[str | Path] = (),
    progress: Progress | None = None,
) -> Review:
    """Judge a model by the clauses in force on the context's date and by IDS files.

    ``progress`` hears the share done (0..1) and a Chinese label. Raises PackInvalid for a pack that asks for what does not
    exist, and the IDS engine's own error for an invalid IDS.
    """
    context = context or ReviewContext()
    tell = progress or (lambda share, label: None)
    seconds: dict[str, float] = {}
    site = Site(model, pack, context)
    started = time.perf_counter()
    tell(0.05, "量取几何")
    _ = model.geometry
    seconds["geometry"] = time.perf_counter() - started
    started = time.perf_counter()
    clauses = pack.in_force(context.on)
    findings: list[Finding] = []
    for number, clause in enumerate(clauses):
        tell(0.4 + 0.4 * number / max(1, len(clauses)), f"判定 {clause.standard.split(' ')[0]} {clause.clause} {clause.title}")
        findings += judge_clause(site, clause)
    seconds["clauses"] = time.perf_counter() - started
    started = time.perf_counter()
    for number, path in enumerate(ids):
        from hezhu.engines.review.ids import check

        tell(0.8 + 0.2 * number / len(ids), f"核对 IDS {Path(path).name}")
        findings += check(model, Path(path))
    seconds["ids"] = time.perf_counter() - started
    tell(1.0, "完成")
    return Review(model, pack, context, site.building_kind, findings, tuple(Path(path).name for path in ids), seconds)


def judge_clause(site: Site, clause: Clause) -> list[Finding]:
    """The findings of one clause: one per subject, or one that says why it does not apply or cannot be judged at all."""
    applies = site.applies(clause)
    method = find_method(clause)
    if applies is None:
        reason = Judgement(Verdict.MANUAL, missing=("建筑类别（住宅或公共建筑）",), how="条文只对一类建筑适用")
        return [_finding(clause, _whole(site), reason)]
    if not applies:
        return [_finding(clause, _whole(site), _not_applicable("条文不适用于该类建筑或该阶段"))]
    stricter = _covered_elsewhere(site, clause)
    items = list(method.select(site, clause))
    judged = [item for item in items if item.key not in stricter]
    left_out = ruled_out(clause, site) if judged else None
    if left_out is not None:
        return [_finding(clause, _whole(site), left_out)]
    if judged:
        return _judge_each(site, clause, judged)
    if items:
        return [_finding(clause, _whole(site), _not_applicable("已按同一事项更严的条文判定"))]
    if _needs_spaces(clause) and not site.model.spaces:
        return [_finding(clause, _whole(site), Judgement(Verdict.MANUAL, missing=("空间（模型中没有 IfcSpace）",)))]
    return [_finding(clause, _whole(site), _not_applicable(method.none))]


def _judge_each(site: Site, clause: Clause, items: list[Item]) -> list[Finding]:
    """One finding per element. Several items of one element (the flights of a stair modelled as one body) give its worst."""
    method = find_method(clause)
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.subject.global_id or item.key, []).append(item)
    findings = []
    for group in groups.values():
        judgement = worst([method.judge(item.facts, clause, site) for item in group])
        if len(group) > 1:
            judgement = replace(judgement, detail={**judgement.detail, "places": len(group)})
        findings.append(_finding(clause, group[0].subject, judgement))
    return findings


def _needs_spaces(clause: Clause) -> bool:
    return "function" in clause.where or clause.method == "space-function"


def _covered_elsewhere(site: Site, clause: Clause) -> set[str]:
    """Keys of the subjects that a stricter clause in force covers."""
    return {item.key for other in _stricter(site, clause) for item in find_method(other).select(site, other)}


def _stricter(site: Site, clause: Clause) -> Iterator[Clause]:
    for other in site.pack.in_force(site.context.on):
        if other.id in clause.yields_to and site.applies(other) and not _is_out(other, site):
            yield other


def _is_out(clause: Clause, site: Site) -> bool:
    left_out = ruled_out(clause, site)
    return left_out is not None and left_out.verdict is Verdict.NOT_APPLICABLE


def _whole(site: Site) -> Subject:
    return Subject(None, "IfcProject", site.model.project_name or site.model.path.name)


def _not_applicable(why: str) -> Judgement:
    return Judgement(Verdict.NOT_APPLICABLE, how=why)


def _finding(clause: Clause, subject: Subject, judgement: Judgement) -> Finding:
    return Finding(
        rule=clause.id,
        title=clause.title,
        verdict=judgement.verdict,
        subject=subject,
        source=clause.reference,
        measured=judgement.measured,
        required=judgement.required,
        method=judgement.how,
        missing=judgement.missing,
        severity=clause.severity,
        shape=judgement.shape,
        detail=dict(judgement.detail),
    )


__all__ = ["Item", "Method", "Progress", "Review", "judge_clause", "run"]
