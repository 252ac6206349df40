"""Attendance through the worker platform's protocol: what is answered, and what stands in the register afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from hezhu.gate.models import GateKey, GatePass, GateRequest, HeldPass
from hezhu.registers.people.models import Assignment, Attendance, Person
from tests.gate.caller import call
from tests.gate.conftest import ID_NUMBER, OTHER_ID_NUMBER

CHINA = ZoneInfo("Asia/Shanghai")
MORNING, NOON, EVENING = "2026-11-20 06:58:03", "2026-11-20 12:01:00", "2026-11-20 17:31:40"


def the_day() -> tuple[Any, ...]:
    row = Attendance.objects.get()
    return row.day, row.first_in_at, row.last_out_at, row.passes, row.channel


def test_passes_fold_into_one_day(send: Callable, passes: Callable, worker: Person, project: Any) -> None:
    answer = send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01"), (ID_NUMBER, EVENING, "02")))
    assert (answer["code"], answer["message"]) == ("0", "成功")
    assert the_day() == (
        date(2026, 11, 20),
        datetime(2026, 11, 20, 6, 58, 3, tzinfo=CHINA),
        datetime(2026, 11, 20, 17, 31, 40, tzinfo=CHINA),
        2,
        "001",
    )
    row = Attendance.objects.get()
    serial = answer["data"]["requestSerialCode"]
    assert (row.person, row.project, row.team.number, row.division) == (worker, project, "100000001", "330481")
    assert (row.source, row.source_batch, row.source_line) == ("劳务平台", serial[-40:], 1)
    result = send("AsyncHandleResult.Query", {"requestSerialCode": serial})["data"]
    assert (result["status"], result["result"]) == ("20", "入库 2 条")


def test_a_later_call_widens_the_day_and_counts_only_what_is_new(send: Callable, passes: Callable, worker: Person) -> None:
    send("WorkerAttendance.Add", passes((ID_NUMBER, NOON, "01"), (ID_NUMBER, EVENING, "02")))
    send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01"), (ID_NUMBER, NOON, "01"), (ID_NUMBER, NOON, "02")))
    assert the_day()[1:4] == (
        datetime(2026, 11, 20, 6, 58, 3, tzinfo=CHINA),
        datetime(2026, 11, 20, 17, 31, 40, tzinfo=CHINA),
        4,
    )
    assert GateRequest.objects.order_by("id").last().result == "入库 2 条，已有 1 条未重复计"


def test_the_same_rows_in_one_call_count_once(send: Callable, passes: Callable, worker: Person) -> None:
    send("WorkerAttendance.Add", passes(*[(ID_NUMBER, MORNING, "01")] * 3))
    assert (GatePass.objects.count(), the_day()[3]) == (1, 1)


def test_a_call_that_comes_again_gets_its_first_answer(client: Client, issued: Any, passes: Callable, worker: Person) -> None:
    key, secret = issued
    fields = call(key.appid, secret, "WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01")))
    first, again = client.post("/open.api", fields).json(), client.post("/open.api", fields).json()
    assert first == again
    assert (GateRequest.objects.count(), GatePass.objects.count(), the_day()[3]) == (1, 1, 1)


def test_another_call_with_the_same_nonce_in_the_same_second_is_refused(send: Callable, passes: Callable, worker: Person) -> None:
    now = datetime.now(CHINA).strftime("%Y%m%d%H%M%S")
    send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01")), nonce="7", timestamp=now)
    answer = send("WorkerAttendance.Add", passes((ID_NUMBER, EVENING, "02")), nonce="7", timestamp=now)
    assert (answer["code"], answer["message"]) == ("-1", "nonce 在同一秒内已用过，请换一个随机数重发")
    assert (GatePass.objects.count(), the_day()[3]) == (1, 1)


def test_a_row_that_cannot_be_used_is_named_and_keeps_no_other_out(send: Callable, passes: Callable, worker: Person) -> None:
    data = passes((ID_NUMBER, MORNING, "01"), (ID_NUMBER, "2099-01-01 00:00:00", "01"), (ID_NUMBER, EVENING, "03"))
    data["dataList"].append({"idCardType": "01", "idCardNumber": ID_NUMBER, "date": EVENING, "direction": "02"})
    serial = send("WorkerAttendance.Add", data)["data"]["requestSerialCode"]
    told = send("AsyncHandleResult.Query", {"requestSerialCode": serial})["data"]
    assert told["status"] == "10"
    assert told["result"] == (
        "入库 1 条；第 2 条 date：晚于现在；第 3 条 direction：应为 01（入场）或 02（出场）；"
        "第 4 条 idCardNumber：解不开：应以本密钥按 AES-CBC 加密再做 Base64"
    )
    assert the_day()[3] == 1


def test_a_stranger_is_held_until_registered_and_then_counted(
    send: Callable, passes: Callable, seal: Callable, worker: Person, firm: Any
) -> None:
    data = passes((OTHER_ID_NUMBER, MORNING, "01"), (OTHER_ID_NUMBER, EVENING, "02"))
    serial = send("WorkerAttendance.Add", data)["data"]["requestSerialCode"]
    assert send("AsyncHandleResult.Query", {"requestSerialCode": serial})["data"]["status"] == "10"
    send("WorkerAttendance.Add", data)
    assert (HeldPass.objects.count(), Attendance.objects.count()) == (2, 0)
    worker_list = [{"workerName": "王强", "idCardType": "01", "idCardNumber": seal(OTHER_ID_NUMBER), "date": "2026-11-01"}]
    answer = send("ProjectWorker.Add", {"teamSysNo": "100000001", "corpCode": firm.credit_code, "workerList": worker_list})
    assert GateRequest.objects.get(serial=answer["data"]["requestSerialCode"]).result == "登记 1 人，认领此前的通行 2 条"
    assert (HeldPass.objects.count(), the_day()[3]) == (0, 2)
    assert Attendance.objects.get().person.name == "王强"


def test_someone_who_left_is_held(send: Callable, passes: Callable, worker: Person) -> None:
    Assignment.objects.update(left_on=date(2026, 11, 19))
    send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01")))
    assert HeldPass.objects.get().reason == "not-on-site"
    assert Attendance.objects.count() == 0


def test_numbers_of_held_passes_are_sealed_at_rest(send: Callable, passes: Callable, team: Any) -> None:
    from django.db import connection

    send("WorkerAttendance.Add", passes((OTHER_ID_NUMBER, MORNING, "01")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM gate_heldpass t")
        assert OTHER_ID_NUMBER not in cursor.fetchone()[0]
    assert HeldPass.objects.get().masked_number == "330481********2231"


def test_photos_are_judged_and_not_kept(send: Callable, passes: Callable, worker: Person) -> None:
    import base64

    small, large = base64.b64encode(b"\xff\xd8" + b"x" * 100).decode(), base64.b64encode(b"x" * 60_000).decode()
    send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01"), image=small))
    assert GateRequest.objects.get().result == "入库 1 条；照片 1 张已核对大小，未保存（个人信息最少必要）"
    answer = send("WorkerAttendance.Add", passes((ID_NUMBER, EVENING, "02"), image=large))
    assert (
        GateRequest.objects.get(serial=answer["data"]["requestSerialCode"]).result == "入库 0 条；第 1 条 image：照片超过 50 KB"
    )
    assert the_day()[3] == 1


def test_query_gives_the_day_back_with_sealed_numbers(send: Callable, passes: Callable, seal: Callable, worker: Person) -> None:
    send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01"), (ID_NUMBER, EVENING, "02")))
    told = send("WorkerAttendance.Query", {"pageIndex": 0, "pageSize": 1, "date": "2026-11-20", "idCardNumber": seal(ID_NUMBER)})
    assert (told["data"]["totalCount"], len(told["data"]["rows"])) == (2, 1)
    row = told["data"]["rows"][0]
    assert (row["idCardNumber"], row["date"], row["direction"]) == (seal(ID_NUMBER), MORNING, "01")
    assert send("WorkerAttendance.Query", {"date": "2026-11-21"})["data"]["totalCount"] == 0


@pytest.mark.parametrize("demo", [True])
def test_a_key_of_the_demonstration_city_knows_no_real_person(
    send: Callable, passes: Callable, worker: Person, issued: Any, demo: bool
) -> None:
    GateKey.objects.update(is_demo=demo)
    send("WorkerAttendance.Add", passes((ID_NUMBER, MORNING, "01")))
    assert (Attendance.objects.count(), HeldPass.objects.get().reason) == (0, "unknown")
