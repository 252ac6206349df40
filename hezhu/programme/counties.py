"""How the counties stand on one instance: their sub-tasks, their reports and the light of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from hezhu.core.access.models import Unit, User
from hezhu.core.access.scoping import OFFICES
from hezhu.programme.models import Closure, MonthlyReport, RequirementInstance, RequirementUnit, SubTask
from hezhu.programme.rules import light_rule
from hezhu.programme.standing import Span, Standing, standing_of
from hezhu.programme.workdays import ReportDays


@dataclass
class CountyRow:
    """One county's line in 县级分解. ``standing`` is None while the county has not broken the requirement down (未分解)."""

    county: Unit
    subtasks: list[SubTask]
    standing: Standing | None
    latest: MonthlyReport | None

    @property
    def unit(self) -> str:
        """The one unit all targets are counted in, or an empty string."""
        units = {subtask.target_unit for subtask in self.subtasks if subtask.target_value is not None}
        return units.pop() if len(units) == 1 and all(s.target_value is not None for s in self.subtasks) else ""

    @property
    def target(self) -> Decimal | None:
        return sum((s.target_value or Decimal(0) for s in self.subtasks), Decimal(0)) if self.unit else None

    @property
    def current(self) -> Decimal | None:
        return sum((s.current_value or Decimal(0) for s in self.subtasks), Decimal(0)) if self.unit else None

    @property
    def missed(self) -> list[date]:
        return [square.month for square in self.standing.squares if square.state == "missed"] if self.standing else []


def county_rows(instance: RequirementInstance, *, user: User, today: date) -> list[CountyRow]:
    """One row for each county the account's office serves, in the order of the division codes; none for a firm."""
    if user.role not in OFFICES:
        return []
    bindings = instance.requirement.bindings.filter(role=RequirementUnit.Role.COUNTY, unit__division__in=user.divisions)
    visible = SubTask.objects.visible_to(user).filter(instance=instance, withdrawn_at=None).prefetch_related("steps")
    subtasks: dict[str, list[SubTask]] = defaultdict(list)
    for subtask in visible:
        subtasks[subtask.division].append(subtask)
    reports: dict[int, list[MonthlyReport]] = defaultdict(list)
    sent = MonthlyReport.objects.visible_to(user).filter(instance=instance, unit__kind=Unit.Kind.COUNTY)
    for report in sent.exclude(state=MonthlyReport.State.DRAFT).order_by("-month"):
        reports[report.unit_id].append(report)
    closure = Closure.objects.visible_to(user).filter(instance=instance).first()
    days = ReportDays(light_rule(today).report_due_day)
    return [
        _row(instance, binding.unit, subtasks[binding.unit.division], reports[binding.unit_id], closure, today, days)
        for binding in bindings.select_related("unit").order_by("unit__division")
    ]


def _row(
    instance: RequirementInstance,
    county: Unit,
    subtasks: list[SubTask],
    reports: list[MonthlyReport],
    closure: Closure | None,
    today: date,
    days: ReportDays,
) -> CountyRow:
    latest = next((report for report in reports if report.counts), None)
    if not subtasks:
        return CountyRow(county, [], None, latest)
    began = timezone.localtime(min(subtask.created_at for subtask in subtasks)).date()
    span = Span(
        opens_on=instance.opens_on,
        due_on=max(subtask.due_on for subtask in subtasks),
        owed_from=max(began, instance.opens_on),
        closed_on=closure.closed_on if closure else _finished(subtasks),
    )
    standing = standing_of(instance, county, reports, span, today, days, completion=(share_done(subtasks), "子任务"))
    return CountyRow(county, subtasks, standing, latest)


def share_done(subtasks: Sequence[SubTask]) -> float | None:
    """Per cent done of a county's sub-tasks: by target value where all count in one unit, else the mean; what is unknown counts 0.

    None when nothing has been recorded yet.
    """
    if all(subtask.progress is None for subtask in subtasks):
        return None
    units = {subtask.target_unit for subtask in subtasks}
    if len(units) == 1 and all(subtask.target_value for subtask in subtasks):
        done = sum(min(s.current_value or Decimal(0), s.target_value or Decimal(0)) for s in subtasks)
        return round(float(done / sum(s.target_value or Decimal(0) for s in subtasks) * 100), 1)
    return round(sum(float(subtask.progress or 0) for subtask in subtasks) / len(subtasks), 1)


def _finished(subtasks: Sequence[SubTask]) -> date | None:
    """The day the last sub-task reached 100 %, when all have."""
    if any((subtask.progress or 0) < 100 for subtask in subtasks):
        return None
    return timezone.localtime(max(subtask.updated_at for subtask in subtasks)).date()
