"""Property sets, quantities, classifications and materials of one record."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ifcopenshell.util.classification
import ifcopenshell.util.element
import ifcopenshell.util.unit

from hezhu.engines.ifc.attributes import attribute
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
_USAGES = {"IfcMaterialLayerSetUsage": "ForLayerSet", "IfcMaterialProfileSetUsage": "ForProfileSet"}
_MATERIAL_PARTS = ("Materials", "MaterialLayers", "MaterialProfiles", "MaterialConstituents")
# Places of attributes: IfcRelDefinesByProperties, IfcPropertySet, IfcElementQuantity, IfcPropertySingleValue, IfcPhysicalQuantity.
_RELATING_DEFINITION, _HAS_PROPERTIES, _QUANTITIES, _NOMINAL_VALUE, _QUANTITY_VALUE = 5, 4, 5, 2, 3


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


class Definitions:
    """What defines the objects of one file: type, property sets, quantities, materials. What many objects share, as exporters write
    it, is read once. Without a file types are looked up one by one.
    """

    def __init__(self, file: ifcopenshell.file | None = None, units: Units = METRIC) -> None:
        self._file = file
        self._factors = {"IfcQuantityLength": units.length, "IfcQuantityArea": units.area, "IfcQuantityVolume": units.volume}
        self._sets: dict[int, tuple[str, dict[str, Any]] | None] = {}
        self._values: dict[int, tuple[str, Any]] = {}
        self._of_types: dict[int, tuple[Any, ...]] = {}
        self._quantities: dict[int, dict[str, float]] = {}
        self._materials: dict[int, tuple[str, ...]] = {}

    def sets(self, entity: ifcopenshell.entity_instance) -> dict[str, dict[str, Any]]:
        """Property sets by name; a value set on the occurrence overrides its type's."""
        try:
            found: dict[str, dict[str, Any]] = {}
            for definition in self._definitions(entity):
                if (known := self._set(definition)) is not None:
                    found.setdefault(known[0], {}).update(known[1])
        except (AttributeError, TypeError, ValueError, RuntimeError):  # a definition that refers to nothing
            return _intact_sets(entity)
        return found

    def quantities(self, entity: ifcopenshell.entity_instance) -> dict[str, float]:
        """Simple quantities by name in SI units; the occurrence overrides its type."""
        found: dict[str, float] = {}
        for definition in self._definitions(entity):
            if definition is not None and definition.is_a() == "IfcElementQuantity":
                found.update(self._quantity_set(definition))
        return found

    def material(self, entity: Any) -> Any:
        """The material, list or set of layers, profiles or constituents of the object, else of its type; None without any."""
        own = _own_material(entity)
        kind = self.type_of(entity) if own is None else None
        return own if kind is None else _own_material(kind)

    def materials(self, entity: Any) -> tuple[str, ...]:
        """Names of the materials, in layer order."""
        found = self.material(entity)
        if found is None:
            return ()
        if found.id() not in self._materials:
            self._materials[found.id()] = tuple(_material_names(found))
        return self._materials[found.id()]

    def classifications(self, entity: Any) -> tuple[ClassCode, ...]:
        """Codes of the object and its type, in code order."""
        return classifications(entity) if self._file is None or self._classified else ()

    @cached_property
    def _classified(self) -> bool:
        """Whether the file classifies anything."""
        return self._file is None or bool(self._file.by_type("IfcRelAssociatesClassification"))

    def type_of(self, entity: Any) -> Any:
        """The type object; None without one."""
        if self._file is None or entity.id() in self._doubly_typed:
            return ifcopenshell.util.element.get_type(entity)
        return self._types.get(entity.id())

    @cached_property
    def _types(self) -> dict[int, Any]:
        """Type by record number of the object."""
        return {
            part.id(): kind
            for relation in (self._file.by_type("IfcRelDefinesByType") if self._file is not None else ())
            if (kind := attribute(relation, "RelatingType")) is not None
            for part in attribute(relation, "RelatedObjects") or ()
            if part is not None
        }

    @cached_property
    def _doubly_typed(self) -> frozenset[int]:
        """Objects with more types than the one that IFC allows."""
        relations = self._file.by_type("IfcRelDefinesByType") if self._file is not None else ()
        parts = Counter(part.id() for each in relations for part in attribute(each, "RelatedObjects") or () if part is not None)
        return frozenset(part for part, count in parts.items() if count > 1)

    def _definitions(self, entity: Any) -> Iterator[Any]:
        """What defines the object: its type's definitions, then its own."""
        kind = self.type_of(entity)
        if kind is not None:
            yield from self._of_type(kind)
        for relation in entity.IsDefinedBy if entity.get_attribute_category("IsDefinedBy") else ():
            if relation.is_a("IfcRelDefinesByProperties"):
                definition = relation.get_argument(_RELATING_DEFINITION)
                if definition is not None and definition.is_a() == "IfcPropertySetDefinitionSet":
                    yield from definition.wrappedValue
                else:
                    yield definition

    def _of_type(self, kind: Any) -> tuple[Any, ...]:
        key = kind.id()
        if key not in self._of_types:
            self._of_types[key] = attribute(kind, "HasPropertySets") or ()
        return self._of_types[key]

    def _set(self, definition: Any) -> tuple[str, dict[str, Any]] | None:
        """Name and values of a property set; None for a definition of another kind."""
        key = definition.id()
        if key not in self._sets:
            self._sets[key] = self._read_set(definition)
        return self._sets[key]

    def _read_set(self, definition: Any) -> tuple[str, dict[str, Any]] | None:
        if definition.is_a("IfcPropertySet"):
            return definition.Name, dict(self._value(item) for item in definition.get_argument(_HAS_PROPERTIES) or ())
        if not definition.is_a("IfcPreDefinedPropertySet"):
            return None
        values = ifcopenshell.util.element.get_property_definition(definition)
        return definition.Name, {name: value for name, value in values.items() if name != "id"}

    def _value(self, item: Any) -> tuple[str, Any]:
        key = item.id()
        if key not in self._values:
            self._values[key] = _name_and_value(item)
        return self._values[key]

    def _quantity_set(self, definition: Any) -> dict[str, float]:
        key = definition.id()
        if key not in self._quantities:
            found = self._quantities[key] = {}
            for quantity in definition.get_argument(_QUANTITIES) or ():
                value = quantity.get_argument(_QUANTITY_VALUE) if len(quantity) > _QUANTITY_VALUE else None
                if isinstance(value, int | float):
                    found[quantity.get_argument(0)] = float(value) * self._factors.get(quantity.is_a(), 1.0)
        return self._quantities[key]


