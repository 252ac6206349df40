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
    """One month in the row of squares: ``state`` is reported, missed, returned or awaited."""

    month: date
    state: str
    due_on: date
    report: MonthlyReport | None = None


@dataclass
class Standing:
    """One instance as it stands for one unit (its lead unit unless said otherwise) on one day.

    ``source`` says where the completion comes from: the code of a target, or 月报.
    """

    instance: RequirementInstance
    unit: Unit
    today: date
    reports: list[MonthlyReport]
    closure: Closure | None
    readings: dict[str, figures.Reading]
    judgement: Judgement
    squares: list[MonthSquare] = field(default_factory=list)
    source: str = ""

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


@dataclass(frozen=True, slots=True)
class Span:
    """The days a standing is judged by. ``owed_from``: no report is owed for months before its month, unless one came earlier."""

    opens_on: date
    due_on: date
    owed_from: date
    closed_on: date | None

    @classmethod
    def of(cls, instance: RequirementInstance, closure: Closure | None) -> Span:
        return cls(instance.opens_on, instance.due_on, instance.registered_on, closure.closed_on if closure else None)


def standings(instances: Iterable[RequirementInstance], *, demo: bool, today: date) -> dict[int, Standing]:
    """The standing of each instance's lead unit, by instance id. A handful of queries, however many instances."""
    rows = list(instances)
    reports = _reports(rows, demo, today)
    closed = Closure.objects.filter(instance__in=rows, is_demo=demo, closed_on__lte=today)
    closures = {row.instance_id: row for row in closed}
    bases = _targets_without_basis(demo)
    read = _Readings(demo, today)
    days = ReportDays(light_rule(today).report_due_day)
    result = {}
    for row in rows:
        lead, refs, closure = row.requirement.lead_unit, row.requirement.target_refs, closures.get(row.pk)
        own, readings = reports[row.pk, lead.pk], read.of(row)
        result[row.pk] = standing_of(
            row,
            lead,
            own,
            Span.of(row, closure),
            today,
            days,
            completion=_completion(row, own, readings),
            closure=closure,
            readings=readings,
            without_basis=[code for code in refs if code in bases],
        )
    return result


def standing_of(
    instance: RequirementInstance,
    unit: Unit,
    reports: list[MonthlyReport],
    span: Span,
    today: date,
    days: ReportDays,
    *,
    completion: tuple[float | None, str],
    closure: Closure | None = None,
    readings: dict[str, figures.Reading] | None = None,
    without_basis: Sequence[str] = (),
) -> Standing:
    """Judge one unit's work on one instance. ``reports`` are newest first; ``completion`` is per cent and who says so."""
    squares = month_squares(instance, reports, span, today, days)
    facts = Facts(
        opens_on=span.opens_on,
        due_on=span.due_on,
        closed_on=span.closed_on,
        months=tuple(MonthDue(square.month, square.due_on, square.state == "reported") for square in squares),
        targets_without_basis=tuple(without_basis),
        completion=completion[0],
        completion_source=completion[1],
    )
    judgement = judge(facts, light_rule(today), today)
    return Standing(instance, unit, today, reports, closure, readings or {}, judgement, squares, completion[1])


def month_squares(
    instance: RequirementInstance, reports: Sequence[MonthlyReport], span: Span, today: date, days: ReportDays
) -> list[MonthSquare]:
    """The months a report is owed for, oldest first: from ``span.owed_from`` or the first report, to the closure, the end of the
    instance's year, or today."""
    by_month = {report.month: report for report in reports}
    counted = [report.month for report in reports if report.counts]
    start = max(dates.first_day(span.opens_on), min([dates.first_day(span.owed_from), *counted]))
    end = min(today, span.due_on) if instance.year else today
    return [
        _square(month, by_month.get(month), days.due(month), today)
        for month in dates.months_between(start, min(end, span.closed_on or end))
    ]


def _square(month: date, report: MonthlyReport | None, due_on: date, today: date) -> MonthSquare:
    if report and report.counts:
        state = "reported"
    elif report and report.state == MonthlyReport.State.RETURNED:
        state = "returned"
    else:
        state = "missed" if due_on < today else "awaited"
    return MonthSquare(month, state, due_on, report)


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


def _reports(instances: Sequence[RequirementInstance], demo: bool, today: date) -> dict[tuple[int, int], list[MonthlyReport]]:
    """Reports on months up to ``today`` by instance and unit, newest first, drafts left out."""
    rows = MonthlyReport.objects.filter(instance__in=instances, is_demo=demo, month__lte=today).exclude(
        state=MonthlyReport.State.DRAFT
    )
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
