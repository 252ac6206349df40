"""Conversion of model values to the SI units in which an IDS is written (IDS 1.0, "Units in IDS")."""

from __future__ import annotations

from collections.abc import Callable

from hezhu.engines.review.ids.columns.records import Record, Records, Typed

_PREFIXES = {
    "EXA": 1e18, "PETA": 1e15, "TERA": 1e12, "GIGA": 1e9, "MEGA": 1e6, "KILO": 1e3, "HECTO": 1e2, "DECA": 1e1,
    "DECI": 1e-1, "CENTI": 1e-2, "MILLI": 1e-3, "MICRO": 1e-6, "NANO": 1e-9, "PICO": 1e-12, "FEMTO": 1e-15, "ATTO": 1e-18,
}  # fmt: skip
_POWERS = {"SQUARE_METRE": 2, "CUBIC_METRE": 3}
_KELVIN_AT_0_CELSIUS = 273.15
# Units that are made of units of units; a circle ends here
_DEEPEST = 20
Convert = Callable[[float], float]


class Units:
    """The units of one model: those of the project by unit type, and any other by its record."""

    def __init__(self, records: Records) -> None:
        self._project: dict[str, Record] = {}
        for row in records.instances.rows("IfcUnitAssignment").tolist():
            for unit in records.at(row).many("Units"):
                if kind := unit.text("UnitType"):
                    self._project.setdefault(kind, unit)
        self._by_measure: dict[str, Convert | None] = {}

    def measure(self, data_type: str) -> Convert | None:
        """How a value of this defined type becomes SI; None where it is already, or has no unit."""
        if data_type not in self._by_measure:
            unit = self._project.get(unit_type(data_type))
            self._by_measure[data_type] = self.unit(unit) if unit is not None else None
        return self._by_measure[data_type]

    def unit(self, unit: Record) -> Convert | None:
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


def _factor(unit: Record | None, depth: int = 0) -> float:
    if unit is None or depth > _DEEPEST:
        return 1.0
    if unit.kind == "IFCSIUNIT":
        name = unit.text("Name")
        factor = _PREFIXES.get(unit.text("Prefix"), 1.0) ** _POWERS.get(name, 1)
        return float(factor) * (1e-3 if name == "GRAM" else 1.0)
    if unit.kind.startswith("IFCCONVERSIONBASEDUNIT"):
        measure = unit.one("ConversionFactor")
        if measure is None:
            return 1.0
        return _number(measure.get("ValueComponent"), 1.0) * _factor(measure.one("UnitComponent"), depth + 1)
    if unit.kind == "IFCDERIVEDUNIT":
        product = 1.0
        for element in unit.many("Elements"):
            product *= _factor(element.one("Unit"), depth + 1) ** int(_number(element.get("Exponent"), 1.0))
        return product
    return 1.0


def _offset(unit: Record) -> float:
    """What is added before the factor: 0 °C are 273.15 K."""
    if unit.kind == "IFCSIUNIT" and unit.text("Name") == "DEGREE_CELSIUS":
        return _KELVIN_AT_0_CELSIUS
    if unit.kind == "IFCCONVERSIONBASEDUNITWITHOFFSET":
        # The offset leads from the base to the unit (IFC4: −459.67 for °F), so that it is taken away before the factor.
        return -_number(unit.get("ConversionOffset"), 0.0)
    return 0.0


def _number(value: object, otherwise: float) -> float:
    plain = value.value if isinstance(value, Typed) else value
    return float(plain) if isinstance(plain, int | float) else otherwise
