"""Property sets, quantities, classifications and materials of one record."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ifcopenshell.util.classification
import ifcopenshell.util.element
import ifcopenshell.util.unit

from hezhu.engines.ifc.errors import ModelUnreadable

if TYPE_CHECKING:
    import ifcopenshell

    from hezhu.engines.ifc.model import Element


@dataclass(frozen=True, slots=True)
class Units:
    """SI value of one file unit: metres, square metres, cubic metres."""

    length: float = 1.0
    area: float = 1.0
    volume: float = 1.0


METRIC = Units()
_HAS_PROPERTIES = 4


@dataclass(frozen=True, slots=True)
class ClassCode:
    """One classification reference: the system's name, the code, and its title."""

    system: str
    code: str
    title: str = ""


def read_units(file: ifcopenshell.file) -> Units:
    """The units a file declares; where it declares none, IFC's default is SI. Raises ModelUnreadable for wrong ones."""
    scale = ifcopenshell.util.unit.calculate_unit_scale
    try:
        units = Units(float(scale(file)), float(scale(file, "AREAUNIT")), float(scale(file, "VOLUMEUNIT")))
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError, IndexError) as error:
        raise ModelUnreadable("corrupt", "单位定义（IfcUnitAssignment）不完整或有误，无法换算尺寸，请重新导出。") from error
    if not all(math.isfinite(value) and value > 0 for value in (units.length, units.area, units.volume)):
        raise ModelUnreadable("corrupt", "单位定义（IfcUnitAssignment）换算结果不是正数，请重新导出。")
    return units


class SetReader:
    """Property sets of the objects of one file. Sets and values that many objects share, as exporters write them, are read once."""

    def __init__(self) -> None:
        self._sets: dict[int, dict[str, Any]] = {}
        self._values: dict[int, tuple[str, Any]] = {}

    def of(self, entity: ifcopenshell.entity_instance) -> dict[str, dict[str, Any]]:
        """Property sets by name; a value set on the occurrence overrides its type's."""
        try:
            found: dict[str, dict[str, Any]] = {}
            for definition in self._definitions(entity):
                if definition.is_a("IfcPropertySet") or definition.is_a("IfcPreDefinedPropertySet"):
                    found.setdefault(definition.Name, {}).update(self._set(definition))
        except (AttributeError, TypeError, ValueError, RuntimeError):  # a definition that refers to nothing
            return _intact_sets(entity)
        return found

    def _definitions(self, entity: ifcopenshell.entity_instance) -> Iterator[Any]:
        """What defines the object: its type's definitions, then its own."""
        kind = ifcopenshell.util.element.get_type(entity)
        yield from (kind.HasPropertySets or () if kind is not None else ())
        for relation in getattr(entity, "IsDefinedBy", None) or ():
            if relation.is_a("IfcRelDefinesByProperties"):
                definition = relation.RelatingPropertyDefinition
                yield from definition.wrappedValue if definition.is_a("IfcPropertySetDefinitionSet") else (definition,)

    def _set(self, definition: Any) -> dict[str, Any]:
        key = definition.id()
        if key not in self._sets:
            if definition.is_a("IfcPropertySet"):
                self._sets[key] = dict(self._value(item) for item in definition[_HAS_PROPERTIES] or ())
            else:
                values = ifcopenshell.util.element.get_property_definition(definition)
                self._sets[key] = {name: value for name, value in values.items() if name != "id"}
        return self._sets[key]

    def _value(self, item: ifcopenshell.entity_instance) -> tuple[str, Any]:
        key = item.id()
        if key not in self._values:
            ((name, value),) = ifcopenshell.util.element.get_properties([item]).items()
            self._values[key] = (name, value)
        return self._values[key]


def property_sets(entity: ifcopenshell.entity_instance) -> dict[str, dict[str, Any]]:
    """Property sets of a record that is no element of the model, such as a project or storey."""
    return SetReader().of(entity)


