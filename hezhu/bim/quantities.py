"""Assembly-rate quantities as JSON and back. Knows no database: the engines' process uses it, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hezhu.engines.prefab import ItemInput, Provenance

ELEMENT_LISTS = ("counted", "considered", "silent")


def inputs_as_dict(inputs: Mapping[str, ItemInput]) -> dict[str, Any]:
    """Quantities as JSON. The elements behind them are told by their number; the list itself is in the content archive."""
    return {item: input_as_dict(value) for item, value in inputs.items()}


def input_as_dict(value: ItemInput) -> dict[str, Any]:
    figures = ("numerator", "denominator", "ratio", "adopted", "absent", "missing", "note")
    return {
        "provenance": value.provenance.value,
        **{name: getattr(value, name) for name in figures},
        **{name: len(getattr(value, name)) for name in ELEMENT_LISTS},
    }


def inputs_from_dict(data: Mapping[str, Any]) -> dict[str, ItemInput]:
    """Quantities from ``inputs_as_dict``. Silent elements keep their number, which is what scoring asks for."""
    return {item: _input_from_dict(value) for item, value in data.items()}


def _input_from_dict(value: Mapping[str, Any]) -> ItemInput:
    figures = {name: value[name] for name in ("numerator", "denominator", "ratio", "adopted", "absent", "missing", "note")}
    return ItemInput(provenance=Provenance(value["provenance"]), silent=("",) * value["silent"], **figures)
