"""The relations of one IfcOpenShell file, each read once when first asked for: instance → what it is related to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from hezhu.engines.review.ids.schema import Schema

Index = dict[int, list[Any]]


class Relations:
    """Every index is record number → entities."""

    def __init__(self, file: Any, schema: Schema) -> None:
        self._file, self._schema = file, schema

    def _by_type(self, name: str) -> Iterable[Any]:
        try:
            return self._file.by_type(name)
        except RuntimeError:  # the schema of this file has no such relation
            return ()

    def _index(self, relation: str, related: str, relating: str) -> Index:
        index: Index = defaultdict(list)
        # Reading by position spares a search by name for every record.
        known = self._schema.attributes(relation.upper()) if relation.upper() in self._schema.entities else {}
        for each in self._by_type(relation):
            whole = each[known[relating].index]
            if whole is None:
                continue
            parts = each[known[related].index]
            for part in parts if isinstance(parts, tuple) else (parts,):
                if part is not None:
                    index[part.id()].append(whole)
        return index

    @cached_property
    def types(self) -> Index:
        """Occurrence → its type."""
        return self._index("IfcRelDefinesByType", "RelatedObjects", "RelatingType")

    @cached_property
    def definitions(self) -> Index:
        """Occurrence → property sets and quantities; a set of sets is taken apart."""
        index: Index = defaultdict(list)
        for part, definitions in self._index("IfcRelDefinesByProperties", "RelatedObjects", "RelatingPropertyDefinition").items():
            for definition in definitions:
                index[part].extend(definition.wrappedValue if definition.id() == 0 else (definition,))
        return index

    @cached_property
    def resource_properties(self) -> Index:
        """Material or profile → its property sets."""
        index: Index = defaultdict(list)
        for name, owner in (("IfcMaterialProperties", "Material"), ("IfcProfileProperties", "ProfileDefinition")):
            for each in self._by_type(name):
                owned = getattr(each, owner, None)
                if owned is not None:
                    index[owned.id()].append(each)
        return index

    @cached_property
    def containers(self) -> Index:
        """Element → spatial structure it is contained in."""
        return self._index("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure")

    @cached_property
    def aggregates(self) -> Index:
        """Part → what it is aggregated into."""
        return self._index("IfcRelAggregates", "RelatedObjects", "RelatingObject")

    @cached_property
    def nests(self) -> Index:
        """Part → what it is nested in."""
        return self._index("IfcRelNests", "RelatedObjects", "RelatingObject")

    @cached_property
    def groups(self) -> Index:
        """Object → groups it is assigned to."""
        return self._index("IfcRelAssignsToGroup", "RelatedObjects", "RelatingGroup")

    @cached_property
    def voids(self) -> Index:
        """Opening → element it is cut from."""
        return self._index("IfcRelVoidsElement", "RelatedOpeningElement", "RelatingBuildingElement")

    @cached_property
    def fills(self) -> Index:
        """Door or window → opening it fills."""
        return self._index("IfcRelFillsElement", "RelatedBuildingElement", "RelatingOpeningElement")

    @cached_property
    def adheres(self) -> Index:
        """Surface feature → element it adheres to (IFC4X3)."""
        return self._index("IfcRelAdheresToElement", "RelatedSurfaceFeatures", "RelatingElement")

    @cached_property
    def materials(self) -> Index:
        """Object or type → material definition."""
        return self._index("IfcRelAssociatesMaterial", "RelatedObjects", "RelatingMaterial")

    @cached_property
    def classifications(self) -> Index:
        """Object, type or resource → classification references."""
        index = self._index("IfcRelAssociatesClassification", "RelatedObjects", "RelatingClassification")
        for each in self._by_type("IfcExternalReferenceRelationship"):
            for part in each.RelatedResourceObjects or ():
                index[part.id()].append(each.RelatingReference)
        return index
