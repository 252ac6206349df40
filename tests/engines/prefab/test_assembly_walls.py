"""Walls: faces with their openings, outer and inner by property or by place, masonry by property, material or name."""

import math

import pytest

from tests.engines.ifc.drawing import rectangle
from tests.engines.prefab.drawn import Block


@pytest.fixture
def block():
    return Block()


def test_openings_are_not_deducted(block, tmp_path):
    wall = block.wall("1F", (0, 0, 4, 0.2), bearing=False, external=True, Masonry=False)
    block.hole(wall, 1, -0.1, 1, 3, 0.3, 2.5)
    block.wall("1F", (0, 6, 2, 6.2), bearing=False, external=True, Masonry=True)
    item = block.found(tmp_path, "q2a")
    assert (item.numerator, item.denominator) == (pytest.approx(12), pytest.approx(18))


def test_bearing_walls_are_out_of_q2a_and_in_q2b(block, tmp_path):
    block.wall("1F", (0, 0, 4, 0.2), bearing=True, external=True, IntegratedInsulationFinish=True, Masonry=False)
    block.wall("1F", (0, 6, 4, 6.2), bearing=False, external=True, IntegratedInsulationFinish=False, Masonry=False)
    assert block.found(tmp_path, "q2a").denominator == pytest.approx(12)
    item = block.found(tmp_path, "q2b")
    assert (item.numerator, item.denominator) == (pytest.approx(12), pytest.approx(24))


def test_a_curved_wall_is_measured_along_its_middle(block, tmp_path):
    """A half ring of radii 4.8 and 5.0 m, 3 m high: π 4.9 × 3."""
    steps = [math.pi * n / 180 for n in range(181)]
    ring = [(5 * math.cos(a), 5 * math.sin(a)) for a in steps] + [(4.8 * math.cos(a), 4.8 * math.sin(a)) for a in reversed(steps)]
    wall = block.element("IfcWall", "1F", [block.prism(ring, 0, 3)], Name="弧墙")
    block.properties(wall, "Pset_WallCommon", LoadBearing=False, IsExternal=True)
    block.said(wall, Masonry=False)
    assert block.found(tmp_path, "q2a").denominator == pytest.approx(math.pi * 4.9 * 3, rel=1e-3)


def test_a_gable_wall_is_its_silhouette(block, tmp_path):
    """6 m wide, 3 m at the eaves, 5 m at the ridge: 24 m²."""
    wall = block.element("IfcWall", "1F", [block.sloping([(0, 0), (6, 0), (6, 3), (3, 5), (0, 3)], 0, 0.2)], Name="山墙")
    block.properties(wall, "Pset_WallCommon", LoadBearing=False, IsExternal=True)
    block.said(wall, Masonry=False)
    assert block.found(tmp_path, "q2a").denominator == pytest.approx(24)


def test_a_curtain_wall_is_the_face_of_its_panels_and_no_masonry(block, tmp_path):
    curtain = block.element("IfcCurtainWall", "1F", [], Name="MQ-1")
    for x in (0, 2):
        block.element("IfcPlate", "1F", [block.box(x, 0, 0, x + 2, 0.05, 3)], curtain, Name="玻璃")
    block.wall("1F", (0, 6, 4, 6.2), bearing=False, external=True, Masonry=True)
    item = block.found(tmp_path, "q2a")
    assert (item.numerator, item.denominator) == (pytest.approx(12), pytest.approx(24))
    assert item.elements[0].basis == "IfcCurtainWall"


def test_a_wall_that_says_nothing_of_in_or_out_is_placed_by_the_outline(block, tmp_path):
    block.room("1F", "房间", rectangle(0.2, 0.2, 9.8, 7.8))
    for box in ((0, 0, 10, 0.2), (0, 7.8, 10, 8), (0, 0.2, 0.2, 7.8), (9.8, 0.2, 10, 7.8)):
        block.wall("1F", box, bearing=False, Masonry=False)
    inner = block.wall("1F", (5, 0.2, 5.1, 7.8), bearing=False, Masonry=False)
    assert block.found(tmp_path, "q2a").denominator == pytest.approx((10 + 10 + 7.6 + 7.6) * 3)
    item = block.found(tmp_path, "q2c")
    assert (item.considered, item.denominator) == ((inner.GlobalId,), pytest.approx(22.8))
    assert item.notes == ("1 面墙没有标明内外，按位置判断",)


