"""Projects, buildings, policies and events of the demonstration city: the same rows at every load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hezhu.core.access.divisions import counties
from hezhu.core.access.models import Unit
from hezhu.engines.codes import project as project_codes
from hezhu.industry.models import Event, Policy
from hezhu.portal.demo.people import names
from hezhu.registers.projects.models import Project, UnitBuilding

LAST_PERMIT = date(2026, 10, 30)
PROJECTS_PER_COUNTY = 9
SAMPLE_COUNTY = "330481"


@dataclass(frozen=True, slots=True)
class DemoRows:
    """The rows that later steps build on."""

    sample: UnitBuilding
    faulty: UnitBuilding


def load(firms: dict[str, list[Unit]]) -> DemoRows:
    """Make projects and buildings, policies and events."""
    random = Random(33)  # noqa: S311 - invented data, the same at every load
    for division in counties():
        for serial in range(PROJECTS_PER_COUNTY):
            _project(random, firms, division, serial)
    _policies()
    _events()
    return _sample_project(firms)


def _dates(random: Random, permit: date) -> dict[str, date | None]:
    """The statutory dates around a building permit, in their order; those after today are not there yet."""
    started = permit + timedelta(days=random.randrange(5, 40))
    completed = started + timedelta(days=random.randrange(420, 720))
    return {
        "land_contract_on": permit - timedelta(days=random.randrange(260, 330)),
        "approved_on": permit - timedelta(days=random.randrange(200, 250)),
        "planning_permit_on": permit - timedelta(days=random.randrange(90, 140)),
        "review_passed_on": permit - timedelta(days=random.randrange(30, 60)),
        "contract_filed_on": permit - timedelta(days=random.randrange(8, 25)),
        "permit_issued_on": permit,
        "started_on": started if started <= LAST_PERMIT else None,
        "completed_on": completed if completed <= LAST_PERMIT else None,
    }


def _parties(random: Random, firms: dict[str, list[Unit]], division: str) -> dict[str, Unit]:
    owner = next((unit for unit in firms["owner"] if unit.division == division), firms["owner"][0])
    return {"owner": owner} | {part: random.choice(firms[part]) for part in ("surveyor", "designer", "contractor", "supervisor")}


def _project(random: Random, firms: dict[str, list[Unit]], division: str, serial: int) -> None:
    kind = names()["project_kinds"][(serial + int(division)) % len(names()["project_kinds"])]
    place = random.choice(names()["project_places"][division])
    permit = LAST_PERMIT - timedelta(days=random.randrange(0, 1000))
    number = project_codes.build_project(division, permit - timedelta(days=210), "01", serial + 1)
    pilot = serial % 5 == 0
    area = round(random.uniform(3200, 9800) * kind["buildings"], 0)
    project = Project.objects.create(
        number=number,
        name=f"{counties()[division]}{place}{kind['name']}{'一二三四五六七八九'[serial]}期",
        division=division,
        function=kind["function"],
        address=f"{counties()[division]}{place}",
        area_m2=area,
        investment_wan_yuan=round(area * random.uniform(0.42, 0.68), 2),
        is_government_funded=kind["function"] in {"affordable", "school", "hospital"},
        is_pilot_demonstration=pilot,
        demonstration_year=permit.year if pilot else None,
        uses_bim=(uses_bim := random.random() < 0.55),
        bim_published_on=permit - timedelta(days=45) if uses_bim else None,
        owner_contact=random.choice(names()["surnames"]) + "工",
        owner_phone=f"13{random.randrange(10)}5731{random.randrange(10000):04d}",
        permit_number=f"{number}-SX-001",
        source="演示数据",
        source_batch="XK-DEMO",
        source_line=serial + 2,
        is_demo=True,
        **_parties(random, firms, division),
        **_dates(random, permit),
    )
    weights = [random.uniform(0.7, 1.3) for _ in range(kind["buildings"])]
    for index, weight in enumerate(weights):
        _building(random, project, kind, index, round(area * weight / sum(weights), 2))


def _building(random: Random, project: Project, kind: dict[str, Any], index: int, area: float) -> None:
    storeys = random.randint(*kind["storeys"])
    rate = round(random.uniform(22, 78), 1)
    is_prefab = rate >= 50 and random.random() < 0.95
    judged = project.permit_issued_on is not None and random.random() < 0.93
    UnitBuilding.objects.create(
        project=project,
        code=f"{project.number[-4:]}-{index + 1}#",
        name=f"{index + 1}# 楼",
        division=project.division,
        kind=kind["kind"],
        structure="005" if kind["kind"] == "dwelling" else "003",
        area_m2=area,
        above_ground_area_m2=round(area * 0.9, 2),
        storeys_above=storeys,
        height_m=round(storeys * (3.0 if kind["kind"] == "dwelling" else 4.2) + 0.45, 2),
        permit_issued_on=project.permit_issued_on,
        assembly_rate=rate if judged else None,
        is_prefab=is_prefab if judged else None,
        assembly_reason=_reason(rate, is_prefab) if judged else "",
        assembly_source="演示数据：预评价表" if judged else "",
        source="演示数据",
        source_batch="XK-DEMO",
        is_demo=True,
    )


def _reason(rate: float, is_prefab: bool) -> str:
    if is_prefab:
        return "装配率、主体结构、围护墙与内隔墙、全装修均达到"
    return "装配率低于 50%" if rate < 50 else "未采用全装修"


def _sample_project(firms: dict[str, list[Unit]]) -> DemoRows:
    """The project whose two buildings carry our own sample models."""
    permit = date(2026, 9, 15)
    number = project_codes.build_project(SAMPLE_COUNTY, date(2026, 2, 6), "01", 66)
    project = Project.objects.create(
        number=number,
        name="海宁市长安镇保障房智能建造示范项目",
        division=SAMPLE_COUNTY,
        function="affordable",
        address="海宁市长安镇（演示地址）",
        area_m2=9800,
        investment_wan_yuan=5620,
        is_government_funded=True,
        is_pilot_demonstration=True,
        demonstration_year=2026,
        uses_bim=True,
        owner_contact="周工",
        owner_phone="13857310066",
        permit_number=f"{number}-SX-001",
        source="演示数据",
        source_batch="XK-DEMO",
        is_demo=True,
        **{part: units[0] for part, units in firms.items()} | {"owner": firms["owner"][2]},
        **_dates(Random(1), permit),  # noqa: S311
    )
    made = [
        UnitBuilding.objects.create(
            project=project,
            code=f"{number[-4:]}-{index + 1}#",
            name=f"{index + 1}# 楼",
            division=SAMPLE_COUNTY,
            kind="dwelling",
            structure="005",
            area_m2=4900,
            above_ground_area_m2=4900,
            storeys_above=11,
            height_m=33.0,
            permit_issued_on=permit,
            source="演示数据",
            source_batch="XK-DEMO",
            is_demo=True,
        )
        for index in range(2)
    ]
    return DemoRows(sample=made[0], faulty=made[1])


def _policies() -> None:
    for row in names()["policies"]:
        Policy.objects.create(
            title=row["title"],
            category=row["category"],
            issuer=Unit.by_name(row["issuer"]),
            issued_on=row["day"],
            requirement=row["requirement"],
            division="330400",
            source="演示数据",
            is_demo=True,
        )


def _events() -> None:
    for row in names()["events"]:
        Event.objects.create(
            title=row["title"],
            kind=row["kind"],
            host=Unit.by_name(row["host"]),
            held_on=row["day"],
            place=row["place"],
            attendees=row["attendees"],
            division="330400",
            source="演示数据",
            is_demo=True,
        )


def remove() -> None:
    for model in (Event, Policy, UnitBuilding, Project):
        model.objects.filter(is_demo=True).delete()
