"""Horizontal members: plan unions per level over the plan area of the storeys."""

import pytest

from tests.engines.ifc.drawing import rectangle
from tests.engines.prefab.drawn import Q1B, Block


@pytest.fixture
def block():
    """Two enclosed storeys of 10 m × 8 m: A = 160 m²."""
    drawn = Block()
    drawn.enclosure("1F")
    drawn.enclosure("2F")
    return drawn


def slab(block, storey, box, top, prefab=True, **attributes):
    element = block.slab(storey, rectangle(*box), top, **attributes)
    return element if prefab is None else block.said(element, Prefabricated=prefab)


def test_slabs_of_two_levels_over_two_storeys(block, tmp_path):
    """1F's ceiling 10 × 4 precast, the roof 10 × 6 precast: 100 of 160 m²."""
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    slab(block, "2F", (0, 4, 10, 8), 3.0, False)
    slab(block, "屋面", (0, 0, 10, 6), 6.0)
    item = block.found(tmp_path, Q1B)
    assert (item.numerator, item.denominator, item.share) == (pytest.approx(100), pytest.approx(160), 0.625)
    assert [(s.storey, s.numerator, s.denominator) for s in item.storeys] == [
        ("1F", 0.0, 80.0),
        ("2F", 40.0, 80.0),
        ("屋面", 60.0, 0.0),
    ]


def test_what_overlaps_counts_once(block, tmp_path):
    """Two slabs share 10 × 1 m; the beam under them lies wholly below; another beam sticks out by 0.3 × 2 m."""
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    slab(block, "2F", (0, 3, 10, 6), 3.0)
    for box in ((2, 0, 2.3, 6), (4, 4, 4.3, 8)):
        beam = block.element("IfcBeam", "1F", [block.box(box[0], box[1], 2.4, box[2], box[3], 2.88)], Name="叠合梁")
        block.said(beam, Prefabricated=True)
    item = block.found(tmp_path, Q1B)
    assert item.numerator == pytest.approx(60 + 0.6)
    assert [round(row.numerator, 6) for row in item.elements] == [40.0, 20.0, 0.0, 0.6]
    assert item.elements[2].measured == "几何，扣除重叠"


def test_the_floor_of_the_lowest_storey_covers_what_lies_below(block, tmp_path):
    slab(block, "1F", (0, 0, 10, 8), 0.0)
    slab(block, "1F", (10, 0, 11.5, 4), 0.0, Name="阳台板")
    item = block.found(tmp_path, Q1B)
    assert item.numerator == pytest.approx(6.0)
    assert item.denominator == pytest.approx(166.0)


def test_a_level_that_encloses_nothing_is_not_the_ground_floor(block, tmp_path):
    """A level of the terrain below the ground floor does not make the ground slab one of the building's floors."""
    block.storey("室外地坪", -0.3)
    slab(block, "1F", (0, 0, 10, 8), 0.0)
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    assert block.found(tmp_path, Q1B).numerator == pytest.approx(40)


def test_a_roof_without_a_storey_of_its_own_is_a_level_of_its_own(tmp_path):
    block = Block()
    del block.storeys["屋面"]
    block.file.remove(next(s for s in block.file.by_type("IfcBuildingStorey") if s.Name == "屋面"))
    block.enclosure("1F")
    block.enclosure("2F")
    slab(block, "2F", (0, 0, 10, 8), 3.0)
    slab(block, "2F", (0, 0, 10, 8), 6.0)
    item = block.found(tmp_path, Q1B)
    assert [(s.storey, s.numerator, s.denominator) for s in item.storeys] == [
        ("1F", 0.0, 80.0),
        ("2F", 80.0, 80.0),
        ("屋顶", 80.0, 0.0),
    ]


def test_a_model_of_two_buildings_is_told_apart(block, tmp_path):
    other = block.add("IfcBuilding", Name="2号楼")
    block._relate(block.project, [other])
    storey = block.add("IfcBuildingStorey", Name="1F", Elevation=0.0, ObjectPlacement=block._placement())
    block._relate(other, [storey])
    block.declared(storey, A_GrossFloorArea=50.0)
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    assert "模型有 2 栋建筑，这里合在一起算；装配率应按单体建筑分别评价（3.0.1），请分开送审" in block.found(tmp_path, Q1B).notes


