"""How the body of an element is made, as far as the choice of a geometry kernel rests on it."""

from __future__ import annotations

from typing import Any

from hezhu.engines.ifc.attributes import attribute

_LINES = ("Axis", "FootPrint", "Box")  # representations beside the body


def is_extruded_with_openings(entity: Any) -> bool:
    """Whether openings are cut from an element and both are nothing but extruded profiles."""
    if not entity.get_attribute_category("HasOpenings"):
        return False
    openings = [relation.RelatedOpeningElement for relation in entity.HasOpenings]
    return bool(openings) and all(_is_extruded(each) for each in (entity, *openings) if each is not None)


def _is_extruded(product: Any) -> bool:
    shape = attribute(product, "Representation")
    bodies = (
        [one for one in shape.Representations or () if one.RepresentationIdentifier not in _LINES] if shape is not None else []
    )
    return bool(bodies) and all(_are_extruded(body) for body in bodies)


def _are_extruded(representation: Any) -> bool:
    return all(
        item.is_a("IfcExtrudedAreaSolid")
        or (item.is_a("IfcMappedItem") and _are_extruded(item.MappingSource.MappedRepresentation))
        for item in representation.Items or ()
    )
