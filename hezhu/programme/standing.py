"""How a task stands: the facts of each instance, gathered in a few queries, and the light the rule makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from hezhu.core.access.models import Unit
from hezhu.programme import dates, figures
from hezhu.programme.light_words import LABELS, Line, explain
from hezhu.programme.lights import Facts, Judgement, Light, MonthDue, judge
from hezhu.programme.models import Closure, MonthlyReport, RequirementInstance, Target, TargetBasis
from hezhu.programme.rules import light_rule
from hezhu.programme.workdays import ReportDays


@dataclass(frozen=True, slots=True)
class MonthSquare:
    """One month in the row of squares: ``state`` is reported, missed, returned, awaited or not_owed."""

    month: date
    state: str
    due_on: date
    report: MonthlyReport | None = None


@dataclass
class Standing:
    """One instance as it stands for one unit (its lead unit unless said otherwise) on one day."""

    instance: RequirementInstance
    unit: Unit
    today: date
    reports: list[MonthlyReport]
    closure: Closure | None
    readings: dict[str, figures.Reading]
    judgement: Judgement
    squares: list[MonthSquare] = field(default_factory=list)

    @property
    def light(self) -> Light:
        return self.judgement.light

    @property
    def label(self) -> Any:
        return LABELS[self.light]

    @cached_property
    def lines(self) -> list[Line]:
        return explain(self.judgement)

    @property
    def latest(self) -> MonthlyReport | None:
        """The newest report that counts."""
        return next((report for report in self.reports if report.counts), None)

    @property
    def completion(self) -> float | None:
        return 100.0 if self.closure else self.judgement.completion

    @property
    def waiting_month(self) -> MonthSquare | None:
        """The month to report next: the oldest that is missed, returned or awaited."""
        return next((square for square in self.squares if square.state in {"missed", "returned", "awaited"}), None)


def standings(instances: Iterable[RequirementInstance], *, demo: bool, today: date) -> dict[int, Standing]:
    """The standing of each instance's lead unit, by instance id. Four queries, however many instances."""
    rows = list(instances)
    reports = _reports(rows, demo)
    closures = {row.instance_id: row for row in Closure.objects.filter(instance__in=rows, is_demo=demo)}
    bases = _targets_without_basis(demo)
    read = _Readings(demo, today)
    days = ReportDays(light_rule(today).report_due_day)
    return {
        row.pk: standing_of(
            row,
            row.requirement.lead_unit,
            reports[row.pk, row.requirement.lead_unit_id],
            closures.get(row.pk),
            read.of(row),
            [code for code in row.requirement.target_refs if code in bases],
            today,
            days,
        )
        for row in rows
    }


def standing_of(
    instance: RequirementInstance,
    unit: Unit,
    reports: list[MonthlyReport],
    closure: Closure | None,
    readings: dict[str, figures.Reading],
    without_basis: Sequence[str],
    today: date,
    days: ReportDays,
    completion: tuple[float | None, str] | None = None,
) -> Standing:
    """Judge one unit's work on one instance. ``reports`` are newest first; ``completion`` replaces what reports and targets say."""
    squares = month_squares(instance, reports, today, days, closure.closed_on if closure else None)
    value, source = completion or _completion(instance, reports, readings)
    facts = Facts(
        opens_on=instance.opens_on,
        due_on=instance.due_on,
        closed_on=closure.closed_on if closure else None,
        months=tuple(MonthDue(s.month, s.due_on, s.state == "reported") for s in squares if s.state != "not_owed"),
        targets_without_basis=tuple(without_basis),
        completion=value,
        completion_source=source,
    )
    judgement = judge(facts, light_rule(today), today)
    return Standing(instance, unit, today, reports, closure, readings, judgement, squares)


def month_squares(
    instance: RequirementInstance,
    reports: Sequence[MonthlyReport],
    today: date,
    days: ReportDays,
    closed_on: date | None = None,
) -> list[MonthSquare]:
    """The months a report is owed for: from the month the platform opened the instance, or from the first report when that is
    earlier, to the closure, the end of the instance's year, or today."""
    by_month = {report.month: report for report in reports}
    counted = [report.month for report in reports if report.counts]
    start = max(dates.first_day(instance.opens_on), min([dates.first_day(instance.registered_on), *counted]))
    squares = []
    end = min(today, instance.due_on) if instance.year else today
    for month in dates.months_between(start, min(end, closed_on or end)):
        report = by_month.get(month)
        due_on = days.due(month)
        if report and report.counts:
            state = "reported"
        elif report and report.state == MonthlyReport.State.RETURNED:
            state = "returned"
        else:
            state = "missed" if due_on < today else "awaited"
        squares.append(MonthSquare(month, state, due_on, report))
    return squares


def _completion(
    instance: RequirementInstance, reports: Sequence[MonthlyReport], readings: dict[str, figures.Reading]
) -> tuple[float | None, str]:
    """The worst of the computed targets; the newest report where a target of the requirement cannot be computed."""
    known = {code: reading.completion for code, reading in readings.items() if reading.completion is not None}
    reported = next((float(r.progress) for r in reports if r.counts and r.progress is not None), None)
    if reported is not None and len(known) < max(len(instance.requirement.target_refs), 1):
        known["月报"] = reported
    if not known:
        return None, ""
    source = min(known, key=lambda code: known[code] or 0.0)
    return min(known[source] or 0.0, 100.0), source


def _reports(instances: Sequence[RequirementInstance], demo: bool) -> dict[tuple[int, int], list[MonthlyReport]]:
    """Reports by instance and unit, newest first, drafts left out."""
    rows = MonthlyReport.objects.filter(instance__in=instances, is_demo=demo).exclude(state=MonthlyReport.State.DRAFT)
    grouped: dict[tuple[int, int], list[MonthlyReport]] = defaultdict(list)
    for report in rows.select_related("unit").order_by("-month"):
        grouped[report.instance_id, report.unit_id].append(report)
    return grouped


def _targets_without_basis(demo: bool) -> set[str]:
    based = TargetBasis.objects.filter(is_demo=demo).values("target")
    return set(Target.objects.filter(op="delta>=").exclude(pk__in=based).values_list("code", flat=True))


class _Readings:
    """Target readings, asked for once a year of instance."""

    def __init__(self, demo: bool, today: date) -> None:
        self.demo, self.today = demo, today
        self.codes = list(Target.objects.filter(value__isnull=False).values_list("code", flat=True))
        self.by_year: dict[int | None, dict[str, figures.Reading]] = {}

    def of(self, instance: RequirementInstance) -> dict[str, figures.Reading]:
        if instance.year not in self.by_year:
            self.by_year[instance.year] = figures.readings(self.codes, instance.year, demo=self.demo, today=self.today)
        found = self.by_year[instance.year]
        return {code: found[code] for code in instance.requirement.target_refs if code in found}
