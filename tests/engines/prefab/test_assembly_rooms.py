"""Decoration, dry floors, integrated rooms, Q4 by function, and separated services."""

import pytest

from hezhu.engines.prefab import load_profile, quantities_from_model, rate
from tests.engines.ifc.drawing import rectangle
from tests.engines.prefab.drawn import Q3A, Block


@pytest.fixture
def block():
    drawn = Block()
    drawn.enclosure("1F")
    return drawn


KITCHEN = rectangle(1, 1, 3, 4)  # 2 × 3 m, 2.8 m high: floor 6, ceiling 6, walls 28 m²


def kitchen(block, **said):
    return block.said(block.room("1F", "厨房", KITCHEN), **said)


def test_decoration_is_asked_of_the_building(block, tmp_path):
    assert block.found(tmp_path, "deco").missing == "建筑没有标明是否全装修"
    block.said(block.building, FullDecoration=True)
    item = block.found(tmp_path, "deco")
    assert (item.adopted, item.elements[0].basis) == (True, "Hezhu_Prefab.FullDecoration＝是")


def test_dry_floors_of_rooms_and_coverings_count_once(block, tmp_path):
    """A dry room of 4 × 5 m, and a raised floor of 6 × 5 m that lies 4 × 5 m over it: 30 of 80 m²."""
    block.said(block.room("1F", "办公室", rectangle(1, 1, 5, 6)), DryFloor=True)
    block.element("IfcCovering", "1F", [block.box(1, 1, 0, 7, 6, 0.1)], Name="架空地板", PredefinedType="FLOORING")
    item = block.found(tmp_path, Q3A)
    assert (item.numerator, item.denominator) == (pytest.approx(30), pytest.approx(80))
    assert [round(row.numerator, 6) for row in item.elements] == [20.0, 10.0]


def test_an_integrated_kitchen_by_its_faces(block, tmp_path):
    kitchen(block, Integrated=True, DryWalls=True, DryCeiling=True, DryFloor=False)
    item = block.found(tmp_path, "q3b")
    assert (item.numerator, item.denominator) == (pytest.approx(34), pytest.approx(40))
    assert item.notes == ("橱柜和厨房设备是否全部安装到位须现场核对",)


def test_an_integrated_kitchen_by_its_declared_area(block, tmp_path):
    kitchen(block, Integrated=True, DryArea=32.0)
    assert block.found(tmp_path, "q3b").share == pytest.approx(0.8)


def test_integrated_alone_tells_no_area(block, tmp_path):
    room = kitchen(block, Integrated=True)
    kitchen(block, Integrated=False)
    item = block.found(tmp_path, "q3b")
    assert (item.share, item.highest, item.silent) == (0.0, 0.5, (room.GlobalId,))
    assert item.elements[0].basis == "标明集成，没有说明干式工法面积"


def test_a_public_building_without_a_kitchen_lacks_it_by_function(block, tmp_path):
    """Q4 = 6: the rate rises to points / 94."""
    item = block.found(tmp_path, "q3b", kind="public")
    assert (item.absent, item.note) == (True, "1 个房间都有功能名称，没有厨房：按建筑功能缺少，计入 Q4（待核）")
    result = rate(quantities_from_model(block.read(tmp_path), kind="public"), load_profile(), "public")
    assert result.q4 == 12.0
    assert [i.id for i in result.items if i.absent] == ["q3b", "q3c"]


def test_a_dwelling_without_a_kitchen_does_not_lack_it(block, tmp_path):
    for kind in ("dwelling", "unknown"):
        item = block.found(tmp_path, "q3b", kind=kind)
        assert (item.absent, item.missing) == (False, "没有名为厨房的房间")


def test_a_room_without_a_name_leaves_the_function_open(block, tmp_path):
    nameless = block.element("IfcSpace", "1F", [block.prism(rectangle(6, 1, 8, 3), 0, 2.8)], Name="R-12")
    item = block.found(tmp_path, "q3b", kind="public")
    assert (item.absent, item.silent, item.lacking) == (False, (nameless.GlobalId,), ("房间的 LongName",))
    assert item.missing == "没有名为厨房的房间；1 个房间没有功能名称，不能认定功能缺少"


def pipe(block, x0, y0, z0, length, axis, **said):
    """A pipe of 32 mm along x or up."""
    solid = block.round(x0, y0, z0, 0.016, length, along_x=axis == "x")
    element = block.element("IfcPipeSegment", "1F", [solid], Name="给水管")
    return block.said(element, **said) if said else element


def test_pipes_that_say_so_count_by_their_length(block, tmp_path):
    pipe(block, 1, 1, 2.5, 3.0, "x", SeparatedServices=True)
    pipe(block, 1, 2, 2.5, 2.0, "x", SeparatedServices=False)
    item = block.found(tmp_path, "q3d")
    assert (item.numerator, item.denominator) == (pytest.approx(3), pytest.approx(5))


def test_pipes_that_say_nothing_are_placed_by_their_axis(block, tmp_path):
    """In the room 3 m; 2 m in the slab; a riser of 2.8 m of which 0.1 m runs through the slab; 4 m just above it."""
    block.slab("1F", rectangle(0, 0, 10, 8), 0.0, 0.2)
    free = pipe(block, 1, 1, 2.5, 3.0, "x")
    buried = pipe(block, 1, 2, -0.1, 2.0, "x")
    riser = pipe(block, 5, 5, -0.1, 2.8, "up")
    screed = pipe(block, 1, 4, 0.05, 4.0, "x")
    item = block.found(tmp_path, "q3d")
    rows = {row.global_id: row for row in item.elements}
    assert rows[free.GlobalId].basis == "几何：不在结构和墙体内"
    assert (rows[buried.GlobalId].part, rows[buried.GlobalId].basis) == ("left_out", "几何：埋在结构或砌体内")
    assert rows[riser.GlobalId].numerator == pytest.approx(2.7, abs=0.021)
    assert rows[screed.GlobalId].part == "silent"
    assert item.denominator == pytest.approx(3 + 2 + 2.8 + 4, rel=1e-3)
    assert item.numerator == pytest.approx(3 + 2.7, abs=0.021)


@pytest.mark.parametrize(("masonry", "part"), [(True, "left_out"), (False, "silent")])
def test_a_pipe_in_a_partition(block, tmp_path, masonry, part):
    """Chased into masonry it is buried; in a hollow panel nobody can tell from the shape."""
    block.wall("1F", (1, 3, 7, 3.1), bearing=False, external=False, Masonry=masonry)
    pipe(block, 1, 1, 2.5, 3.0, "x")
    inside = pipe(block, 2, 3.05, 1.0, 4.0, "x")
    item = block.found(tmp_path, "q3d")
    assert next(row.part for row in item.elements if row.global_id == inside.GlobalId) == part


def test_ducts_are_no_services_of_this_item(block, tmp_path):
    pipe(block, 1, 1, 2.5, 3.0, "x", SeparatedServices=True)
    duct = block.element("IfcDuctSegment", "1F", [block.box(1, 5, 2.4, 4, 5.2, 2.6)], Name="送风管")
    block.said(duct, SeparatedServices=False)
    assert block.found(tmp_path, "q3d").share == 1.0


def test_risers_and_level_runs_apart(block, tmp_path):
    pipe(block, 1, 1, 2.5, 3.0, "x", SeparatedServices=True)
    pipe(block, 5, 5, 0.1, 2.5, "up", SeparatedServices=False)
    shares = [block.found(tmp_path, name, profile="db33t1165-2019").share for name in ("q3d-vertical", "q3d-horizontal")]
    assert shares == [0.0, 1.0]
