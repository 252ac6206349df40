"""Property sets and quantities, one row per object and value, those of the type inherited as IFC defines it."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hezhu.engines.ifc.tables.instances import Instances, numbers
from hezhu.engines.ifc.tables.units import project_scales, unit_type_of_measure

_FROM_TYPE, _OWN = 0, 1
# Where the value of each kind of property stands; of a complex one, its members.
_VALUED = {
    "IfcPropertySingleValue": "NominalValue", "IfcPropertyEnumeratedValue": "EnumerationValues", "IfcPropertyListValue": "ListValues",
    "IfcPropertyBoundedValue": "UpperBoundValue", "IfcPropertyTableValue": "DefiningValues",
    "IfcPropertyReferenceValue": "PropertyReference", "IfcComplexProperty": "HasProperties",
}  # fmt: skip
# Name, Description and Unit stand before the value of a quantity.
_QUANTITY_VALUE = 3
_COLUMNS = ("id", "pset", "within", "name", "kind", "measure", "value", "number", "number_si")
_SAME = ("id", "pset_code", "within_code", "name_code")
_DEEPEST = 8


class _Kind(NamedTuple):
    """What sets of values are called: the set and its list of members, the member that has members itself and its list."""

    set: str
    members: str
    complex: str
    parts: str


_PROPERTIES = _Kind("IfcPropertySet", "HasProperties", "IfcComplexProperty", "HasProperties")
_QUANTITIES = _Kind("IfcElementQuantity", "Quantities", "IfcPhysicalComplexQuantity", "HasQuantities")


def properties(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    """``id, pset, within, name, kind, measure, value, number, number_si, inherited``; ``id`` is an object or a type.

    ``kind`` is the class of the property; ``value`` is text (decoded; for kinds other than IfcPropertySingleValue the argument as
    written), null where the file gives none. ``within`` is the complex property that the value is a member of (``Outer/Inner`` where
    they are nested), null for a property of the set itself. An own value goes before the type's of the same set and name;
    where a set names one property twice the later one counts.
    """
    return _table(instances, _PROPERTIES, _property_values(instances, units))


def quantities(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    """The same of IfcElementQuantity; ``number_si`` in SI units."""
    return _table(instances, _QUANTITIES, _quantity_values(instances, units))


def types(instances: Instances) -> pl.DataFrame:
    """``id, type``: which type an object has (IfcRelDefinesByType); the last relation counts when there are several."""
    return _pairs(instances, "IfcRelDefinesByType", "RelatingType").unique("id", keep="last", maintain_order=True)


def _pairs(instances: Instances, relation: str, relating: str) -> pl.DataFrame:
    """``id`` (related object) and ``type`` (what it is related to), in file order."""
    one = instances.links(relation, relating).select("id", type="target")
    return instances.links(relation, "RelatedObjects").join(one, on="id", maintain_order="left").select(id="target", type="type")


def _table(instances: Instances, kind: _Kind, values: pl.DataFrame) -> pl.DataFrame:
    values = _parts(instances, kind, values)
    sets = _owned_sets(instances, kind.set)
    members = instances.links(kind.set, kind.members).select(set="id", property="target")
    joined = sets.join(members, on="set", maintain_order="left_right").join(values, on="property", maintain_order="left_right")
    latest = joined.sort("level", maintain_order=True).unique(_SAME, keep="last", maintain_order=True)
    return latest.select(*_COLUMNS, inherited=pl.col("level") == _FROM_TYPE).sort("id", maintain_order=True)


def _owned_sets(instances: Instances, kind: str) -> pl.DataFrame:
    """``id, set, pset, level``: the sets of every object and type, those an object has from its type at level 0."""
    rows = instances.rows(kind)
    names = pl.DataFrame({"set": instances.step.ids[rows], "pset": instances.column(kind, "Name")})
    own = _pairs(instances, "IfcRelDefinesByProperties", "RelatingPropertyDefinition").select("id", set="type")
    of_types = instances.links("IfcTypeObject", "HasPropertySets").select("id", set="target")
    inherited = types(instances).join(of_types.rename({"id": "type"}), on="type", maintain_order="left").select("id", "set")
    levels = ((inherited, _FROM_TYPE), (own, _OWN), (of_types, _OWN))
    return pl.concat(frame.with_columns(level=pl.lit(level)) for frame, level in levels).join(
        names.with_columns(pset_code=_coded("pset")), on="set", maintain_order="left"
    )


def _parts(instances: Instances, kind: _Kind, values: pl.DataFrame) -> pl.DataFrame:
    """The values with the members of complex ones added: ``property`` is then the outermost, ``within`` says where they are."""
    tops = values.with_columns(within=pl.lit(None, dtype=pl.String))
    level = instances.links(kind.complex, kind.parts).select(property="id", part="target")
    level = level.join(values.select("property", within=pl.col("name").fill_null("")), on="property", maintain_order="left")
    inner = level.select(outer="property", part="part", step="within")
    found = [tops]
    for _ in range(_DEEPEST):
        if not len(level):
            break
        found.append(level.join(values.rename({"property": "part"}), on="part", maintain_order="left").select(tops.columns))
        level = level.join(inner, left_on="part", right_on="outer", maintain_order="left", suffix="_below").select(
            "property", part="part_below", within=pl.concat_str("within", "step", separator="/", ignore_nulls=True)
        )
    return pl.concat(found).with_columns(name_code=_coded("name"), within_code=_coded("within"))


def _coded(column: str) -> pl.Expr:
    """Equal texts as equal numbers, which compare faster."""
    return pl.col(column).rank("dense")


def _property_values(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    """One row per property: ``property, name, kind, measure, value, number, number_si``."""
    schema = instances.schema
    frames = [_NO_VALUES]
    for upper in schema.kinds_of("IfcProperty"):
        entity = schema.classes[upper]
        rows = instances.rows(entity.name)
        if not len(rows) or entity.name not in _VALUED:
            continue
        position = entity.attributes.index(_VALUED[entity.name])
        if entity.name == "IfcPropertySingleValue":
            measure, start, end = instances.typed_spans(rows, position)
            value, written = instances.plain(start, end), instances.written(start, end)
        else:
            measure = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
            value = written = instances.raw(rows, position)
        frames.append(
            pl.DataFrame(
                {
                    "property": instances.step.ids[rows],
                    "name": instances.text(rows, 0),
                    "kind": pl.repeat(entity.name, len(rows), eager=True),
                    "measure": measure,
                    "value": value,
                    "number": numbers(written),
                    "unit": instances.reference(rows, schema.position(entity.name, "Unit")),
                }
            )
        )
    return _in_si(pl.concat(frames), units, unit_type_of_measure(pl.col("measure")))


def _quantity_values(instances: Instances, units: pl.DataFrame) -> pl.DataFrame:
    frames = [_NO_VALUES]
    for upper in instances.schema.kinds_of("IfcPhysicalQuantity"):
        entity = instances.schema.classes[upper]
        rows = instances.rows_named({upper})
        if not len(rows):
            continue
        simple = entity.is_a("IfcPhysicalSimpleQuantity")
        written = instances.raw(rows, _QUANTITY_VALUE if simple else entity.attributes.index("HasQuantities"))
        measure = "IFC" + entity.name.removeprefix("IfcQuantity").upper() + "MEASURE" if simple else None
        frames.append(
            pl.DataFrame(
                {
                    "property": instances.step.ids[rows],
                    "name": instances.text(rows, 0),
                    "kind": pl.repeat(entity.name, len(rows), eager=True),
                    "measure": pl.repeat(
                        "IFCMASSMEASURE" if measure == "IFCWEIGHTMEASURE" else measure, len(rows), dtype=pl.String, eager=True
                    ),
                    "value": written,
                    "number": numbers(written),
                    "unit": instances.reference(rows, instances.schema.position(entity.name, "Unit")),
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
