"""Calls that meet: the same bytes from two connections, the same people in two orders, the same worker registered twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hezhu.gate.models import GatePass, GateRequest
from hezhu.registers.people.models import Assignment, Attendance, Person
from tests.gate.caller import call, sealed
from tests.gate.conftest import ID_NUMBER, OTHER_ID_NUMBER

pytestmark = pytest.mark.django_db(transaction=True)


def together(calls: list[dict[str, str]]) -> list[dict[str, Any]]:
    def one(fields: dict[str, str]) -> dict[str, Any]:
        try:
            return json.loads(Client().post("/open.api", fields).content)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_the_same_call_over_four_connections(issued: Any, passes: Callable, worker: Person) -> None:
    fields = call(issued[0].appid, issued[1], "WorkerAttendance.Add", passes((ID_NUMBER, "2026-11-20 06:58:03", "01")))
    answers = together([fields] * 4)
    assert len({json.dumps(answer) for answer in answers}) == 1
    assert answers[0]["code"] == "0"
    assert (GateRequest.objects.count(), GatePass.objects.count(), Attendance.objects.get().passes) == (1, 1, 1)


def test_the_same_people_in_two_orders(issued: Any, passes: Callable, worker: Person, project: Any, firm: Any, team: Any) -> None:
    other = Person.objects.create(name="王强", id_number=OTHER_ID_NUMBER, division="330481")
    stay = Assignment.objects.get()
    stay.pk, stay.person = None, other
    stay.save()
    rows = [(n, f"2026-11-20 0{h}:00:0{s}", "01") for h in (6, 7) for s in range(8) for n in (ID_NUMBER, OTHER_ID_NUMBER)]
    calls = [
        call(issued[0].appid, issued[1], "WorkerAttendance.Add", passes(*order))
        for order in (rows, rows[::-1], rows[8:] + rows[:8])
    ]
    assert [answer["code"] for answer in together(calls)] == ["0", "0", "0"]
    assert GatePass.objects.count() == 32
    assert sorted(Attendance.objects.values_list("passes", flat=True)) == [16, 16]


def test_one_worker_registered_by_two_calls(issued: Any, firm: Any, team: Any) -> None:
    row = {"workerName": "王强", "idCardNumber": sealed(OTHER_ID_NUMBER, issued[1]), "date": "2026-03-10"}
    data = {"corpCode": firm.credit_code, "teamSysNo": team.number, "workerList": [row]}
    answers = together([call(issued[0].appid, issued[1], "ProjectWorker.Add", data) for _ in range(3)])
    assert [answer["code"] for answer in answers] == ["0", "0", "0"]
    assert (Person.objects.count(), Assignment.objects.count()) == (1, 1)
