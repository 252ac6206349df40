"""Accounts of the demonstration city and the units that are no firms of the simulation: review body, agencies, institutions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from hezhu.core.access.models import Unit, User
from hezhu.engines.yaml_files import read_yaml
from hezhu.portal.demo.cast import Cast

CITY = "330400"


@cache
def told() -> dict[str, Any]:
    """What is told by hand, from ``story.yaml``."""
    data: dict[str, Any] = read_yaml(Path(__file__).parent / "story.yaml")
    return data


def units_and_offices(password: str) -> dict[str, User]:
    """The units, and every account of one that has a name; returns the accounts by user name."""
    kinds = {"review_body": Unit.Kind.REVIEW_BODY, "agency": Unit.Kind.BUREAU, "institution": Unit.Kind.INSTITUTION}
    for row in told()["units"]:
        Unit.objects.create(name=row["name"], kind=kinds[row["kind"]], division=CITY, is_demo=True)
    return _accounts(password, {row["username"]: _office(row) for row in told()["accounts"] if "part" not in row})


def of_firms(password: str, parts: Cast) -> dict[str, User]:
    """The accounts of firms that play a part in the story."""
    return _accounts(password, {row["username"]: parts[row["part"]] for row in told()["accounts"] if "part" in row})


def _office(row: dict[str, Any]) -> Unit:
    if county := row.get("county"):
        return Unit.objects.get(kind=Unit.Kind.COUNTY, division=county)
    if row["unit"] == "领导小组办公室":
        return Unit.objects.filter(kind=Unit.Kind.CITY_OFFICE).earliest("id")
    return Unit.by_name(row["unit"])


def _accounts(password: str, units: dict[str, Unit]) -> dict[str, User]:
    password_hash = make_password(password)
    rows = {row["username"]: row for row in told()["accounts"]}
    return {
        name: User.objects.create(
            username=name,
            password=password_hash,
            display_name=rows[name]["display"],
            role=rows[name]["role"],
            unit=unit,
            is_demo=True,
        )
        for name, unit in units.items()
    }
