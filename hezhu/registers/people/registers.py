"""人员库 as registers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.core.register.lamps import Lamp
from hezhu.registers.people import models


def _paid(row: models.Payroll) -> Lamp:
    """Whether what was due was paid."""
    if row.paid_yuan is None or row.paid_on is None:
        return Lamp("watch", str(_("未发放")), str(_("没有登记发放金额和日期")))
    if row.paid_yuan < row.due_yuan:
        return Lamp("late", str(_("少发 %(yuan)s 元")) % {"yuan": f"{row.due_yuan - row.paid_yuan:,.2f}"}, str(_("实发少于应发")))
    return Lamp("done", str(_("已发足")), str(_("实发不少于应发")))


def _add(model: Any, slug: str, **said: Any) -> None:
    registers.add(Register(**({"model": model, "slug": slug, "library": "people", "icon": "users"} | said)))


_add(
    models.Person,
    "people",
    columns=("name", "id_number", "phone", "division", "kinds", "employer", "work_type", "skill_level"),
    key=("id_number",),
    search=("name", "id_number", "phone"),
    filters=("division", "kinds", "work_type", "skill_level"),
    tabs=(
        (_("注册执业"), "kinds=registered"),
        (_("安管人员"), "kinds=safety"),
        (_("特种作业"), "kinds=special"),
        (_("建筑工人"), "kinds=worker"),
    ),
    about=_("注册执业、安管、特种作业人员和建筑工人。证件号码与手机加密保存、脱敏显示；可按完整号码精确查找。"),
)
_add(
    models.Certificate,
    "certificates",
    columns=("number", "person", "kind", "name", "specialty", "enterprise", "expires_on"),
    key=("kind", "number"),
    search=("number", "name", "person__name"),
    filters=("division", "kind", "expires_on"),
    division_from="person",
    valid_until="expires_on",
    about=_("注册执业、安管人员 A/B/C、特种作业、职业技能、职称和岗位证书及其有效期。"),
)
_add(
    models.Team,
    "teams",
    columns=("name", "number", "project", "enterprise", "work_type", "leader", "entered_on", "left_on"),
    key=("number",),
    search=("name", "number"),
    filters=("division", "work_type"),
    division_from="project",
    about=_("项目上的班组：所属企业、工种、班组长和进退场日期。"),
)
_add(
    models.Assignment,
    "assignments",
    columns=("person", "project", "enterprise", "team", "duty", "work_type", "entered_on", "left_on"),
    key=("person", "entered_on"),
    search=("person__name", "project__name"),
    filters=("division", "duty", "work_type", "left_on"),
    division_from="project",
    about=_("谁在哪个项目、哪家企业、哪个班组、什么岗位，何时进场、何时退场。"),
)
_add(
    models.Attendance,
    "attendance",
    columns=("person", "project", "team", "day", "first_in_at", "last_out_at", "passes", "channel"),
    key=("person", "day"),
    search=("person__name",),
    filters=("day",),
    order=("-day", "-id"),
    division_from="project",
    narrow_by=("project", "person"),
    append_only=True,
    about=_("每人每天在每个项目的出勤：首次入场、末次出场、通行次数。从项目或人员页面进入。"),
)
_add(
    models.WorkContract,
    "work-contracts",
    columns=("number", "person", "project", "enterprise", "period_type", "signed_on", "ends_on"),
    key=("number",),
    search=("number", "person__name"),
    filters=("division", "period_type", "ends_on"),
    division_from="project",
    about=_("工人与用工企业的劳动合同或用工书面协议。"),
)
_add(
    models.Training,
    "trainings",
    columns=("name", "person", "project", "kind", "held_on", "hours", "passed"),
    key=("person", "kind", "held_on"),
    search=("name", "organiser", "person__name"),
    filters=("division", "kind", "passed", "held_on"),
    division_from="project",
    about=_("人员参加的安全教育、入场教育、退场教育和技能培训。"),
)
_add(
    models.Payroll,
    "payrolls",
    columns=("person", "project", "enterprise", "month", "days_worked", "due_yuan", "paid_yuan", "paid_on"),
    key=("person", "month"),
    search=("person__name", "project__name"),
    filters=("division", "month", "paid_on"),
    division_from="project",
    lamp=_paid,
    about=_("每人每月在每个项目的应发、实发工资和发放日期。"),
)
