"""WorkerContract.Add: labour contracts of workers on the project."""

from __future__ import annotations

from typing import Any

from hezhu.engines.gate.passes import Unusable, rows_of, text
from hezhu.engines.gate.rules import rules
from hezhu.gate.calls.declare import Call, Outcome, writes
from hezhu.gate.calls.fields import amount, code, known_person, optional_day
from hezhu.gate.calls.paging import own_project
from hezhu.gate.calls.people import each_row, fill, firm_of, in_project, lineage
from hezhu.registers.people.models import WorkContract


@writes("WorkerContract.Add")
def add(call: Call) -> Outcome:
    """A contract without a number of its own is known by project, worker and first day."""
    own_project(call)
    outcome = Outcome()
    left = 0

    def take(line: int, row: dict[str, Any]) -> None:
        nonlocal left
        person = known_person(call, row)
        starts, ends = (optional_day(row, name, may_lie_ahead=True) for name in ("startDate", "endDate"))
        if starts and ends and ends < starts:
            raise Unusable("endDate", f"早于开始日期 {starts}")
        said = {
            "person": person,
            "enterprise": firm_of(call, row),
            "period_type": code(row, "contractPeriodType", "contract_period_type") or "1",
            "starts_on": starts,
            "ends_on": ends,
            "unit_price_yuan": amount(row, "unitPrice"),
            "pay_unit": text(row, "unit", 20),
        }
        number = text(row, "contractCode", 60) or (f"{call.key.project.number}-LD-{person.pk}-{starts:%Y%m%d}" if starts else "")
        if not number:
            raise Unusable("startDate", "没有合同编号时须填写开始日期")
        _kept(call, line, number, said)
        left += len(row["attachments"]) if isinstance(row.get("attachments"), list) else 0

    each_row(call, outcome, rows_of(call.data, "contractList", rules().contract_rows), take)
    outcome.words.append(f"合同 {outcome.rows} 份")
    if left:
        outcome.words.append(f"附件 {left} 个未保存，请在图档库登记合同文本")
    return outcome


def _kept(call: Call, line: int, number: str, said: dict[str, Any]) -> None:
    contract = WorkContract.objects.filter(number=number, is_demo=call.key.is_demo).first()
    if contract is None:
        WorkContract.objects.create(number=number, **said, **in_project(call), **lineage(call, line))
        return
    if contract.project_id != call.key.project_id or contract.person_id != said["person"].pk:
        raise Unusable("contractCode", "编号已用于另一份合同")
    fill(contract, said, call, line, over=True)
