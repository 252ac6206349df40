"""Where an installed machine stands on the way of 建设部令第166号, and what is overdue: computed from dates, typed by nobody."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.calendar.actions import working_days_between
from hezhu.core.register.lamps import Lamp
from hezhu.core.register.ways import Condition, WayStep
from hezhu.registers.equipment.models import Machine, MachineInstallation
from hezhu.registers.equipment.rules import limits

LONGEST_HOLIDAY = 12


def way_of(row: MachineInstallation, today: date | None = None) -> list[WayStep]:
    """The nine steps of one stay, in their order."""
    today = today or timezone.localdate()
    steps = [
        _filing(row),
        _notice(row.noticed_on, row.installed_on, _("安装告知")),
        _plain(_("安装自检"), row.self_checked_on, row.installed_on),
        _inspection(row, today),
        _acceptance(row),
        _registration(row, today),
        _maintenance(row, today),
        _notice(row.dismantle_noticed_on, row.dismantled_on, _("拆卸告知")),
        WayStep(_("拆卸"), "done" if row.dismantled_on else "next", row.dismantled_on),
    ]
    if (
        row.dismantled_on is None
        and (first := next((i for i, step in enumerate(steps) if step.state == "next"), None)) is not None
    ):
        step = steps[first]
        if first < len(steps) - 2:
            steps[first] = WayStep(step.label, "now", step.on, step.why)
    return steps


def _filing(row: MachineInstallation) -> WayStep:
    filed = row.machine.filed_on
    if filed is None and row.installed_on is not None:
        return WayStep(_("产权备案"), "late", None, _("安装前没有产权备案日期"))
    return WayStep(_("产权备案"), "done" if filed else "next", filed)


def _notice(noticed: date | None, done: date | None, label: str) -> WayStep:
    """A notice so many working days before the act."""
    days = limits().notice_workdays
    if done is not None and noticed is None:
        return WayStep(label, "late", None, _("没有告知就动工"))
    # No run of free days is longer than LONGEST_HOLIDAY: beyond it the calendar need not be asked.
    if done is not None and noticed is not None and (done - noticed).days <= days + LONGEST_HOLIDAY:
        given = working_days_between(noticed, done)
        if given < days:
            words = _("动工前只有 %(given)s 个工作日，应不少于 %(days)s 个") % {"given": given, "days": days}
            return WayStep(label, "late", noticed, words)
    return WayStep(label, "done" if noticed else "next", noticed)


def _plain(label: str, on: date | None, after: date | None) -> WayStep:
    if on is not None and after is not None and on < after:
        return WayStep(label, "late", on, _("日期早于安装日期"))
    return WayStep(label, "done" if on else "next", on)


def _inspection(row: MachineInstallation, today: date) -> WayStep:
    label = _("检验检测")
    if row.inspection_passed is False:
        return WayStep(label, "late", row.inspected_on, _("检验不合格，不得使用"))
    if row.inspected_on is None:
        return WayStep(label, "late", None, _("已验收，却没有检验")) if row.accepted_on else WayStep(label, "next")
    expires = row.inspection_expires_on
    if row.dismantled_on is None and expires is not None and expires < today:
        return WayStep(label, "late", row.inspected_on, _("检验已过期 %(days)s 天") % {"days": (today - expires).days})
    return WayStep(label, "done", row.inspected_on)


def _acceptance(row: MachineInstallation) -> WayStep:
    label = _("联合验收")
    if row.accepted_on and row.inspected_on and row.accepted_on < row.inspected_on:
        return WayStep(label, "late", row.accepted_on, _("验收早于检验"))
    return WayStep(label, "done" if row.accepted_on else "next", row.accepted_on)


def _registration(row: MachineInstallation, today: date) -> WayStep:
    label = _("使用登记")
    if row.accepted_on is None:
        return WayStep(label, "done" if row.registered_on else "next", row.registered_on)
    due = row.accepted_on + timedelta(days=limits().registration_days)
    late = ((row.registered_on or row.dismantled_on or today) - due).days
    if late > 0:
        words = _("迟办 %(days)s 天") if row.registered_on else _("逾期 %(days)s 天未办")
        return WayStep(label, "late", row.registered_on, words % {"days": late})
    return WayStep(
        label,
        "done" if row.registered_on else "next",
        row.registered_on,
        "" if row.registered_on else _("%(day)s 前办理") % {"day": due},
    )


def _maintenance(row: MachineInstallation, today: date) -> WayStep:
    label, due = _("检查维保"), row.maintenance_due_on
    if row.dismantled_on is None and due is not None and due < today:
        return WayStep(label, "late", due, _("维保逾期 %(days)s 天") % {"days": (today - due).days})
    return WayStep(label, "done" if due else "next", due, _("下次期限") if due else "")


def lamp_of_installation(row: MachineInstallation) -> Lamp:
    """The worst thing on the way now; a stay that ended is told as such, with what stays wrong about it."""
    late = [step for step in way_of(row) if step.state == "late"]
    why = "；".join(f"{step.label}：{step.why}" for step in late)
    if row.dismantled_on is not None:
        return Lamp("done", _("已拆卸"), why)
    if late:
        return Lamp("late", late[0].why, why)
    if row.registered_on:
        return Lamp("ok", _("已登记使用"), _("各步按期办理"))
    return Lamp("watch", _("办理中"), _("还没有办完使用登记"))


def lamp_of_machine(row: Machine) -> Lamp:
    """Whether a machine may be used: its filing, its state, its age (JGJ/T 189-2009, to be confirmed)."""
    if row.state in {Machine.State.SCRAPPED, Machine.State.CANCELLED} or row.cancelled_on:
        return Lamp("done", row.get_state_display(), _("不得再出租、安装、使用"))
    if row.filed_on is None:
        return Lamp("watch", _("未备案"), _("首次出租或安装前应办理产权备案"))
    years = limits().assessment_years(row.kind, row.rated_moment_knm)
    if years is not None and row.made_on is not None:
        ends = row.made_on.replace(year=row.made_on.year + years, day=min(row.made_on.day, 28))
        if ends < timezone.localdate():
            return Lamp("watch", _("应做安全评估"), _("出厂满 %(years)s 年（时限待核）") % {"years": years})
    return Lamp("ok", _("已备案"), "")


def _standing(**lookup: object) -> Q:
    """Installed, not yet dismantled."""
    return Q(installed_on__isnull=False, dismantled_on__isnull=True, **lookup)


def _unregistered(today: date) -> Q:
    return _standing(registered_on__isnull=True, accepted_on__lt=today - timedelta(days=limits().registration_days))


# The same facts as the steps above, told to the database; a test holds them together.
CONDITIONS = (
    Condition("inspection-expired", gettext_lazy("检验已过期"), lambda today: _standing(inspection_expires_on__lt=today)),
    Condition("unregistered", gettext_lazy("逾期未办使用登记"), _unregistered),
    Condition("unnoticed", gettext_lazy("未告知先安装"), lambda today: _standing(noticed_on__isnull=True)),
    Condition("maintenance-due", gettext_lazy("维保逾期"), lambda today: _standing(maintenance_due_on__lt=today)),
    Condition("failed", gettext_lazy("检验不合格仍在场"), lambda today: _standing(inspection_passed=False)),
)
