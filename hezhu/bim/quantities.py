"""The assembly rate as plain data: quantities from the model and an entered sheet, scored. Knows no database.

Importing this loads the engines with their geometry libraries: the web process does so only when a sheet is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hezhu.engines import prefab
from hezhu.engines.prefab import AssemblyRate, ItemInput, Provenance, StoreySum

FIGURES = ("numerator", "denominator", "ratio", "adopted", "absent", "missing", "note", "highest")
ELEMENT_LISTS = ("counted", "considered", "silent")
NO_SHEET: dict[str, Any] = {}


def assembled(
    model: Mapping[str, ItemInput], sheet: Path | None, profile: str, building_kind: str
) -> tuple[dict[str, Any], AssemblyRate]:
    """What a case keeps {model, sheet, sheet_problem, result}, and the rate itself. A sheet that cannot be used is told, not raised."""
    kept: dict[str, Any] = {"model": inputs_as_dict(model), "sheet": NO_SHEET, "sheet_problem": ""}
    if sheet is not None:
        try:
            kept["sheet"] = read_sheet(sheet, profile)
        except prefab.SheetInvalid as error:
            kept["sheet_problem"] = str(error)
    result, rate = scored(kept["model"], kept["sheet"], profile, building_kind)
    return {**kept, "result": result}, rate


def read_sheet(path: Path, profile: str) -> dict[str, Any]:
    """Quantities of an entered sheet. Raises ``prefab.SheetInvalid`` naming line, field and remedy."""
    return inputs_as_dict(prefab.quantities_from_sheet(path, prefab.load_profile(profile)))


def scored(
    model: Mapping[str, Any], sheet: Mapping[str, Any], profile: str, building_kind: str
) -> tuple[dict[str, Any], AssemblyRate]:
    """The scoring of both sources as JSON and as it is: groups, items with what they rest on, conditions, rate, grade, unknowns."""
    rules = prefab.load_profile(profile)
    inputs = prefab.merge(inputs_from_dict(model), inputs_from_dict(sheet))
    rate = prefab.rate(inputs, rules, kind=building_kind)
    items = [
        {**item, "input": given and input_as_dict(given), "other": given and given.other and input_as_dict(given.other)}
        for item, given in zip(rate.as_dict()["items"], (score.input for score in rate.items), strict=True)
    ]
    return {**rate.as_dict(), "items": items, "formula": rules.formula}, rate


def inputs_as_dict(inputs: Mapping[str, ItemInput]) -> dict[str, Any]:
    """Quantities as JSON. Of the elements behind them only the numbers are kept: a tower has thousands."""
    return {item: input_as_dict(value) for item, value in inputs.items()}


def input_as_dict(value: ItemInput) -> dict[str, Any]:
    """One item's quantities, with the ratio they make."""
    return {
        "provenance": value.provenance.value,
        **{name: getattr(value, name) for name in FIGURES},
        **{name: len(getattr(value, name)) for name in ELEMENT_LISTS},
        "by_name": value.by_name,
        "by_name_amount": value.by_name_amount,
        "lacking": list(value.lacking),
        "notes": list(value.notes),
        "storeys": [asdict(row) for row in value.storeys],
        "share": value.share,
    }


def inputs_from_dict(data: Mapping[str, Any]) -> dict[str, ItemInput]:
    """Quantities from ``inputs_as_dict``. Elements keep their number, which is what scoring asks for."""
    return {item: _input_from_dict(value) for item, value in data.items()}


def _input_from_dict(value: Mapping[str, Any]) -> ItemInput:
    figures = {name: value.get(name) for name in FIGURES}
    return ItemInput(
        provenance=Provenance(value["provenance"]),
        counted=("",) * value["counted"],
        considered=("",) * value["considered"],
        silent=("",) * value["silent"],
        by_name=value.get("by_name", 0),
        by_name_amount=value.get("by_name_amount", 0.0),
        lacking=tuple(value.get("lacking", ())),
        notes=tuple(value.get("notes", ())),
        storeys=tuple(StoreySum(**row) for row in value.get("storeys", ())),
        **figures,
    )
