"""Bodies attached to a building that count by a rule of their own: canopies, outdoor stairs, ramps, bays, insulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from hezhu.engines.review.area.enclosure import grown, union
from hezhu.engines.review.area.parts import Part
from hezhu.engines.review.area.scene import Body, Level, Scene

Shells = Sequence[tuple[Level, BaseGeometry]]
_STEPS_M = 1.5


def canopy_parts(scene: Scene, shells: Shells) -> Iterator[Part]:
    """Canopies on columns count half; without, only those that reach out far enough and hang below the second storey."""
    rules, limits = scene.profile.rules, scene.profile.limits
    for canopy in scene.canopies:
        place = _sheltered(scene, shells, canopy)
        if place is None:
            continue
        level, shell = place
        outline = canopy.plan.difference(shell)
        if outline.area < scene.profile.measuring.smallest:
            continue
        at = (level.storey, level.floor_m, outline)
        under = [
            c for c in scene.columns if c.high > canopy.low - 0.6 and c.low < canopy.low - 1.5 and c.plan.distance(outline) < 0.3
        ]
        if scene.place_of([canopy]) == "shed" or under:
            rule = rules[scene.place_of([canopy])]
            yield Part(rule, *at, (rule.factor,), (canopy, *under), why="有柱" if under else "")
            continue
        depth = (
            max((shell.distance(Point(p)) for p in shapely.get_coordinates(outline)), default=0.0) if not shell.is_empty else 0.0
        )
        high = sum(1 for other, _ in shells if level.floor_m + 0.5 < other.floor_m <= canopy.low + 0.6)
        if shell.is_empty:
            yield Part(rules["canopy"], *at, (0.0, 0.5), (canopy,), missing=("雨篷所依附的外墙（量不出挑出深度）",))
        elif depth < limits["canopy_depth"] - scene.profile.measuring.tolerance:
            yield Part(rules["none"], *at, (0.0,), (canopy,), why=f"无柱雨篷，挑出 {depth:.3f} m")
        elif high >= limits["canopy_storeys"]:
            yield Part(rules["none"], *at, (0.0,), (canopy,), why=f"无柱雨篷，顶盖高达 {high} 个楼层")
        else:
            yield Part(rules["canopy"], *at, (rules["canopy"].factor,), (canopy,), why=f"无柱雨篷，挑出 {depth:.3f} m")


def _sheltered(scene: Scene, shells: Shells, canopy: Body) -> tuple[Level, BaseGeometry] | None:
    """The storey whose ground or terrace lies under a canopy: the highest with a floor there, else the lowest above ground."""
    lower = sorted((item for item in shells if item[0].floor_m <= canopy.low - 1.5), key=lambda item: -item[0].floor_m)
    for level, shell in lower:
        outline = canopy.plan.difference(shell)
        if union(slab.plan for slab in level.slabs).intersection(outline).area >= 0.3 * outline.area > 0:
            return level, shell
    grounded = [item for item in lower if scene.profile.storey_rule(item[0].storey.name) != "basement"]
    return (grounded or lower)[-1] if lower else None


def _below(shells: Shells, z_m: float) -> tuple[Level, BaseGeometry] | None:
    """The highest storey whose floor lies at or under a height."""
    found = [item for item in shells if item[0].floor_m <= z_m]
    return max(found, key=lambda item: item[0].floor_m) if found else None


def stair_parts(scene: Scene, shells: Shells) -> Iterator[Part]:
    """Stairs outside the enclosure: half of their plan on every storey they climb; steps and ladders do not count."""
    rules = scene.profile.rules
    groups: dict[str, list[Body]] = {}
    for stair in scene.stairs:
        groups.setdefault(stair.element.whole or stair.element.global_id, []).append(stair)
    for bodies in groups.values():
        low, high = min(b.low for b in bodies), max(b.high for b in bodies)
        base = _below(shells, low + 0.6) or (shells[0] if shells else None)
        if base is None:
            continue
        outline = union(body.plan for body in bodies)
        if outline.difference(base[1]).area < 0.7 * outline.area:
            continue
        at = (base[0].storey, base[0].floor_m, outline)
        if scene.place_of(bodies) == "ladder":
            yield Part(rules["none"], *at, (0.0,), tuple(bodies), why="爬梯或专用消防钢楼梯")
        elif high - low < _STEPS_M:
            yield Part(rules["none"], *at, (0.0,), tuple(bodies), why=f"室外台阶，高 {high - low:.2f} m")
        else:
            for level, shell in shells:
                if low - 0.6 <= level.floor_m < high - 0.6:
                    part = outline.difference(shell)
                    yield Part(
                        rules["outdoor_stair"], level.storey, level.floor_m, part, (rules["outdoor_stair"].factor,), tuple(bodies)
                    )


def ramp_parts(scene: Scene, shells: Shells) -> Iterator[Part]:
    """Ramps outside: under a roof a person must see the outer wall's outline, in the open they do not count."""
    for ramp in scene.ramps:
        place = _below(shells, ramp.high + 0.6) or (shells[0] if shells else None)
        if place is None:
            continue
        level, shell = place
        outline = ramp.plan.difference(shell)
        if outline.area < 0.7 * ramp.plan.area:
            continue
        at = (level.storey, level.floor_m, outline)
        covers = union(s.plan for s in scene.slabs if s.low > ramp.high + 1.5)
        if covers.intersection(outline).area > 0.05 * outline.area:
            missing = "坡道有顶盖部位的外墙（按其结构外围计 1/2）"
            yield Part(scene.profile.rules["ramp"], *at, (0.0, 0.5), (ramp,), missing=(missing,))
        else:
            yield Part(scene.profile.rules["none"], *at, (0.0,), (ramp,), why="室外坡道，无顶盖")


def bay_parts(scene: Scene, shells: Shells) -> Iterator[Part]:
    """Bay windows: half where the sill is low and the bay high enough."""
    rules, limits, give = scene.profile.rules, scene.profile.limits, scene.profile.measuring.tolerance
    for bay in scene.bays:
        place = _below(shells, bay.low + 0.3)
        if place is None:
            continue
        level, shell = place
        outline = bay.plan.difference(shell)
        if outline.area < 1e-3:
            continue
        sill, clear = bay.low - level.floor_m, bay.high - bay.low
        counts = sill < limits["bay_sill"] - give and clear >= limits["bay_clear"] - give
        rule = rules["bay" if counts else "none"]
        yield Part(
            rule, level.storey, level.floor_m, outline, (rule.factor,), (bay,), why=f"窗台高差 {sill:.3f} m，净高 {clear:.3f} m"
        )


def insulation_parts(scene: Scene, shells: Shells) -> Iterator[Part]:
    """Insulation modelled outside the walls: the plan of the material, once per storey it stands on."""
    rule = scene.profile.rules["insulation"]
    for level, shell in shells:
        near = grown(shell, 0.1)
        here = [
            body
            for body in scene.insulation
            if body.high - body.low > 1.0
            and min(body.high, level.reach_m) - max(body.low, level.floor_m) > 0.5 * (level.reach_m - level.floor_m)
            and body.plan.intersects(near)
        ]
        outline = union(body.plan for body in here).difference(shell)
        if outline.area > 1e-3:
            yield Part(rule, level.storey, level.floor_m, outline, (rule.factor,), tuple(here))
