"""The statutory way of a row: steps from left to right, each with its state and the reason for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step. ``state``: done, now (the next to take), late (overdue, or taken against the rule), next, off (does not apply)."""

    label: Any
    state: str
    on: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A named set of rows that a list can be narrowed to, as it is on a day: (slug, words, lookup)."""

    slug: str
    label: Any
    where: Callable[[date], Q]
