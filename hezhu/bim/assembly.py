"""The assembly rate (装配率) of a case and its place on the building.

``case.assembly`` holds {model, sheet, sheet_problem, result}; see ``hezhu.bim.quantities``. ``case.rate`` is the result in short:
{percent, is_lower_bound, qualified, grade}; percent is None while nothing at all is known.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from hezhu.bim.errors import SheetUnusable
from hezhu.bim.models import ReviewCase
from hezhu.bim.named_files import named
from hezhu.core.access.models import User
from hezhu.core.jobs import actions as jobs
from hezhu.core.jobs.registry import KINDS
from hezhu.registers.projects.actions import AssemblyResult, set_assembly_rate
from hezhu.registers.projects.models import UnitBuilding

SOURCE = "BIM审查"
# The room above that computes figures offers this job; it is known here by name only.
FIGURES_JOB = "portal.compute"


def apply_assembly(case: ReviewCase, assembly: dict[str, Any], *, by: User) -> None:
    """Keep what was computed on the case (not saved here) and put the result on its building."""
    result = assembly["result"]
    case.assembly = assembly
    nothing_known = all(item["score"] is None for item in result["items"])
    case.rate = {
        "percent": None if nothing_known else result["rate"],
        "is_lower_bound": result["is_lower_bound"],
        "qualified": result["qualified"],
        "grade": result["grade"],
    }
    if case.building is not None:
        _write_to_building(case, by)


def apply_sheet(case: ReviewCase, *, by: User) -> None:
    """Read the case's sheet and compute anew with what the model gave. Raises SheetUnusable."""
    from hezhu.bim import quantities
    from hezhu.engines.prefab import SheetInvalid

    assert case.quantity_sheet is not None
    with tempfile.TemporaryDirectory(prefix="hezhu-sheet-") as folder:
        try:
            sheet = quantities.read_sheet(named(case.quantity_sheet, Path(folder)), case.profile)
        except SheetInvalid as error:
            raise SheetUnusable(reason=str(error)) from error
    model = case.assembly.get("model", {})
    kind = case.assembly.get("result", {}).get("kind") or case.building_kind
    result, _rate = quantities.scored(model, sheet, case.profile, kind)
    apply_assembly(case, {"model": model, "sheet": sheet, "sheet_problem": "", "result": result}, by=by)


def _write_to_building(case: ReviewCase, by: User) -> None:
    """Put the result on the building: this is what makes it count, or not, among the prefab buildings.

    Where nothing is known nothing is written, a result that missing data leaves open does not replace a figure that came from
    elsewhere, and a 预评价 never replaces the 评价 made after completion.
    """
    building, rate = case.building, case.rate
    ours = not building.assembly_source or building.assembly_source.startswith(SOURCE)
    if case.stage != ReviewCase.Stage.COMPLETION and _is_evaluated(building):
        return
    if rate["percent"] is None or (rate["qualified"] is None and building.assembly_rate is not None and not ours):
        return
    result = AssemblyResult(rate["percent"], rate["grade"] or "", rate["qualified"], _why(case), f"{SOURCE} {case.number}")
    set_assembly_rate(building, result, by=by, reason=f"装配率由 {case.number} 算出", origin=SOURCE)
    _refresh_figures(case, by)


def _is_evaluated(building: UnitBuilding) -> bool:
    """Whether the building's figure comes from a case of its completion."""
    completed = ReviewCase.objects.filter(building=building, stage=ReviewCase.Stage.COMPLETION).values_list("number", flat=True)
    return building.assembly_source in {f"{SOURCE} {number}" for number in completed}


def _refresh_figures(case: ReviewCase, by: User) -> None:
    """Have the figures computed anew, so that the tile on the overview follows at once. One job at a time is enough."""
    if FIGURES_JOB in KINDS:
        title = gettext("更新指标：%(building)s的装配率") % {"building": case.building}
        jobs.defer(FIGURES_JOB, by=by, title=title, division=case.division, once=f"demo={case.is_demo}", demo=case.is_demo)


def _why(case: ReviewCase) -> str:
    """What the building's record says, in Chinese whatever the reader's language."""
    stage = "竣工评价" if case.stage == ReviewCase.Stage.COMPLETION else "预评价"
    return f"{stage}：{_verdict(case.assembly['result'])}"


def _verdict(result: dict[str, Any]) -> str:
    unmet = [condition["title"] for condition in result["conditions"] if condition["met"] is False]
    if unmet:
        return f"不满足：{'、'.join(unmet)}"
    if result["qualified"] is None:
        return f"数据不全，未下结论：{'、'.join(result['unknowns']) or result['standard']}"
    return f"满足 {result['standard']} 全部条件"
