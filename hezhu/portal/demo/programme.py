"""County sub-tasks, monthly reports and closures of the demonstration, so that lights and bulletins have something to say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.programme import actions, dates
from hezhu.programme.actions.breakdown import StepContent, SubTaskContent
from hezhu.programme.models import (
    MonthlyReport,
    RequirementInstance,
    RequirementUnit,
)

MONTHS = 6
UNFINISHED = {"JX-03", "JX-11", "JX-13", "JX-21", "JX-31", "JX-08", "JX-24"}
COUNTY_TARGETS = {"330402": 3600, "330411": 3000, "330421": 2600, "330424": 1800, "330481": 3400, "330482": 2500, "330483": 3100}


def load(accounts: dict[str, User]) -> None:
    """Close what a city would have closed, break JX-31 down by county, report the last six months."""
    random = Random(45)  # noqa: S311 - invented data, the same at every load
    office = accounts["chenmin"]
    evidence = _evidence(office)
    today = dates.today()
    for instance in RequirementInstance.objects.select_related("requirement").order_by("id"):
        over = instance.due_on < today
        if over and instance.requirement.code not in UNFINISHED and random.random() < 0.94:
            _close(instance, office, evidence, random)
        elif not over or instance.requirement.code in UNFINISHED:
            _report(instance, accounts["jianshe"], office, random, today)
    _break_down(accounts, random)


def _evidence(by: User) -> Attachment:
    note = SimpleUploadedFile("演示佐证.txt", "演示数据：此件代表办结佐证材料。\n".encode(), content_type="text/plain")
    return keep(note, by=by, purpose="evidence")


def _close(instance: RequirementInstance, office: User, evidence: Attachment, random: Random) -> None:
    day = instance.due_on - timedelta(days=random.randrange(3, 40))
    actions.close_instance(
        instance, closed_on=day, summary="演示数据：已按要求完成", evidence=[evidence], by=office, reason="演示数据"
    )


def _report(instance: RequirementInstance, writer: User, office: User, random: Random, today: date) -> None:
    """Six months of reports by the lead unit; now and then one is late, returned or still to be decided."""
    binding = instance.requirement.bindings.filter(role=RequirementUnit.Role.LEAD).select_related("unit").first()
    if binding is None:
        return
    month = dates.first_day(today)
    months = []
    for _ in range(MONTHS):
        month = dates.first_day(month - timedelta(days=1))
        months.append(month)
    skipped = random.random() < 0.12
    lead = random.choice((30, 44, 48, 52))
    for step, month in enumerate(reversed(months)):
        if month < dates.first_day(instance.opens_on) or (skipped and step >= MONTHS - 2):
            continue
        newest = step == MONTHS - 1
        state = MonthlyReport.State.SUBMITTED if newest and random.random() < 0.4 else MonthlyReport.State.ACCEPTED
        sent = timezone.make_aware(
            datetime.combine(dates.next_month(month) + timedelta(days=random.randrange(1, 6)), time(10, 20))
        )
        MonthlyReport.objects.create(
            instance=instance,
            unit=binding.unit,
            month=month,
            progress=Decimal(min(100, lead + step * 9 + random.randrange(8))),
            text="演示数据：本月按计划推进。",
            problems="演示数据：个别县（市、区）进度偏慢。" if random.random() < 0.2 else "",
            state=state,
            written_by=writer,
            submitted_at=sent,
            decided_by=office if state == MonthlyReport.State.ACCEPTED else None,
            decided_at=sent + timedelta(days=1) if state == MonthlyReport.State.ACCEPTED else None,
            division=binding.unit.division,
            is_demo=True,
        )


def _break_down(accounts: dict[str, User], random: Random) -> None:
    """JX-31, 20,000 workers, by county with a road map; one yearly task likewise without numbers."""
    instances = {
        instance.requirement.code: instance
        for instance in RequirementInstance.objects.select_related("requirement").filter(closures=None).order_by("due_on")
    }
    for account in accounts.values():
        if account.role != "county_officer":
            continue
        for code in ("JX-31", "JX-12"):
            instance = instances.get(code)
            if instance is None:
                continue
            target = Decimal(COUNTY_TARGETS[account.division]) if code == "JX-31" else Decimal(1)
            content = SubTaskContent(
                title="培训合格中级工以上产业工人" if code == "JX-31" else "培育遴选智能建造示范应用项目",
                responsible=f"{account.unit}建设部门（演示）",
                due_on=instance.due_on,
                target_value=target,
                target_unit="名" if code == "JX-31" else "个",
            )
            subtask = actions.decompose(instance, content, by=account, reason="演示数据")
            start = max(instance.opens_on, date(instance.due_on.year, 1, 1))
            middle = start + (instance.due_on - start) / 2
            steps = [
                StepContent("制定方案", start, middle, done_on=middle - timedelta(days=9)),
                StepContent("组织实施", middle, instance.due_on),
            ]
            actions.set_road_map(subtask, steps, by=account, reason="演示数据")
            actions.record_progress(
                subtask, by=account, current_value=(target * Decimal(random.randrange(60, 97)) / 100).quantize(Decimal(1))
            )
