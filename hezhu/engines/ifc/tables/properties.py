"""Property sets and quantities, one row per object and value, those of the type inherited as IFC defines it."""

from __future__ import annotations

import polars as pl

from hezhu.engines.ifc.tables.instances import Instances, plain_text, typed
from hezhu.engines.ifc.tables.units import project_scales, unit_type_of_measure

_FROM_TYPE, _OWN = 0, 1
_VALUED = {
    "IfcPropertySingleValue", "IfcPropertyEnumeratedValue", "IfcPropertyListValue", "IfcPropertyBoundedValue",
    "IfcPropertyTableValue", "IfcPropertyReferenceValue", "IfcComplexProperty",
}  # fmt: skip


def properties(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    """``id, pset, name, kind, measure, value, number, number_si, inherited``; ``id`` is an object or a type.

    ``kind`` is the class of the property; ``value`` is text (decoded; for kinds other than IfcPropertySingleValue the argument as
    written), null where the file gives none. An own value goes before the type's of the same set and name; where a set names
    one property twice the later one counts.
    """
    sets = _owned_sets(instances, "IfcPropertySet")
    members = instances.links("IfcPropertySet", "HasProperties").rename({"id": "set", "target": "property"})
    return _flattened(sets, members, _property_values(instances, units))


def quantities(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    """``id, pset, name, kind, measure, value, number, number_si, inherited`` of IfcElementQuantity; ``number_si`` in SI units."""
    sets = _owned_sets(instances, "IfcElementQuantity")
    members = instances.links("IfcElementQuantity", "Quantities").rename({"id": "set", "target": "property"})
    return _flattened(sets, members, _quantity_values(instances, units))


def types(instances: Instances) -> pl.DataFrame:
    """``id, type``: which type an object has (IfcRelDefinesByType); the last relation counts when there are several."""
    return _pairs(instances, "IfcRelDefinesByType", "RelatingType").unique("id", keep="last", maintain_order=True)


def _pairs(instances: Instances, relation: str, relating: str) -> pl.DataFrame:
    """``id`` (related object) and ``type`` (what it is related to), in file order."""
    one = instances.links(relation, relating).select("id", type="target")
    return instances.links(relation, "RelatedObjects").join(one, on="id", maintain_order="left").select(id="target", type="type")


def _owned_sets(instances: Instances, kind: str) -> pl.DataFrame:
    """``id, set, pset, level``: the sets of every object and type, those an object has from its type at level 0."""
    rows = instances.rows(kind)
    names = pl.DataFrame({"set": instances.step.ids[rows], "pset": instances.column(kind, "Name")})
    own = _pairs(instances, "IfcRelDefinesByProperties", "RelatingPropertyDefinition").select("id", set="type")
    of_types = instances.links("IfcTypeObject", "HasPropertySets").select("id", set="target")
    inherited = types(instances).join(of_types.rename({"id": "type"}), on="type", maintain_order="left").select("id", "set")
    levels = ((inherited, _FROM_TYPE), (own, _OWN), (of_types, _OWN))
    return pl.concat(frame.with_columns(level=pl.lit(level)) for frame, level in levels).join(
        names, on="set", maintain_order="left"
    )


def _flattened(sets: pl.DataFrame, members: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    joined = sets.join(members, on="set", maintain_order="left_right").join(values, on="property", maintain_order="left")
    latest = joined.sort("level", maintain_order=True).unique(["id", "pset", "name"], keep="last", maintain_order=True)
    return latest.select(
        "id", "pset", "name", "kind", "measure", "value", "number", "number_si", inherited=pl.col("level") == _FROM_TYPE
    ).sort("id", maintain_order=True)


def _property_values(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    """One row per property: ``property, name, kind, measure, value, number, number_si``."""
    schema = instances.schema
    frames = []
    for upper in schema.kinds_of("IfcProperty"):
        entity = schema.classes[upper]
        rows = instances.rows(entity.name)
        if not len(rows) or entity.name not in _VALUED:
            continue
        single = entity.name == "IfcPropertySingleValue"
        raw = instances.raw(rows, 2)
        kind, inner = typed(raw) if single else (pl.repeat(None, len(rows), dtype=pl.String, eager=True), raw)
        frames.append(
            pl.DataFrame(
                {
                    "property": instances.step.ids[rows],
                    "name": instances.text(rows, 0),
                    "kind": pl.repeat(entity.name, len(rows), eager=True),
                    "measure": kind,
                    "value": plain_text(inner) if single else inner,
                    "number": inner.cast(pl.Float64, strict=False),
                    "unit": instances.reference(rows, schema.position(entity.name, "Unit")),
                }
            )
        )
    return _in_si(pl.concat(frames) if frames else _NO_VALUES, units, unit_type_of_measure(pl.col("measure")))


def _quantity_values(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    frames = [_NO_VALUES]
    for upper in instances.schema.kinds_of("IfcPhysicalSimpleQuantity"):
        entity = instances.schema.classes[upper]
        rows = instances.rows(entity.name)
        if not len(rows) or entity.name == "IfcPhysicalSimpleQuantity":
            continue
        measure = "IFC" + entity.name.removeprefix("IfcQuantity").upper() + "MEASURE"
        raw = instances.raw(rows, 3)
        frames.append(
            pl.DataFrame(
                {
                    "property": instances.step.ids[rows],
                    "name": instances.text(rows, 0),
                    "kind": pl.repeat(entity.name, len(rows), eager=True),
                    "measure": pl.repeat("IFCMASSMEASURE" if measure == "IFCWEIGHTMEASURE" else measure, len(rows), eager=True),
                    "value": raw,
                    "number": raw.cast(pl.Float64, strict=False),
                    "unit": instances.reference(rows, 2),
                }
            )
        )
    return _in_si(pl.concat(frames), units, unit_type_of_measure(pl.col("measure")))


def _in_si(values: pl.DataFrame, units: pl.DataFrame, unit_type: pl.Expr) -> pl.DataFrame:
    """Adds ``number_si``: by the value's own unit, else by the project's unit of its measure, else as given (a plain number)."""
    own = units.select(unit="id", own_scale="to_si", own_offset="offset_si")
    project = project_scales(units)
    joined = values.with_columns(unit_type=unit_type).join(own, on="unit", how="left", maintain_order="left")
    joined = joined.join(project, on="unit_type", how="left", maintain_order="left")
    given = pl.col("unit").is_not_null()
    scale = (
        pl.when(given)
        .then("own_scale")
        .when(pl.col("unit_type").is_in(project["unit_type"].implode()))
        .then("to_si")
        .otherwise(1.0)
    )
    offset = pl.when(given).then("own_offset").otherwise(pl.col("offset_si").fill_null(0.0))
    return joined.with_columns(number_si=pl.col("number") * scale + offset).drop(
        "unit", "own_scale", "own_offset", "to_si", "offset_si"
    )


_NO_VALUES = pl.DataFrame(
    schema={
        "property": pl.Int64, "name": pl.String, "kind": pl.String, "measure": pl.String, "value": pl.String,
        "number": pl.Float64, "unit": pl.Int64,
    }
)  # fmt: skip
