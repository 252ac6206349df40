"""What a bulletin says: the tables for a period, as plain data that can be frozen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit
from hezhu.programme import dates
from hezhu.programme.duties import occurrences
from hezhu.programme.instances import instances_on
from hezhu.programme.lights import Light, Question
from hezhu.programme.models import Closure, ExternalDuty, MonthlyReport, Reminder, RequirementUnit, SubTask
from hezhu.programme.standing import Standing, standings

ORDER = (Light.LATE, Light.WATCH, Light.OK, Light.DONE, Light.OPEN)
CONTENT_VERSION = 1


def build(period_start: date, period_end: date, *, demo: bool, today: date) -> dict[str, Any]:
    """The bulletin's content for a period, judged on its last day or on ``today`` when that comes first. JSON data only."""
    judged_on = min(period_end, today)
    rows = list(standings(instances_on(judged_on), demo=demo, today=judged_on).values())
    return {
        "version": CONTENT_VERSION,
        "period_start": period_start.isoformat(),
        "period_end": period_end.isoformat(),
        "judged_on": judged_on.isoformat(),
        "is_demo": demo,
        "rule": {"version": rows[0].judgement.rule.version, "confirmed": rows[0].judgement.rule.is_confirmed} if rows else {},
        "lights": {light.value: count for light, count in _count(rows).items()},
        "total": len(rows),
        "units": _unit_rows(rows, period_start, period_end),
        "counties": _county_rows(period_start, period_end, judged_on, demo),
        "attention": [_task_row(row) for row in rows if row.light in (Light.LATE, Light.WATCH)],
        "closed": _closed_rows(period_start, period_end, demo),
        "problems": _problem_rows(period_start, period_end, demo),
        "reminders": _reminder_count(period_start, period_end, demo),
        "duties": _duty_rows(period_start, period_end, judged_on, demo),
    }


def _count(rows: Iterable[Standing]) -> dict[Light, int]:
    counted = Counter(row.light for row in rows)
    return {light: counted.get(light, 0) for light in ORDER}


def _unit_rows(rows: list[Standing], start: date, end: date) -> list[dict[str, Any]]:
    """One row a lead unit: its tasks by light, and the reports it owed in the period against those that came."""
    grouped: dict[Unit, list[Standing]] = defaultdict(list)
    for row in rows:
        grouped[row.unit].append(row)
    table = []
    for unit, own in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0].pk)):
        squares = [square for row in own for square in row.squares if start <= square.month <= end]
        owed = [square for square in squares if square.state != "awaited"]
        came = [square for square in owed if square.state == "reported"]
        table.append(
            {
                "unit": str(unit),
                "tasks": len(own),
                **{light.value: count for light, count in _count(own).items()},
                "owed": len(owed),
                "reported": len(came),
            }
        )
    return table


def _county_rows(start: date, end: date, judged_on: date, demo: bool) -> list[dict[str, Any]]:
    """One row a county: sub-tasks, those past their day, average completion, reports of the period."""
    subtasks: dict[str, list[SubTask]] = defaultdict(list)
    for subtask in SubTask.objects.filter(is_demo=demo, withdrawn_at=None, instance__opens_on__lte=judged_on):
        subtasks[subtask.division].append(subtask)
    reports = Counter(_reports(start, end, demo).filter(unit__kind=Unit.Kind.COUNTY).values_list("division", flat=True))
    table = []
    bound = RequirementUnit.objects.filter(role=RequirementUnit.Role.COUNTY).values("unit")
    for county in Unit.objects.filter(pk__in=bound).order_by("division"):
        own = subtasks[county.division]
        shares = [float(subtask.progress) for subtask in own if subtask.progress is not None]
        table.append(
            {
                "county": str(county),
                "subtasks": len(own),
                "late": sum(subtask.due_on < judged_on and (subtask.progress or 0) < 100 for subtask in own),
                "done": sum((subtask.progress or 0) >= 100 for subtask in own),
                "average": round(sum(shares) / len(shares), 1) if shares else None,
                "reports": reports[county.division],
            }
        )
    return table


def _task_row(row: Standing) -> dict[str, Any]:
    requirement = row.instance.requirement
    return {
        "number": requirement.number,
        "code": requirement.code,
        "year": row.instance.year,
        "text": requirement.text,
        "unit": str(row.unit),
        "due_on": row.instance.due_on.isoformat(),
        "light": row.light.value,
        "word": str(row.label),
        "reason": _reason(row),
        "completion": row.completion,
    }


def _reason(row: Standing) -> str:
    """Why the light is what it is, readable without the question beside it."""
    decided = next(answer for answer in row.judgement.answers if answer.decisive)
    if decided.question is Question.BEHIND:
        words = _("完成率 %(completion).1f%%，低于时间进度 %(elapsed).1f%%")
        return words % {"completion": decided.data["completion"], "elapsed": decided.data["elapsed"]}
    return next(line.answer for line in row.lines if line.decisive)


def _closed_rows(start: date, end: date, demo: bool) -> list[dict[str, Any]]:
    closures = Closure.objects.filter(is_demo=demo, closed_on__range=(start, end)).order_by("closed_on")
    return [
        {
            "number": row.instance.requirement.number,
            "year": row.instance.year,
            "text": row.instance.requirement.text,
            "unit": str(row.instance.requirement.lead_unit),
            "closed_on": row.closed_on.isoformat(),
            "summary": row.summary,
        }
        for row in closures.select_related("instance__requirement__lead_unit")
    ]


def _reports(start: date, end: date, demo: bool) -> Any:
    states = (MonthlyReport.State.SUBMITTED, MonthlyReport.State.ACCEPTED)
    return MonthlyReport.objects.filter(is_demo=demo, state__in=states, month__range=(dates.first_day(start), end))


def _problem_rows(start: date, end: date, demo: bool) -> list[dict[str, Any]]:
    """The problems units reported in the period, by task."""
    rows = _reports(start, end, demo).exclude(problems="").select_related("unit", "instance__requirement")
    return [
        {
            "number": row.instance.requirement.number,
            "unit": str(row.unit),
            "month": f"{row.month:%Y-%m}",
            "problems": row.problems,
        }
        for row in rows.order_by("instance__requirement__seq", "instance__requirement__sub", "unit", "month")
    ]


def _reminder_count(start: date, end: date, demo: bool) -> int:
    return Reminder.objects.filter(is_demo=demo, sent_at__date__range=(start, end)).count()


def _duty_rows(start: date, end: date, judged_on: date, demo: bool) -> list[dict[str, Any]]:
    """The ministry's dates that fall into the period."""
    rows = [row for duty in ExternalDuty.objects.all() for row in occurrences(duty, judged_on, demo=demo)]
    return [
        {
            "name": row.duty.name,
            "period": row.period,
            "due_on": row.due_on.isoformat(),
            "state": _("已报送 %(day)s") % {"day": row.filing.filed_on} if row.filing else _("未报送"),
        }
        for row in rows
        if start <= row.due_on <= end
    ]
