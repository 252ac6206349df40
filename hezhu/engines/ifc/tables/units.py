"""Units of a model and what one of each is in SI (ISO 80000-1): metre, square metre, cubic metre, radian, kilogram, second, kelvin."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.instances import Instances, Value

_PREFIX = {
    "EXA": 18, "PETA": 15, "TERA": 12, "GIGA": 9, "MEGA": 6, "KILO": 3, "HECTO": 2, "DECA": 1,
    "DECI": -1, "CENTI": -2, "MILLI": -3, "MICRO": -6, "NANO": -9, "PICO": -12, "FEMTO": -15, "ATTO": -18,
}  # fmt: skip
_POWER = {"SQUARE_METRE": 2, "CUBIC_METRE": 3}
_CELSIUS_ZERO_KELVIN = 273.15
_SCHEMA = {
    "id": pl.Int64, "unit_type": pl.String, "name": pl.String, "to_si": pl.Float64, "offset_si": pl.Float64, "assigned": pl.Boolean,
}  # fmt: skip


def units(instances: Instances) -> pl.DataFrame:
    """``id, unit_type, name, to_si, offset_si, assigned``: SI value = value × to_si + offset_si.

    ``assigned`` marks the units of the project (IfcUnitAssignment), which hold wherever a value names no unit of its own.
    ``to_si`` is null for a unit that says too little to be converted.
    """
    step = instances.step
    assigned = set(instances.links("IfcUnitAssignment", "Units")["target"].to_list())
    rows = []
    for row in instances.rows("IfcNamedUnit", "IfcDerivedUnit", "IfcMonetaryUnit").tolist():
        record = instances.record(row)
        kind = instances.class_names[int(instances.class_code[row])]
        number = int(step.ids[row])
        scale = _scale(instances, row, ())
        name = _name(kind, record)
        celsius = kind == "IFCSIUNIT" and name.endswith("DEGREE_CELSIUS")
        unit_type = "MONETARYUNIT" if kind == "IFCMONETARYUNIT" else _text(record, 1)
        rows.append((number, unit_type, name, scale, _CELSIUS_ZERO_KELVIN if celsius else 0.0, number in assigned))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def project_scales(units_table: pl.DataFrame) -> pl.DataFrame:
    """``unit_type, to_si, offset_si`` of the project's own units; the first counts when one is assigned twice."""
    return units_table.filter("assigned").unique("unit_type", keep="first").select("unit_type", "to_si", "offset_si")


def scale_of(units_table: pl.DataFrame, unit_type: str) -> float:
    """SI value of the project's unit of a type; 1 when the file assigns none (the schema's own default)."""
    found = project_scales(units_table).filter(pl.col("unit_type") == unit_type)["to_si"].drop_nulls()
    return float(found[0]) if len(found) else 1.0


def unit_type_of_measure(measure: pl.Expr) -> pl.Expr:
    """Unit type that a measure type is given in: IFCPOSITIVELENGTHMEASURE → LENGTHUNIT."""
    core = measure.str.strip_prefix("IFC").str.replace("^(POSITIVE|NONNEGATIVE|NORMALISED)", "")
    return pl.when(core.str.ends_with("MEASURE")).then(core.str.strip_suffix("MEASURE") + "UNIT")


def _scale(instances: Instances, row: int, above: tuple[int, ...]) -> float | None:
    """What one of the unit is in SI units; null for an unknown name, a cycle or a missing factor."""
    if row < 0 or row in above:
        return None
    record = instances.record(row)
    kind = instances.class_names[int(instances.class_code[row])]
    if kind == "IFCSIUNIT":
        prefix, name = _text(record, 2), _text(record, 3)
        # The kilogram is the SI unit, though its name carries a prefix (ISO 80000-1, 6.5.3).
        exponent = _PREFIX.get(prefix, 0) * _POWER.get(name, 1) - (3 if name == "GRAM" else 0)
        return math.pow(10.0, exponent)
    if kind.startswith("IFCCONVERSIONBASEDUNIT"):
        return _converted(instances, _row(instances, record, 3), (*above, row))
    if kind == "IFCDERIVEDUNIT":
        return _derived(instances, record, (*above, row))
    return None


def _converted(instances: Instances, factor_row: int, above: tuple[int, ...]) -> float | None:
    if factor_row < 0:
        return None
    factor = instances.record(factor_row)
    value = factor[0] if factor else None
    number = next(iter(value.values())) if isinstance(value, dict) else value
    scale = _scale(instances, _row(instances, factor, 1), above)
    return float(number) * scale if isinstance(number, int | float) and scale is not None else None


def _derived(instances: Instances, record: list[Value], above: tuple[int, ...]) -> float | None:
    product = 1.0
    elements = record[0] if record and isinstance(record[0], list) else []
    for element in elements:
        row = _row(instances, [element], 0)
        part = instances.record(row) if row >= 0 else []
        scale = _scale(instances, _row(instances, part, 0), above)
        exponent = part[1] if len(part) > 1 else None
        if scale is None or not isinstance(exponent, int):
            return None
        product *= math.pow(scale, exponent)
    return product


def _row(instances: Instances, record: list[Value], position: int) -> int:
    value = record[position] if position < len(record) else None
    target = value.get("ref") if isinstance(value, dict) else None
    return int(instances.row_of(np.array([target], dtype=np.int64))[0]) if isinstance(target, int) else -1


def _name(kind: str, record: list[Value]) -> str:
    if kind == "IFCSIUNIT":
        return _text(record, 2) + _text(record, 3)
    if kind == "IFCMONETARYUNIT":
        return _text(record, 0)
    return _text(record, 2)


def _text(record: list[Value], position: int) -> str:
    value = record[position] if position < len(record) else None
    return value if isinstance(value, str) else ""
