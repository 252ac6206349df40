"""``Facts`` of an IfcOpenShell file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from hezhu.engines.review.ids.schema import Attribute, schema
from hezhu.engines.review.ids.values import Plain
from tests.engines.ids.objects.facts import AttributeValue, PropertyValue, Psets, Reference
from tests.engines.ids.objects.properties import PropertyReader
from tests.engines.ids.objects.relations import Relations
from tests.engines.ids.objects.units import Units

_USER_DEFINED, _NOT_DEFINED = "USERDEFINED", "NOTDEFINED"


class ModelFacts:
    """Facts of one open file. What was read is kept: use one for all specifications, and a new one for a changed file."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._schema = schema(file.schema_identifier)
        self._relations = Relations(file, self._schema)
        self._units = Units(file)
        self._properties = PropertyReader(self._schema, self._units)
        self._wanted_attributes: dict[tuple[Callable[[Plain], bool], str], list[Attribute]] = {}
        self._pset_names: dict[int, str] = {}
        self._type_psets: dict[int, Sequence[Any]] = {}
        self._material_names: dict[int, frozenset[str]] = {}
        self._is_old = file.schema == "IFC2X3"

    @cached_property
    def _own_classes(self) -> dict[str, str]:
        return {name.upper(): name for name in self._file.types()}

    @cached_property
    def _by_type_name(self) -> dict[str, list[Any]]:
        """IFC2X3: IFCSANITARYTERMINAL → flow terminals whose type is an IfcSanitaryTerminalType."""
        found: dict[str, list[Any]] = {}
        if not self._is_old:
            return found
        for occurrence, types in self._relations.types.items():
            name = _occurrence_name(types[0])
            instance = self._file.by_id(occurrence)
            if name != instance.is_a().upper():
                found.setdefault(name, []).append(instance)
        return found

    def classes(self) -> Iterable[str]:
        return dict.fromkeys([*self._own_classes, *self._by_type_name])

    def instances(self, ifc_class: str) -> Sequence[Any]:
        name = self._own_classes.get(ifc_class)
        own = list(self._file.by_type(name, include_subtypes=False)) if name else []
        return own + self._by_type_name.get(ifc_class, [])

    def supertypes(self, ifc_class: str) -> frozenset[str]:
        return self._schema.supertypes(ifc_class) if ifc_class in self._schema.entities else frozenset((ifc_class,))

    def attribute_names(self, ifc_class: str) -> Iterable[str]:
        return self._schema.attributes(ifc_class) if ifc_class in self._schema.entities else ()

    def _type(self, instance: Any) -> Any | None:
        types = self._relations.types.get(instance.id())
        return types[0] if types else None

    def class_names(self, instance: Any) -> tuple[str, ...]:
        own = instance.is_a().upper()
        if not self._is_old:
            return (own,)
        kind = self._type(instance)
        return (own,) if kind is None else tuple(dict.fromkeys((own, _occurrence_name(kind))))

    def predefined_types(self, instance: Any) -> tuple[str, ...]:
        kind = self._type(instance)
        inherited = _predefined(kind, ("ElementType", "ProcessType", "ResourceType")) if kind is not None else ()
        if inherited and inherited[0] != _NOT_DEFINED:
            return inherited
        return _predefined(instance, ("ObjectType", "ElementType", "ProcessType", "ResourceType"))

    def attributes(self, instance: Any, wanted: Callable[[Plain], bool]) -> list[AttributeValue]:
        key = (wanted, instance.is_a())
        chosen = self._wanted_attributes.get(key)
        if chosen is None:
            known = self._schema.attributes(instance.is_a().upper())
            chosen = self._wanted_attributes[key] = [each for name, each in known.items() if wanted(name)]
        return [self._attribute(instance, each) for each in chosen]

    def _attribute(self, instance: Any, attribute: Attribute) -> AttributeValue:
        value = instance[attribute.index]
        if value is None or value == "" or value == ():
            return AttributeValue(attribute.name, value if value == "" else None, empty=True)
        data_type = attribute.data_type
        if attribute.kind == "select" and value.id() == 0:
            data_type, value = value.is_a().upper(), value.wrappedValue
        if attribute.kind == "logical" and value == "UNKNOWN":
            return AttributeValue(attribute.name, value, empty=True)
        if isinstance(value, bool | str):
            return AttributeValue(attribute.name, value)
        if isinstance(value, int | float):
            convert = self._units.measure(data_type)
            return AttributeValue(attribute.name, convert(value) if convert else value)
        return AttributeValue(attribute.name, None)

    def psets(self, instance: Any, wanted: Callable[[Plain], bool]) -> Psets:
        found: dict[str, dict[str, PropertyValue]] = {}
        kind = self._type(instance)
        for definition in (*(self._of_type(kind) if kind is not None else ()), *self._own_psets(instance)):
            number = definition.id()
            name = self._pset_names.get(number)
            if name is None:
                name = self._pset_names[number] = definition.Name or ""
            if name and wanted(name):
                values = self._properties.values(definition)
                found[name] = {**found[name], **values} if name in found else values
        return found

    def _own_psets(self, instance: Any) -> Sequence[Any]:
        number = instance.id()
        defined = self._relations.definitions.get(number) or self._relations.resource_properties.get(number)
        return defined if defined is not None else self._of_type(instance)

    def _of_type(self, kind: Any) -> Sequence[Any]:
        number = kind.id()
        known = self._type_psets.get(number)
        if known is None:
            known = self._type_psets[number] = getattr(kind, "HasPropertySets", None) or ()
        return known

    def classifications(self, instance: Any) -> tuple[Reference, ...]:
        own = _references(self._relations.classifications.get(instance.id(), ()))
        kind = self._type(instance)
        if kind is None:
            return own
        systems = {reference.system for reference in own}
        inherited = _references(self._relations.classifications.get(kind.id(), ()))
        return own + tuple(reference for reference in inherited if reference.system not in systems)

    def materials(self, instance: Any) -> frozenset[str] | None:
        material = self._relations.materials.get(instance.id())
        if not material:
            kind = self._type(instance)
            material = self._relations.materials.get(kind.id()) if kind is not None else None
        if not material:
            return None
        number = material[0].id()
        if number not in self._material_names:
            self._material_names[number] = frozenset(_material_names(material[0]))
        return self._material_names[number]

    def wholes(self, instance: Any, relation: str) -> Iterable[Any]:
        relations = self._relations
        if relation == "IFCRELAGGREGATES":
            return _ancestors(instance, lambda part: _first(part, relations.aggregates))
        if relation == "IFCRELNESTS":
            return _ancestors(instance, lambda part: _first(part, relations.nests))
        if relation == "IFCRELASSIGNSTOGROUP":
            return relations.groups.get(instance.id(), ())
        if relation == "IFCRELCONTAINEDINSPATIALSTRUCTURE":
            return self._containers(instance)
        if relation:
            opening = _first(instance, relations.fills)
            return [*relations.voids.get(instance.id(), ()), *(relations.voids.get(opening.id(), ()) if opening else ())]
        return _ancestors(instance, self._parent)

    def _containers(self, instance: Any) -> Iterator[Any]:
        """What contains the instance, or, for a part or a filling, what contains the object it belongs to."""
        for each in [instance, *_ancestors(instance, self._part_of)]:
            container = _first(each, self._relations.containers)
            if container is not None:
                yield container
                return

    def _part_of(self, part: Any) -> Any | None:
        relations = self._relations
        for index in (relations.aggregates, relations.nests, relations.fills, relations.voids, relations.adheres):
            whole = _first(part, index)
            if whole is not None:
                return whole
        return None

    def _parent(self, part: Any) -> Any | None:
        return _first(part, self._relations.containers) or self._part_of(part) or _first(part, self._relations.groups)


