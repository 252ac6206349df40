"""Corridors and passages inside flats: the width a person can pass."""

from __future__ import annotations

from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import door_points, passage_width
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import method
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_HOW = "在空间底面轮廓内，能从每一樘门走到其他各门的最大通行宽度"
_STAY_ROOMS = frozenset({"bedroom", "bedroom_living", "living", "dining", "study"})


def _width(space: Element, site: Site) -> float | None:
    shape = site.space_shape(space.step_id)
    return (
        None if shape is None else passage_width(site.geometry.walkable(space.step_id), door_points(site.geometry, space.step_id))
    )


@method("passage-width", spaces_by_function, NO_SPACE_OF_FUNCTION)
def corridor_width(space: Element, clause: Clause, site: Site) -> Judgement:
    """Clear width of a corridor between its finished faces and the columns in it, m. Hydrants and radiators are not known.

    Between ``least`` and ``width`` a person must settle ``doubt``.
    """
    limit, least = clause.limit("width"), clause.limits.get("least")
    shape = site.space_shape(space.step_id)
    width = _width(space, site)
    if shape is None or width is None:
        return cannot_judge(_NO_BODY, limit=limit)
    tolerance = site.pack.tolerance(limit)
    if least is not None and not limit.met_by(width, tolerance):
        if least.met_by(width, tolerance):
            return cannot_judge(clause.doubt, limit=limit, measured=width, how=_HOW, shape=outline(shape))
        limit = least
    return judge(width, limit, tolerance, _HOW, outline(shape), doors=len(site.geometry.doors_of(space.step_id)))


@method("in-flat-passage-width", spaces_by_function, NO_SPACE_OF_FUNCTION)
def in_flat_passage_width(space: Element, clause: Clause, site: Site) -> Judgement:
    """Clear width of a passage inside a flat, m, by where it leads: entrance, bedrooms and living room, or service rooms."""
    strictest = clause.limit("entrance")
    shape = site.space_shape(space.step_id)
    width = _width(space, site)
    if shape is None or width is None:
        return cannot_judge(_NO_BODY, limit=strictest)
    limit = strictest
    reached = _reached(space, site)
    if site.function_key(space.step_id) != "entrance_passage" and "entrance" not in reached:
        limit = clause.limit("rooms") if reached & _STAY_ROOMS else clause.limit("service")
        if None in reached or not reached:  # a door to an unknown room may lead anywhere: only the strictest is safe
            if strictest.met_by(width, site.pack.tolerance(strictest)):
                limit = strictest
            elif clause.limit("service").met_by(width, site.pack.tolerance(strictest)):
                return cannot_judge("过道各门所通房间的功能", limit=strictest, measured=width, how=_HOW, shape=outline(shape))
            else:
                limit = clause.limit("service")
    return judge(width, limit, site.pack.tolerance(limit), _HOW, outline(shape), leads_to=sorted(key for key in reached if key))


def _reached(space: Element, site: Site) -> set[str | None]:
    """Functions behind the doors of a passage; "entrance" for the public side, None for a space not recognised or absent."""
    found: set[str | None] = set()
    for door in site.geometry.doors_of(space.step_id):
        first, second = site.geometry.door_sides[door]
        other = second if first == space.step_id else first
        found.add("entrance" if "public" in site.groups(other) else site.function_key(other))
    return found
