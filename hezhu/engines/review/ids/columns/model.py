"""One scanned model as an IDS sees it: classes, types, relations and units, each indexed when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

from hezhu.engines.findings import Subject
from hezhu.engines.ifc.container import plain_step
from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.limits import Limits
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.pairs import pairs_name, related_pairs
from hezhu.engines.ifc.tables.schema import release_of
from hezhu.engines.ifc.tables.schema import schema as table_schema
from hezhu.engines.ifc.tables.step import scan
from hezhu.engines.review.ids.columns.codes import Codes, coded, distinct
from hezhu.engines.review.ids.columns.edges import Edges, joined, listed
from hezhu.engines.review.ids.columns.records import Records
from hezhu.engines.review.ids.columns.units import Units
from hezhu.engines.review.ids.columns.written import plain_value
from hezhu.engines.review.ids.schema import schema

T = TypeVar("T")
_REMEMBERED = 2
_ADDENDA = {"IFC4X3": "IFC4X3_ADD2"}
_UNSOUND = {
    "open-string": "有一处字符串缺少结束引号",
    "malformed": "记录不完整",
    "complex-record": "有由几个类拼成的复合记录",
    "duplicate": "记录号出现两次",
}


class Columns:
    """A model for ``evaluate``. Rows are those of ``instances``; nothing is decoded before a facet asks for it."""

    def __init__(self, instances: Instances) -> None:
        self.instances = instances
        self.schema = schema(_ADDENDA.get(instances.schema.release, instances.schema.release))
        self.records = Records(instances)
        self.units = Units(self.records)
        self._holdings: dict[tuple[str, str], Edges | None] = {}
        self._lately: dict[tuple[str, bytes], Any] = {}
        self._is_old = instances.schema.release == "IFC2X3"

    @cached_property
    def project(self) -> Subject:
        """The IfcProject of the model."""
        row = next(iter(self.instances.rows("IfcProject").tolist()), None)
        record = self.records.at(row) if row is not None else None
        if record is None:
            return Subject(None)
        return Subject(record.text("GlobalId"), "IfcProject", (record.text("LongName") or record.text("Name")).strip())

    def classes(self) -> Iterable[str]:
        """Every class the model has instances of, in upper case, and in IFC2X3 every one it has by the type of its occurrences."""
        return dict.fromkeys([*self.instances.class_names, *self._rows_by_type])

    def rows_of(self, names: Iterable[str]) -> Codes:
        """Rows of exactly these classes, in file order, each once."""
        wanted = set(names)
        rows = [self.records.rows(code) for code, name in enumerate(self.instances.class_names) if name in wanted]
        rows += [self._rows_by_type[name] for name in self._rows_by_type if name in wanted]
        return np.unique(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int64)

    def supertypes(self, name: str) -> frozenset[str]:
        """A class and all above it."""
        return self.schema.supertypes(name) if name in self.schema.entities else frozenset((name,))

    def column(self, rows: Codes, name: str, attribute: str) -> pl.Series:
        """An attribute of rows that are all of one class, as written; null where it is not given or the class has none such."""
        return self.instances.raw(rows, self.instances.schema.position(name, attribute))

    def by_class(self, rows: Codes) -> list[tuple[str, Codes]]:
        """The classes of the rows, and at which positions in ``rows`` each stands."""
        codes = self.instances.class_code[rows]
        return [(self.instances.class_names[code], np.flatnonzero(codes == code)) for code in np.unique(codes).tolist()]

    def texts(self, rows: Codes, attribute: str) -> tuple[Codes, list[str]]:
        """A text attribute of rows of any class, as codes; empty where it is not given or the class has none such."""
        codes = np.zeros(len(rows), dtype=np.int64)
        known: dict[str, int] = {}
        for name, here in self.by_class(rows):
            written, values = coded(self.column(rows[here], name, attribute))
            plain = ["" if each is None else str(plain_value(each) or "") for each in values]
            codes[here] = np.array([known.setdefault(text, len(known)) for text in plain], dtype=np.int64)[written]
        return codes, list(known)

    def remembered(self, name: str, rows: Codes, make: Callable[[], T]) -> T:
        """What was made of the same rows a moment ago: specifications ask several things of the same objects."""
        key = (name, rows.tobytes())
        if key not in self._lately:
            for oldest in list(self._lately)[: 1 - _REMEMBERED]:
                del self._lately[oldest]
            self._lately[key] = make()
        found: T = self._lately[key]
        return found

    def type_of(self, rows: Codes) -> Codes:
        """The type of each row, −1 where it has none."""
        return self.types.first(rows)

    def names(self, rows: Codes) -> tuple[Codes, list[tuple[str, ...]]]:
        """Under which class names each row may be asked for, as codes; the first name is its own class."""
        own = self.instances.class_code[rows]
        if not self._is_old:
            codes, combinations = distinct(own)
            return codes, [(self.instances.class_names[code],) for (code,) in combinations]
        types = self.type_of(rows)
        codes, combinations = distinct(own, np.where(types < 0, 0, self.instances.class_code[types] + 1))
        return codes, [self._names(*combination) for combination in combinations]

    def _names(self, own: int, kind: int) -> tuple[str, ...]:
        names = self.instances.class_names
        return tuple(dict.fromkeys((names[own], occurrence_name(names[kind - 1])))) if kind else (names[own],)

    @cached_property
    def _rows_by_type(self) -> dict[str, Codes]:
        """IFC2X3: IFCSANITARYTERMINAL → flow terminals whose type is an IfcSanitaryTerminalType."""
        if not self._is_old:
            return {}
        rows = np.unique(self.types.source)
        codes, names = self.names(rows)
        found: dict[str, list[Codes]] = {}
        for code, given in enumerate(names):
            if len(given) > 1:
                found.setdefault(given[1], []).append(rows[codes == code])
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def _related(self, relation: str, part: str, whole: str) -> Edges:
        return Edges(*related_pairs(self.instances, relation, part, whole))

    @cached_property
    def types(self) -> Edges:
        """Occurrence → its type."""
        return self._related("IfcRelDefinesByType", "RelatedObjects", "RelatingType")

    @cached_property
    def definitions(self) -> Edges:
        """Occurrence → property sets and quantities; a set of sets is taken apart."""
        return self._related("IfcRelDefinesByProperties", "RelatedObjects", "RelatingPropertyDefinition")

    @cached_property
    def type_definitions(self) -> Edges:
        """Type → property sets and quantities."""
        return listed(self.instances, "IfcTypeObject", "HasPropertySets")

    @cached_property
    def resource_definitions(self) -> Edges:
        """Material or profile → its property sets."""
        owners = (("IfcMaterialProperties", "Material"), ("IfcProfileProperties", "ProfileDefinition"))
        edges = [listed(self.instances, name, owner) for name, owner in owners]
        return joined((each.target, each.source) for each in edges)

    def held(self, rows: Codes, kind: str, position: int) -> tuple[Codes, Codes]:
        """Set and what it holds, of sets that are all of one class, by the place of the attribute that lists it."""
        entity = self.instances.schema.classes[kind]
        kept = self._held(entity.name, entity.attributes[position])
        if kept is not None:
            place, target = kept.expand(rows)
            return rows[place], target
        frame = self.instances.references(rows, position)
        owner = self.instances.row_of(frame["id"].to_numpy())
        target = self.instances.row_of(frame["target"].to_numpy())
        return owner[target >= 0], target[target >= 0]

    def _held(self, name: str, attribute: str) -> Edges | None:
        """What all sets of a stored model hold; None where only the sets that are asked for are to be read."""
        key = (name, attribute)
        if key not in self._holdings:
            found = self.instances.kept_pairs(pairs_name(name, attribute))
            self._holdings[key] = None if found is None else Edges(*found)
        return self._holdings[key]

    @cached_property
    def containers(self) -> Edges:
        """Element → spatial structure it is contained in."""
        return self._related("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure")

    @cached_property
    def aggregates(self) -> Edges:
        """Part → what it is aggregated into."""
        return self._related("IfcRelAggregates", "RelatedObjects", "RelatingObject")

    @cached_property
    def nests(self) -> Edges:
        """Part → what it is nested in."""
        return self._related("IfcRelNests", "RelatedObjects", "RelatingObject")

    @cached_property
    def groups(self) -> Edges:
        """Object → groups it is assigned to."""
        return self._related("IfcRelAssignsToGroup", "RelatedObjects", "RelatingGroup")

    @cached_property
    def voids(self) -> Edges:
        """Opening → element it is cut from."""
        return self._related("IfcRelVoidsElement", "RelatedOpeningElement", "RelatingBuildingElement")

    @cached_property
    def fills(self) -> Edges:
        """Door or window → opening it fills."""
        return self._related("IfcRelFillsElement", "RelatedBuildingElement", "RelatingOpeningElement")

    @cached_property
    def adheres(self) -> Edges:
        """Surface feature → element it adheres to (IFC4X3)."""
        return self._related("IfcRelAdheresToElement", "RelatedSurfaceFeatures", "RelatingElement")

    @cached_property
    def materials(self) -> Edges:
        """Object or type → material definition."""
        return self._related("IfcRelAssociatesMaterial", "RelatedObjects", "RelatingMaterial")

    @cached_property
    def classifications(self) -> Edges:
        """Object, type or resource → classification references."""
        relations = (
            ("IfcRelAssociatesClassification", "RelatedObjects", "RelatingClassification"),
            ("IfcExternalReferenceRelationship", "RelatedResourceObjects", "RelatingReference"),
        )
        return joined(related_pairs(self.instances, *relation) for relation in relations)

    @cached_property
    def homes(self) -> Edges:
        """Object → what it is nested in, part of or contained in; the last counts."""
        relations = (
            ("IfcRelNests", "RelatedObjects", "RelatingObject"),
            ("IfcRelAggregates", "RelatedObjects", "RelatingObject"),
            ("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure"),
        )
        return joined(related_pairs(self.instances, *relation) for relation in relations)


def occurrence_name(kind: str) -> str:
    """The class of the occurrences of a type: IFCDOORSTYLE → IFCDOOR."""
    return kind.removesuffix("TYPE").removesuffix("STYLE")


def read_columns(path: Path, limits: Limits | None = None) -> Columns:
    """A model file (.ifc or .ifczip) for checking. Raises ModelUnreadable for a file that cannot be trusted as a whole."""
    with plain_step(path, limits or Limits()) as (step, declared):
        content = step.read_bytes()
    columns = columns_of(content, declared)
    if not len(columns.instances.rows("IfcProject")):
        raise ModelUnreadable("no-project", "文件中没有 IfcProject，不是完整的建筑模型，请从建模软件整体导出。")
    return columns


def columns_of(content: bytes, declared: str) -> Columns:
    """The bytes of a STEP file, by the schema name it declares. Raises ModelUnreadable where a record cannot be trusted."""
    release = release_of(declared)
    if release is None:
        text = f"不认识的 IFC 版本“{declared}”。支持 IFC2X3、IFC4、IFC4X3，请在导出设置中选择其一。"
        raise ModelUnreadable("unknown-schema", text)
    step = scan(content)
    # What is wrong with records; a look at all problems would read every reference.
    unsound = next((each for each in step.record_problems if each.code in _UNSOUND), None)
    if unsound is not None:
        place = f"（#{unsound.instance}）" if unsound.instance else ""
        raise ModelUnreadable("corrupt", f"文件内容已损坏：{_UNSOUND[unsound.code]}{place}，请重新导出并上传。")
    return Columns(Instances(step, table_schema(release)))
