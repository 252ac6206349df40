"""A county's own breakdown of a requirement: sub-tasks, their road map, their progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.history import reason_of_change
from hezhu.programme import dates
from hezhu.programme.errors import InstanceClosed, OtherCounty, Problems, ReasonNeeded, SubTaskWithdrawn, problem
from hezhu.programme.models import Closure, RequirementInstance, RequirementUnit, RoadMapStep, SubTask


@dataclass(frozen=True, slots=True)
class SubTaskContent:
    """What a county sets itself: a title, who does it, by when, and a target with its unit where it can be counted."""

    title: str
    responsible: str
    due_on: date | None
    target_value: Decimal | None = None
    target_unit: str = ""


@dataclass(frozen=True, slots=True)
class StepContent:
    """One step of a road map."""

    title: str
    starts_on: date
    due_on: date
    done_on: date | None = None


def decompose(instance: RequirementInstance, content: SubTaskContent, *, by: User, reason: str = "") -> SubTask:
    """Add a sub-task of the officer's own county. Raises OtherCounty, InstanceClosed, Problems."""
    county = _county_of(instance, by)
    _require_open(instance, by)
    _check(instance, content)
    with reason_of_change(by, reason or _("县级分解")):
        return SubTask.objects.create(
            instance=instance,
            county=county,
            division=county.division,
            is_demo=by.is_demo,
            title=content.title.strip(),
            responsible=content.responsible.strip(),
            due_on=content.due_on,
            target_value=content.target_value,
            target_unit=content.target_unit.strip(),
        )


def revise_subtask(subtask: SubTask, content: SubTaskContent, *, by: User, reason: str) -> None:
    """Change a sub-task, with a reason."""
    _require_own(subtask, by)
    if not reason.strip():
        raise ReasonNeeded(act=_("调整分解"))
    _check(subtask.instance, content)
    subtask.title, subtask.responsible = content.title.strip(), content.responsible.strip()
    subtask.due_on = content.due_on
    subtask.target_value, subtask.target_unit = content.target_value, content.target_unit.strip()
    subtask.progress = _share_done(subtask.current_value, subtask.target_value, subtask.progress)
    with reason_of_change(by, reason):
        subtask.save()


def withdraw_subtask(subtask: SubTask, *, by: User, reason: str) -> None:
    """Withdraw a sub-task. It stays on record and no longer counts."""
    _require_own(subtask, by)
    if not reason.strip():
        raise ReasonNeeded(act=_("撤回子任务"))
    subtask.withdrawn_at = timezone.now()
    with reason_of_change(by, reason):
        subtask.save(update_fields=["withdrawn_at", "updated_at"])


def record_progress(
    subtask: SubTask, *, by: User, current_value: Decimal | None = None, progress: Decimal | None = None, reason: str = ""
) -> None:
    """Record how far a sub-task is. With a target value the share is computed; without one it is stated."""
    _require_own(subtask, by)
    found = []
    if subtask.target_value is not None and current_value is None:
        found.append(problem("current_value", _("完成值"), _("没有填写，单位为 %(unit)s") % {"unit": subtask.target_unit}))
    if current_value is not None and current_value < 0:
        found.append(problem("current_value", _("完成值"), _("不能小于 0，现为 %(value)s") % {"value": current_value}))
    if subtask.target_value is None and (progress is None or not 0 <= progress <= 100):
        found.append(problem("progress", _("完成率"), _("写 0 到 100 之间的数")))
    if found:
        raise Problems(found)
    subtask.current_value = current_value
    subtask.progress = _share_done(current_value, subtask.target_value, progress)
    with reason_of_change(by, reason or _("填报子任务进度")):
        subtask.save(update_fields=["current_value", "progress", "updated_at"])


def set_road_map(subtask: SubTask, steps: Sequence[StepContent], *, by: User, reason: str = "") -> None:
    """Replace the road map: steps in order, each within the sub-task's time."""
    _require_own(subtask, by)
    found = []
    for number, step in enumerate(steps, start=1):
        label = _("第 %(number)s 个节点") % {"number": number}
        if not step.title.strip():
            found.append(problem(f"steps.{number}.title", label, _("没有名称")))
        if step.starts_on > step.due_on:
            found.append(problem(f"steps.{number}.due_on", label, _("完成时限早于开始日")))
        if step.due_on > subtask.due_on:
            found.append(problem(f"steps.{number}.due_on", label, _("晚于子任务时限 %(day)s") % {"day": subtask.due_on}))
        if step.done_on and step.done_on > dates.today():
            found.append(problem(f"steps.{number}.done_on", label, _("完成日期还没有到")))
    if found:
        raise Problems(found)
    with reason_of_change(by, reason or _("编制路线图")), transaction.atomic():
        subtask.steps.all().delete()
        RoadMapStep.objects.bulk_create(
            RoadMapStep(
                subtask=subtask,
                position=number,
                title=step.title.strip(),
                starts_on=step.starts_on,
                due_on=step.due_on,
                done_on=step.done_on,
            )
            for number, step in enumerate(steps, start=1)
        )


def _county_of(instance: RequirementInstance, by: User) -> Unit:
    """The county government bound by the requirement in the officer's own division. Only a county's officer decomposes."""
    require(by, "programme.decompose")
    binding = instance.requirement.bindings.filter(role=RequirementUnit.Role.COUNTY, unit__division=by.division).first()
    if by.role != Role.COUNTY_OFFICER or binding is None:
        raise OtherCounty(unit=by.unit)
    return binding.unit


def _require_own(subtask: SubTask, by: User) -> None:
    require(by, "programme.decompose", subtask)
    if by.role != Role.COUNTY_OFFICER or subtask.division != by.division:
        raise OtherCounty(unit=by.unit)
    if subtask.withdrawn_at:
        raise SubTaskWithdrawn(title=subtask.title)
    _require_open(subtask.instance, by)


def _require_open(instance: RequirementInstance, by: User) -> None:
    closure = Closure.objects.filter(instance=instance, is_demo=by.is_demo).first()
    if closure:
        raise InstanceClosed(task=instance.requirement.code, day=closure.closed_on)


def _share_done(current: Decimal | None, target: Decimal | None, stated: Decimal | None) -> Decimal | None:
    """Per cent done, at most 100: computed where there is a target value, else as stated."""
    if target is None:
        return stated
    if current is None:
        return None
    return min(current / target * 100, Decimal(100)).quantize(Decimal("0.1"))


def _check(instance: RequirementInstance, content: SubTaskContent) -> None:
    found = []
    if not content.title.strip():
        found.append(problem("title", _("子任务"), _("没有填写")))
    if not content.responsible.strip():
        found.append(problem("responsible", _("责任单位"), _("没有填写")))
    if content.due_on is None:
        found.append(problem("due_on", _("时限"), _("没有填写")))
    elif content.due_on < instance.opens_on:
        found.append(problem("due_on", _("时限"), _("早于任务开始日 %(day)s") % {"day": instance.opens_on}))
    elif instance.due_on < content.due_on and dates.today() <= instance.due_on:
        found.append(problem("due_on", _("时限"), _("晚于任务时限 %(day)s") % {"day": instance.due_on}))
    if content.target_value is not None and content.target_value <= 0:
        found.append(problem("target_value", _("目标值"), _("要大于 0，现为 %(value)s") % {"value": content.target_value}))
    if content.target_value is not None and not content.target_unit.strip():
        found.append(problem("target_unit", _("计量单位"), _("有目标值时要写单位，例如 名、万㎡")))
    if found:
        raise Problems(found)
