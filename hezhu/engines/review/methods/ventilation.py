"""Fresh air: the part of a room's windows and doors to the open air that opens, against its floor."""

from __future__ import annotations

from dataclasses import dataclass

from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry.windows import opening_size
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.daylight import faces_out, is_enclosed, unknown_glazing
from hezhu.engines.review.methods.registry import method
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_AREA_NAMES = ("OpenableArea", "可开启面积", "通风开口面积")
_SHARE_NAMES = ("OpenableAreaFraction", "可开启面积比例")
_HOW = "外窗、外门可开启部分的面积（OpenableArea、OpenableAreaFraction、平开门的净宽×净高）"


@dataclass(frozen=True, slots=True)
class Opening:
    """What of a window or door opens, m²: at least ``least``, at most ``most``; equal where the model says it."""

    least: float
    most: float


def openings(space: Element, site: Site) -> list[Opening]:
    """Windows and doors between a room and the open air."""
    found = []
    for step_id, window in site.windows.items():
        if faces_out(window.sides, space, site):
            found.append(_opening(site.by_step_id[step_id], window.width_m * window.height_m, site))
    for step_id in site.geometry.doors_of(space.step_id):
        if not faces_out(site.geometry.door_sides[step_id], space, site):
            continue
        door, shape = site.by_step_id[step_id], site.geometry.doors[step_id]
        low, high = site.geometry.boxes[step_id]
        whole = opening_size(door, "OverallWidth", shape.widest_m, site.model) * (high[2] - low[2])
        hinged = shape.clear_width_m * shape.clear_height_m if shape.clear_width_m and shape.clear_height_m else None
        found.append(_opening(door, whole, site) if hinged is None else Opening(hinged, hinged))
    return found


def _opening(element: Element, whole_m2: float, site: Site) -> Opening:
    """By what the element or its type declares; a window of fixed panes only does not open."""
    for names, factor in ((_AREA_NAMES, site.model.units.area), (_SHARE_NAMES, whole_m2)):
        for name in names:
            value = element.value(name)
            if isinstance(value, int | float) and value >= 0:
                return Opening(value * factor, value * factor)
    panels = _panel_operations(element)
    if panels and panels == {"FIXEDCASEMENT"}:
        return Opening(0.0, 0.0)
    return Opening(0.0, whole_m2)


def _panel_operations(window: Element) -> set[str]:
    """OperationType of the panels of a window, from its type (IFC2X3: style) and its own definitions."""
    kind = window.type_entity
    sets = list(getattr(kind, "HasPropertySets", None) or ())
    sets += [getattr(relation, "RelatingPropertyDefinition", None) for relation in getattr(window.entity, "IsDefinedBy", ())]
    return {str(each.OperationType) for each in sets if each is not None and each.is_a("IfcWindowPanelProperties")}


@method("ventilation-ratio", spaces_by_function, NO_SPACE_OF_FUNCTION)
def ventilation_ratio(space: Element, clause: Clause, site: Site) -> Judgement:
    """Openable area over floor area; with ``area`` also at least so many m². The value is the one that asks for more.

    What no property says is between nothing and the whole opening.
    """
    ratio = clause.limit("ratio")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=ratio)
    area = clause.limits.get("area")
    limit, factor = ratio, 1.0 / shape.area_m2
    if area is not None and area.value > ratio.value * shape.area_m2:
        limit, factor = area, 1.0
    found = openings(space, site)
    least, most = (sum(values) * factor for values in ([each.least for each in found], [each.most for each in found]))
    drawn = outline(shape)
    tolerance = max(site.pack.tolerance(limit), 1e-6)
    if limit.met_by(least, tolerance):
        return judge(least, limit, tolerance, _HOW, drawn, openings=len(found))
    certain = is_enclosed(space, site) if not found else not unknown_glazing(space, site)
    if not limit.met_by(most, tolerance) and certain:
        return judge(most, limit, tolerance, _HOW, drawn, openings=len(found))
    missing = "外窗、外门的可开启面积（OpenableArea）" if found else "房间的外窗"
    return cannot_judge(missing, limit=limit, measured=least, how=_HOW, shape=drawn)
