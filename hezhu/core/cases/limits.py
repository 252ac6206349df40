"""Time limits of procedures and the agencies they ask, from ``rulepacks/procedures.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hezhu.core.cases.declare import Agency, TimeLimit

FILE = "procedures.yaml"
MOST_DAYS = 60


def time_limit(slug: str, step: str = "") -> TimeLimit:
    """The limit of a procedure, or of one step of it. ImproperlyConfigured names the entry that is missing or wrong."""
    place = f"{FILE} procedures.{slug}" + (f".steps.{step}" if step else "")
    row = _procedures().get(slug)
    row = row.get("steps", {}).get(step) if step and isinstance(row, dict) else row
    if not isinstance(row, dict):
        raise ImproperlyConfigured(f"{place}: missing")
    days, source = row.get("days"), row.get("source")
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise ImproperlyConfigured(f"{place}.days: a whole number of working days, not {days!r}")
    if not source:
        raise ImproperlyConfigured(f"{place}.source: say where the limit stands")
    return TimeLimit(days, str(source), row.get("status") == "confirmed")


def expiry(slug: str, state: str) -> int:
    """Working days a case may lie in a state before the platform ends it. ImproperlyConfigured names the entry that is missing."""
    row = (_procedures().get(slug, {}).get("expires") or {}).get(state)
    place = f"{FILE} procedures.{slug}.expires.{state}"
    days = row.get("days") if isinstance(row, dict) else None
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise ImproperlyConfigured(f"{place}.days: a whole number of working days, not {days!r}")
    return days


def agencies(slug: str) -> tuple[Agency, ...]:
    """The units a procedure asks as a rule, in the order of the file. ImproperlyConfigured names the entry that is wrong."""
    rows = _procedures().get(slug, {}).get("agencies") or {}
    return tuple(_agency(f"{FILE} procedures.{slug}.agencies.{key}", key, row) for key, row in rows.items())


def _agency(place: str, key: str, row: Any) -> Agency:
    if not isinstance(row, dict) or not row.get("title"):
        raise ImproperlyConfigured(f"{place}.title: say what the agency is called")
    words, days = row.get("words"), row.get("days")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise ImproperlyConfigured(f"{place}.words: a list of words that the unit's name has, not {words!r}")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
        raise ImproperlyConfigured(f"{place}.days: 1 to {MOST_DAYS} working days, not {days!r}")
    source, confirmed = str(row.get("source", "")), row.get("status") == "confirmed"
    return Agency(key, str(row["title"]), tuple(words), days, str(row.get("question", "")), source, confirmed)


@lru_cache(maxsize=1)
def _procedures() -> dict[str, Any]:
    path = settings.RULEPACKS / FILE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ImproperlyConfigured(f"{FILE}: {error}") from error
    found = data.get("procedures") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{FILE}: has no procedures")
    return found
