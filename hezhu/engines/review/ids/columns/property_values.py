"""Values of properties and quantities in SI units. Equal ones are read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hezhu.engines.review.ids.columns.codes import Codes, coded, distinct
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.columns.records import Record, Typed, Value
from hezhu.engines.review.ids.columns.units import Convert
from hezhu.engines.review.ids.columns.written import typed_value
from hezhu.engines.review.ids.values import Plain

# Attributes of IfcRoot, which a predefined property set has before its own
_ROOT_ATTRIBUTES = 4
# Name, Description and Unit stand before the value of a quantity
_QUANTITY_VALUE = 3
_VALUE_LISTS = {
    "IFCPROPERTYENUMERATEDVALUE": (("EnumerationValues",), ""),
    "IFCPROPERTYLISTVALUE": (("ListValues",), "Unit"),
    "IFCPROPERTYBOUNDEDVALUE": (("UpperBoundValue", "LowerBoundValue", "SetPointValue"), "Unit"),
}


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property: one value, or several for lists, bounds, enumerations and tables.

    ``columns`` are (IFC defined type in upper case, values); only tables have more than one. A property of a kind that IDS
    does not support (complex, reference) has ``supported`` False; one without a value has no columns.
    """

    columns: tuple[tuple[str, tuple[Plain, ...]], ...] = ()
    supported: bool = True


EMPTY = PropertyValue()
_UNSUPPORTED = PropertyValue(supported=False)


def property_values(columns: Columns, rows: Codes) -> tuple[Codes, list[PropertyValue]]:
    """The value of each property or quantity, as codes."""
    codes = np.zeros(len(rows), dtype=np.int64)
    values: list[PropertyValue] = []
    for name, here in columns.by_class(rows):
        found, given = _of_class(columns, name, rows[here])
        codes[here] = found + len(values)
        values += given
    return codes, values


def predefined_values(columns: Columns, row: int) -> list[tuple[str, PropertyValue]]:
    """Attributes of a predefined property set (IfcDoorLiningProperties) as properties."""
    record = columns.records.at(row)
    found = []
    for name, attribute in columns.schema.attributes(record.kind).items() if record.kind in columns.schema.entities else ():
        value = record.get(name)
        if attribute.index >= _ROOT_ATTRIBUTES and (value is None or (isinstance(value, str | int | float) and value != "")):
            given = () if value is None else (value,)
            found.append((name, _column(given, attribute.data_type, columns.units.measure(attribute.data_type))))
    return found


def _of_class(columns: Columns, name: str, rows: Codes) -> tuple[Codes, list[PropertyValue]]:
    if name == "IFCPROPERTYSINGLEVALUE":
        return _written(columns, name, rows, "NominalValue", "")
    if "IFCPHYSICALSIMPLEQUANTITY" in columns.supertypes(name):
        attribute = list(columns.schema.attributes(name).values())[_QUANTITY_VALUE]
        return _written(columns, name, rows, attribute.name, attribute.data_type)
    return np.arange(len(rows)), [_listed(columns, columns.records.at(row)) for row in rows.tolist()]


def _written(columns: Columns, name: str, rows: Codes, attribute: str, data_type: str) -> tuple[Codes, list[PropertyValue]]:
    """Properties of one value and one unit: each text of both is read once. ``data_type`` is that of a value that names none."""
    value_codes, values = coded(columns.column(rows, name, attribute))
    unit_codes, units = coded(columns.column(rows, name, "Unit"))
    codes, combinations = distinct(value_codes, unit_codes)
    return codes, [_single(columns, values[value], units[unit], data_type) for value, unit in combinations]


def _single(columns: Columns, written: str | None, unit: str | None, data_type: str) -> PropertyValue:
    if written is None:
        return EMPTY
    named, value = typed_value(written)
    kind = named or data_type
    return _column(() if value is None else (value,), kind, _convert(columns, kind, columns.records.named(unit)))


def _convert(columns: Columns, data_type: str, unit: Record | None) -> Convert | None:
    return columns.units.unit(unit) if unit is not None else columns.units.measure(data_type)


def _column(values: Sequence[Plain], data_type: str, convert: Convert | None) -> PropertyValue:
    """Values of one type; empty texts and UNKNOWN are no values."""
    given = tuple(
        value if convert is None or isinstance(value, str | bool) else convert(value)
        for value in values
        if value != "" and not (data_type == "IFCLOGICAL" and value in ("UNKNOWN", "U"))
    )
    return PropertyValue(((data_type, given),)) if given else EMPTY


def _listed(columns: Columns, record: Record) -> PropertyValue:
    """Enumerated, list, bounded and table values."""
    if record.kind == "IFCPROPERTYTABLEVALUE":
        defining = _typed(columns, record.get("DefiningValues"), record.one("DefiningUnit"))
        defined = _typed(columns, record.get("DefinedValues"), record.one("DefinedUnit"))
        return PropertyValue(defining.columns + defined.columns)
    if record.kind not in _VALUE_LISTS:
        return _UNSUPPORTED
    attributes, unit = _VALUE_LISTS[record.kind]
    owner = record if unit else record.one("EnumerationReference")
    values: list[Value] = []
    for attribute in attributes:
        value = record.get(attribute)
        values += value if isinstance(value, list) else [value]
    return _typed(columns, values, owner.one("Unit") if owner else None)


def _typed(columns: Columns, values: Value, unit: Record | None) -> PropertyValue:
    """Values that share a type; the first that is given says which."""
    typed = [value for value in values if isinstance(value, Typed)] if isinstance(values, list) else []
    if not typed:
        return EMPTY
    data_type = typed[0].kind
    plain = [value.value for value in typed if isinstance(value.value, str | int | float)]
    return _column(plain, data_type, _convert(columns, data_type, unit))
