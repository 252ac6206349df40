"""What a model consists of: its entities, their attributes, what refers to what, materials, classifications, the spatial tree."""

from __future__ import annotations

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.bits import Offsets
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.problems import Problem
from hezhu.engines.ifc.tables.spans import first_bytes

_GROUPS = (
    ("IfcElement", "element"), ("IfcTypeObject", "type"), ("IfcSpatialElement", "spatial"), ("IfcSpatialStructureElement", "spatial"),
    ("IfcProject", "project"), ("IfcRelationship", "relation"), ("IfcPropertyDefinition", "property"), ("IfcObject", "object"),
)  # fmt: skip
_KIND_NAMES = ("number", "string", "reference", "list", "enumeration", "derived", "null", "typed")
_KIND_OF_BYTE = np.zeros(256, dtype=np.int64)
for _kind, _mark in enumerate("'#(.*$", start=1):
    _KIND_OF_BYTE[ord(_mark)] = _kind
for _letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
    _KIND_OF_BYTE[[ord(_letter), ord(_letter.lower())]] = _KIND_NAMES.index("typed")
_PARENTS = (
    ("IfcRelAggregates", "RelatingObject", "RelatedObjects"),
    ("IfcRelNests", "RelatingObject", "RelatedObjects"),
    ("IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements"),
    ("IfcRelVoidsElement", "RelatingBuildingElement", "RelatedOpeningElement"),
    ("IfcRelFillsElement", "RelatingOpeningElement", "RelatedBuildingElement"),
)
_COLUMNS = {
    "global_id": "GlobalId", "name": "Name", "description": "Description", "object_type": "ObjectType", "tag": "Tag",
    "predefined_type": "PredefinedType",
}  # fmt: skip
_DEEPEST = 100


def counts(instances: Instances) -> pl.DataFrame:
    """``class, count`` of every class in the file, geometry included."""
    named = [entity.name if (entity := instances.schema.classes.get(upper)) else upper for upper in instances.class_names]
    count = np.bincount(instances.class_code, minlength=len(named))
    return pl.DataFrame({"class": pl.Series(named, dtype=pl.String), "count": pl.Series(count, dtype=pl.UInt32)}).sort("class")


def entities(instances: Instances, attributes_table: pl.DataFrame) -> pl.DataFrame:
    """``id, class, category, global_id, name, description, object_type, tag, predefined_type`` of all that is not shape."""
    rows = instances.described_rows()
    classes = []
    for code, upper in enumerate(instances.class_names):
        if entity := instances.schema.classes.get(upper):
            category = next((name for ancestor, name in _GROUPS if entity.is_a(ancestor)), "resource")
            classes.append((code, entity.name, category))
    known = pl.DataFrame(classes, schema={"code": pl.Int64, "class": pl.String, "category": pl.String}, orient="row")
    frame = pl.DataFrame({"id": instances.step.ids[rows], "code": instances.class_code[rows]})
    frame = frame.join(known, on="code", how="left", maintain_order="left").drop("code")
    for column, attribute in _COLUMNS.items():
        values = attributes_table.filter(pl.col("attribute") == attribute, pl.col("value").is_not_null())
        frame = frame.join(values.select("id", pl.col("value").alias(column)), on="id", how="left", maintain_order="left")
    return frame


def attributes(instances: Instances) -> pl.DataFrame:
    """``id, position, attribute, kind, value`` of every argument of all that is not shape.

    ``kind`` is string, reference, list, enumeration, number, typed, derived (``*``) or null (``$``); ``value`` is decoded text,
    for references, lists and typed values the argument as written.
    """
    step = instances.step
    rows = instances.described_rows()
    owner, position, start, end = step.arguments.all_spans(rows)
    first = first_bytes(step.data, start, end)
    kind = pl.Series(_KIND_NAMES).gather(pl.Series(_KIND_OF_BYTE[first]))
    return pl.DataFrame(
        {
            "id": step.ids[rows[owner]],
            "position": position,
            "attribute": _attribute_names(instances, rows[owner], position),
            "kind": kind,
            "value": instances.plain(start, end),
        }
    )


def links(instances: Instances) -> pl.DataFrame:
    """``id, attribute, target``: every reference that an instance which is not shape makes, in file order."""
    row, position, target = instances.all_references(instances.described_rows())
    names = _attribute_names(instances, row, position)
    return pl.DataFrame({"id": instances.step.ids[row], "attribute": names, "target": target})


