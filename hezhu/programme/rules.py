"""The programme's rules as data: ``rulepacks/lights.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import yaml
from django.conf import settings

from hezhu.programme.lights import Rule, load_rules, rule_on


@dataclass(frozen=True, slots=True)
class AnnualYears:
    """From which year to which a yearly requirement opens an instance; ``last_year`` None means it goes on."""

    first_year: int
    last_year: int | None
    status: str
    source: str

    def covers(self, year: int) -> bool:
        return year >= self.first_year and (self.last_year is None or year <= self.last_year)


@lru_cache(maxsize=1)
def light_rules() -> tuple[Rule, ...]:
    return load_rules(settings.RULEPACKS / "lights.yaml")


def light_rule(day: date) -> Rule:
    """The light rule in force on ``day``."""
    return rule_on(light_rules(), day)


@lru_cache(maxsize=1)
def annual_years() -> AnnualYears:
    table = yaml.safe_load((settings.RULEPACKS / "lights.yaml").read_text(encoding="utf-8"))
    return AnnualYears(**table["annual"])
