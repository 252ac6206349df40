"""The questions an IDS asks of a model. Any store of model facts that answers them can be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hezhu.engines.review.ids.values import Plain

# One instance of the model, in whatever form the store uses; it is only handed back to the store.
Instance = Any


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property: its values in SI units, one for a single value, several for lists, bounds, enumerations and tables.

    ``columns`` are (IFC defined type in upper case, values); only tables have more than one. A property of a kind that IDS
    does not support (complex, reference) has ``supported`` False; one without a value has no columns.
    """

    columns: tuple[tuple[str, tuple[Plain, ...]], ...] = ()
    supported: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """A classification reference or one above it: its code (None for the bare system) and the system's name."""

    code: str | None
    system: str | None


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """An explicit attribute. ``plain`` is None where the value is an object or a list; ``empty`` for $, '', () and UNKNOWN."""

    name: str
    plain: Plain | None
    empty: bool = False


Psets = Mapping[str, Mapping[str, PropertyValue]]


class Facts(Protocol):
    """What is known of one model."""

    def classes(self) -> Iterable[str]:
        """Every class the model has instances of, in upper case, as IDS understands it (IFC2X3 occurrences by their type)."""
        ...

    def instances(self, ifc_class: str) -> Sequence[Instance]:
        """The instances of exactly that class."""
        ...

    def supertypes(self, ifc_class: str) -> frozenset[str]:
        """The class and all above it."""
        ...

    def attribute_names(self, ifc_class: str) -> Iterable[str]:
        """The explicit attributes of a class."""
        ...

    def class_names(self, instance: Instance) -> tuple[str, ...]:
        """The names under which an instance may be asked for; the first is its own class."""
        ...

    def predefined_types(self, instance: Instance) -> tuple[str, ...]:
        """Its predefined type, its user-defined one, or both as ``USERDEFINED`` and the text; empty where there is none."""
        ...

    def attributes(self, instance: Instance, wanted: Callable[[Plain], bool]) -> list[AttributeValue]:
        """The attributes whose names are wanted."""
        ...

    def psets(self, instance: Instance, wanted: Callable[[Plain], bool]) -> Psets:
        """The property sets whose names are wanted, the instance's own properties before those of its type."""
        ...

    def classifications(self, instance: Instance) -> tuple[Reference, ...]:
        """References of the instance, or of its type for systems in which it has none of its own."""
        ...

    def materials(self, instance: Instance) -> frozenset[str] | None:
        """Names and categories of its material and of the parts of it; None without material."""
        ...

    def wholes(self, instance: Instance, relation: str) -> Iterable[Instance]:
        """What it is part of by that relation (an IDS relation name, or empty for any), nearest first."""
        ...
