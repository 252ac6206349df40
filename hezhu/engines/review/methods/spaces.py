"""Rooms: function, area, short side, clear height."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from hezhu.engines.findings import Shape, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import SpaceShape
from hezhu.engines.ifc.geometry.slopes import area_below
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge, worst
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, polygon_shape

NO_SPACE_OF_FUNCTION = "模型中没有适用功能的空间"
_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_RECTANGLE_SHARE = 0.98
_THREE_PIECES = frozenset({"toilet", "basin", "shower"})


def spaces_by_function(site: Site, clause: Clause) -> Iterator[Item]:
    """Spaces whose function the clause names; all spaces when it names none. ``flat`` keeps those of flats so named."""
    wanted, flats = clause.where.get("function", ()), clause.where.get("flat", ())
    for space in site.model.spaces:
        if wanted and site.function_key(space.step_id) not in wanted:
            continue
        if not flats or any(word in site.flat_name(space.step_id) for word in flats):
            yield Item(f"space:{space.step_id}", subject_of(space), space)


def outline(shape: SpaceShape) -> Shape:
    """The floor of a space, for drawing."""
    largest = max(shapely.get_parts(shape.floor), key=lambda part: part.area)
    return polygon_shape([(x, y) for x, y in largest.exterior.coords], shape.floor_z_m)


@method("space-function", spaces_by_function, "模型中没有空间")
def space_function(space: Element, clause: Clause, site: Site) -> Judgement:
    """Whether the use of a space can be recognised; every clause by room function depends on it."""
    function = site.functions.get(space.step_id)
    if function is None:
        shape = site.space_shape(space.step_id)
        return cannot_judge(
            "空间功能（名称、全称、对象类型或分类编码）",
            how="按条文包的功能词表识别空间名称；未识别的空间，与其功能有关的面积、净高、净宽和门的条文均未判定",
            shape=outline(shape) if shape else None,
        )
    return Judgement(Verdict.PASS, how=f"按词表识别为：{function.label}", detail={"function": function.key})


@method("space-area", spaces_by_function, NO_SPACE_OF_FUNCTION)
def space_area(space: Element, clause: Clause, site: Site) -> Judgement:
    """Use area by the outline of the space's floor, m². Between ``least`` and ``area`` a person must settle ``doubt``."""
    limit = clause.limit("area")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    how = "空间底面轮廓的面积"
    least = clause.limits.get("least")
    tolerance = site.pack.tolerance(limit)
    if least is not None and least.met_by(shape.area_m2, tolerance) and not limit.met_by(shape.area_m2, tolerance):
        return cannot_judge(clause.doubt, limit=limit, measured=shape.area_m2, how=how, shape=outline(shape))
    return judge(
        shape.area_m2, least if least and not least.met_by(shape.area_m2, tolerance) else limit, tolerance, how, outline(shape)
    )


@method("bathroom-area", spaces_by_function, NO_SPACE_OF_FUNCTION)
def bathroom_area(space: Element, clause: Clause, site: Site) -> Judgement:
    """Area of a bathroom with closet, bath and basin in one room; a smaller one is judged only if the model has the three."""
    limit = clause.limit("area")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    how = "空间底面轮廓的面积"
    fixtures = len(site.fixture_kinds(space.step_id) & _THREE_PIECES)
    small = not limit.met_by(shape.area_m2, site.pack.tolerance(limit))
    if small and not clause.limit("fixtures").met_by(fixtures, 0):
        return cannot_judge(
            "卫生洁具（三件是否集中配置）", limit=limit, measured=shape.area_m2, how=how, shape=outline(shape), fixtures=fixtures
        )
    return judge(shape.area_m2, limit, site.pack.tolerance(limit), how, outline(shape), fixtures=fixtures)


_COMBINATIONS = {
    frozenset({"toilet", "basin", "shower"}): "three",
    frozenset({"toilet", "basin"}): "toilet_basin",
    frozenset({"toilet", "shower"}): "toilet_shower",
    frozenset({"basin", "shower"}): "basin_shower",
    frozenset({"toilet"}): "toilet",
}


@method("bathroom-combination-area", spaces_by_function, NO_SPACE_OF_FUNCTION)
def bathroom_combination_area(space: Element, clause: Clause, site: Site) -> Judgement:
    """Area of a bathroom by the fixtures in it, m². Where the model does not show them, only a room too small for a toilet alone
    fails and only one large enough for all three passes.
    """
    widest, least = clause.limit("three"), clause.limit("toilet")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=widest)
    tolerance = site.pack.tolerance(widest)
    kinds = site.fixture_kinds(space.step_id)
    name = None if None in kinds else _COMBINATIONS.get(frozenset(str(kind) for kind in kinds & _THREE_PIECES))
    if name not in clause.limits:
        name = None
    limit = clause.limit(name) if name else least if not least.met_by(shape.area_m2, tolerance) else widest
    how = "空间底面轮廓的面积，限值按房间内的洁具组合"
    if name is None and limit is widest and not widest.met_by(shape.area_m2, tolerance):
        return cannot_judge(clause.doubt, limit=widest, measured=shape.area_m2, how=how, shape=outline(shape))
    return judge(shape.area_m2, limit, tolerance, how, outline(shape), combination=name or "")


