"""Materials with their layers, and classification codes, of objects and types."""

from __future__ import annotations

import polars as pl

from hezhu.engines.ifc.tables.instances import Instances

_DEEPEST = 6


def materials(instances: Instances, length: float) -> pl.DataFrame:
    """``id, definition, part_class, order, material, thickness``: one row per material of an object or type, layers in order.

    ``part_class`` is what holds the material (IfcMaterialLayer, IfcMaterialConstituent, … or IfcMaterial itself); ``thickness`` of
    a layer in metres.
    """
    association = _associated(instances, "IfcRelAssociatesMaterial", "RelatingMaterial")
    leaves = _leaves(instances, association.select("target").unique(maintain_order=True))
    rows = instances.rows("IfcMaterial")
    names = pl.DataFrame({"leaf": instances.step.ids[rows], "material": instances.column("IfcMaterial", "Name")})
    layers = instances.rows("IfcMaterialLayer")
    thickness = instances.number(layers, instances.schema.position("IfcMaterialLayer", "LayerThickness")) * length
    layer = pl.DataFrame({"part": instances.step.ids[layers], "thickness": thickness})
    parts = leaves.join(names, on="leaf", how="left", maintain_order="left").join(
        layer, on="part", how="left", maintain_order="left"
    )
    parts = parts.with_columns(part_class=_class_names(instances, parts["part"]))
    return association.join(parts, on="target", maintain_order="left_right").select(
        "id", pl.col("target").alias("definition"), "part_class", "order", "material", "thickness"
    )


def classifications(instances: Instances) -> pl.DataFrame:
    """``id, identification, name, location, system`` of every code an object or type carries."""
    association = _associated(instances, "IfcRelAssociatesClassification", "RelatingClassification")
    schema, rows = instances.schema, instances.rows("IfcClassificationReference")
    code = schema.position("IfcClassificationReference", "Identification")
    code = schema.position("IfcClassificationReference", "ItemReference") if code is None else code
    source = instances.reference(rows, schema.position("IfcClassificationReference", "ReferencedSource"))
    codes = pl.DataFrame(
        {
            "target": instances.step.ids[rows],
            "identification": instances.text(rows, code),
            "name": instances.column("IfcClassificationReference", "Name"),
            "location": instances.column("IfcClassificationReference", "Location"),
            "above": source,
        }
    )
    above = codes.select(at="target", above="above")
    for _ in range(_DEEPEST):
        higher = codes.select(at="above").join(above, on="at", how="left", maintain_order="left")
        codes = codes.with_columns(above=pl.coalesce(higher["above"], codes["above"]))
    systems = instances.rows("IfcClassification")
    system = pl.DataFrame(
        {"above": instances.step.ids[systems], "system": instances.column("IfcClassification", "Name")},
    )
    described = codes.join(system, on="above", how="left", maintain_order="left")
    direct = system.select(target="above", system="system")
    found = association.join(described, on="target", how="left", maintain_order="left")
    found = found.join(direct, on="target", how="left", maintain_order="left", suffix="_direct")
    return found.select("id", "identification", "name", "location", pl.coalesce("system", "system_direct").alias("system"))


def _associated(instances: Instances, relation: str, relating: str) -> pl.DataFrame:
    one = instances.links(relation, relating).select(relation="id", target="target")
    return (
        instances.links(relation, "RelatedObjects")
        .rename({"id": "relation", "target": "id"})
        .join(one, on="relation", maintain_order="left")
        .select("id", "target")
    )


def _leaves(instances: Instances, definitions: pl.DataFrame) -> pl.DataFrame:
    """``target, part, leaf, order``: the IfcMaterials at or below each definition and what directly holds them."""
    kinds = {name for name in instances.class_names if name.startswith("IFCMATERIAL")}
    row, _, below = instances.all_references(instances.rows_named(kinds))
    links = pl.DataFrame({"at": instances.step.ids[row], "below": below})
    material = pl.Series(instances.step.ids[instances.rows("IfcMaterial")]).implode()
    walk = definitions.with_columns(part="target", at="target")
    found = []
    for _ in range(_DEEPEST):
        found.append(walk.filter(pl.col("at").is_in(material)))
        walk = walk.filter(~pl.col("at").is_in(material)).join(links, on="at", maintain_order="left_right")
        walk = walk.select("target", part="at", at="below")
    leaves = pl.concat(found).rename({"at": "leaf"})
    return leaves.with_columns(order=pl.int_range(pl.len()).over("target"))


def _class_names(instances: Instances, ids: pl.Series) -> pl.Series:
    names = [entity.name if (entity := instances.schema.classes.get(upper)) else upper for upper in instances.class_names]
    rows = instances.row_of(ids.to_numpy())
    return pl.Series([names[code] for code in instances.class_code[rows].tolist()], dtype=pl.String)
