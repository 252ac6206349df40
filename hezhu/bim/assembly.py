"""The assembly rate (装配率) of a case: what the model carries, completed by an entered sheet, and its place on the building.

``case.assembly`` holds {model, sheet, result}: the quantities by item from each source and the scored result. ``case.rate`` is
the result in short: {percent, is_lower_bound, qualified, grade}.
"""

from __future__ import annotations

from typing import Any

from hezhu.bim.errors import SheetUnusable
from hezhu.bim.models import ReviewCase
from hezhu.bim.quantities import input_as_dict, inputs_as_dict, inputs_from_dict
from hezhu.core.access.models import User
from hezhu.core.files.actions import local_path
from hezhu.core.history import reason_of_change
from hezhu.engines import prefab

SOURCE = "BIM审查"


def apply_quantities(case: ReviewCase, quantities: dict[str, Any], *, by: User) -> None:
    """Take the quantities just read from the model, complete them with the case's sheet, and compute.

    A sheet that cannot be used does not undo the review: the result says so instead.
    """
    case.assembly = {**case.assembly, "model": quantities}
    if case.quantity_sheet is not None and "sheet" not in case.assembly:
        try:
            case.assembly["sheet"] = _read_sheet(case)
            case.assembly.pop("sheet_problem", None)
        except SheetUnusable as error:
            case.assembly["sheet_problem"] = str(error)
    _compute(case, by)


def apply_sheet(case: ReviewCase, *, by: User) -> None:
    """Read the case's sheet anew and compute. Raises SheetUnusable."""
    case.assembly = {**case.assembly, "sheet": _read_sheet(case)}
    case.assembly.pop("sheet_problem", None)
    _compute(case, by)


def _read_sheet(case: ReviewCase) -> dict[str, Any]:
    assert case.quantity_sheet is not None
    try:
        return inputs_as_dict(prefab.quantities_from_sheet(local_path(case.quantity_sheet)))
    except prefab.SheetInvalid as error:
        raise SheetUnusable(reason=str(error)) from error


def _compute(case: ReviewCase, by: User) -> None:
    inputs = prefab.merge(inputs_from_dict(case.assembly.get("model", {})), inputs_from_dict(case.assembly.get("sheet", {})))
    result = prefab.rate(inputs, prefab.load_profile(case.profile), kind=case.building_kind)
    case.assembly["result"] = {
        **result.as_dict(),
        "items": [
            {**item, "input": given and input_as_dict(given), "other": given and given.other and input_as_dict(given.other)}
            for item, given in zip(result.as_dict()["items"], (score.input for score in result.items), strict=True)
        ],
    }
    case.rate = {
        "percent": result.rate,
        "is_lower_bound": result.is_lower_bound,
        "qualified": result.qualified,
        "grade": result.grade,
    }
    if case.building is not None:
        _write_to_building(case, by)


def _write_to_building(case: ReviewCase, by: User) -> None:
    """Put the result on the building: this is what makes it count, or not, among the prefab buildings.

    A result that missing data leaves open does not replace a figure that came from elsewhere.
    """
    building, rate = case.building, case.rate
    ours = not building.assembly_source or building.assembly_source.startswith(SOURCE)
    if rate["qualified"] is None and building.assembly_rate is not None and not ours:
        return
    building.assembly_rate = rate["percent"]
    building.assembly_grade = rate["grade"] or ""
    building.is_prefab = rate["qualified"]
    building.assembly_reason = _why(case)[:300]
    building.assembly_source = f"{SOURCE} {case.number}"
    with reason_of_change(by, f"装配率由 {case.number} 算出", source=SOURCE):
        building.save(
            update_fields=["assembly_rate", "assembly_grade", "is_prefab", "assembly_reason", "assembly_source", "updated_at"]
        )


def _why(case: ReviewCase) -> str:
    result = case.assembly["result"]
    unmet = [condition["title"] for condition in result["conditions"] if condition["met"] is False]
    if unmet:
        return f"不满足：{'、'.join(unmet)}"
    if result["qualified"] is None:
        return f"数据不全，未下结论：{'、'.join(result['unknowns']) or result['standard']}"
    return f"满足 {result['standard']} 全部条件"
