"""Facts of a model: header, counts, storeys, elements, properties, the viewer's panel."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines import ifc
from tests.engines.ifc.drawing import Drawing, rectangle


@pytest.fixture
def drawing() -> Drawing:
    d = Drawing("住宅")
    d.storey("2F", 3.0)
    d.storey("1F", 0.0)
    d.storey("屋面", 5.9)
    d.room("1F", "卧室", rectangle(0, 0, 3, 4))
    stair = d.element("IfcStair", "1F", [], Name="楼梯")
    d.flight("1F", [0.15] * 4, 0.3, 1.2, whole=stair)
    return d


def test_storeys_are_ordered_and_know_their_height(drawing: Drawing, tmp_path: Path) -> None:
    storeys = drawing.read(tmp_path).storeys
    assert [(s.name, s.order, s.elevation_m, s.height_m) for s in storeys] == [
        ("1F", 0, 0.0, 3.0),
        ("2F", 1, 3.0, 2.9),
        ("屋面", 2, 5.9, None),
    ]


def test_a_part_lies_on_the_storey_of_its_whole(drawing: Drawing, tmp_path: Path) -> None:
    model = drawing.read(tmp_path)
    flight, stair = model.of_class("IfcStairFlight")[0], model.of_class("IfcStair")[0]
    assert flight.storey is not None
    assert flight.storey.name == "1F"
    assert flight.whole == stair.global_id
    assert stair.parts == (flight.global_id,)


def test_counts_are_exact(drawing: Drawing, tmp_path: Path) -> None:
    path = drawing.save(tmp_path)
    model = ifc.read(path)
    lines = [line for line in path.read_text().splitlines() if line.startswith("#")]
    assert model.entity_count == len(lines) == sum(model.class_counts.values())
    assert model.class_counts["IfcBuildingStorey"] == 3


def test_a_class_of_another_schema_is_simply_absent(drawing: Drawing, tmp_path: Path) -> None:
    assert drawing.read(tmp_path).of_class("IfcNoSuchThing") == []


def test_lengths_are_metres_whatever_the_file_uses(tmp_path: Path) -> None:
    d = Drawing()
    d.storey("1F", 3000.0)
    for unit in d.file.by_type("IfcSIUnit"):
        if unit.UnitType == "LENGTHUNIT":
            unit.Prefix = "MILLI"
    wall = d.element("IfcWall", "1F", [d.box(0, 0, 0, 1000, 200, 3000)], Name="墙")
    quantity = d.file.createIfcQuantityLength("Length", None, None, 1000.0, None)
    area = d.file.createIfcQuantityArea("NetSideArea", None, None, 3.0, None)
    d.add(
        "IfcRelDefinesByProperties",
        RelatedObjects=[wall],
        RelatingPropertyDefinition=d.add("IfcElementQuantity", Name="Qto_WallBaseQuantities", Quantities=[quantity, area]),
    )
    model = d.read(tmp_path)
    assert model.length_unit_m == 0.001
    assert model.storeys[0].elevation_m == 3.0
    assert model.elements[0].quantities == {"Length": 1.0, "NetSideArea": 3.0}


def test_the_older_2x_header_is_read_as_2x3(tmp_path: Path) -> None:
    path = tmp_path / "old.ifc"
    text = Drawing(schema="IFC2X3").file.to_string().replace("FILE_SCHEMA(('IFC2X3'))", "FILE_SCHEMA (('IFC2X_FINAL'))")
    path.write_text(text)
    model = ifc.read(path)
    assert (model.schema, model.header.schema_identifier) == ("IFC2X3", "IFC2X_FINAL")


def test_a_chinese_name_survives(drawing: Drawing, tmp_path: Path) -> None:
    model = drawing.read(tmp_path)
    assert model.spaces[0].name == "卧室"
    assert model.project_name == "测试"


def test_the_viewer_gets_storeys_with_their_elements(drawing: Drawing, tmp_path: Path) -> None:
    model = drawing.read(tmp_path)
    index = model.viewer_index()["storeys"]
    assert [(row["name"], len(row["elements"])) for row in index] == [("1F", 3), ("2F", 0), ("屋面", 0)]


def test_the_property_panel_shows_what_is_there(drawing: Drawing, tmp_path: Path) -> None:
    door = drawing.door("1F", 0, 0, 1.0, Name="M-1")
    drawing.properties(door, "Pset_DoorCommon", FireRating="乙级", IsExternal=False)
    model = drawing.read(tmp_path)
    groups = {group["name"]: group["rows"] for group in model.property_panel(door.GlobalId)["groups"]}
    assert groups["Pset_DoorCommon"] == [["FireRating", "乙级"], ["IsExternal", "否"]]
    assert ["楼层", "1F"] in groups["基本信息"]
    assert model.property_panel("nothing") is None
    assert model.element(door.GlobalId).value("FireRating") == "乙级"


def test_ifc4x3_is_read(tmp_path: Path) -> None:
    d = Drawing(schema="IFC4X3")
    d.storey("1F", 0.0)
    d.room("1F", "卧室", rectangle(0, 0, 3, 4))
    model = d.read(tmp_path)
    assert (model.schema, model.header.schema_identifier) == ("IFC4X3", "IFC4X3_ADD2")
    assert [space.name for space in model.spaces] == ["卧室"]
    assert next(iter(model.geometry.spaces.values())).area_m2 == pytest.approx(12.0)
