"""One row of every register, in 海宁 and naming the firm, and the data a form would send for another."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from hezhu.core.access.models import Unit
from hezhu.core.register.declare import Register, registers
from hezhu.engines.codes import credit
from hezhu.industry.models import Event, Policy
from hezhu.registers.enterprises.models import Enterprise
from tests.core.register.library_rows import NEW as LIBRARY_NEW
from tests.core.register.library_rows import library_rows

SLUGS = [register.slug for register in registers]


@pytest.fixture(params=SLUGS)
def register(request: pytest.FixtureRequest) -> Register:
    """Every declared register in turn: a register without a row below fails, so none escapes the battery."""
    return registers.get(request.param)


@pytest.fixture
def rows(units: dict[str, Unit], project: Any, building: Any) -> dict[str, Any]:
    firm = units["firm"]
    enterprise = Enterprise.objects.create(
        credit_code=credit.generate(Random(1), division="330481"),
        name=firm.name,
        division="330481",
        unit=firm,
        phone="13812348000",
        legal_representative="周建国",
    )
    return library_rows(enterprise, project) | {
        "units": firm,
        "projects": project,
        "buildings": building,
        "enterprises": enterprise,
        "policies": Policy.objects.create(
            title="海宁试点办法", issuer=units["haining"], division="330481", issued_on=date(2026, 1, 5)
        ),
        "events": Event.objects.create(
            title="海宁观摩会", kind="observation", host=units["haining"], division="330481", held_on=date(2026, 5, 1)
        ),
    }


@pytest.fixture
def row(register: Register, rows: dict[str, Any]) -> Any:
    return rows[register.slug]


NEW: dict[str, dict[str, Any]] = LIBRARY_NEW | {
    "units": {"name": "测试平湖检测有限公司", "kind": "enterprise", "division": "330482"},
    "projects": {
        "number": "3304812605060102",
        "name": "海宁测试小学",
        "division": "330481",
        "category": "01",
        "nature": "001",
        "function": "school",
    },
    "buildings": {
        "project": "海宁测试安置房",
        "code": "2#",
        "name": "2号楼",
        "division": "330481",
        "kind": "dwelling",
        "area_m2": "5000",
        "storeys_below": "0",
    },
    "enterprises": {"credit_code": "", "name": "测试海宁构件有限公司", "division": "330481", "role": "3", "state": "active"},
    "policies": {"title": "海宁补助办法", "issuer": "测试海宁市政府", "division": "330481", "category": "finance"},
    "events": {"title": "海宁论坛", "kind": "forum", "host": "测试海宁市政府", "division": "330481", "held_on": "2026-06-01"},
}


@pytest.fixture
def new_data(register: Register, rows: dict[str, Any]) -> dict[str, Any]:
    data = dict(NEW[register.slug])
    if "installation" in data:
        data["installation"] = f"#{rows['machine-installations'].pk}"
    if "credit_code" in data:
        data["credit_code"] = credit.generate(Random(7), division="330481")
    return data