def _name_and_value(item: Any) -> tuple[str, Any]:
    if item.is_a() == "IfcPropertySingleValue":  # nearly all are
        nominal = item.get_argument(_NOMINAL_VALUE)
        return item.get_argument(0), None if nominal is None else nominal.get_argument(0)
    ((name, value),) = ifcopenshell.util.element.get_properties([item]).items()
    return name, value


def property_sets(entity: ifcopenshell.entity_instance) -> dict[str, dict[str, Any]]:
    """Property sets of a record that is no element of the model, such as a project or storey."""
    return Definitions().sets(entity)


def quantities(entity: ifcopenshell.entity_instance, units: Units) -> dict[str, float]:
    """Quantities of a record that is no element of the model, by name in SI units."""
    return Definitions(units=units).quantities(entity)


def _intact_sets(entity: ifcopenshell.entity_instance) -> dict[str, dict[str, Any]]:
    """Property sets of a record some of whose definitions are missing: those that can be read."""
    sets: dict[str, dict[str, Any]] = {}
    for relation in getattr(entity, "IsDefinedBy", None) or ():
        definition = getattr(relation, "RelatingPropertyDefinition", None)
        if definition is not None and definition.is_a("IfcPropertySet"):
            values = ((item.Name, getattr(item, "NominalValue", None)) for item in definition.HasProperties or () if item)
            sets[definition.Name or ""] = {name: getattr(value, "wrappedValue", value) for name, value in values}
    return sets


def classifications(entity: ifcopenshell.entity_instance) -> tuple[ClassCode, ...]:
    """Codes of the record and its type, in code order."""
    codes = []
    for reference in ifcopenshell.util.classification.get_references(entity):
        system = ifcopenshell.util.classification.get_classification(reference)
        code = getattr(reference, "Identification", None) or getattr(reference, "ItemReference", None) or ""
        codes.append(ClassCode(getattr(system, "Name", None) or "", code, reference.Name or ""))
    return tuple(sorted(codes, key=lambda item: (item.system, item.code)))


def _own_material(entity: Any) -> Any:
    """What the first material relation of a record names, a set in place of how the record uses it."""
    for relation in entity.HasAssociations if entity.get_attribute_category("HasAssociations") else ():
        if relation.is_a("IfcRelAssociatesMaterial"):
            found = attribute(relation, "RelatingMaterial")
            usage = _USAGES.get(found.is_a()) if found is not None else None
            return found if usage is None else attribute(found, usage)
    return None


def _material_names(found: Any) -> Iterator[str]:
    """Names of a material, or of those of a list, of layers, profiles or constituents; "" for one without a name or an air gap."""
    if found.is_a("IfcMaterial"):
        yield found.Name or ""
        return
    for name in _MATERIAL_PARTS:
        for part in attribute(found, name) or ():
            material = part if part.is_a("IfcMaterial") else attribute(part, "Material")
            yield "" if material is None else material.Name or ""
    if (single := attribute(found, "Material")) is not None:
        yield single.Name or ""


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
