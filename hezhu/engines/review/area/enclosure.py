"""The outline of a storey's enclosing structure: outer faces of its walls, closed by doors, windows and rooms."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.surfaces import GRID_M
from hezhu.engines.review.area.scene import Body, Level, Scene

_TOUCH_M = 0.1
_BOUNDED = 0.6
_GAP_M = 1.05
_WALL_M = 0.3


def union(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """The union on a 0.1 mm grid."""
    return shapely.union_all(list(shapes), grid_size=GRID_M)


def pieces(shape: BaseGeometry, smallest_m2: float = 0.0) -> list[Polygon]:
    """Its polygons larger than that."""
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and part.area > smallest_m2]


def grown(shape: BaseGeometry, by_m: float) -> BaseGeometry:
    """Pushed outwards (inwards when negative) with sharp corners."""
    return shape.buffer(by_m, join_style="mitre", mitre_limit=5.0)


def opened(shape: BaseGeometry, by_m: float) -> BaseGeometry:
    """Without strips narrower than twice ``by_m``."""
    return grown(grown(shape, -by_m), by_m)


def without_strips(shape: BaseGeometry, by_m: float) -> BaseGeometry:
    """The shape less its wing walls and piers; where it has none, exactly the shape."""
    strips = pieces(shape.difference(opened(shape, by_m)), 0.02)
    return shape.difference(union(strips)) if strips else shape


def simple(shape: BaseGeometry) -> Polygon | MultiPolygon:
    """Polygons only, without points that lie on straight edges; an empty Polygon of nothing."""
    found = [part.simplify(GRID_M) for part in pieces(shape, 1e-4)]
    return Polygon() if not found else found[0] if len(found) == 1 else MultiPolygon(found)


def wall_plan(level: Level) -> BaseGeometry:
    """Plan of the enclosing walls; a door or window only closes its gap, what it protrudes from the wall does not count.

    A gap too wide to be closed between its ends (a whole front of glass) is closed by the plan of the window itself.
    """
    if level.enclosing is None:
        level.enclosing = _joined(level)
    return level.enclosing


def _joined(level: Level) -> BaseGeometry:
    fillings = [wall.plan for wall in level.walls if wall.element.ifc_class.startswith(("IfcDoor", "IfcWindow"))]
    solid = [wall for wall in level.walls if not wall.element.ifc_class.startswith(("IfcDoor", "IfcWindow"))]
    walls = union(wall.plan_at(level.floor_m) for wall in solid)
    closed = grown(grown(walls, _GAP_M), -_GAP_M)
    gaps = [grown(filling, _WALL_M).intersection(closed) for filling in fillings]
    alone = [
        f
        for f, gap in zip(fillings, gaps, strict=True)
        if gap.intersection(f).area < 0.5 * f.area and f.intersection(walls).area < 0.2 * f.area
    ]
    return union([walls, *gaps, *alone])


def rooms_inside(scene: Scene, level: Level) -> list[Body]:
    """The indoor spaces of a storey that are bounded by its walls or by one another."""
    indoor = [space for space in level.spaces if not scene.is_outdoor(space)]
    walls = wall_plan(level)
    ring = union(Polygon(part.exterior) for part in pieces(grown(grown(walls, _TOUCH_M), -_TOUCH_M)) if part.interiors)
    found = []
    for space in indoor:
        if ring.intersection(space.floor).area >= 0.5 * space.floor.area:
            found.append(space)
            continue
        others = [other.floor for other in indoor if other is not space and other.floor.distance(space.floor) < _TOUCH_M]
        around = walls.intersection(grown(space.floor, 2 * _TOUCH_M))
        near = grown(union([around, *others]), _TOUCH_M)
        edge = space.floor.boundary
        if edge.length and edge.intersection(near).length >= _BOUNDED * edge.length:
            found.append(space)
    return found


def enclosed(scene: Scene, level: Level, rooms: list[Body]) -> BaseGeometry:
    """The outline of the enclosing structure, holes filled; solid bodies that enclose nothing do not count.

    The walls' plan is their projection: openings with a lintel stay closed, others are closed by their door or window.
    """
    crack = scene.profile.measuring.crack
    walls = wall_plan(level)
    near = grown(walls, _TOUCH_M / 2)
    posts = [column.plan for column in scene.columns if _beside(column, level) and column.plan.intersects(near)]
    floors = [space.floor for space in rooms]
    merged = grown(grown(union([walls, *posts, *floors]), crack), -crack)
    inside = union(floors) if floors else Polygon()
    kept = [
        Polygon(part.exterior)
        for part in pieces(merged)
        if part.interiors or part.intersection(inside).area > scene.profile.measuring.smallest
    ]
    return without_strips(union(kept), scene.profile.measuring.strip)


def _beside(column: Body, level: Level) -> bool:
    return column.low <= level.floor_m + 1.0 and column.high >= level.floor_m + 1.0
