"""Payroll and training through the protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hezhu.gate.models import GateRequest
from hezhu.registers.people.models import Payroll, Person, Training
from tests.gate.conftest import ID_NUMBER, OTHER_ID_NUMBER


def told() -> tuple[str, str]:
    last = GateRequest.objects.order_by("id").last()
    return last.status, last.result


def pay_row(seal: Callable, **other: Any) -> dict[str, Any]:
    return {
        "idCardType": "01",
        "idCardNumber": seal(ID_NUMBER),
        "days": 26,
        "totalPayAmount": 8320.5,
        "actualAmount": 8000,
        "balanceDate": "2026-04-10",
        "payRollBankCardNumber": seal("6222020000000000"),
    } | other


def test_pay_of_a_month_is_kept_once_and_corrected(send: Callable, seal: Callable, firm: Any, worker: Person, team: Any) -> None:
    data = {"corpCode": firm.credit_code, "teamSysNo": team.number, "payMonth": "2026-03", "attachments": [{"name": "1"}]}
    send("Payroll.Add", data | {"detailList": [pay_row(seal)]})
    assert told() == ("20", "2026-03 工资 1 人；附件未保存，请在图档库登记工资单")
    pay = Payroll.objects.get()
    assert (pay.person, pay.team, pay.month, pay.days_worked, pay.due_yuan, pay.paid_yuan, pay.paid_on, pay.source) == (
        worker,
        team,
        date(2026, 3, 1),
        Decimal("26.0"),
        Decimal("8320.50"),
        Decimal("8000.00"),
        date(2026, 4, 10),
        "劳务平台",
    )
    send("Payroll.Add", data | {"detailList": [pay_row(seal, actualAmount=8320.5)]})
    assert Payroll.objects.get().paid_yuan == Decimal("8320.50")
    rows = send("Payroll.Query", {"payMonth": "2026-03"})["data"]["rows"]
    assert [(row["totalPayAmount"], row["actualAmount"], row["idCardNumber"]) for row in rows] == [
        (8320.5, 8320.5, seal(ID_NUMBER))
    ]
    assert "6222020000000000" not in str(rows)
    assert send("Payroll.Query", {"payMonth": "2026-04"})["data"]["totalCount"] == 0


def test_pay_that_cannot_be_is_refused_row_by_row(send: Callable, seal: Callable, firm: Any, worker: Person) -> None:
    data = {"corpCode": firm.credit_code, "payMonth": "2026-03"}
    rows = [
        pay_row(seal, totalPayAmount=-1),
        pay_row(seal, days=32),
        pay_row(seal, totalPayAmount="NaN"),
        pay_row(seal, totalPayAmount=""),
        pay_row(seal, idCardNumber=seal(OTHER_ID_NUMBER)),
    ]
    send("Payroll.Add", data | {"detailList": rows})
    status, result = told()
    assert status == "10"
    for words in (
        "第 1 条 totalPayAmount：应为金额（元），0 至 99999999.99",
        "第 2 条 days：应为天数，0 至 31",
        "第 3 条 totalPayAmount：应为金额（元）",
        "第 4 条 totalPayAmount：没有填写应发金额",
        "第 5 条 idCardNumber：人员库没有此人，先上传工人",
    ):
        assert words in result
    answer = send("Payroll.Add", data | {"payMonth": "2126-03", "detailList": [pay_row(seal)]})
    assert (answer["code"], answer["message"]) == ("-1", "payMonth：月份不对或晚于本月")
    assert Payroll.objects.count() == 0


def test_a_training_is_kept_for_each_who_took_part(send: Callable, seal: Callable, worker: Person, project: Any) -> None:
    data = {
        "projectCode": project.number,
        "trainingTypeCode": "003001",
        "trainingName": "三级安全教育",
        "trainingDate": "2026-03-02",
        "trainingDuration": 4.5,
    }
    answer = send("ProjectTraining.Add", data)
    assert (answer["code"], answer["message"]) == ("-1", "data.workers 应为非空数组")
    rows = [{"idCardType": "01", "idCardNumber": seal(ID_NUMBER), "isPass": 1}]
    for _ in range(2):
        send("ProjectTraining.Add", data | {"workers": rows})
    assert told() == ("20", "培训 1 人")
    kept = Training.objects.get()
    assert (kept.person, kept.kind, kept.name, kept.held_on, kept.hours, kept.passed) == (
        worker,
        "003001",
        "三级安全教育",
        date(2026, 3, 2),
        Decimal("4.5"),
        True,
    )
    shown = send("ProjectTraining.Query", {"trainingDate": "2026-03-02"})["data"]["rows"]
    assert [(row["trainingName"], row["isPass"]) for row in shown] == [("三级安全教育", "1")]
    assert send("ProjectTraining.Query", {"trainingDate": "2026-03-03"})["data"]["totalCount"] == 0
    answer = send("ProjectTraining.Add", data | {"trainingTypeCode": "9", "workers": rows})
    assert (answer["code"], answer["message"]) == ("-1", "trainingTypeCode：不是培训类型代码")


def test_another_project_s_pay_is_not_told(send: Callable, seal: Callable, firm: Any, worker: Person, project: Any) -> None:
    other = type(project).objects.create(number="3304812604010299", name="别的项目", division="330481")
    Payroll.objects.create(
        project=other, division="330481", person=worker, enterprise=firm, month=date(2026, 3, 1), due_yuan=Decimal(1)
    )
    assert send("Payroll.Query", {})["data"]["totalCount"] == 0
    assert send("Payroll.Add", {"projectCode": other.number, "detailList": [pay_row(seal)]})["code"] == "-3"
    assert Payroll.objects.count() == 1
