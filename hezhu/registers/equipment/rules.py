"""The time limits of ``rulepacks/machines.yaml``, each with its source and whether it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings

from hezhu.engines.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class Limits:
    """Working days of a notice before installing or dismantling; days to register the use after acceptance."""

    notice_workdays: int
    registration_days: int
    confirmed: bool
    assessment: tuple[dict[str, Any], ...]

    def assessment_years(self, kind: str, moment_knm: Decimal | None) -> int | None:
        """After how many years a machine needs a safety assessment; None where the rule names none, or its moment is not known."""
        for row in self.assessment:
            if row["kind"] != kind:
                continue
            most = row.get("moment_knm")
            if most is None:
                return int(row["years"]) if moment_knm is not None or not _by_moment(self.assessment, kind) else None
            if moment_knm is not None and moment_knm <= most:
                return int(row["years"])
        return None


def _by_moment(rows: tuple[dict[str, Any], ...], kind: str) -> bool:
    return any(row["kind"] == kind and "moment_knm" in row for row in rows)


@cache
def limits() -> Limits:
    """The limits in force."""
    data = read_yaml(settings.RULEPACKS / "machines.yaml")
    held = data["limits"]
    return Limits(
        notice_workdays=int(held["notice_workdays"]["value"]),
        registration_days=int(held["registration_days"]["value"]),
        confirmed=all(each["status"] == "confirmed" for each in held.values()),
        assessment=tuple(data["assessment"]["years"]),
    )
