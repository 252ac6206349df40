"""A key on the firm's project, a team, and a worker who entered on 1 March 2026."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from django.test import Client

from hezhu.core.access.models import Unit, User
from hezhu.engines.codes import credit
from hezhu.gate import actions
from hezhu.gate.models import GateKey
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Assignment, Person, Team
from tests.gate.caller import call, sealed

ID_NUMBER = "330481199001011236"
OTHER_ID_NUMBER = "330481198805052231"


@pytest.fixture
def firm(units: dict[str, Unit]) -> Enterprise:
    return Enterprise.objects.create(
        credit_code=credit.generate(Random(1), division="330481"), name=units["firm"].name, division="330481", unit=units["firm"]
    )


@pytest.fixture
def issued(project: Any, haining_officer: User) -> tuple[GateKey, str]:
    return actions.issue_key(project, name="1号门", by=haining_officer)


@pytest.fixture
def team(project: Any, firm: Enterprise) -> Team:
    return Team.objects.create(project=project, division="330481", number="100000001", name="钢筋一班", enterprise=firm)


@pytest.fixture
def worker(project: Any, firm: Enterprise, team: Team) -> Person:
    person = Person.objects.create(name="李建军", id_number=ID_NUMBER, division="330481", kinds=["worker"])
    Assignment.objects.create(
        project=project, division="330481", person=person, enterprise=firm, team=team, entered_on=date(2026, 3, 1)
    )
    return person


@pytest.fixture
def send(client: Client, issued: tuple[GateKey, str]) -> Callable[..., dict[str, Any]]:
    """Send one call with the key and give back what is answered."""
    key, secret = issued

    def sent(method: str, data: Any, /, **other: str) -> dict[str, Any]:
        answer = client.post("/open.api", call(key.appid, secret, method, data, **other))
        assert answer.status_code == 200
        return json.loads(answer.content)

    return sent


@pytest.fixture
def seal(issued: tuple[GateKey, str]) -> Callable[[str], str]:
    return lambda number: sealed(number, issued[1])


@pytest.fixture
def passes(project: Any, seal: Callable[[str], str]) -> Callable[..., dict[str, Any]]:
    """The data of a WorkerAttendance.Add with (number, time, direction) rows."""

    def made(*rows: tuple[str, str, str], **other: Any) -> dict[str, Any]:
        return {
            "projectCode": project.number,
            "teamSysNo": "100000001",
            "dataList": [
                {"idCardType": "01", "idCardNumber": seal(number), "date": at, "direction": way, "attendType": "001"} | other
                for number, at, way in rows
            ],
        }

    return made