def _intact_sets(entity: ifcopenshell.entity_instance) -> dict[str, dict[str, Any]]:
    """Property sets of a record some of whose definitions are missing: those that can be read."""
    sets: dict[str, dict[str, Any]] = {}
    for relation in getattr(entity, "IsDefinedBy", None) or ():
        definition = getattr(relation, "RelatingPropertyDefinition", None)
        if definition is not None and definition.is_a("IfcPropertySet"):
            values = ((item.Name, getattr(item, "NominalValue", None)) for item in definition.HasProperties or () if item)
            sets[definition.Name or ""] = {name: getattr(value, "wrappedValue", value) for name, value in values}
    return sets


def quantities(entity: ifcopenshell.entity_instance, units: Units) -> dict[str, float]:
    """Simple quantities by name in SI units; the occurrence overrides its type."""
    factors = {"IfcQuantityLength": units.length, "IfcQuantityArea": units.area, "IfcQuantityVolume": units.volume}
    found: dict[str, float] = {}
    for definition in _quantity_sets(entity):
        for quantity in definition.Quantities or ():
            value = quantity[3] if len(quantity) > 3 else None
            if isinstance(value, int | float):
                found[quantity.Name] = float(value) * factors.get(quantity.is_a(), 1.0)
    return found


def _quantity_sets(entity: ifcopenshell.entity_instance) -> Iterator[ifcopenshell.entity_instance]:
    kind = ifcopenshell.util.element.get_type(entity)
    for definition in (getattr(kind, "HasPropertySets", None) or ()) if kind is not None else ():
        if definition.is_a("IfcElementQuantity"):
            yield definition
    for relation in getattr(entity, "IsDefinedBy", None) or ():
        if relation.is_a("IfcRelDefinesByProperties"):
            definition = relation.RelatingPropertyDefinition
            if definition is not None and definition.is_a("IfcElementQuantity"):
                yield definition


def classifications(entity: ifcopenshell.entity_instance) -> tuple[ClassCode, ...]:
    """Codes of the record and its type, in code order."""
    codes = []
    for reference in ifcopenshell.util.classification.get_references(entity):
        system = ifcopenshell.util.classification.get_classification(reference)
        code = getattr(reference, "Identification", None) or getattr(reference, "ItemReference", None) or ""
        codes.append(ClassCode(getattr(system, "Name", None) or "", code, reference.Name or ""))
    return tuple(sorted(codes, key=lambda item: (item.system, item.code)))


def materials(entity: ifcopenshell.entity_instance) -> tuple[str, ...]:
    """Names of the materials of the record or its type."""
    return tuple(material.Name or "" for material in ifcopenshell.util.element.get_materials(entity))


def panel(element: Element) -> Iterator[dict[str, Any]]:
    """Groups of label and text for the property panel, without empty rows."""
    facts = [
        ("类", element.ifc_class),
        ("名称", element.name),
        ("全称", element.long_name),
        ("对象类型", element.object_type),
        ("预定义类型", element.predefined_type),
        ("构件类型", element.type_name),
        ("标签", element.tag),
        ("楼层", element.storey.name if element.storey else ""),
        ("GlobalId", element.global_id),
        ("材料", "、".join(name for name in element.materials if name)),
        ("分类编码", "；".join(f"{c.code} {c.title}".strip() for c in element.classifications)),
    ]
    yield {"name": "基本信息", "rows": [[label, value] for label, value in facts if value]}
    if element.quantities:
        rows = [[name, f"{value:.4f}".rstrip("0").rstrip(".")] for name, value in sorted(element.quantities.items())]
        yield {"name": "工程量（国际单位）", "rows": rows}
    for name, values in sorted(element.psets.items(), key=lambda item: item[0] or ""):
        rows = [[key, _text(value)] for key, value in values.items() if value is not None]
        if rows:
            yield {"name": name or "未命名属性集", "rows": rows}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return "、".join(_text(item) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{key}：{_text(item)}" for key, item in value.items() if key != "id")
    return str(value)
