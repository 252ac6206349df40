"""Every model in the outside data folder, read by the tables and by IfcOpenShell: all of it must be equal."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.element
import ifcopenshell.util.placement
import ifcopenshell.util.unit
import numpy as np
import pytest

from hezhu.engines.ifc.container import plain_step
from hezhu.engines.ifc.limits import Limits
from hezhu.engines.ifc.tables import ModelTables, read_tables
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.schema import release_of, schema
from hezhu.engines.ifc.tables.step import scan

_FOLDER = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "ifc"
_MODELS = sorted(_FOLDER.glob("*.ifc*"))
pytestmark = [pytest.mark.outside, pytest.mark.skipif(not _MODELS, reason="the outside data folder is absent")]


@lru_cache(maxsize=1)
def _both(path: Path) -> tuple[ModelTables, Instances, ifcopenshell.file]:
    with plain_step(path, Limits()) as (step, declared):
        release = release_of(declared)
        assert release is not None
        return read_tables(path), Instances(scan(step.read_bytes()), schema(release)), ifcopenshell.open(step, format=".ifc")


@pytest.fixture(params=_MODELS, ids=lambda path: path.stem, scope="module")
def both(request: pytest.FixtureRequest) -> tuple[ModelTables, Instances, ifcopenshell.file]:
    return _both(request.param)


def _plain(value: Any) -> Any:
    """IfcOpenShell's value in the shape of ``Instances.record``."""
    if isinstance(value, ifcopenshell.entity_instance):
        return {"ref": value.id()} if value.id() else {value.is_a().upper(): _plain(value[0])}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _same(ours: Any, theirs: Any) -> bool:
    """Equal, where 'unknown' (.U.) and whole-number reals may be written in two ways."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_same(ours[key], theirs[key]) for key in ours)
    return ours == theirs or (ours == "U" and theirs == "UNKNOWN")


def test_every_class_has_the_same_count(both: Any) -> None:
    tables, _, file = both
    assert dict(tables.counts.iter_rows()) == dict(Counter(entity.is_a() for entity in file))
    assert len(tables.problems) == 0


def test_every_attribute_of_every_instance_is_equal(both: Any) -> None:
    _, instances, file = both
    derived = 0
    for row, number in enumerate(instances.step.ids.tolist()):
        entity = file.by_id(number)
        ours = instances.record(row)
        assert len(ours) == len(entity)
        for position, value in enumerate(ours):
            theirs = _plain(entity[position])
            if value is None and theirs is not None:
                start, end = instances.spans(np.array([row]), position)
                assert instances.step.data[start[0] : end[0]].tobytes() == b"*"
                derived += 1
                continue
            assert _same(value, theirs), (number, position, value, theirs)


def test_the_attribute_table_is_equal(both: Any) -> None:
    tables, _, file = both
    for number, position, name, kind, value in tables.attributes.iter_rows():
        entity = file.by_id(number)
        assert entity.attribute_name(position) == name
        if kind in {"null", "derived"}:
            assert value is None
        elif kind == "string":
            assert value == entity[position]
        elif kind == "number":
            assert float(value) == entity[position]
        elif kind == "reference":
            assert int(value[1:]) == entity[position].id()


def test_every_reference_is_equal(both: Any) -> None:
    tables, _, file = both
    for number, rows in tables.links.group_by("id"):
        entity = file.by_id(number[0])
        theirs = [one.id() for one in file.traverse(entity, max_levels=1)[1:] if one.id()]
        assert sorted(set(rows["target"].to_list())) == sorted(set(theirs))


def test_every_relation_is_equal(both: Any) -> None:
    tables, _, file = both
    theirs: Counter[tuple[int, int, int]] = Counter()
    for relation in file.by_type("IfcRelationship"):
        ends: dict[str, list[int]] = {"Relating": [], "Related": []}
        for position in range(len(relation)):
            name = relation.attribute_name(position)
            side = next((side for side in ends if name.startswith(side)), None)
            value = relation[position]
            if side and value is not None and not isinstance(value, str):
                ends[side] += [one.id() for one in (value if isinstance(value, tuple) else (value,)) if hasattr(one, "id")]
        theirs.update((relation.id(), one, two) for one in ends["Relating"] for two in ends["Related"])
    assert Counter(tables.relations.select("id", "relating", "related").iter_rows()) == theirs


@pytest.mark.parametrize("table", ["properties", "quantities"])
def test_every_property_and_quantity_is_equal(both: Any, table: str) -> None:
    tables, _, file = both
    kind = "IfcPropertySet" if table == "properties" else "IfcElementQuantity"
    ours: dict[int, dict[tuple[str, str], Any]] = {}
    inner: dict[int, dict[tuple[str, str, str], Any]] = {}
    for row in getattr(tables, table).iter_rows(named=True):
        if row["within"] is None:
            ours.setdefault(row["id"], {})[(row["pset"], row["name"])] = row
        else:
            inner.setdefault(row["id"], {})[(row["pset"], row["within"], row["name"])] = row
    compared = 0
    for entity in [*file.by_type("IfcObject"), *file.by_type("IfcTypeObject")]:
        sets = ifcopenshell.util.element.get_psets(entity, psets_only=table == "properties", qtos_only=table == "quantities")
        for name, members in sets.items():
            own = file.by_id(members["id"])
            if not own.is_a(kind):
                continue
            for member, value in members.items():
                if member == "id":
                    continue
                found = ours.get(entity.id(), {})[(name, member)]
                if found["kind"] in {"IfcPropertySingleValue"} or table == "quantities":
                    _assert_value(found, value)
                elif isinstance(value, dict):
                    for part, each in value["properties"].items():
                        _assert_value(inner[entity.id()].pop((name, member, part)), each)
                compared += 1
    assert compared == sum(len(values) for number, values in ours.items() if _is_object(file.by_id(number)))
    assert not any(inner.values())


def _is_object(entity: ifcopenshell.entity_instance) -> bool:
    return bool(entity.is_a("IfcObject") or entity.is_a("IfcTypeObject"))


def _assert_value(found: dict[str, Any], value: Any) -> None:
    if isinstance(value, bool):
        assert found["value"] == ("T" if value else "F")
    elif isinstance(value, int | float):
        assert found["number"] == value
    elif value is None:
        assert found["value"] is None
    else:
        assert found["value"] in {value, "U"}


def test_every_placement_is_equal(both: Any) -> None:
    tables, _, file = both
    scale = ifcopenshell.util.unit.calculate_unit_scale(file)
    assert len(tables.placements) == sum(1 for product in file.by_type("IfcProduct") if product.ObjectPlacement)
    for row in tables.placements.iter_rows(named=True):
        theirs = ifcopenshell.util.placement.get_local_placement(file.by_id(row["id"]).ObjectPlacement)
        ours = [[row["m00"], row["m01"], row["m02"]], [row["m10"], row["m11"], row["m12"]], [row["m20"], row["m21"], row["m22"]]]
        np.testing.assert_allclose(ours, theirs[:3, :3], atol=1e-9)
        np.testing.assert_allclose([row["x"], row["y"], row["z"]], theirs[:3, 3] * scale, atol=1e-6)


def test_units_types_materials_and_containers_are_equal(both: Any) -> None:
    tables, _, file = both
    for unit_type, to_si in tables.units.filter("assigned").select("unit_type", "to_si").iter_rows():
        if unit_type in {"LENGTHUNIT", "AREAUNIT", "VOLUMEUNIT", "PLANEANGLEUNIT"}:
            assert to_si == pytest.approx(ifcopenshell.util.unit.calculate_unit_scale(file, unit_type), rel=1e-12)
    types = dict(tables.types.iter_rows())
    storeys = dict(tables.spatial.select("id", "storey").iter_rows())
    materials = tables.materials.group_by("id").agg("material")
    own = {number: sorted(names, key=str) for number, names in materials.iter_rows()}
    for element in file.by_type("IfcElement"):
        kind = ifcopenshell.util.element.get_type(element)
        assert types.get(element.id()) == (kind.id() if kind else None)
        storey = ifcopenshell.util.element.get_container(element, ifc_class="IfcBuildingStorey")
        if storey is not None:
            assert storeys[element.id()] == storey.id()
        theirs = ifcopenshell.util.element.get_material(element, should_inherit=False)
        if theirs is not None:
            leaves = [part for part in file.traverse(theirs) if part.is_a("IfcMaterial")]
            assert set(own[element.id()]) == {leaf.Name for leaf in leaves}
