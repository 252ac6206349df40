"""Time limits of procedures, from ``rulepacks/procedures.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hezhu.core.cases.declare import TimeLimit

FILE = "procedures.yaml"


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
