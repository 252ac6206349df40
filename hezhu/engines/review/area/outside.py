"""Area outside the enclosing structure: balconies, galleries, open floors, canopies, stairs, ramps, bays, insulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.review.area.covers import covers_of, finish_may_decide
from hezhu.engines.review.area.enclosure import grown, opened, pieces, union
from hezhu.engines.review.area.parts import ROOF_TOP, Part, by_storey_height, unique
from hezhu.engines.review.area.scene import Body, Level, Scene

_EDGE_M = 0.15
_MOSTLY = 0.8
_STATE = "（写明空间名称，或在属性集 {} 填 Category）"


def outside_parts(
    scene: Scene, level: Level, shell: BaseGeometry, canopies: BaseGeometry, below: BaseGeometry | None
) -> Iterator[Part]:
    """Floors of the storey beyond its enclosure. ``canopies`` is the plan of what is judged as a canopy, ``below`` the
    enclosure of the storey below, None on the lowest.
    """
    outdoor = [space for space in level.spaces if scene.is_outdoor(space)]
    slabs = union(slab.plan for slab in level.slabs)
    alone = [s.floor for s in outdoor if slabs.intersection(s.floor).area < 0.5 * s.floor.area]
    floors = union([slabs, *alone]).difference(shell).difference(canopies)
    covers = covers_of(scene, level)
    tops = union(cover.plan for cover in covers)
    for part in pieces(opened(floors, _EDGE_M), scene.profile.measuring.smallest):
        bodies = [s for s in outdoor if s.floor.intersection(part).area >= 0.3 * part.area]
        bodies += [s for s in level.slabs if s.plan.intersection(part).area > 0.05]
        share = tops.intersection(part).area / part.area
        covered = part if share >= _MOSTLY else tops.intersection(part)
        bare = part.difference(covered) if share < _MOSTLY else Polygon()
        if share < 1 - _MOSTLY:
            covered, bare = Polygon(), part
        place = scene.place_of(bodies)
        for piece in pieces(bare, scene.profile.measuring.smallest):
            yield _uncovered(scene, level, piece, bodies, place, shell, below)
        for piece in pieces(covered, scene.profile.measuring.smallest):
            yield _covered(scene, level, piece, bodies, place, shell, covers)


def glazed_balconies(scene: Scene, level: Level, shell: BaseGeometry) -> list[tuple[BaseGeometry, list[Body]]]:
    """Balconies within the enclosure (enclosed by glass, or recessed behind it): their outline and what makes them."""
    found = []
    for space in level.spaces:
        if scene.place_of([space]) == "balcony" and shell.intersection(space.floor).area >= 0.5 * space.floor.area:
            under = [s for s in level.slabs if s.plan.difference(grown(space.floor, 0.35)).area <= 0.1 * s.plan.area]
            outline = union([space.floor, *(slab.plan for slab in under)]).intersection(shell)
            found.append((outline, [space, *under]))
    return found


def balcony_part(scene: Scene, level: Level, outline: BaseGeometry, bodies: Sequence[Body], shell: BaseGeometry) -> Part:
    """Full inside the main structure, half outside: as stated, else as its open edge and the bearing members show."""
    rules = scene.profile.rules
    stated = next((value for b in bodies if isinstance(value := scene.stated(b.element, "InsideMainStructure"), bool)), None)
    inside = _inside(scene, level, outline, shell) if stated is None else stated
    at = (level.storey, level.floor_m, outline)
    if inside is None:
        missing = f"阳台是否在主体结构内（在属性集 {scene.profile.property_set} 填 InsideMainStructure）"
        return Part(rules["balcony_outside"], *at, (0.5, 1.0), unique(bodies), missing=(missing,))
    rule = rules["balcony_inside" if inside else "balcony_outside"]
    why = "模型已写明" if stated is not None else "三面有承重构件" if inside else "一面贴外墙，外侧无承重构件"
    return Part(rule, *at, (rule.factor,), unique(bodies), why=why)


def _inside(scene: Scene, level: Level, outline: BaseGeometry, shell: BaseGeometry) -> bool | None:
    """Outside when it hangs on one side and nothing bears its outer edge; inside when it is recessed between bearing members."""
    rest = shell.difference(outline)
    edge = outline.boundary
    free = edge.difference(grown(rest, 0.05))
    if not edge.length or free.is_empty:
        return None
    bearing = [c.plan for c in scene.columns if c.low < level.floor_m + 1.0 < c.high]
    bearing += [w.plan for w in level.walls if w.element.value("LoadBearing") is True]
    outer = [plan for plan in bearing if plan.distance(free) < 0.3 and plan.distance(rest) > 0.3]
    share = free.length / edge.length
    if share >= 0.5 and not outer:
        return False
    lines = shapely.get_parts(shapely.line_merge(free))
    ends = [Point(line.coords[index]) for line in lines for index in (0, -1)]
    if share < 0.4 and ends and all(any(plan.distance(end) < 0.3 for plan in bearing) for end in ends):
        return True
    return None


def _uncovered(
    scene: Scene,
    level: Level,
    piece: Polygon,
    bodies: Sequence[Body],
    place: str,
    shell: BaseGeometry,
    below: BaseGeometry | None,
) -> Part:
    """A balcony that hangs free counts where the profile says so; on a roof or the ground it may be a terrace."""
    rules, at = scene.profile.rules, (level.storey, level.floor_m, piece)
    hangs = below is not None and below.intersection(piece).area < 0.1 * piece.area
    if place == "balcony" and hangs and scene.profile.bare_balcony_counts:
        return balcony_part(scene, level, piece, bodies, shell)
    if place in ("balcony", "gallery"):
        rule = rules["balcony_outside" if place == "balcony" else "gallery"]
        return Part(rule, *at, (0.0, 0.5), unique(bodies), missing=("上方有无顶盖（屋面、地面上无顶盖的是露台，不计）",))
    return Part(rules["none"], *at, (0.0,), unique(bodies), why="围护结构外，无顶盖（露台、平台、室外地面）")


def _covered(
    scene: Scene, level: Level, piece: Polygon, bodies: Sequence[Body], place: str, shell: BaseGeometry, covers: list[Body]
) -> Part:
    rules, at = scene.profile.rules, (level.storey, level.floor_m, piece)
    if not place and scene.profile.storey_rule(level.storey.name) == "open_floor":
        place = "open_floor"
    if place == "balcony":
        return balcony_part(scene, level, piece, bodies, shell)
    if place == "gallery":
        if _is_guarded(scene, level, piece):
            return Part(rules["gallery"], *at, (rules["gallery"].factor,), unique(bodies), why="外缘有栏杆、栏板或柱")
        return Part(rules["gallery"], *at, (0.0, 0.5), unique(bodies), missing=("走廊外缘的栏杆、栏板或柱",))
    if place == "open_floor":
        return _open_floor(scene, level, piece, bodies, shell, covers)
    if place in ("canopy", "shed"):
        return Part(rules[place], *at, (rules[place].factor,), unique(bodies), why="有顶盖，无围护结构")
    missing = "有顶盖、无围护处的用途" + _STATE.format(scene.profile.property_set)
    return Part(rules["none"], *at, (0.0, 0.5, 1.0), unique(bodies), missing=(missing,))


def _is_guarded(scene: Scene, level: Level, piece: Polygon) -> bool:
    guards = [*scene.railings, *scene.columns, *scene.walls]
    edge = grown(piece, 0.3)
    return any(
        g.low < level.floor_m + 0.6 and g.high > level.floor_m + 0.6 and g.plan.intersects(edge)
        for g in guards
        if not _is_of(level, g)
    )


def _is_of(level: Level, body: Body) -> bool:
    """Whether a body is one of the storey's enclosing walls, which guard nothing."""
    return any(wall is body for wall in level.walls)


