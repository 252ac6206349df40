"""Floor slabs: the thickness of their concrete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hezhu.engines.findings import Subject
from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_FLAT_M = 0.6


@dataclass(frozen=True, slots=True)
class Slab:
    """A slab with concrete in it: the thickness of its concrete layers, None where neither layers nor body give it.

    ``unknown`` counts slabs without any material instead; they are one case together.
    """

    thickness_m: float | None = None
    layers: int = 0
    unknown: int = 0


def concrete_slabs(site: Site, clause: Clause) -> Iterator[Item]:
    """Floor slabs whose material holds one of the clause's ``name`` words; once, those that have no material."""
    unknown = 0
    for element in site.model.of_class("IfcSlab"):
        if element.predefined_type not in ("FLOOR", "", "NOTDEFINED"):
            continue
        names = element.materials
        if not names:
            unknown += 1
        elif any(_is_concrete(name, clause) for name in names):
            yield Item(f"slab:{element.step_id}", subject_of(element), _measured(element, clause, site))
    if unknown:
        yield Item("slabs", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), Slab(unknown=unknown))


def _is_concrete(name: str, clause: Clause) -> bool:
    return any(word.casefold() in name.casefold() for word in clause.where.get("name", ()))


def _measured(slab: Element, clause: Clause, site: Site) -> Slab:
    """By its layers; a slab of one material by the height of its body, where that lies flat."""
    made = slab.material
    if made is not None and made.is_a("IfcMaterialLayerSet"):
        found = [
            layer.LayerThickness * site.model.length_unit_m
            for layer in made.MaterialLayers
            if layer.Material is not None and _is_concrete(layer.Material.Name or "", clause)
        ]
        return Slab(sum(found), len(found))
    box = site.geometry.boxes.get(slab.step_id)
    height = box[1][2] - box[0][2] if box is not None else None
    return Slab(height if height is not None and height < _FLAT_M and len(slab.materials) == 1 else None, 1)


@method("slab-thickness", concrete_slabs, "模型中没有钢筋混凝土楼板")
def slab_thickness(slab: Slab, clause: Clause, site: Site) -> Judgement:
    """Thickness of the concrete of a floor slab, m; of a composite slab the precast and the cast part together."""
    limit = clause.limit("thickness")
    if slab.unknown:
        return cannot_judge(f"{slab.unknown} 块楼板的材料", limit=limit)
    if slab.thickness_m is None:
        return cannot_judge("楼板的材料层（IfcMaterialLayerSet）或平整的形体", limit=limit)
    how = "材料层中混凝土层的厚度" + ("之和（叠合板按预制与现浇合计）" if slab.layers > 1 else "")
    return judge(slab.thickness_m, limit, site.pack.tolerance(limit), how, layers=slab.layers)
