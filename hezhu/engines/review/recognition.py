"""What a room or building is for, recognised from its names by word lists that belong to the rule pack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class RoomFunction:
    """One use of a room: its key, Chinese label, and the words that show it. ``groups`` are public, private, service…"""

    key: str
    label: str
    words: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Recognition:
    """Word lists in order: the first function one of whose words is found wins.

    Chinese words are looked for anywhere in a name; words in Latin letters must stand alone, case does not matter.
    ``exact`` words must be the whole name.
    """

    functions: tuple[RoomFunction, ...]
    buildings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixtures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compartment_words: tuple[str, ...] = ()
    compartment_properties: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Recognition:
        """From the YAML of a recognition file."""
        functions = tuple(
            RoomFunction(
                key,
                str(row["label"]),
                tuple(map(str, row.get("words", ()))),
                tuple(str(word).casefold() for word in row.get("exact", ())),
                frozenset(row.get("groups", ())),
            )
            for key, row in data["functions"].items()
        )
        buildings, fixtures = (
            {kind: tuple(map(str, words)) for kind, words in data.get(name, {}).items()} for name in ("buildings", "fixtures")
        )
        compartments = data.get("compartments", {})
        words, properties = (tuple(map(str, compartments.get(name, ()))) for name in ("words", "properties"))
        return cls(functions, buildings, fixtures, words, properties)

    def function_of(self, names: Iterable[str]) -> RoomFunction | None:
        """The use that these names of one room show; earlier names count before later ones. None when none does."""
        for name in names:
            plain = name.strip()
            if not plain:
                continue
            for function in self.functions:
                if plain.casefold() in function.exact or any(_holds(plain, word) for word in function.words):
                    return function
        return None

    def building_kind_of(self, names: Iterable[str]) -> str | None:
        """dwelling or public, from the names and uses a building gives itself."""
        for name in names:
            for kind, words in self.buildings.items():
                if name and any(_holds(name, word) for word in words):
                    return kind
        return None

    def names_compartment(self, names: Iterable[str]) -> bool:
        """Whether the names of a group or zone call it a fire compartment."""
        return any(_holds(str(name), word) for name in names for word in self.compartment_words)

    def fixture_of(self, names: Iterable[str]) -> str | None:
        """What a sanitary fixture is (toilet, basin, shower …), from its names; None when none shows it."""
        for name in names:
            for kind, words in self.fixtures.items():
                if name and any(_holds(name, word) for word in words):
                    return kind
        return None

    def label(self, key: str) -> str:
        """The Chinese label of a function key."""
        return next((function.label for function in self.functions if function.key == key), key)


def _holds(name: str, word: str) -> bool:
    return word in name if _CJK.search(word) else bool(_alone(word).search(name))


@lru_cache(maxsize=1024)
def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", re.IGNORECASE)
