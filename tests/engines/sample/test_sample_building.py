"""The sample building: valid, small, the same every time, and each fault as built."""

from collections import Counter

import ifcopenshell
import ifcopenshell.validate
import pytest

from hezhu.engines.ifc import read
from hezhu.engines.ifc.sample import FAULTS, UnknownFault, main, write_sample

CLASSES = (
    "IfcSpace",
    "IfcWall",
    "IfcSlab",
    "IfcDoor",
    "IfcWindow",
    "IfcStair",
    "IfcStairFlight",
    "IfcRailing",
    "IfcTransportElement",
)


@pytest.fixture(scope="module")
def clean_path(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample") / "clean.ifc")


@pytest.fixture(scope="module")
def clean(clean_path):
    return read(clean_path)


def _problems(path, express):
    logger = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(ifcopenshell.open(str(path)), logger, express_rules=express)
    return logger.statements


def test_the_file_is_small_and_breaks_no_schema_rule(clean_path):
    assert clean_path.stat().st_size < 2_000_000
    assert _problems(clean_path, express=False) == []


def test_a_small_building_with_every_fault_breaks_no_where_rule(tmp_path):
    assert _problems(write_sample(tmp_path / "all.ifc", FAULTS, storeys=2), express=True) == []


def test_the_same_building_is_the_same_file(clean_path, tmp_path):
    assert write_sample(tmp_path / "again.ifc").read_bytes() == clean_path.read_bytes()


def test_counts(clean):
    assert {name: len(clean.of_class(name)) for name in CLASSES} == {
        "IfcSpace": 374,
        "IfcWall": 576,
        "IfcSlab": 365,
        "IfcDoor": 353,
        "IfcWindow": 153,
        "IfcStair": 10,
        "IfcStairFlight": 20,
        "IfcRailing": 65,
        "IfcTransportElement": 2,
    }


def test_storeys_are_three_metres(clean):
    assert [(s.name, s.elevation_m) for s in clean.storeys][:3] == [("1F", 0.0), ("2F", 3.0), ("3F", 6.0)]
    assert [s.height_m for s in clean.storeys] == [3.0] * 11 + [None]


def test_rooms_of_a_storey_by_function(clean):
    on_third = Counter(space.long_name for space in clean.spaces if space.storey.name == "3F")
    assert on_third == {
        "卧室": 6,
        "起居室": 4,
        "厨房": 4,
        "卫生间": 4,
        "阳台": 4,
        "过道": 4,
        "储藏室": 2,
        "走廊": 1,
        "电梯厅": 1,
        "楼梯间": 1,
        "电梯井": 2,
        "管井": 1,
    }


def test_flats_are_zones_with_their_rooms(clean):
    zones = {zone.Name: zone for zone in clean.file.by_type("IfcZone")}
    assert len(zones) == 44
    assert zones["1103"].ObjectType == "户型B"
    rooms = [space.LongName for space in zones["1103"].IsGroupedBy[0].RelatedObjects]
    assert sorted(rooms) == sorted(["起居室", "卧室", "卧室", "过道", "储藏室", "卫生间", "厨房", "阳台"])


def test_every_door_fills_an_opening_and_knows_its_rooms(clean):
    for door in clean.file.by_type("IfcDoor"):
        assert len(door.FillsVoids) == 1
        assert 1 <= len(door.ProvidesBoundaries) <= 2


def test_the_model_says_that_it_is_a_demonstration(clean):
    assert clean.project_name == "禾筑示范保障房（演示数据）"
    assert clean.file.by_type("IfcProjectedCRS")[0].Name == "EPSG:4549"


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_names_an_element_that_exists(tmp_path, name):
    fault = FAULTS[name]
    model = read(write_sample(tmp_path / "fault.ifc", {name}))
    if fault.ifc_class == "IfcBuildingStorey":
        assert [s.height_m for s in model.storeys if s.name == fault.element] == [fault.value]
        return
    named = [element for element in model.of_class(fault.ifc_class) if element.name == fault.element]
    assert len(named) == 1
    assert named[0].storey.name == f"{fault.storey}F"


def test_small_bedroom_and_narrow_corridor_as_drawn(tmp_path):
    model = read(write_sample(tmp_path / "fault.ifc", {"small-bedroom", "narrow-corridor"}))
    by_name = {space.name: space for space in model.spaces}
    assert by_name["204-卧室"].quantities["NetFloorArea"] == pytest.approx(FAULTS["small-bedroom"].value)
    assert by_name["304-卧室"].quantities["NetFloorArea"] == pytest.approx(8.9775)
    assert by_name["6F-走廊"].quantities["NetFloorArea"] == pytest.approx(8.8 * 1.15)


def test_faults_of_a_low_building_move_to_its_top(tmp_path):
    model = read(write_sample(tmp_path / "low.ifc", {"low-storey", "missing-fire-rating"}, storeys=4))
    assert [s.height_m for s in model.storeys] == [3.0, 3.0, 3.0, 2.9, None]
    unrated = [w.name for w in model.of_class("IfcWall") if w.value("FireRating", "Pset_WallCommon") is None]
    assert unrated == ["4F-XQ-1E"]


def test_an_unknown_fault_is_refused_and_names_the_known_ones(tmp_path):
    with pytest.raises(UnknownFault, match=r"没有这样的缺陷：crooked。可选：narrow-door、low-railing"):
        write_sample(tmp_path / "x.ifc", {"crooked"})
    assert not (tmp_path / "x.ifc").exists()


def test_command_writes_and_reports(tmp_path, capsys):
    out = tmp_path / "out.ifc"
    assert main([str(out), "--faults", "narrow-door, low-railing", "--storeys", "6"]) == 0
    assert "6 层，4 户/层，演示数据" in capsys.readouterr().out
    assert len(read(out).storeys) == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--faults", "crooked"], "没有这样的缺陷"),
        (["--storeys", "1"], "层数 1 超出范围，应为 2～33"),
    ],
)
def test_command_refuses_with_two(tmp_path, capsys, arguments, message):
    assert main([str(tmp_path / "x.ifc"), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_command_cannot_write_into_nowhere(tmp_path, capsys):
    assert main([str(tmp_path / "no" / "x.ifc"), "--storeys", "2"]) == 2
    assert "没有生成" in capsys.readouterr().err
