"""``rulepacks/credit.yaml``: how long credit information is public and how a score reads as a band."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings

from hezhu.engines.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class CreditRules:
    """Periods in months; ``bands`` of the profile in force by sector, best first; ``note`` says how sure the profile is."""

    good_months: int
    bad_least_months: int
    bad_most_months: int
    bands: dict[str, list[dict[str, Any]]]
    note: str

    def band(self, sector: str, score: Decimal) -> str:
        """A, B, C or D; "" where the profile has no bands for the sector."""
        return next((str(row["band"]) for row in self.bands.get(sector, ()) if score >= row["from"]), "")


@cache
def rules() -> CreditRules:
    """The rules in force."""
    data = read_yaml(settings.RULEPACKS / "credit.yaml")
    public = data["publication"]
    profile = data["bands"].get(data["in_force"], {"sectors": {}})
    return CreditRules(
        good_months=int(public["good"]["months"]),
        bad_least_months=int(public["bad"]["least_months"]),
        bad_most_months=int(public["bad"]["most_months"]),
        bands=profile["sectors"],
        note=str(data["in_force_note"]),
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
