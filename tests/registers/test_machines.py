"""The way of a machine through its filings: what is done, what is late, by how much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hezhu.registers.equipment.models import Machine, MachineInstallation
from hezhu.registers.equipment.rules import limits
from hezhu.registers.equipment.way import CONDITIONS, lamp_of_installation, way_of

TODAY = date(2026, 9, 1)
IN_ORDER = {
    "noticed_on": date(2026, 4, 27),
    "installed_on": date(2026, 5, 6),
    "self_checked_on": date(2026, 5, 7),
    "inspected_on": date(2026, 5, 11),
    "inspection_passed": True,
    "inspection_expires_on": date(2027, 5, 11),
    "accepted_on": date(2026, 5, 12),
    "registered_on": date(2026, 6, 11),
    "maintenance_due_on": date(2026, 9, 10),
}


def stay(machine: Machine, project: Any, number: str = "A", **said: Any) -> MachineInstallation:
    return MachineInstallation.objects.create(
        machine=machine, project=project, division=project.division, number=number, **(IN_ORDER | said)
    )


@pytest.fixture
def machine(firm: Any) -> Machine:
    return Machine.objects.create(
        number="浙FS-T1", kind="tower_crane", model_name="QTZ80", owner=firm, division="330481", filed_on=date(2024, 1, 5)
    )


def states(row: MachineInstallation) -> list[str]:
    return [step.state for step in way_of(row, TODAY)]


def late(row: MachineInstallation) -> list[tuple[str, str]]:
    return [(step.label, step.why) for step in way_of(row, TODAY) if step.state == "late"]


def test_a_machine_in_order(machine: Machine, project: Any) -> None:
    assert states(stay(machine, project)) == ["done"] * 7 + ["next", "next"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"noticed_on": None}, [("安装告知", "没有告知就动工")]),
        # Thursday to Friday: one working day where two are due.
        (
            {"noticed_on": date(2026, 5, 21), "installed_on": date(2026, 5, 22), "self_checked_on": None, "inspected_on": None}
            | {"inspection_passed": None, "accepted_on": None, "registered_on": None},
            [("安装告知", "动工前只有 1 个工作日，应不少于 2 个")],
        ),
        ({"self_checked_on": date(2026, 5, 1)}, [("安装自检", "日期早于安装日期")]),
        ({"inspection_passed": False}, [("检验检测", "检验不合格，不得使用")]),
        ({"inspection_expires_on": date(2026, 8, 20)}, [("检验检测", "检验已过期 12 天")]),
        ({"inspected_on": date(2026, 5, 20)}, [("联合验收", "验收早于检验")]),
        ({"inspected_on": None}, [("检验检测", "已验收，却没有检验")]),
        # Accepted on 12 May: 30 days end on 11 June.
        ({"registered_on": date(2026, 6, 12)}, [("使用登记", "迟办 1 天")]),
        ({"registered_on": None}, [("使用登记", "逾期 82 天未办")]),
        ({"maintenance_due_on": date(2026, 8, 31)}, [("检查维保", "维保逾期 1 天")]),
    ],
)
def test_what_is_late(machine: Machine, project: Any, said: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert late(stay(machine, project, **said)) == expected


def test_a_machine_without_a_property_filing(machine: Machine, project: Any) -> None:
    machine.filed_on = None
    machine.save()
    assert late(stay(machine, project)) == [("产权备案", "安装前没有产权备案日期")]


def test_the_next_step_is_named(machine: Machine, project: Any) -> None:
    fresh = MachineInstallation.objects.create(machine=machine, project=project, division="330481", number="N")
    assert states(fresh) == ["done", "now", *["next"] * 7]


def test_a_dismantled_machine_expires_no_more(machine: Machine, project: Any) -> None:
    row = stay(
        machine,
        project,
        inspection_expires_on=date(2026, 8, 20),
        maintenance_due_on=date(2026, 8, 1),
        dismantle_noticed_on=date(2026, 7, 20),
        dismantled_on=date(2026, 7, 30),
    )
    assert states(row) == ["done"] * 9
    assert lamp_of_installation(row).word == "已拆卸"


def test_the_list_and_the_way_say_the_same(machine: Machine, project: Any) -> None:
    """What a condition finds in the database is exactly what the way calls late, row by row."""
    steps = {
        "inspection-expired": ("检验检测", "检验已过期"),
        "unregistered": ("使用登记", "逾期"),
        "unnoticed": ("安装告知", "没有告知"),
        "maintenance-due": ("检查维保", "维保逾期"),
        "failed": ("检验检测", "检验不合格"),
    }
    changes: list[dict[str, Any]] = [
        {},
        {"inspection_expires_on": TODAY},
        {"inspection_expires_on": date(2026, 8, 31)},
        {"registered_on": None, "accepted_on": date(2026, 8, 2)},
        {"registered_on": None, "accepted_on": date(2026, 8, 1)},
        {"noticed_on": None},
        {"maintenance_due_on": TODAY},
        {"maintenance_due_on": date(2026, 8, 31)},
        {"inspection_passed": False},
        {
            "inspection_expires_on": date(2026, 8, 31),
            "dismantled_on": date(2026, 8, 20),
            "dismantle_noticed_on": date(2026, 8, 10),
        },
    ]
    rows = [stay(machine, project, str(number), **said) for number, said in enumerate(changes)]
    for condition in CONDITIONS:
        label, words = steps[condition.slug]
        told = {row.number for row in rows if any(step == label and why.startswith(words) for step, why in late(row))}
        found = set(MachineInstallation.objects.filter(condition.where(TODAY)).values_list("number", flat=True))
        assert found == told, condition.slug


@pytest.mark.parametrize(
    ("kind", "moment", "years"),
    [
        ("tower_crane", Decimal(630), 10),
        ("tower_crane", Decimal("630.1"), 15),
        ("tower_crane", Decimal(1250), 15),
        ("tower_crane", Decimal(1600), 20),
        ("tower_crane", None, None),
        ("hoist", None, 8),
        ("robot", None, None),
    ],
)
def test_when_a_safety_assessment_is_due(kind: str, moment: Decimal | None, years: int | None) -> None:
    assert limits().assessment_years(kind, moment) == years
