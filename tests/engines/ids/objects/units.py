"""Conversion of model values to the SI units in which an IDS is written (IDS 1.0, "Units in IDS")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_PREFIXES = {
    "EXA": 1e18,
    "PETA": 1e15,
    "TERA": 1e12,
    "GIGA": 1e9,
    "MEGA": 1e6,
    "KILO": 1e3,
    "HECTO": 1e2,
    "DECA": 1e1,
    "DECI": 1e-1,
    "CENTI": 1e-2,
    "MILLI": 1e-3,
    "MICRO": 1e-6,
    "NANO": 1e-9,
    "PICO": 1e-12,
    "FEMTO": 1e-15,
    "ATTO": 1e-18,
}
_POWERS = {"SQUARE_METRE": 2, "CUBIC_METRE": 3}
_KELVIN_AT_0_CELSIUS = 273.15
Convert = Callable[[float], float]


class Units:
    """The units of one file: those of the project by unit type, and any other by its record."""

    def __init__(self, file: Any) -> None:
        self._project: dict[str, Any] = {}
        for assignment in file.by_type("IfcUnitAssignment"):
            for unit in assignment.Units or ():
                kind = getattr(unit, "UnitType", None)
                if kind:
                    self._project.setdefault(str(kind), unit)
        self._by_measure: dict[str, Convert | None] = {}

    def measure(self, data_type: str) -> Convert | None:
        """How a value of a measure (IFCLENGTHMEASURE) in the project's unit becomes SI; None where nothing is to be done."""
        if data_type not in self._by_measure:
            unit = self._project.get(unit_type(data_type))
            self._by_measure[data_type] = self.unit(unit) if unit is not None else None
        return self._by_measure[data_type]

    def unit(self, unit: Any) -> Convert | None:
        """How a value in this IfcUnit becomes SI; None for SI units and for money."""
        offset = _offset(unit)
        factor = _factor(unit)
        if factor == 1.0 and offset == 0.0:
            return None
        return lambda value: (value + offset) * factor


def unit_type(data_type: str) -> str:
    """The unit type a measure is given in: IFCPOSITIVELENGTHMEASURE → LENGTHUNIT, IFCTHERMALTRANSMITTANCEMEASURE → its own."""
    if not data_type.endswith("MEASURE"):
        return ""
    name = data_type.removeprefix("IFC").removesuffix("MEASURE")
    for sign in ("NONNEGATIVE", "POSITIVE"):
        name = name.removeprefix(sign)
    return f"{name}UNIT"


def _factor(unit: Any) -> float:
    if unit.is_a("IfcSIUnit"):
        factor = _PREFIXES.get(unit.Prefix or "", 1.0) ** _POWERS.get(unit.Name, 1)
        return factor * (1e-3 if unit.Name == "GRAM" else 1.0)
    if unit.is_a("IfcConversionBasedUnit"):
        measure = unit.ConversionFactor
        return float(measure.ValueComponent.wrappedValue) * _factor(measure.UnitComponent)
    if unit.is_a("IfcDerivedUnit"):
        product = 1.0
        for element in unit.Elements:
            product *= _factor(element.Unit) ** element.Exponent
        return product
    return 1.0


def _offset(unit: Any) -> float:
    """What is added before the factor: 0 °C are 273.15 K."""
    if unit.is_a("IfcSIUnit") and unit.Name == "DEGREE_CELSIUS":
        return _KELVIN_AT_0_CELSIUS
    if unit.is_a("IfcConversionBasedUnitWithOffset"):
        # The offset leads from the base to the unit (IFC4: −459.67 for °F), so that it is taken away before the factor.
        return -float(unit.ConversionOffset or 0.0)
    return 0.0
