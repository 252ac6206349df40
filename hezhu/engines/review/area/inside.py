"""Area within the enclosing structure of one storey: full, half or none by height, and voids that count elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.review.area.covers import Piece, covered_by, covers_of, finish_may_decide, glazing, leaning_over
from hezhu.engines.review.area.enclosure import grown, opened, pieces, union, wall_plan
from hezhu.engines.review.area.parts import ROOF_TOP, Part, by_storey_height, unique
from hezhu.engines.review.area.scene import Body, Level, Scene

_NARROW_M = 0.1
_WALL_M = 0.6
_SHAFTS = ("shaft", "lift_shaft", "stairwell")
_STAIR_SHARE = 0.4
_BANDS = {"full": 1.0, "half": 0.5, "none": 0.0}


@dataclass(eq=False)
class _Group:
    outlines: list[BaseGeometry] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    covers: list[Body] = field(default_factory=list)
    whole: BaseGeometry = field(default_factory=Polygon)


def inside_parts(scene: Scene, level: Level, rooms: list[Body], shell: BaseGeometry, lowest: bool) -> list[Part]:
    """The parts of the region ``shell``. ``lowest`` says that no storey lies below: a floor may be missing there."""
    if shell.is_empty:
        return []
    cavity = scene.profile.measuring.cavity
    covers = covers_of(scene, level)
    walls = wall_plan(level)
    floors = [room.floor for room in rooms]
    roofed = union([cover.plan for cover in covers] + floors).union(glazing(scene, level))
    sky = pieces(opened(shell.difference(walls).difference(roofed), _NARROW_M), cavity) if covers else []
    region = shell.difference(union(sky)) if sky else shell
    parts = [_open_to_sky(scene, level, hole) for hole in sky]
    floored = union([slab.plan for slab in level.slabs] + floors)
    for void in pieces(opened(region.difference(walls).difference(floored), _NARROW_M), cavity):
        part = _judge_void(scene, level, void, lowest)
        if part is not None:
            parts.append(part)
            region = region.difference(void)
    return [*_by_height(scene, level, rooms, region, covers), *parts]


def _open_to_sky(scene: Scene, level: Level, hole: BaseGeometry) -> Part:
    return Part(
        scene.profile.rules["none"], level.storey, level.floor_m, hole, (0.0,), why="围护结构内，上方无顶盖（天井、内院或屋面）"
    )


def _judge_void(scene: Scene, level: Level, void: BaseGeometry, lowest: bool) -> Part | None:
    """What an opening in the floor is; None when it is a stair or a shaft, which counts with its storey."""
    half = 0.5 * void.area
    rules, at = scene.profile.rules, (level.storey, level.floor_m, void)
    below = [
        space
        for space in scene.spaces
        if space.low < level.floor_m - scene.profile.measuring.level
        and space.high > level.floor_m + 1.0
        and space.floor.intersection(void).area >= half
    ]
    stairs = [stair for stair in scene.stairs if stair.low < level.floor_m + 1.0 and stair.high > level.floor_m - 0.5]
    climbed = union(stair.plan for stair in stairs).intersection(void).area if stairs else 0.0
    lifts = [lift for lift in scene.lifts if lift.plan.intersection(void).area > 0.1]
    if lifts or climbed >= _STAIR_SHARE * void.area or any(scene.function_of(space) in _SHAFTS for space in below):
        return None
    if below:
        return Part(rules["hall"], *at, (0.0,), tuple(below), why="下层空间通到本层，按一层计算，不在本层重复计")
    if lowest:
        missing = "地面做法或楼板（最低一层没有楼板，也没有空间 IfcSpace）"
        return Part(rules["storey"], *at, (0.0, 0.5, 1.0), missing=(missing,))
    missing = "该处是中庭上空、管道井还是漏建的楼板（建空间 IfcSpace 并写明用途）"
    return Part(rules["hall"], *at, (0.0, 0.5, 1.0), missing=(missing,))


def _by_height(scene: Scene, level: Level, rooms: list[Body], region: BaseGeometry, covers: list[Body]) -> Iterator[Part]:
    """The counted region, grouped by factor; walls follow the room beside them."""
    profile = scene.profile
    rule = profile.rules[profile.storey_rule(level.storey.name)]
    flat = [cover for cover in covers if not cover.is_pitched]
    leaning = [wall for wall in level.walls if wall.is_inclined]
    inclined = _grouped(scene, rule.key, leaning_over(region, leaning, level.floor_m, scene), "inclined")
    upright = region.difference(union(group.whole for group in inclined.values()))
    groups = _grouped(scene, rule.key, covered_by(upright, flat, level.floor_m, scene))
    left = upright.difference(union(group.whole for group in groups.values()))
    beside = left.intersection(wall_plan(level))
    left = left.difference(_attach(groups, beside))
    pitched = [cover for cover in covers if cover.is_pitched]
    sloping = _grouped(scene, rule.key, covered_by(left, pitched, level.floor_m, scene))
    left = left.difference(union(group.whole for group in sloping.values()))
    groups |= sloping
    left = left.difference(_attach(groups, left))
    groups |= inclined
    shown = unique([*_outer_walls(level, region), *level.slabs])
    for (key, factor), group in groups.items():
        if group.whole.area < profile.measuring.smallest / 10:
            continue
        heights = (min(group.heights), max(group.heights)) if group.heights else None
        factors = (0.5, 1.0) if factor is None else (factor,)
        missing = () if factor is not None else (ROOF_TOP,)
        elements = unique([*shown, *group.covers])
        yield Part(profile.rules[key], level.storey, level.floor_m, group.whole, factors, elements, heights, missing)
    if left.area >= profile.measuring.smallest:
        yield _without_slab(scene, level, rooms, left, shown)


def _grouped(scene: Scene, rule: str, found: Iterator[Piece], sloping: str = "pitched") -> dict[tuple[str, float | None], _Group]:
    groups: dict[tuple[str, float | None], _Group] = {}
    for piece in found:
        group = groups.setdefault((sloping if piece.band else rule, _factor(scene, piece)), _Group())
        group.outlines.append(piece.outline)
        group.covers.append(piece.cover)
        if piece.height_m is not None:
            group.heights.append(piece.height_m)
    for group in groups.values():
        group.whole = union(group.outlines)
    return groups


def _attach(groups: dict[tuple[str, float | None], _Group], loose: BaseGeometry) -> BaseGeometry:
    """Gives what lies within a wall's thickness of a group to that group, the largest first; returns what was given."""
    given: list[BaseGeometry] = []
    for group in sorted(groups.values(), key=lambda g: -g.whole.area):
        taken = loose.intersection(grown(group.whole, _WALL_M))
        group.whole, loose = group.whole.union(taken), loose.difference(taken)
        given.append(taken)
    return union(given)


