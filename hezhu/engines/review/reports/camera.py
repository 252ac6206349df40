"""A view of the element of a finding: a camera above it, and a cut that takes away what lies over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ifcopenshell.util.placement

from hezhu.engines.findings import Finding

if TYPE_CHECKING:
    from hezhu.engines.ifc import Model

Corner = tuple[float, float, float]
FIELD_OF_VIEW = 60.0
CUT_ABOVE_M = 0.3
# From the south-west and above: steep enough to see into a cut storey.
_TOWARDS = (0.35, 0.5, -0.79)
_SMALLEST_M = 2.0


@dataclass(frozen=True, slots=True)
class View:
    """A camera in metres of the model's axes; ``cut`` is a point of the level plane above which nothing is shown."""

    eye: Corner
    towards: Corner
    up: Corner
    cut: Corner


def view_of(finding: Finding, model: Model) -> View | None:
    """The view; None when nothing says where the element is."""
    box = _box(finding, model)
    return None if box is None else view_of_box(box)


def view_of_box(box: tuple[Corner, Corner]) -> View:
    """The view of what lies between two corners, the lowest and the highest."""
    (x0, y0, z0), (x1, y1, z1) = box
    middle = ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)
    size = max(math.dist(*box), _SMALLEST_M)
    distance = size / (2 * math.tan(math.radians(FIELD_OF_VIEW / 2))) * 1.6
    length = math.hypot(*_TOWARDS)
    dx, dy, dz = (part / length for part in _TOWARDS)
    eye = (middle[0] - dx * distance, middle[1] - dy * distance, middle[2] - dz * distance)
    side = math.hypot(dx, dy)
    up = (-dz * dx / side, -dz * dy / side, side)
    return View(eye, (dx, dy, dz), up, (middle[0], middle[1], z1 + CUT_ABOVE_M))


def _box(finding: Finding, model: Model) -> tuple[Corner, Corner] | None:
    """Lowest and highest corner of the element, of the proof of the measurement, or the element's placement."""
    element = model.element(finding.subject.global_id) if finding.subject.global_id else None
    # Measured shapes are used when the review made them; a report alone does not start the geometry kernel.
    geometry = model.__dict__.get("geometry")
    if element is not None and geometry is not None and element.step_id in geometry.boxes:
        low, high = geometry.boxes[element.step_id]
        return low, high
    if finding.shape is not None and finding.shape.points:
        x, y, z = zip(*finding.shape.points, strict=True)
        return (min(x), min(y), min(z)), (max(x), max(y), max(z))
    return _placed(finding, model)


def _placed(finding: Finding, model: Model) -> tuple[Corner, Corner] | None:
    if not finding.subject.global_id:
        return None
    try:
        entity = model.file.by_guid(finding.subject.global_id)
    except RuntimeError:
        return None
    placement = getattr(entity, "ObjectPlacement", None)
    if placement is None:
        return None
    matrix = ifcopenshell.util.placement.get_local_placement(placement)
    x, y, z = (float(matrix[row][3]) * model.length_unit_m for row in range(3))
    return (x, y, z), (x, y, z)