def _first(part: Any, index: dict[int, list[Any]]) -> Any | None:
    found = index.get(part.id())
    return found[0] if found else None


def _ancestors(instance: Any, parent: Callable[[Any], Any | None]) -> Iterator[Any]:
    """Upwards from the instance; a model whose relations run in a circle ends the walk."""
    seen = {instance.id()}
    above = parent(instance)
    while above is not None and above.id() not in seen:
        seen.add(above.id())
        yield above
        above = parent(above)


def _occurrence_name(kind: Any) -> str:
    return str(kind.is_a().upper()).removesuffix("TYPE").removesuffix("STYLE")


def _predefined(instance: Any, user_defined: tuple[str, ...]) -> tuple[str, ...]:
    value = getattr(instance, "PredefinedType", None)
    if value and value != _USER_DEFINED:
        return (str(value),)
    text = next((str(text) for name in user_defined if (text := getattr(instance, name, None))), None)
    return (*((_USER_DEFINED,) if value else ()), *((text,) if text else ()))


def _references(relating: Iterable[Any]) -> tuple[Reference, ...]:
    """Each reference with all those above it, so that a code of a higher level is found too."""
    found: dict[Reference, None] = {}
    for reference in relating:
        codes: list[str | None] = []
        system, each = None, reference
        while each is not None and len(codes) < 100:
            if each.is_a("IfcClassification"):
                system = each.Name
                break
            codes.append(getattr(each, "Identification", None) or getattr(each, "ItemReference", None))
            each = getattr(each, "ReferencedSource", None)
        for code in codes or [None]:
            found[Reference(code, system)] = None
    return tuple(found)


def _material_names(material: Any) -> Iterator[str]:
    if material.is_a("IfcMaterialLayerSetUsage"):
        material = material.ForLayerSet
    elif material.is_a("IfcMaterialProfileSetUsage"):
        material = material.ForProfileSet
    parts = [material]
    for name in ("Materials", "MaterialLayers", "MaterialProfiles", "MaterialConstituents"):
        parts += getattr(material, name, None) or ()
    parts += [inner for part in parts if (inner := getattr(part, "Material", None)) is not None]
    for part in parts:
        for name in ("Name", "LayerSetName", "Category"):
            text = getattr(part, name, None)
            if text:
                yield str(text)
