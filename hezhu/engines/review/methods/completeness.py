"""What a model must carry so that the other clauses can be judged at all."""

from __future__ import annotations

from collections.abc import Iterator

from hezhu.engines.findings import Quantity, Subject, Verdict
from hezhu.engines.ifc import Element, Storey
from hezhu.engines.review.judgement import Judgement, cannot_judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import spaces_by_function
from hezhu.engines.review.methods.storeys import whole_building
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site


def every_storey(site: Site, clause: Clause) -> Iterator[Item]:
    """All storeys."""
    for storey in site.model.storeys:
        yield Item(f"storey:{storey.global_id}", Subject(storey.global_id, "IfcBuildingStorey", storey.name, storey.name), storey)


@method("storey-named", every_storey, "模型中没有楼层")
def storey_named(storey: Storey, clause: Clause, site: Site) -> Judgement:
    """Whether a storey has a name of its own in its building, and an elevation."""
    same = [other for other in site.model.storeys if other.name == storey.name and other.building == storey.building]
    if not storey.name.strip() or len(same) > 1:
        return cannot_judge("唯一的楼层名称", how="同一建筑内楼层名称不为空且不重复")
    if storey.elevation_m is None:
        return cannot_judge("楼层标高（Elevation）")
    return Judgement(Verdict.PASS, Quantity(storey.elevation_m, "m"), how="楼层名称唯一且有标高")


@method("space-measurable", spaces_by_function, "模型中没有空间")
def space_measurable(space: Element, clause: Clause, site: Site) -> Judgement:
    """Whether a space has a body that can be measured."""
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge("空间的几何形体（IfcSpace 实体）")
    return Judgement(Verdict.PASS, Quantity(round(shape.area_m2, 4), "m2"), how="空间底面轮廓可量取")


@method("building-facts", whole_building, "")
def building_facts(_: None, clause: Clause, site: Site) -> Judgement:
    """Whether the building says its kind and its fire class, and its height follows from its storeys."""
    missing = []
    if site.building_kind == "unknown":
        missing.append("建筑类别（住宅或公共建筑）")
    if site.fire_class is None:
        missing.append("建筑耐火等级（Pset_BuildingCommon.FireProtectionClass）")
    if site.height_m is None:
        missing.append("建筑高度（屋面楼层的标高）")
    if missing:
        return cannot_judge(*missing)
    return Judgement(Verdict.PASS, Quantity(site.height_m or 0.0, "m"), how="类别、耐火等级和高度均可由模型得出")


@method("elements-placed", whole_building, "")
def elements_placed(_: None, clause: Clause, site: Site) -> Judgement:
    """Elements that belong to no storey, neither themselves nor through the element they are part of."""
    loose = [e for e in site.model.elements if e.storey is None and e.whole is None]
    if loose:
        return cannot_judge(
            f"{len(loose)} 个构件所在的楼层", how="构件的空间归属", first=subject_of(loose[0]).name, count=len(loose)
        )
    return Judgement(Verdict.PASS, Quantity(0, "count"), how="没有未归入楼层的构件")
