"""A view of the element of a finding: a camera above it, the element selected, what lies above cut away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import bcf.v3.model as mdl
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


def view_of(finding: Finding, model: Model, guid: str) -> mdl.VisualizationInfo | None:
    """The view, in metres of the model's axes; None when nothing says where the element is."""
    box = _box(finding, model)
    if box is None:
        return None
    low, high = box
    middle = tuple((a + b) / 2 for a, b in zip(low, high, strict=True))
    size = max(math.dist(low, high), _SMALLEST_M)
    distance = size / (2 * math.tan(math.radians(FIELD_OF_VIEW / 2))) * 1.6
    length = math.hypot(*_TOWARDS)
    towards = tuple(part / length for part in _TOWARDS)
    eye = tuple(m - t * distance for m, t in zip(middle, towards, strict=True))
    side = math.hypot(towards[0], towards[1])
    up = (-towards[2] * towards[0] / side, -towards[2] * towards[1] / side, side)
    return mdl.VisualizationInfo(
        guid=guid,
        components=_components(finding),
        perspective_camera=mdl.PerspectiveCamera(
            camera_view_point=_point(eye),
            camera_direction=_direction(towards),
            camera_up_vector=_direction(up),
            field_of_view=FIELD_OF_VIEW,
            aspect_ratio=1.6,
        ),
        clipping_planes=mdl.VisualizationInfoClippingPlanes(
            clipping_plane=[
                mdl.ClippingPlane(
                    location=_point((middle[0], middle[1], high[2] + CUT_ABOVE_M)), direction=_direction((0.0, 0.0, 1.0))
                )
            ]
        ),
    )


def _components(finding: Finding) -> mdl.Components:
    hints = mdl.ViewSetupHints(
        spaces_visible=finding.subject.ifc_class == "IfcSpace", space_boundaries_visible=False, openings_visible=False
    )
    selection = None
    if finding.subject.global_id:
        selection = mdl.ComponentSelection(component=[mdl.Component(ifc_guid=finding.subject.global_id)])
    return mdl.Components(
        selection=selection, visibility=mdl.ComponentVisibility(view_setup_hints=hints, default_visibility=True)
    )


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


def _point(at: Sequence[float]) -> mdl.Point:
    x, y, z = (round(value, 4) for value in at)
    return mdl.Point(x=x, y=y, z=z)


def _direction(towards: Sequence[float]) -> mdl.Direction:
    x, y, z = (round(value, 6) for value in towards)
    return mdl.Direction(x=x, y=y, z=z)