def relations(links_table: pl.DataFrame, entities_table: pl.DataFrame) -> pl.DataFrame:
    """``id, class, relating, related``: one row per pair that an IfcRelationship ties."""
    kinds = entities_table.filter(pl.col("category") == "relation").select("id", "class")
    found = links_table.join(kinds, on="id", maintain_order="left")
    relating = found.filter(pl.col("attribute").str.starts_with("Relating")).select("id", relating="target")
    related = found.filter(pl.col("attribute").str.starts_with("Related")).select("id", "class", related="target")
    return related.join(relating, on="id", maintain_order="left").select("id", "class", "relating", "related")


def spatial(instances: Instances, length: float) -> pl.DataFrame:
    """``id, parent, relation, storey, building, elevation``: each object under what it is part of, contained in or filling.

    ``storey`` and ``building`` are found by walking up; ``elevation`` is that of a storey itself, metres.
    """
    edges = []
    for relation, relating, related in _PARENTS:
        one = instances.links(relation, relating).select("id", parent="target")
        many = instances.links(relation, related).select("id", child="target")
        edges.append(
            many.join(one, on="id", maintain_order="left").select(id="child", parent="parent", relation=pl.lit(relation))
        )
    tree = pl.concat(edges).unique("id", keep="first", maintain_order=True)
    storeys, buildings = instances.rows("IfcBuildingStorey"), instances.rows("IfcBuilding")
    tree = _with_ancestor(tree, "storey", instances.step.ids[storeys])
    tree = _with_ancestor(tree, "building", instances.step.ids[buildings])
    height = instances.number(storeys, instances.schema.position("IfcBuildingStorey", "Elevation")) * length
    elevations = pl.DataFrame({"id": instances.step.ids[storeys], "elevation": height})
    return tree.join(elevations, on="id", how="left", maintain_order="left").sort("id")


def _with_ancestor(tree: pl.DataFrame, name: str, wanted: np.ndarray) -> pl.DataFrame:
    """Adds a column with the nearest of ``wanted`` at or above each id; a ring of parents ends the walk."""
    parents = tree.select("id", above="parent")
    marks = pl.Series(wanted, dtype=pl.Int64).implode()
    walk = tree.select("id", at="id")
    found = []
    for _ in range(_DEEPEST):
        found.append(walk.filter(pl.col("at").is_in(marks)))
        walk = walk.filter(~pl.col("at").is_in(marks)).join(parents, left_on="at", right_on="id").select("id", at="above")
        if not len(walk):
            break
    return tree.join(pl.concat(found).rename({"at": name}), on="id", how="left", maintain_order="left")


def unknown_classes(instances: Instances) -> list[Problem]:
    """Classes the release does not have, and records with another number of arguments than the class has attributes."""
    rows = np.arange(len(instances.step.ids))
    count = instances.step.arguments.count(rows)
    expected = [
        len(entity.attributes) if (entity := instances.schema.classes.get(name)) else -1 for name in instances.class_names
    ]
    wanted = np.array(expected, dtype=np.int64)[instances.class_code] if len(rows) else count
    problems = []
    for row in np.flatnonzero(wanted != count).tolist():
        number, name = int(instances.step.ids[row]), instances.class_names[int(instances.class_code[row])]
        if wanted[row] < 0:
            problems.append(Problem("unknown-class", number, f"实例 #{number} 的类 {name} 不属于该 IFC 版本，未列入属性表。"))
        else:
            text = f"实例 #{number}（{name}）有 {count[row]} 个属性，标准为 {wanted[row]} 个。"
            problems.append(Problem("argument-count", number, text))
    return problems


def _attribute_names(instances: Instances, rows: Offsets, position: Offsets) -> pl.Series:
    """The name of the attribute at a position of each row; null behind the last one of the class."""
    classes = [instances.schema.classes.get(name) for name in instances.class_names]
    names = [attribute for entity in classes if entity for attribute in entity.attributes]
    count = np.array([len(entity.attributes) if entity else 0 for entity in classes], dtype=np.int64)
    if not len(rows):
        return pl.Series([], dtype=pl.String)
    code = instances.class_code[rows]
    place = np.where(position < count[code], (np.cumsum(count) - count)[code] + position, len(names))
    return pl.Series([*names, None], dtype=pl.String).gather(pl.Series(place))
