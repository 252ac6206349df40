"""The engines' side of a plan application, in a process of its own: ``python -m hezhu.bim.plans.inspection REQUEST.json``.

As ``hezhu.bim.inspection``: files in, files out, progress as lines, an end with the parent's.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hezhu.bim.child import Tell, run_child, write


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to check. Paths are local; ``conditions`` are written beside the request for the engine to read with its line numbers."""

    site_model: str
    out: str
    pack: str
    on: str
    buildings: tuple[str, ...] = ()
    conditions: str | None = None
    careful: bool = False

    @classmethod
    def load(cls, path: Path) -> PlanRequest:
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**data, "buildings": tuple(data["buildings"])})

    def carefully(self) -> PlanRequest:
        return replace(self, careful=True)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def inspect(request: PlanRequest, tell: Tell) -> None:
    """Leaves result.json (summary, findings, figures), plan.svg where the engine draws one, and the reports. Raises the engines' own errors."""
    from hezhu.bim.plans.intake import site_items
    from hezhu.engines import ifc
    from hezhu.engines.review import planning, reports

    out = Path(request.out)
    tell(0.05, "读取总图模型")
    model = ifc.read(Path(request.site_model))
    pack = planning.load_planning(request.pack)
    conditions = planning.read_conditions(Path(request.conditions), pack.words) if request.conditions else None
    tell(0.35, "量算规划指标")
    result = planning.run(model, pack, conditions, date.fromisoformat(request.on))
    intake = [item.as_dict() for item in site_items(result)]
    buildings = []
    for number, path in enumerate(request.buildings):
        tell(0.6 + 0.25 * number / len(request.buildings), "核对单体模型")
        buildings.append(_building(Path(path)))
    tell(0.88, "生成报告")
    reports.write_json(result, out / "plan.json")
    reports.write_html(result, out / "plan.html", panels=planning.panel(result))
    reports.write_bcf(result, model, out / "plan.bcf")
    planning.write_sheet(result, out / "indicators.xlsx")
    summary = {**result.summary(), "buildings": buildings, "intake": intake}
    write(out / "result.json", {"summary": summary, "findings": [finding.as_dict() for finding in result.findings]})
    (out / "plan.svg").write_text(planning.drawing(result), encoding="utf-8")
    tell(1.0, "机审完成")


def _building(path: Path) -> dict[str, Any]:
    """Validity of a building model and what it lacks of the data requirements; an unreadable one is named and stops nothing."""
    from hezhu.bim.plans.intake import BUILDING_IDS, ids_items
    from hezhu.engines import ifc

    try:
        model = ifc.read(path)
    except ifc.ModelUnreadable as error:
        return {"name": path.name, "problem": str(error)}
    return {
        "name": path.name,
        "schema": model.schema,
        "elements": len(model.elements),
        "spaces": len(model.spaces),
        "lacking": [item.as_dict() for item in ids_items(model, BUILDING_IDS, required=False)],
    }


def main(argv: list[str]) -> int:
    """0 done, 2 refused (refusal.json says why); anything else is a crash."""
    from hezhu.engines.ifc import ModelUnreadable
    from hezhu.engines.review import PackInvalid
    from hezhu.engines.review.planning import ConditionsInvalid

    request = PlanRequest.load(Path(argv[0]))
    codes = {PackInvalid: "pack-invalid", ConditionsInvalid: "conditions-invalid", ModelUnreadable: ""}
    return run_child(lambda tell: inspect(request, tell), Path(request.out), codes, careful=request.careful)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