def test_a_sunken_slab_belongs_to_its_level(block, tmp_path):
    slab(block, "1F", (0, 0, 4, 4), 2.6)
    assert [(s.storey, s.numerator) for s in block.found(tmp_path, Q1B).storeys] == [("1F", 0.0), ("2F", 16.0)]


@pytest.mark.parametrize(("width", "counted"), [(0.30, 80.0), (0.35, 77.2)])
def test_a_cast_strip_between_precast_slabs_counts_up_to_300_mm(block, tmp_path, width, counted):
    slab(block, "2F", (0, 0, 4, 8), 3.0)
    slab(block, "2F", (4, 0, 4 + width, 8), 3.0, False)
    slab(block, "2F", (4 + width, 0, 10, 8), 3.0)
    item = block.found(tmp_path, Q1B)
    assert item.numerator == pytest.approx(counted)


def test_flights_count_by_their_projection(block, tmp_path):
    flight = block.flight("1F", [0.15] * 10, 0.28, 1.2, x=1.0, y=1.0)
    block.said(flight, Prefabricated=True)
    assert block.found(tmp_path, Q1B).numerator == pytest.approx(9 * 0.28 * 1.2)


def test_metal_decks_need_no_formwork(block, tmp_path):
    slab(block, "2F", (0, 0, 10, 4), 3.0, None, ObjectType="钢筋桁架楼承板")
    item = block.found(tmp_path, Q1B)
    assert (item.numerator, item.by_name) == (pytest.approx(40), 1)
    assert item.elements[0].basis == "名称含“楼承板”"


def test_a_slab_that_says_nothing_opens_the_bound(block, tmp_path):
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    silent = slab(block, "2F", (0, 4, 10, 8), 3.0, None)
    item = block.found(tmp_path, Q1B)
    assert (item.share, item.highest, item.silent) == (0.25, 0.5, (silent.GlobalId,))


def test_a_courtyard_is_no_plan_area(tmp_path):
    """A ring of rooms 12 × 12 m around a court of 6 × 6 m that holds neither room nor slab; a lift shaft of 2 × 2 m is plan area."""
    block = Block()
    for box in ((0, 0, 12, 0.2), (0, 11.8, 12, 12), (0, 0, 0.2, 12), (11.8, 0, 12, 12)):
        block.wall("1F", box, bearing=False, external=True)
    for box in ((3, 3, 9, 3.2), (3, 8.8, 9, 9), (3, 3, 3.2, 9), (8.8, 3, 9, 9)):
        block.wall("1F", box, bearing=False, external=True)
    outer = rectangle(0.2, 0.2, 11.8, 3)
    for outline in (outer, rectangle(0.2, 9, 11.8, 11.8), rectangle(0.2, 3, 3, 9), rectangle(9, 5, 11.8, 9)):
        block.room("1F", "房间", outline)
    block.said(block.slab("2F", rectangle(0, 0, 12, 3), 3.0), Prefabricated=True)
    item = block.found(tmp_path, Q1B)
    assert item.denominator == pytest.approx(144 - 5.6 * 5.6)


def test_the_declared_floor_area_is_compared(block, tmp_path):
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    block.declared(block.storeys["1F"], A_GrossFloorArea=85.0)
    block.declared(block.storeys["2F"], A_GrossFloorArea=80.5)
    item = block.found(tmp_path, Q1B)
    assert item.denominator == pytest.approx(160)
    assert item.notes == ("1F 的建筑平面面积几何为 80.00 ㎡，模型申报 85.00 ㎡，按几何计",)


def test_a_storey_without_walls_or_area_gives_no_figure(tmp_path):
    block = Block()
    slab(block, "2F", (0, 0, 10, 4), 3.0)
    item = block.found(tmp_path, Q1B)
    assert (item.share, item.missing) == (None, "各楼层建筑平面面积：楼层上没有墙和房间，也没有 GrossFloorArea")
    block.declared(block.storeys["1F"], A_GrossFloorArea=80.0)
    item = block.found(tmp_path, Q1B)
    assert (item.share, item.notes) == (0.5, ("1F 没有墙和房间，平面面积按模型申报",))
