"""What a model consists of: its entities, their attributes, what refers to what, materials, classifications, the spatial tree."""

from __future__ import annotations

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.instances import Instances, plain_text
from hezhu.engines.ifc.tables.spans import first_bytes, texts
from hezhu.engines.ifc.tables.step import Problem

_GROUPS = (
    ("IfcElement", "element"), ("IfcTypeObject", "type"), ("IfcSpatialElement", "spatial"), ("IfcSpatialStructureElement", "spatial"),
    ("IfcProject", "project"), ("IfcRelationship", "relation"), ("IfcPropertyDefinition", "property"), ("IfcObject", "object"),
)  # fmt: skip
_KINDS = {"'": "string", "#": "reference", "(": "list", ".": "enumeration", "*": "derived", "$": "null"}
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
    named = {upper: entity.name for upper, entity in instances.schema.classes.items()}
    return instances.step.classes.replace(named).rename("class").value_counts(name="count").sort("class")


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
    count = step.first_argument[rows + 1] - step.first_argument[rows]
    position = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    argument = np.repeat(step.first_argument[rows], count) + position
    start, end = step.argument_start[argument], step.argument_end[argument]
    first = first_bytes(step.data, start, end)
    kind = pl.Series(first).replace_strict(
        {ord(mark): name for mark, name in _KINDS.items()}, default=None, return_dtype=pl.String
    )
    letter = ((first | 0x20) >= ord("a")) & ((first | 0x20) <= ord("z"))
    kind = kind.set(pl.Series(letter), "typed").fill_null("number")
    raw = texts(step.data, start, end)
    value = plain_text(raw.set(kind.is_in(["null", "derived"]), None))
    frame = pl.DataFrame(
        {"id": np.repeat(step.ids[rows], count), "code": np.repeat(instances.class_code[rows], count), "position": position}
    )
    return (
        frame.with_columns(kind=kind, value=value)
        .join(_attribute_names(instances), on=["code", "position"], how="left", maintain_order="left")
        .select("id", "position", "attribute", "kind", "value")
    )


def links(instances: Instances) -> pl.DataFrame:
    """``id, attribute, target``: every reference that an instance which is not shape makes, in file order."""
    step = instances.step
    described = np.zeros(len(step.ids), dtype=np.bool_)
    described[instances.described_rows()] = True
    hit = described[step.reference_row]
    row = step.reference_row[hit]
    frame = pl.DataFrame(
        {
            "id": step.ids[row],
            "code": instances.class_code[row],
            "position": step.reference_argument[hit],
            "target": step.reference_target[hit],
        }
    )
    names = _attribute_names(instances)
    return frame.join(names, on=["code", "position"], how="left", maintain_order="left").select("id", "attribute", "target")


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
    count = np.diff(instances.step.first_argument)
    expected = np.array(
        [len(entity.attributes) if (entity := instances.schema.classes.get(name)) else -1 for name in instances.class_names],
        dtype=np.int64,
    )
    wanted = expected[instances.class_code] if len(expected) else count
    problems = []
    for row in np.flatnonzero(wanted != count).tolist():
        number, name = int(instances.step.ids[row]), instances.class_names[int(instances.class_code[row])]
        if wanted[row] < 0:
            problems.append(Problem("unknown-class", number, f"实例 #{number} 的类 {name} 不属于该 IFC 版本，未列入属性表。"))
        else:
            text = f"实例 #{number}（{name}）有 {count[row]} 个属性，标准为 {wanted[row]} 个。"
            problems.append(Problem("argument-count", number, text))
    return problems


def _attribute_names(instances: Instances) -> pl.DataFrame:
    rows = [
        (code, position, attribute)
        for code, name in enumerate(instances.class_names)
        if name in instances.schema.classes
        for position, attribute in enumerate(instances.schema.classes[name].attributes)
    ]
    return pl.DataFrame(rows, schema={"code": pl.Int64, "position": pl.Int64, "attribute": pl.String}, orient="row")
