"""Titles that the pilot plan counts (plan L12, L20), and the bodies that take no part in projects but carry one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import Whole, stream, words
from hezhu.engines.simulate.identifiers import credit_codes, phones
from hezhu.engines.simulate.scales import AS_OF

# How many firms of a city hold each title: absolute numbers, as the plan's targets are (30 and 8), a little short of them.
DEMONSTRATIONS, NATIONAL_BASES, PROVINCIAL_BASES = 28, 2, 5
_PROMISING = ("components", "construction", "design", "equipment_rental")
_FIRST_TITLE = date(2023, 3, 1)
_PHONE_START = 7_000_000


def distinctions(parts: list[str], seed: int) -> tuple[list[str], list[date | None]]:
    """Titles of each firm and the day of the first: demonstration firms of some trades, and among them the makers of components as bases."""
    rng = stream(seed, "titles")
    trades = np.array(parts)
    makers = rng.permutation(np.flatnonzero(trades == "components"))
    bases = makers[: NATIONAL_BASES + PROVINCIAL_BASES]
    others = np.setdiff1d(np.flatnonzero(np.isin(trades, _PROMISING)), bases)
    rest = rng.choice(others, min(DEMONSTRATIONS - len(bases), len(others)), replace=False)
    titles, days = [""] * len(parts), _days(seed, len(parts))
    for place, firm in enumerate([*bases.tolist(), *rest.tolist()]):
        base = "prefab_base_national" if place < NATIONAL_BASES else "prefab_base_provincial" if place < len(bases) else ""
        titles[firm] = f"demonstration、{base}" if base else "demonstration"
    return titles, [day if title else None for title, day in zip(titles, days, strict=True)]


def _days(seed: int, size: int) -> list[date]:
    """Days of award up to a month before the day of the data."""
    span = (AS_OF - _FIRST_TITLE).days - 30
    drawn: Whole = stream(seed, "days of titles").integers(0, span, size)
    return [_FIRST_TITLE + timedelta(days=int(day)) for day in drawn]


def institutions(firms: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The table of firms with the science park and the training bases behind it."""
    rng = stream(seed, "institutions")
    told = words()["institutions"]
    places = np.array([body["division"] for body in told])
    rows = pl.DataFrame(
        {
            "credit_code": credit_codes(rng, places),
            "name": [body["name"] for body in told],
            "division": places.tolist(),
            "role": "99",
            "parts": "",
            "smart_fields": "",
            "titles": [body["title"] for body in told],
            "titled_on": _days(seed, len(told)),
            "state": "active",
            "phone": phones(_PHONE_START, len(told)),
        }
    )
    return pl.concat([firms, rows], how="diagonal")
