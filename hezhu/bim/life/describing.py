"""What a version's file says of itself, told in a process of its own: ``python -m hezhu.bim.life.describing REQUEST.json``.

Leaves in the request's folder ``content.zip`` (storeys and property panels), ``prints.zip`` (``engines.ifc.compare``) and
``facts.json``: schema, counts, the phase the file names, whether it declares a length unit, and where it stands. As a review, it
ends with its parent and costs only itself.
"""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hezhu.bim.child import Tell, run_child, to_json, write
from hezhu.bim.inspection import write_content

PRINTS = "prints.json"


@dataclass(frozen=True, slots=True)
class DescribeRequest:
    """``model`` is a local path, ``out`` an existing folder. ``careful`` makes every shape in a process of its own."""

    model: str
    out: str
    careful: bool = False

    @classmethod
    def load(cls, path: Path) -> DescribeRequest:
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def carefully(self) -> DescribeRequest:
        """The same, element by element."""
        return replace(self, careful=True)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def describe(request: DescribeRequest, tell: Tell) -> None:
    """Leaves the three files. Raises ModelUnreadable."""
    from hezhu.engines import ifc
    from hezhu.engines.ifc import compare
    from hezhu.engines.ifc.geometry.mesh import load

    out = Path(request.out)
    tell(0.05, "读取模型")
    model = ifc.read(Path(request.model))
    tell(0.2, "量取构件")
    elements = [*model.elements, *model.spaces]
    meshes = load(model, elements, quick=True)
    tell(0.6, "整理楼层与属性")
    write_content(model, out / "content.zip", {})
    tell(0.8, "整理构件特征")
    rows = [one.as_row() for one in compare.prints(model, meshes)]
    with zipfile.ZipFile(out / "prints.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(zipfile.ZipInfo(PRINTS, date_time=(2026, 1, 1, 0, 0, 0)), to_json(rows))
    write(out / "facts.json", facts_of(model, meshes))
    tell(1.0, "整理楼层与属性")


def facts_of(model: Any, meshes: dict[int, Any]) -> dict[str, Any]:
    """Lengths in metres. ``extent`` is the box of all shapes in the model's axes, ``map`` the map conversion, ``site`` latitude and longitude."""
    low = high = None
    if meshes:
        low = np.min([mesh.low for mesh in meshes.values()], axis=0).round(3).tolist()
        high = np.max([mesh.high for mesh in meshes.values()], axis=0).round(3).tolist()
    project = _first(model, "IfcProject")
    return {
        "schema": model.schema,
        "application": model.header.originating_system,
        "elements": len(model.elements),
        "spaces": len(model.spaces),
        "storeys": len(model.storeys),
        "shapes": len(meshes),
        "phase": (getattr(project, "Phase", None) or "") if project is not None else "",
        "declares_unit": _declares_length(model),
        "unit_m": model.length_unit_m,
        "map": _map(model),
        "site": _site(model),
        "extent": {"low": low, "high": high} if low else None,
        "notes": list(model.warnings)[:10],
    }


def _first(model: Any, ifc_class: str) -> Any:
    try:
        return next(iter(model.file.by_type(ifc_class)), None)
    except RuntimeError:  # the class is not in this schema
        return None


def _declares_length(model: Any) -> bool:
    for project in model.file.by_type("IfcProject"):
        units = getattr(project.UnitsInContext, "Units", None) or ()
        if any(getattr(unit, "UnitType", None) == "LENGTHUNIT" for unit in units):
            return True
    return False


def _map(model: Any) -> dict[str, Any] | None:
    """As written; ``scale`` made to turn metres of the model into metres of the map."""
    row = _first(model, "IfcMapConversion")
    if row is None:
        return None
    scale = float(row.Scale or 1.0)
    # The schema's scale turns file units into map units; many programs write 1 there and mean metres into metres.
    metres = scale / model.length_unit_m
    return {
        "eastings": float(row.Eastings),
        "northings": float(row.Northings),
        "height": float(row.OrthogonalHeight),
        "axis": [float(row.XAxisAbscissa or 1.0), float(row.XAxisOrdinate or 0.0)],
        "scale": metres if abs(metres - 1) < 0.01 else 1.0,
        "crs": getattr(row.TargetCRS, "Name", "") or "",
    }


def _site(model: Any) -> list[list[int]] | None:
    site = _first(model, "IfcSite")
    if site is None or not site.RefLatitude or not site.RefLongitude:
        return None
    return [list(site.RefLatitude), list(site.RefLongitude)]


def main(argv: list[str]) -> int:
    """0 done, 2 refused (refusal.json says why); anything else is a crash."""
    from hezhu.engines.ifc import ModelUnreadable

    request = DescribeRequest.load(Path(argv[0]))
    return run_child(lambda tell: describe(request, tell), Path(request.out), {ModelUnreadable: ""}, careful=request.careful)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
