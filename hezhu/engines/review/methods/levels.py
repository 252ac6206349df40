"""On which storey a use may lie, how far refuge floors lie apart, and the fire class of basements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.ifc import Element, Storey
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.graded import FIRE_CLASS
from hezhu.engines.review.methods.registry import Item, method
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.methods.storeys import whole_building
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site


def storey_number(site: Site, storey: Storey | None) -> int | None:
    """Number of a storey: 1 for the ground floor, −1 for the first basement; None for a storey one does not walk on."""
    above = [floor.global_id for floor in site.floors if site.is_above_ground(floor)]
    below = [floor.global_id for floor in site.floors if not site.is_above_ground(floor)]
    if storey is None:
        return None
    if storey.global_id in above:
        return above.index(storey.global_id) + 1
    return below.index(storey.global_id) - len(below) if storey.global_id in below else None


@method("storey-number", spaces_by_function, NO_SPACE_OF_FUNCTION)
def storey_range(space: Element, clause: Clause, site: Site) -> Judgement:
    """Number of the storey a room lies on: from ``lowest`` to ``highest``, which may differ by fire class (``_3``, ``_4``)."""
    limits = [clause.limits[name] for name in ("lowest", "highest") if name in clause.limits]
    number = storey_number(site, space.storey)
    if number is None:
        return cannot_judge("空间所在的楼层及其标高", limit=limits[0])
    shape = site.space_shape(space.step_id)
    drawn = outline(shape) if shape else None
    how = "空间所在楼层（首层为 1，地下一层为 -1）"
    ways = [""] if site.fire_class in (1, 2) else [f"_{site.fire_class}"] if site.fire_class else ["", "_3", "_4"]
    found = []
    for way in ways:
        named = [clause.limits.get(f"{name}{way}", clause.limits.get(name)) for name in ("lowest", "highest")]
        failed = next((limit for limit in named if limit is not None and not limit.met_by(number, 0)), None)
        found.append(judge(number, failed or limits[0], 0, how, drawn))
    if len({each.verdict for each in found}) > 1:
        return cannot_judge(FIRE_CLASS, limit=limits[0], measured=number, how=how, shape=drawn)
    return found[0]


@method("refuge-spacing", whole_building, "")
def refuge_spacing(_: None, clause: Clause, site: Site) -> Judgement:
    """Greatest rise between two successive refuge floors, and from the highest to the top of the building, m."""
    limit = clause.limit("distance")
    levels = sorted(
        {
            space.storey.elevation_m
            for space in site.model.spaces
            if space.storey and space.storey.elevation_m is not None and site.function_key(space.step_id) == "refuge"
        }
    )
    if not levels:
        return cannot_judge("避难层（功能为避难层、避难间的空间）", limit=limit)
    if len(levels) == 1:
        return Judgement(Verdict.NOT_APPLICABLE, how="只有一个避难层")
    most = max(upper - lower for lower, upper in pairwise(levels))
    return judge(most, limit, site.pack.tolerance(limit), "相邻避难层楼面的最大高差", floors=len(levels))


def basements(site: Site, clause: Clause) -> Iterator[Item]:
    """Storeys below ground."""
    for storey in site.floors:
        if not site.is_above_ground(storey):
            subject = Subject(storey.global_id, "IfcBuildingStorey", storey.name, storey.name)
            yield Item(f"storey:{storey.global_id}", subject, storey)


@method("basement-fire-class", basements, "没有地下楼层")
def basement_fire_class(storey: Storey, clause: Clause, site: Site) -> Judgement:
    """Fire class of a basement: as the storey declares it, else as the building does. A building of a lower class may have a
    basement of class one, which a person must say.
    """
    limit = clause.limit("class")
    own = site.fire_class_of(site.model.file.by_guid(storey.global_id))
    how = "地下楼层（或建筑）的 FireProtectionClass（一级 1 … 四级 4）"
    if own is not None:
        return judge(own, limit, 0, how)
    if site.fire_class is not None and limit.met_by(site.fire_class, 0):
        return judge(site.fire_class, limit, 0, how)
    return cannot_judge("地下部分的耐火等级（楼层属性 FireProtectionClass）", limit=limit, measured=site.fire_class, how=how)