def _open_floor(
    scene: Scene, level: Level, piece: Polygon, bodies: Sequence[Body], shell: BaseGeometry, covers: list[Body]
) -> Part:
    """An open floor counts by the plan of the slab above it."""
    above = [cover for cover in covers if cover.plan.intersects(piece)]
    if not above:
        return Part(
            scene.profile.rules["open_floor"],
            level.storey,
            level.floor_m,
            piece,
            (0.5, 1.0),
            unique(bodies),
            missing=("架空层的顶板",),
        )
    lowest = min(cover.low for cover in above)
    roof = [cover for cover in above if cover.low <= lowest + 0.3]
    outline = union(cover.plan for cover in roof).difference(shell)
    height = min(cover.top_m for cover in roof) - level.floor_m
    factor = by_storey_height(scene.profile, height)
    clear = min(cover.low for cover in roof) - level.floor_m
    is_open = any(finish_may_decide(scene, cover) for cover in roof) and factor != by_storey_height(scene.profile, clear)
    return Part(
        scene.profile.rules["open_floor"],
        level.storey,
        level.floor_m,
        outline,
        (0.5, 1.0) if is_open else (factor,),
        unique([*bodies, *roof]),
        (height, height),
        missing=(ROOF_TOP,) if is_open else (),
    )
