"""What the drawing review asks of each discipline, from ``rulepacks/procedures.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hezhu.bim.life.kinds import Discipline

SLUG = "bim-drawings"


@dataclass(frozen=True, slots=True)
class Asked:
    """One discipline: the clause pack its models are judged by, and when a model of it must be there (always, prefab, never)."""

    discipline: Discipline
    pack: str
    required: str

    def is_required(self, *, is_prefab: bool) -> bool:
        return self.required == "always" or (self.required == "prefab" and is_prefab)


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time that is no clock of working days: ``months`` a certificate stands, ``days`` (working) before a case lapses."""

    length: int
    source: str
    confirmed: bool


@lru_cache(maxsize=1)
def _entry() -> dict[str, Any]:
    data = yaml.safe_load((settings.RULEPACKS / "procedures.yaml").read_text(encoding="utf-8"))
    entry = data["procedures"].get(SLUG)
    if not isinstance(entry, dict):
        raise ImproperlyConfigured(f"procedures.yaml procedures.{SLUG}: missing")
    return entry


@lru_cache(maxsize=1)
def asked() -> dict[str, Asked]:
    """Disciplines in the order of the rules. ImproperlyConfigured names an unknown discipline or word."""
    found = {}
    for key, row in _entry()["disciplines"].items():
        if key not in Discipline.values or row["required"] not in ("always", "prefab", "never"):
            raise ImproperlyConfigured(f"procedures.yaml procedures.{SLUG}.disciplines.{key}: {row}")
        found[key] = Asked(Discipline(key), row["pack"], row["required"])
    return found


def term(name: str) -> Term:
    """``certificate`` (months) or ``lapse`` (working days)."""
    row = _entry()["terms"][name]
    return Term(int(row["length"]), str(row["source"]), row["status"] == "confirmed")
