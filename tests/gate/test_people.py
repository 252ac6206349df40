"""Teams, workers, entries and contracts through the protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from hezhu.core.history.changes import changes_of
from hezhu.core.register.declare import registers
from hezhu.gate.models import GateRequest
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Assignment, Person, Team, WorkContract
from tests.gate.conftest import ID_NUMBER, OTHER_ID_NUMBER


def told() -> tuple[str, str]:
    last = GateRequest.objects.order_by("id").last()
    return last.status, last.result


def test_a_team_gets_its_number_once(send: Callable, firm: Any, project: Any) -> None:
    data = {"projectCode": project.number, "corpCode": firm.credit_code, "teamName": "木工一班", "entryTime": "2026-03-05"}
    first, again = send("Team.Add", data)["data"], send("Team.Add", data)["data"]
    team = Team.objects.get()
    assert first["teamSysNo"] == again["teamSysNo"] == team.number == str(100_000_000 + team.pk)
    assert (team.name, team.enterprise, team.entered_on, team.source) == ("木工一班", firm, date(2026, 3, 5), "劳务平台")
    assert told() == ("20", f"班组编号 {team.number}")
    result = send("AsyncHandleResult.Query", {"requestSerialCode": first["requestSerialCode"]})["data"]
    assert (result["status"], result["teamSysNo"]) == ("20", team.number)
    assert send("Team.Query", {"teamName": "木工一班"})["data"]["rows"][0]["teamSysNo"] == team.number


def test_what_a_device_writes_is_in_the_history_under_the_key(send: Callable, firm: Any, issued: Any) -> None:
    send("Team.Add", {"corpCode": firm.credit_code, "teamName": "木工一班"})
    change = changes_of(registers.get("teams"), Team.objects.get())[0]
    assert (change.by, change.reason, change.source) == ("haining", f"Team.Add {issued[0].appid}", "劳务平台")


def test_an_unknown_firm_is_made_and_a_known_one_never_changed(send: Callable, firm: Any) -> None:
    send("Team.Add", {"corpCode": firm.credit_code, "corpName": "改名公司", "teamName": "一班"})
    firm.refresh_from_db()
    assert firm.name != "改名公司"
    send("Corp.Upload", {"corpCode": "914403001922038216", "corpName": "外地劳务有限公司"})
    made = Enterprise.objects.get(credit_code="914403001922038216")
    assert (made.name, made.division, made.source) == ("外地劳务有限公司", "330481", "劳务平台")
    send("Corp.Upload", {"corpCode": "914403001922038213", "corpName": "错码公司"})
    assert told() == ("10", "第 1 条 corpCode：第 18 位校验位应为 6，现为 3")
    assert Enterprise.objects.count() == 2


def worker_row(seal: Callable, **other: Any) -> dict[str, Any]:
    return {
        "workerName": "王强",
        "idCardType": "01",
        "idCardNumber": seal(OTHER_ID_NUMBER),
        "workType": "020",
        "workRole": 20,
        "cellPhone": "13812340000",
        "date": "2026-03-10",
    } | other


def test_workers_come_into_the_register_and_onto_the_project(send: Callable, seal: Callable, firm: Any, team: Any) -> None:
    data = {"corpCode": firm.credit_code, "teamSysNo": team.number, "workerList": [worker_row(seal)]}
    assert send("ProjectWorker.Add", data)["code"] == "0"
    person, stay = Person.objects.get(), Assignment.objects.get()
    assert (person.name, person.id_number, person.phone, person.gender, person.born_in_year) == (
        "王强",
        OTHER_ID_NUMBER,
        "13812340000",
        "0",  # 男, as the platform's list has it
        1988,
    )
    assert (stay.person, stay.team, stay.entered_on, stay.work_type, stay.duty) == (
        person,
        team,
        date(2026, 3, 10),
        "020",
        "worker",
    )
    send("ProjectWorker.Add", data)
    assert (Person.objects.count(), Assignment.objects.count()) == (1, 1)
    rows = send("ProjectWorker.Query", {"pageIndex": 0, "pageSize": 50})["data"]["rows"]
    assert (rows[0]["idCardNumber"], rows[0]["teamSysNo"]) == (seal(OTHER_ID_NUMBER), team.number)


def test_another_name_under_the_same_number_is_refused(
    send: Callable, seal: Callable, firm: Any, worker: Person, team: Any
) -> None:
    rows = [worker_row(seal, idCardNumber=seal(ID_NUMBER), workerName="张三"), worker_row(seal)]
    send("ProjectWorker.Add", {"corpCode": firm.credit_code, "teamSysNo": team.number, "workerList": rows})
    assert told() == ("10", "登记 1 人；第 1 条 workerName：与人员库中这个证件号码的姓名不符，请核对证件")
    worker.refresh_from_db()
    assert worker.name == "李建军"


def test_a_team_of_another_project_is_no_team(send: Callable, seal: Callable, firm: Any) -> None:
    answer = send("ProjectWorker.Add", {"corpCode": firm.credit_code, "teamSysNo": "5", "workerList": [worker_row(seal)]})
    assert (answer["code"], answer["message"]) == ("-1", "teamSysNo：项目上没有编号为 5 的班组，先上传班组")
    assert (Person.objects.count(), GateRequest.objects.count()) == (0, 0)


def test_exit_and_entry(send: Callable, seal: Callable, firm: Any, worker: Person, team: Any) -> None:
    def move(kind: int, on: str) -> None:
        row = {"idCardType": "01", "idCardNumber": seal(ID_NUMBER), "type": kind, "date": on}
        send("WorkerEntryExit.Add", {"corpCode": firm.credit_code, "teamSysNo": team.number, "workerList": [row]})

    move(0, "2026-02-01")
    assert told() == ("10", "登记 0 人；第 1 条 date：早于进场日期 2026-03-01")
    move(0, "2026-06-30")
    move(0, "2026-06-30")
    assert Assignment.objects.get().left_on == date(2026, 6, 30)
    move(0, "2026-07-15")
    assert told()[0] == "10"
    move(1, "2026-08-01")
    move(1, "2026-08-01")
    assert list(Assignment.objects.order_by("entered_on").values_list("entered_on", "left_on")) == [
        (date(2026, 3, 1), date(2026, 6, 30)),
        (date(2026, 8, 1), None),
    ]


def test_a_contract_is_kept_once(send: Callable, seal: Callable, firm: Any, worker: Person, project: Any) -> None:
    row = {
        "corpCode": firm.credit_code,
        "idCardType": "01",
        "idCardNumber": seal(ID_NUMBER),
        "contractPeriodType": 0,
        "startDate": "2026-03-01",
        "endDate": "2027-03-01",
        "unitPrice": 320.5,
        "unit": 80,
        "attachments": [{"name": "合同.pdf", "data": "QUJD"}],
    }
    for _ in range(2):
        send("WorkerContract.Add", {"projectCode": project.number, "contractList": [row]})
    contract = WorkContract.objects.get()
    assert (contract.number, contract.period_type, contract.ends_on, contract.unit_price_yuan) == (
        f"{project.number}-LD-{worker.pk}-20260301",
        "0",
        date(2027, 3, 1),
        Decimal("320.50"),
    )
    assert told() == ("20", "合同 1 份；附件 1 个未保存，请在图档库登记合同文本")
    send("WorkerContract.Add", {"contractList": [row | {"endDate": "2025-01-01"}]})
    assert told()[1].endswith("endDate：早于开始日期 2026-03-01")


def test_days_ahead_are_refused(send: Callable, seal: Callable, firm: Any, team: Any) -> None:
    ahead = (timezone.localdate().replace(year=timezone.localdate().year + 1)).isoformat()
    send(
        "ProjectWorker.Add",
        {"corpCode": firm.credit_code, "teamSysNo": team.number, "workerList": [worker_row(seal, date=ahead)]},
    )
    assert told() == ("10", "登记 0 人；第 1 条 date：晚于今日")
    assert Assignment.objects.count() == 0
