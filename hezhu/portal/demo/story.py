"""What is told by hand on the simulated city: the sample project with its two buildings, policies and events. The same rows at every load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hezhu.core.access.models import Unit
from hezhu.engines.codes import project as project_codes
from hezhu.industry.models import Event, Policy
from hezhu.portal.demo.accounts import CITY, told
from hezhu.portal.demo.cast import SAMPLE_COUNTY, Cast
from hezhu.registers.projects.models import PARTIES, Project, UnitBuilding

PERMIT = date(2026, 9, 15)
DATES = {
    "land_contract_on": date(2025, 11, 20),
    "approved_on": date(2026, 2, 6),
    "planning_permit_on": date(2026, 5, 27),
    "review_passed_on": date(2026, 8, 12),
    "contract_filed_on": date(2026, 9, 2),
    "permit_issued_on": PERMIT,
    "started_on": date(2026, 9, 28),
}


@dataclass(frozen=True, slots=True)
class DemoRows:
    """The rows that later steps build on."""

    sample: UnitBuilding
    faulty: UnitBuilding


def load(parts: Cast) -> DemoRows:
    """Make policies and events, and the project whose two buildings carry our own sample models."""
    _policies()
    _events()
    number = project_codes.build_project(SAMPLE_COUNTY, DATES["approved_on"], "01", 66)
    project = Project.objects.create(
        number=number,
        name="海宁市长安镇保障房智能建造示范项目",
        division=SAMPLE_COUNTY,
        function="affordable",
        status="003",
        address="海宁市长安镇（演示地址）",
        area_m2=9800,
        investment_wan_yuan=5620,
        is_government_funded=True,
        funding="government",
        delivery="general",
        is_pilot_demonstration=True,
        demonstration_year=PERMIT.year,
        uses_bim=True,
        owner_contact="周工",
        owner_phone="13857310066",
        permit_number=f"{number}-SX-001",
        source="演示数据",
        is_demo=True,
        **{part: parts[part] for part in PARTIES},
        **DATES,
    )
    return DemoRows(*(_building(project, index) for index in (1, 2)))


def _building(project: Project, index: int) -> UnitBuilding:
    return UnitBuilding.objects.create(
        project=project,
        code=f"{project.number[-4:]}-{index}#",
        name=f"{index}# 楼",
        division=project.division,
        kind="dwelling",
        structure="005",
        area_m2=4900,
        above_ground_area_m2=4900,
        storeys_above=11,
        height_m=33.0,
        permit_issued_on=PERMIT,
        source="演示数据",
        is_demo=True,
    )


def _policies() -> None:
    for row in told()["policies"]:
        Policy.objects.create(
            title=row["title"],
            category=row["category"],
            issuer=Unit.by_name(row["issuer"]),
            issued_on=row["day"],
            requirement=row["requirement"],
            division=CITY,
            source="演示数据",
            is_demo=True,
        )


def _events() -> None:
    for row in told()["events"]:
        Event.objects.create(
            title=row["title"],
            kind=row["kind"],
            host=Unit.by_name(row["host"]),
            held_on=row["day"],
            place=row["place"],
            attendees=row["attendees"],
            division=CITY,
            source="演示数据",
            is_demo=True,
        )
