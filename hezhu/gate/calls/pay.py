"""Payroll.Add and ProjectTraining.Add: what workers of the project were paid for a month, and which of them took part in a training.

Card numbers and bank accounts are neither read nor kept: the register holds what was due and paid, when and by which bank.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from hezhu.engines.codes.lists import code_list
from hezhu.engines.gate.passes import Unusable, rows_of, text
from hezhu.engines.gate.rules import rules
from hezhu.gate.calls.declare import Call, Outcome, writes
from hezhu.gate.calls.fields import amount, code, known_person, optional_day
from hezhu.gate.calls.paging import own_project
from hezhu.gate.calls.people import each_row, fill, firm_of, in_project, lineage, team_of
from hezhu.registers.people.models import Payroll, Training

MOST_DAYS = Decimal(31)
MOST_HOURS = Decimal("9999.9")
YES, NO = {"1", "true", "是", "合格"}, {"0", "false", "否", "不合格"}


@writes("Payroll.Add")
def payroll_add(call: Call) -> Outcome:
    """A team's pay of one month: one row a person and month; told again, the row is corrected."""
    own_project(call)
    outcome = Outcome()
    rows = rows_of(call.data, "detailList", rules().payroll_rows)
    firm = firm_of(call, call.data)
    team = team_of(call, text(call.data, "teamSysNo", 40)) if text(call.data, "teamSysNo", 40) else None
    month = pay_month(call.data)

    def take(line: int, row: dict[str, Any]) -> None:
        due = amount(row, "totalPayAmount")
        if due is None:
            raise Unusable("totalPayAmount", "没有填写应发金额")
        person = known_person(call, row)
        said = {
            "enterprise": firm,
            "team": team,
            "due_yuan": due,
            "paid_yuan": amount(row, "actualAmount"),
            "days_worked": amount(row, "days", MOST_DAYS, "0.1", "天数"),
            "paid_on": optional_day(row, "balanceDate"),
            "bank": code(row, "payBankCode", "bank_code"),
        }
        kept = Payroll.objects.filter(project_id=call.key.project_id, person=person, month=month).first()
        if kept is None:
            Payroll.objects.create(person=person, month=month, **said, **in_project(call), **lineage(call, line))
        else:
            fill(kept, said, call, line, over=True)

    each_row(call, outcome, rows, take)
    outcome.words.append(f"{month:%Y-%m} 工资 {outcome.rows} 人")
    if call.data.get("attachments"):
        outcome.words.append("附件未保存，请在图档库登记工资单")
    return outcome


def pay_month(data: dict[str, Any]) -> date:
    """``payMonth`` as ``yyyy-MM``, as its first day; not in the future. Raises Unusable."""
    said = text(data, "payMonth", 20)
    try:
        month = date.fromisoformat(f"{said.replace('/', '-')[:7]}-01")
    except ValueError as error:
        raise Unusable("payMonth", "应写作 yyyy-MM") from error
    if month > timezone.localdate() or month.year < 2000:
        raise Unusable("payMonth", "月份不对或晚于本月")
    return month


@writes("ProjectTraining.Add")
def training_add(call: Call) -> Outcome:
    """One training and those who took part; a person's part is known by kind and day. Without a list of persons nothing is kept, and said so."""
    own_project(call)
    outcome = Outcome()
    kind = code_list("training_type").spellings.get(text(call.data, "trainingTypeCode", 20))
    if kind is None:
        raise Unusable("trainingTypeCode", "不是培训类型代码")
    name, held_on = text(call.data, "trainingName", 120), optional_day(call.data, "trainingDate")
    if not name or held_on is None:
        raise Unusable("trainingDate" if name else "trainingName", "没有填写")
    shared = {
        "name": name,
        "hours": amount(call.data, "trainingDuration", MOST_HOURS, "0.1", "学时"),
        "organiser": text(call.data, "trainingOrg", 120),
    }

    def take(line: int, row: dict[str, Any]) -> None:
        person, said = known_person(call, row), shared | {"passed": _passed(row)}
        kept = Training.objects.filter(project_id=call.key.project_id, person=person, kind=kind, held_on=held_on).first()
        if kept is None:
            Training.objects.create(person=person, kind=kind, held_on=held_on, **said, **in_project(call), **lineage(call, line))
        else:
            fill(kept, said, call, line, over=True)

    each_row(call, outcome, rows_of(call.data, "workers", rules().training_rows), take)
    outcome.words.append(f"培训 {outcome.rows} 人")
    return outcome


def _passed(row: dict[str, Any]) -> bool | None:
    said = text(row, "isPass", 10).lower()
    if said and said not in YES | NO:
        raise Unusable("isPass", "应为 1（合格）或 0（不合格）")
    return said in YES if said else None