@method("space-short-side", spaces_by_function, NO_SPACE_OF_FUNCTION)
def space_short_side(space: Element, clause: Clause, site: Site) -> Judgement:
    """Short side of a rectangular room, m. Of another outline the largest side that surely fits is not a short side: 需人工,
    unless even the surrounding rectangle is too narrow.
    """
    limit = clause.limit("width")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    side = shape.short_side_m
    tolerance = site.pack.tolerance(limit)
    rectangle = shapely.minimum_rotated_rectangle(shape.floor).area
    is_rectangle = shape.floor.area >= _RECTANGLE_SHARE * rectangle
    if is_rectangle or not limit.met_by(side, tolerance):
        return judge(side, limit, tolerance, "外接矩形的短边", outline(shape))
    return cannot_judge(
        "非矩形房间的短边（由人工确定量取位置）", limit=limit, measured=side, how="外接矩形的短边，仅为上限", shape=outline(shape)
    )


@method("space-clear-height", spaces_by_function, NO_SPACE_OF_FUNCTION)
def space_clear_height(space: Element, clause: Clause, site: Site) -> Judgement:
    """Floor to the lowest slab, ceiling or beam above the room, m.

    ``local_height`` and ``local_share`` allow a lower part of the room where the clause does.
    """
    limit = clause.limit("height")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    if "local_height" in clause.limits:
        return _with_lower_part(shape, clause, site)
    return _clear_height(shape, limit, site.pack.tolerance(limit))


def spaces_under_slopes(site: Site, clause: Clause) -> Iterator[Item]:
    """Rooms of ``function`` whose ceiling is a sloping roof."""
    for item in spaces_by_function(site, clause):
        if item.facts.step_id in site.under_slopes:
            yield item


@method("sloping-clear-height", spaces_under_slopes, "模型中没有坡屋顶下的适用房间")
def sloping_clear_height(space: Element, clause: Clause, site: Site) -> Judgement:
    """Share of a room's floor with at least ``height`` up to the sloping roof."""
    limit, height = clause.limit("share"), clause.limit("height")
    shape = site.geometry.spaces[space.step_id]
    low = area_below(
        site.under_slopes[space.step_id], shape.inside, shape.floor_z_m + height.value - site.pack.length_tolerance_m
    )
    share = 1.0 - low / shape.inside.area
    how = f"坡屋顶下净高不低于 {height.value:.2f} m 的面积与空间底面之比"
    if limit.met_by(share, 1e-4) and not shape.is_covered:
        return cannot_judge("空间上方的屋面（未全部覆盖）", limit=limit, measured=share, how=how, shape=outline(shape))
    return judge(share, limit, 1e-4, how, outline(shape))


_HOW_HEIGHT = "空间底面至其上方楼板、吊顶、梁底的最小竖向距离"


def _clear_height(shape: SpaceShape, limit: Limit, tolerance: float) -> Judgement:
    """Fails on what hangs too low; passes only if the whole room is covered and the declared body is as high."""
    ceiling = shape.ceiling_height_m
    where = _low_place(shape, limit.value)
    if ceiling is not None and not limit.met_by(ceiling, tolerance):
        return judge(ceiling, limit, tolerance, _HOW_HEIGHT, where or outline(shape))
    if ceiling is None or not shape.is_covered:
        covered = f"（仅 {shape.covered_share:.0%} 的底面上方有构件）" if ceiling is not None else ""
        missing = f"空间上方的楼板或吊顶{covered}"
        return cannot_judge(
            missing, limit=limit, measured=shape.body_height_m, how="空间形体的高度，未经上方构件证实", shape=outline(shape)
        )
    if not limit.met_by(shape.body_height_m, tolerance):
        return cannot_judge(
            f"空间形体高度（{shape.body_height_m:.2f} m）与上方构件底面（{ceiling:.2f} m）不一致，以何者为准",
            limit=limit,
            measured=shape.body_height_m,
            how=_HOW_HEIGHT,
            shape=outline(shape),
        )
    return judge(min(ceiling, shape.body_height_m), limit, tolerance, _HOW_HEIGHT, outline(shape))


def _with_lower_part(shape: SpaceShape, clause: Clause, site: Site) -> Judgement:
    """Full height everywhere, or a lower part that is high enough and small enough."""
    limit = clause.limit("height")
    tolerance = site.pack.tolerance(limit)
    full = _clear_height(shape, limit, tolerance)
    if full.verdict is not Verdict.FAIL:
        return full
    local = _clear_height(shape, clause.limit("local_height"), tolerance)
    share_limit = clause.limit("local_share")
    share = shape.share_below(limit.value - tolerance)
    if share_limit.met_by(share, site.pack.tolerance(share_limit)):
        return local
    if local.verdict is Verdict.FAIL:
        return worst([local, full])
    return judge(share, share_limit, 0.0, f"低于 {limit.value:.2f} m 的部分占空间底面的比例", _low_place(shape, limit.value))


def _low_place(shape: SpaceShape, height: float) -> Shape | None:
    """Where the ceiling hangs lowest, drawn at its height."""
    low = [piece for piece in shape.overhead if piece.z_m - shape.floor_z_m < height]
    if not low:
        return None
    piece = min(low, key=lambda item: item.z_m)
    hull = shapely.convex_hull(piece.outline)
    return polygon_shape([(x, y) for x, y in shapely.get_coordinates(hull)], piece.z_m)
