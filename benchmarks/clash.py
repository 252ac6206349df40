"""Clashes: IfcOpenShell's own clash functions against ours, right or wrong on built cases, and CPU seconds on model files.

``make bench-clash`` measures the sample building; ``python -m benchmarks.clash MODEL.ifc …`` other files. The other side is
``ifcopenshell.geom.tree`` with its triangle backend, all elements against all, 2 mm. Both sides load the same solids; only the
search and the narrow phase are compared. Ends with ratio = ours / IfcOpenShell (above 1: ours takes longer).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ifcopenshell.geom
import numpy as np

from hezhu.engines import ifc
from hezhu.engines.ifc.geometry.mesh import KERNEL, Mesh
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review.clash import load_clash_pack
from hezhu.engines.review.clash.bodies import federate
from hezhu.engines.review.clash.overlap import overlap
from hezhu.engines.review.clash.solid import Solid
from hezhu.engines.review.clash.study import clash

WALL = (0, 0, 0, 4, 0.2, 3)
CASES = {
    "1 mm into a face": ((1, 0.199, 1, 1.3, 2, 1.3), 0.001),
    "half way in": ((1, 0.1, 1, 1.3, 2, 1.3), 0.1),
    "touching": ((1, 0.2, 1, 1.3, 2, 1.3), 0.0),
    "contained": ((1, 0.05, 1, 1.3, 0.15, 1.3), 0.1),
    "through, 5 cm thick": ((1, -1, 1, 1.05, 2, 1.3), 0.05),
    "along a face, 5 cm deep": ((-1, 0.15, 1, 5, 2, 1.3), 0.05),
    "in line, flush faces": ((2, 0, 0, 6, 0.2, 3), 0.2),
    "the same twice": (WALL, 0.2),
}
FACES = (
    (0, 2, 1),
    (0, 3, 2),
    (4, 5, 6),
    (4, 6, 7),
    (0, 1, 5),
    (0, 5, 4),
    (1, 2, 6),
    (1, 6, 5),
    (2, 3, 7),
    (2, 7, 6),
    (3, 0, 4),
    (3, 4, 7),
)


def theirs(boxes: tuple[Any, Any]) -> float:
    """Depth that IfcOpenShell gives for two boxes in a file; 0 where it finds nothing."""
    file = ifcopenshell.file(schema="IFC4")
    point, direction = file.createIfcCartesianPoint, file.createIfcDirection
    axes = file.createIfcAxis2Placement3D(point((0.0, 0.0, 0.0)))
    context = file.createIfcGeometricRepresentationContext(None, "Model", 3, 1e-5, axes)
    units = file.createIfcUnitAssignment([file.createIfcSIUnit(None, "LENGTHUNIT", None, "METRE")])
    file.createIfcProject(ifcopenshell.guid.new(), RepresentationContexts=[context], UnitsInContext=units)
    made = []
    for x0, y0, z0, x1, y1, z1 in boxes:
        corners = [point((float(x), float(y))) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))]
        profile = file.createIfcArbitraryClosedProfileDef("AREA", None, file.createIfcPolyline(corners))
        place = file.createIfcAxis2Placement3D(point((0.0, 0.0, float(z0))))
        body = file.createIfcExtrudedAreaSolid(profile, place, direction((0.0, 0.0, 1.0)), float(z1 - z0))
        shape = file.createIfcProductDefinitionShape(
            None, None, [file.createIfcShapeRepresentation(context, "Body", "SweptSolid", [body])]
        )
        where = file.createIfcLocalPlacement(None, axes)
        made.append(file.create_entity("IfcBeam", ifcopenshell.guid.new(), ObjectPlacement=where, Representation=shape))
    found = tree_of(file).clash_intersection_many([made[0]], [made[1]], tolerance=0.0, check_all=True)
    return max((each.distance for each in found), default=0.0)


def tree_of(file: Any, **chosen: Any) -> Any:
    """A search tree over all elements."""
    tree = ifcopenshell.geom.tree(backend="opencascade.trianglebvh")
    tree.add_iterator(ifcopenshell.geom.iterator(ifcopenshell.geom.settings(), file, 1, geometry_library=KERNEL, **chosen))
    return tree


def solid(box: Any) -> Solid:
    x0, y0, z0, x1, y1, z1 = box
    low, high = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], (z0, z1)
    return Solid(Mesh(np.array([(x, y, z) for z in high for x, y in low], float), np.array(FACES)))


def ours(boxes: tuple[Any, Any]) -> float:
    found = overlap(solid(boxes[0]), solid(boxes[1]))
    return found.depth_m if found else 0.0


def measure(path: Path) -> tuple[float, float]:
    """CPU seconds of search and narrow phase: ours, theirs."""
    model = ifc.read(path)
    pack = load_clash_pack()
    started = time.process_time()
    federation = federate([model], pack)
    loaded = time.process_time() - started
    started = time.process_time()
    result = clash([model], pack)
    own = time.process_time() - started - loaded
    entities = [body.element.entity for body in federation.bodies]
    tree = tree_of(model.file, include=entities)
    started = time.process_time()
    found = tree.clash_intersection_many(entities, entities, tolerance=0.002, check_all=False)
    other = time.process_time() - started
    print(f"{path.name}: {len(entities)} elements")
    print(f"  ours {own:.2f} s, {len(result.clashes)} clashes after rules")
    print(f"  IfcOpenShell {other:.2f} s, {len(found)} hits without rules")
    return own, other


def main(paths: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'case':<26}{'true':>8}{'ours':>8}{'IfcOpenShell':>14}")
        for name, (box, depth) in CASES.items():
            print(f"{name:<26}{depth:8.3f}{ours((WALL, box)):8.3f}{theirs((WALL, box)):14.3f}")
        sums = [measure(path) for path in paths or [write_sample(Path(folder) / "sample.ifc")]]
    own, other = (sum(column) for column in zip(*sums, strict=True))
    print(f"ratio={own / max(other, 1e-3):.1f}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