def test_a_masonry_layer_makes_a_masonry_wall_whatever_covers_it(block, tmp_path):
    block.wall("1F", (0, 6, 2, 6.1), bearing=False, external=False, Masonry=False)
    for name in ("蒸压加气混凝土砌块", "Brick, Common"):
        wall = block.wall("1F", (0, 0, 4, 0.2), bearing=False, external=False)
        layers = [
            block.file.createIfcMaterialLayer(block.file.createIfcMaterial(material), 0.1)
            for material in ("Gypsum Wall Board", name)
        ]
        made = block.file.createIfcMaterialLayerSet(layers)
        block.add("IfcRelAssociatesMaterial", RelatedObjects=[wall], RelatingMaterial=made)
    item = block.found(tmp_path, "q2c")
    assert (item.numerator, item.denominator, item.by_name) == (pytest.approx(6), pytest.approx(30), 2)
    assert [row.basis for row in item.elements[1:]] == ["材料含“砌块”", "材料含“brick”"]


def test_a_cast_wall_is_not_taken_for_dry_work(block, tmp_path):
    """A cast-in-place concrete wall is neither masonry nor a panel: a person decides."""
    wall = block.wall("1F", (0, 0, 4, 0.2), bearing=False, external=True)
    block.add("IfcRelAssociatesMaterial", RelatedObjects=[wall], RelatingMaterial=block.file.createIfcMaterial("现浇混凝土 C30"))
    item = block.found(tmp_path, "q2a")
    assert (item.share, item.silent, item.missing) == (None, (wall.GlobalId,), "外墙没有标明是否砌筑")
    assert item.lacking == ("Hezhu_Prefab.Masonry（是或否）",)


def test_a_wall_that_does_not_say_whether_it_bears_is_left_open(block, tmp_path):
    """A panel that may bear is kept out of the lower bound; a masonry wall that may bear is kept in."""
    block.wall("1F", (0, 0, 4, 0.2), bearing=False, external=True, Masonry=False)
    block.wall("1F", (0, 2, 4, 2.2), bearing=False, external=True, Masonry=True)
    block.wall("1F", (0, 4, 4, 4.2), external=True, Masonry=False)
    block.wall("1F", (0, 6, 4, 6.2), external=True, Masonry=True)
    item = block.found(tmp_path, "q2a")
    assert (item.numerator, item.denominator, len(item.silent)) == (pytest.approx(12), pytest.approx(36), 2)
    assert item.highest == pytest.approx((12 + 12) / (36 - 12))


def test_parapets_are_no_enclosing_walls(block, tmp_path):
    block.wall("1F", (0, 0, 4, 0.2), bearing=False, external=True, Masonry=False)
    block.wall("2F", (0, 0, 4, 0.2), bearing=False, external=True, Masonry=True, Name="女儿墙")
    assert block.found(tmp_path, "q2a").share == 1.0


def test_the_zhejiang_rows_are_read_from_the_model(block, tmp_path):
    wall = block.wall("1F", (0, 0, 4, 0.2), bearing=False, external=True, IntegratedInsulation=True, Masonry=False)
    block.said(wall, IntegratedInsulationBoard=False)
    block.wall("1F", (0, 4, 4, 4.2), bearing=False, external=False, IntegratedServices=True, Masonry=False)
    block.wall("1F", (0, 6, 4, 6.2), bearing=True, external=False, Prefabricated=False, FineFormwork=True)
    profile = "db33t1165-2019"
    shares = {
        name: block.found(tmp_path, name, profile=profile).share
        for name in ("q2b-insulation", "q2b-board", "q2d-services", "q1a-form")
    }
    assert shares == {"q2b-insulation": 1.0, "q2b-board": 0.0, "q2d-services": 1.0, "q1a-form": 1.0}
