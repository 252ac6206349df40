"""Where the programme gets the computed figures of targets from. The floor above provides them; without it, reports serve."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reading:
    """What a target stands at. ``completion`` is per cent of the target reached (may exceed 100), None when not known.

    ``text`` is the figure as shown (15,842 / 20,000 名), ``state`` a lamp (reached, ok, watch, missed, open), ``gap`` what is left in
    words, ``rows`` how many records stand behind it and ``url`` where they are listed.
    """

    target: str
    completion: float | None
    text: str = ""
    value: float | None = None
    state: str = "open"
    gap: str = ""
    rows: int | None = None
    url: str = ""


Provider = Callable[[Collection[str], int | None, bool, date], Mapping[str, Reading]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Register the function that reads targets: (target codes, year or None, demo, today) → readings by code."""
    if provider not in _providers:
        _providers.append(provider)


def withdraw(provider: Provider) -> None:
    """Take a provider back."""
    if provider in _providers:
        _providers.remove(provider)


def readings(targets: Collection[str], year: int | None, *, demo: bool, today: date) -> dict[str, Reading]:
    """The readings of ``targets`` for ``year`` (None: the whole pilot); a target nobody can read is absent."""
    found: dict[str, Reading] = {}
    if targets:
        for provider in _providers:
            found.update(provider(targets, year, demo, today))
    return found