def _factor(scene: Scene, piece: Piece) -> float | None:
    """None where only the finish of a roof decides whether the storey height is reached."""
    if piece.band:
        return _BANDS[piece.band]
    factor = by_storey_height(scene.profile, piece.height_m or 0.0)
    if finish_may_decide(scene, piece.cover) and factor != by_storey_height(scene.profile, piece.clear_m):
        return None
    return factor


def _without_slab(scene: Scene, level: Level, rooms: list[Body], left: BaseGeometry, shown: tuple[Body, ...]) -> Part:
    """A region with rooms but no slab above: the storeys' levels give the height, else the rooms' own bodies do."""
    profile = scene.profile
    rule = profile.rules[profile.storey_rule(level.storey.name)]
    here = [room for room in rooms if room.floor.intersects(left)]
    elements = unique([*shown, *here])
    at = (rule, level.storey, level.floor_m, left)
    if level.next_m is not None:
        height = level.next_m - level.floor_m
        return Part(
            *at, (by_storey_height(profile, height),), elements, (height, height), why="上方没有楼板模型，层高取楼层标高差"
        )
    clear = min((room.high - level.floor_m for room in here), default=0.0)
    if by_storey_height(profile, clear) == 1.0:
        return Part(*at, (1.0,), elements, why=f"上方没有楼板模型，空间净高 {clear:.2f} m 已达限值，层高更高")
    return Part(*at, (0.5, 1.0), elements, missing=("上方的楼板或屋面（量不出结构层高）",))


def _outer_walls(level: Level, region: BaseGeometry) -> list[Body]:
    edge = grown(region, 0.05).difference(grown(region, -0.05))
    return [
        wall
        for wall in level.walls
        if wall.element.ifc_class.startswith(("IfcWall", "IfcCurtainWall")) and wall.plan.intersects(edge)
    ]
