"""Property sets, quantities and predefined property sets of an IfcOpenShell file as values in SI units."""

from __future__ import annotations

from typing import Any

from hezhu.engines.review.ids.schema import Schema
from hezhu.engines.review.ids.values import Plain
from tests.engines.ids.objects.facts import PropertyValue
from tests.engines.ids.objects.units import Convert, Units

_EMPTY = PropertyValue()
_UNSUPPORTED = PropertyValue(supported=False)
# Attributes of IfcRoot, which a predefined property set has before its own
_ROOT_ATTRIBUTES = 4


class PropertyReader:
    """Reads a property set once; many instances share it."""

    def __init__(self, schema: Schema, units: Units) -> None:
        self._schema, self._units = schema, units
        self._sets: dict[int, dict[str, PropertyValue]] = {}

    def values(self, pset: Any) -> dict[str, PropertyValue]:
        """The properties of one IfcPropertySet, IfcElementQuantity, predefined set or set of a material or profile."""
        key = pset.id()
        known = self._sets.get(key)
        if known is None:
            known = self._sets[key] = self._read(pset)
        return known

    def _read(self, pset: Any) -> dict[str, PropertyValue]:
        for holder in ("HasProperties", "Quantities", "Properties", "ExtendedProperties"):
            listed = getattr(pset, holder, None)
            if listed is not None:
                return {str(each.Name): self._value(each) for each in listed}
        return self._predefined(pset)

    def _predefined(self, pset: Any) -> dict[str, PropertyValue]:
        values: dict[str, PropertyValue] = {}
        for name, attribute in self._schema.attributes(pset.is_a().upper()).items():
            if attribute.index < _ROOT_ATTRIBUTES:
                continue
            value = pset[attribute.index]
            if isinstance(value, str | int | float) and value != "":
                convert = self._units.measure(attribute.data_type)
                values[name] = PropertyValue(((attribute.data_type, (_converted(value, convert),)),))
            elif value is None:
                values[name] = _EMPTY
        return values

    def _value(self, each: Any) -> PropertyValue:
        kind = each.is_a()
        if kind == "IfcPropertySingleValue":
            return self._column((each.NominalValue,), each.Unit)
        if kind == "IfcPropertyEnumeratedValue":
            unit = each.EnumerationReference.Unit if each.EnumerationReference else None
            return self._column(each.EnumerationValues or (), unit)
        if kind == "IfcPropertyListValue":
            return self._column(each.ListValues or (), each.Unit)
        if kind == "IfcPropertyBoundedValue":
            bounds = (each.UpperBoundValue, each.LowerBoundValue, getattr(each, "SetPointValue", None))
            return self._column(bounds, each.Unit)
        if kind == "IfcPropertyTableValue":
            defining = self._column(each.DefiningValues or (), each.DefiningUnit)
            defined = self._column(each.DefinedValues or (), each.DefinedUnit)
            return PropertyValue(defining.columns + defined.columns)
        if each.is_a("IfcPhysicalSimpleQuantity"):
            return self._quantity(each)
        return _UNSUPPORTED

    def _column(self, wrapped: tuple[Any, ...], unit: Any) -> PropertyValue:
        """Values that share a type; the first that is given says which."""
        given = [each for each in wrapped if each is not None]
        if not given:
            return _EMPTY
        data_type = given[0].is_a().upper()
        convert = self._units.unit(unit) if unit is not None else self._units.measure(data_type)
        is_logical = data_type == "IFCLOGICAL"
        plain = [each.wrappedValue for each in given]
        values = tuple(
            _converted(value, convert)
            for value in plain
            if value is not None and value != "" and not (is_logical and value == "UNKNOWN") and not isinstance(value, tuple)
        )
        return PropertyValue(((data_type, values),)) if values else _EMPTY

    def _quantity(self, each: Any) -> PropertyValue:
        attribute = list(self._schema.attributes(each.is_a().upper()).values())[3]
        value = each[attribute.index]
        if value is None:
            return _EMPTY
        convert = self._units.unit(each.Unit) if each.Unit is not None else self._units.measure(attribute.data_type)
        return PropertyValue(((attribute.data_type, (_converted(value, convert),)),))


def _converted(value: Plain, convert: Convert | None) -> Plain:
    return value if convert is None or isinstance(value, str | bool) else convert(value)
