"""Firms and accounts of the demonstration city."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from hezhu.core.access.divisions import division_names
from hezhu.core.access.models import Unit, User
from hezhu.engines.codes import credit
from hezhu.registers.enterprises.models import Enterprise

FIRST_DAY = date(2026, 12, 1)


@cache
def names() -> dict[str, Any]:
    """The invented names, from ``city.yaml``."""
    return yaml.safe_load((Path(__file__).parent / "city.yaml").read_text(encoding="utf-8"))


def load(password: str) -> dict[str, User]:
    """Make the firms and the accounts; returns the accounts by user name."""
    random = Random(2026)  # noqa: S311 - invented data, the same at every load
    for firm in [*names()["firms"], *_further_firms(random)]:
        _firm(firm, random)
    Unit.objects.create(name=names()["review_body"], kind=Unit.Kind.REVIEW_BODY, division="330400", is_demo=True)
    for agency in names()["agencies"]:
        Unit.objects.create(name=agency, kind=Unit.Kind.BUREAU, division="330400", is_demo=True)
    for name in names()["institutions"]:
        Unit.objects.create(name=name, kind=Unit.Kind.INSTITUTION, division="330400", is_demo=True)
    password_hash = make_password(password)
    return {row["username"]: _account(row, password_hash) for row in names()["accounts"]}


def _further_firms(random: Random) -> list[dict[str, Any]]:
    """The demonstration enterprises beyond those that take part in projects, named by place and trade."""
    further = names()["further_firms"]
    places = [(division, place) for division, all_places in names()["project_places"].items() for place in all_places]
    return [
        {
            "name": f"示例{place[:-1]}{further['trades'][index % len(further['trades'])]}有限公司",
            "role": random.choice(("2", "3", "5", "99")),
            "division": division,
            "titles": ["demonstration", "prefab_base_provincial"] if index < further["bases"] else ["demonstration"],
        }
        for index, (division, place) in enumerate(random.sample(places, further["count"]))
    ]


def _firm(firm: dict[str, Any], random: Random) -> None:
    code = credit.generate(random, division=firm["division"])
    unit = Unit.objects.create(
        name=firm["name"], kind=Unit.Kind.ENTERPRISE, division=firm["division"], credit_code=code, is_demo=True
    )
    has_licence = firm["role"] in {"3", "5"}
    Enterprise.objects.create(
        unit=unit,
        name=firm["name"],
        credit_code=code,
        division=firm["division"],
        role=firm["role"],
        titles=firm.get("titles", []),
        titled_on=date(2023 + random.randrange(3), 1 + random.randrange(12), 15) if firm.get("titles") else None,
        legal_representative=random.choice(names()["surnames"]) + random.choice("明华立国平宁"),
        phone=f"13{random.randrange(10)}5730{random.randrange(10000):04d}",
        safety_licence=f"（浙）JZ安许证字[2024]{random.randrange(10**6):06d}" if has_licence else "",
        safety_licence_expires_on=FIRST_DAY + timedelta(days=random.randrange(-40, 700)) if has_licence else None,
        main_qualification="建筑工程施工总承包" if has_licence else "",
        address=f"{division_names()[firm['division']]}（演示地址）",
        source="演示数据",
        is_demo=True,
    )


def _account(row: dict[str, Any], password_hash: str) -> User:
    if county := row.get("county"):
        unit = Unit.objects.get(kind=Unit.Kind.COUNTY, division=county)
    elif row["unit"] == "领导小组办公室":
        unit = Unit.objects.filter(kind=Unit.Kind.CITY_OFFICE).earliest("id")
    else:
        unit = Unit.by_name(row["unit"])
    return User.objects.create(
        username=row["username"],
        password=password_hash,
        display_name=row["display"],
        role=row["role"],
        unit=unit,
        is_demo=True,
    )


def firms() -> dict[str, list[Unit]]:
    """The firms by the part they play in projects."""
    units = {unit.name: unit for unit in Unit.objects.filter(is_demo=True)}
    parts: dict[str, list[Unit]] = {}
    for firm in names()["firms"]:
        if part := firm.get("as"):
            parts.setdefault(part, []).append(units[firm["name"]])
    return parts


def remove() -> None:
    """Delete accounts, enterprises and firms of the demonstration."""
    from hezhu.core.access.models import SignInRecord

    SignInRecord.objects.filter(user__is_demo=True).delete()
    Enterprise.objects.filter(is_demo=True).delete()
    User.objects.filter(is_demo=True).delete()
    Unit.objects.filter(is_demo=True).delete()
