"""Vertical members: volumes from the shape, countable cast joints at their limits, what the model leaves open."""

import math

import pytest

from tests.engines.prefab.drawn import Q1A, Block, column


@pytest.fixture
def block():
    return Block()


def test_round_column_and_wall_with_a_door(block, tmp_path):
    """π 0.3² 3 = 0.8482 precast; 4 × 0.2 × 3 less a door of 1 × 0.2 × 2.1 = 1.98 cast."""
    block.said(block.element("IfcColumn", "1F", [block.round(5, 5, 0, 0.3, 3.0)], Name="YZ"), Prefabricated=True)
    wall = block.wall("1F", (0, 0, 4, 0.2), bearing=True, Prefabricated=False)
    block.hole(wall, 1, -0.1, 0, 2, 0.3, 2.1)
    item = block.found(tmp_path, Q1A)
    assert item.numerator == pytest.approx(math.pi * 0.09 * 3, rel=2e-4)
    assert item.denominator == pytest.approx(math.pi * 0.09 * 3 + 1.98, rel=2e-4)
    assert [(row.part, row.measured, row.storey) for row in item.elements] == [
        ("counted", "几何", "1F"),
        ("left_out", "几何", "1F"),
    ]
    assert [(s.storey, s.denominator) for s in item.storeys] == [("1F", pytest.approx(item.denominator))]


def strip_between_panels(block, width):
    block.wall("1F", (0, 0, 2, 0.2), bearing=True, Prefabricated=True)
    block.wall("1F", (2 + width, 0, 4 + width, 0.2), bearing=True, Prefabricated=True)
    return block.wall("1F", (2, 0, 2 + width, 0.2), bearing=True, Name="后浇段", Prefabricated=False)


@pytest.mark.parametrize(("width", "counts"), [(0.4, True), (0.6, True), (0.61, False)])
def test_a_cast_strip_between_panels_counts_up_to_600_mm(block, tmp_path, width, counts):
    strip = strip_between_panels(block, width)
    item = block.found(tmp_path, Q1A)
    whole = (4 + width) * 0.2 * 3
    assert item.denominator == pytest.approx(whole)
    assert item.numerator == pytest.approx(whole if counts else whole - width * 0.2 * 3)
    row = next(row for row in item.elements if row.global_id == strip.GlobalId)
    assert row.basis == (
        f"4.0.3 预制墙板之间的竖向现浇段，宽 {width:.2f} m，限 0.60 m"
        if counts
        else "预制墙板之间的竖向现浇段：宽 0.61 m 超过 0.60 m，不计入"
    )


def test_a_cast_wall_that_panels_end_at_from_both_sides_is_no_strip(block, tmp_path):
    block.wall("1F", (0, 1, 2, 1.2), bearing=True, Prefabricated=True)
    block.wall("1F", (2.2, 1, 4, 1.2), bearing=True, Prefabricated=True)
    block.wall("1F", (2, 0, 2.2, 3), bearing=True, Prefabricated=False)
    assert block.found(tmp_path, Q1A).numerator == pytest.approx(3.8 * 0.2 * 3)


def test_a_cast_column_between_panels_is_left_to_a_person(block, tmp_path):
    block.wall("1F", (0, 0, 2, 0.2), bearing=True, Prefabricated=True)
    block.wall("1F", (2.5, 0, 4, 0.2), bearing=True, Prefabricated=True)
    found = column(block, (2, 0, 0, 2.5, 0.5, 3.0), False)
    item = block.found(tmp_path, Q1A)
    assert item.silent == (found.GlobalId,)
    assert item.elements[0].basis == "现浇柱在预制墙板之间，是后浇段还是框架柱由人核对"


def test_a_strip_beside_one_panel_only_is_left_to_a_person(block, tmp_path):
    block.wall("1F", (0, 0, 2, 0.2), bearing=True, Prefabricated=True)
    strip = block.wall("1F", (2, 0, 2.4, 0.2), bearing=True, Name="后浇段", Prefabricated=False)
    item = block.found(tmp_path, Q1A)
    assert item.silent == (strip.GlobalId,)
    assert (item.numerator, item.denominator, item.highest) == (pytest.approx(1.2), pytest.approx(1.44), 1.0)
    assert item.elements[1].basis == "名称是后浇部位，几何上没有找到相接的预制构件"


@pytest.mark.parametrize(("height", "part"), [(0.3, "counted"), (0.35, "left_out")])
def test_a_belt_between_panels_counts_up_to_300_mm(block, tmp_path, height, part):
    block.wall("1F", (0, 0, 4, 0.2, 0.0, 2.7), bearing=True, Prefabricated=True)
    block.wall("2F", (0, 0, 4, 0.2, 2.7 + height, 6.0), bearing=True, Prefabricated=True)
    belt = block.element("IfcBeam", "1F", [block.box(0, 0, 2.7, 4, 0.2, 2.7 + height)], Name="圈梁 QL-1")
    block.said(belt, Prefabricated=False)
    item = block.found(tmp_path, Q1A)
    row = next(row for row in item.elements if row.global_id == belt.GlobalId)
    assert row.part == part
    assert row.denominator == pytest.approx(4 * 0.2 * height)
    assert item.numerator == pytest.approx(4 * 0.2 * (6.0 - height) + (4 * 0.2 * height if part == "counted" else 0))


def test_a_belt_with_a_panel_below_only_is_left_to_a_person(block, tmp_path):
    block.wall("1F", (0, 0, 4, 0.2, 0.0, 2.7), bearing=True, Prefabricated=True)
    belt = block.said(block.element("IfcBeam", "1F", [block.box(0, 0, 2.7, 4, 0.2, 3.0)], Name="圈梁"), Prefabricated=False)
    assert block.found(tmp_path, Q1A).silent == (belt.GlobalId,)


def test_the_node_of_precast_column_and_beam_counts(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 2.4), True)
    node = column(block, (0, 0, 2.4, 0.5, 0.5, 3.0), False)
    beam = block.element("IfcBeam", "1F", [block.box(0.5, 0.1, 2.4, 4, 0.4, 2.9)], Name="叠合梁")
    block.said(beam, Prefabricated=True)
    item = block.found(tmp_path, Q1A)
    assert (item.numerator, item.denominator) == (pytest.approx(0.75), pytest.approx(0.75))
    assert next(row for row in item.elements if row.global_id == node.GlobalId).basis == "4.0.3 预制柱与预制梁的节点区"


def test_a_node_with_a_cast_beam_does_not_count(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 2.4), True)
    column(block, (0, 0, 2.4, 0.5, 0.5, 3.0), False)
    block.said(block.element("IfcBeam", "1F", [block.box(0.5, 0.1, 2.4, 4, 0.4, 2.9)], Name="现浇梁"), Prefabricated=False)
    assert block.found(tmp_path, Q1A).numerator == pytest.approx(0.6)


@pytest.mark.parametrize(("height", "counts"), [(0.4, True), (0.45, False)])
def test_a_connection_of_columns_counts_up_to_the_smaller_side(block, tmp_path, height, counts):
    """The column is 0.4 × 0.6 m."""
    column(block, (0, 0, 0, 0.4, 0.6, 2.5), True)
    column(block, (0, 0, 2.5, 0.4, 0.6, 2.5 + height), False)
    column(block, (0, 0, 2.5 + height, 0.4, 0.6, 5.5), True)
    item = block.found(tmp_path, Q1A)
    assert item.denominator == pytest.approx(0.24 * 5.5)
    assert item.numerator == pytest.approx(0.24 * (5.5 if counts else 5.5 - height))


@pytest.mark.parametrize(("joint", "numerator"), [(0.36, 2.4), (0.37, 2.03)])
def test_a_declared_joint_counts_up_to_the_same_width(block, tmp_path, joint, numerator):
    """0.36 m³ over 0.2 m × 3.0 m is a strip of 0.60 m."""
    block.wall("1F", (0, 0, 4, 0.2), bearing=True, Prefabricated=True, PrecastVolume=2.4 - joint, CountableCastVolume=joint)
    assert block.found(tmp_path, Q1A).numerator == pytest.approx(numerator)


def test_the_declared_volume_is_compared_and_the_shape_counts(block, tmp_path):
    near = block.wall("1F", (0, 0, 4, 0.2), bearing=True, Name="甲", Prefabricated=True)
    far = block.wall("1F", (0, 4, 4, 4.2), bearing=True, Name="乙", Prefabricated=False)
    block.declared(near, V_NetVolume=2.42)
    block.declared(far, V_NetVolume=3.4)
    item = block.found(tmp_path, Q1A)
    assert (item.numerator, item.denominator) == (pytest.approx(2.4), pytest.approx(4.8))
    assert item.notes == ("1 个构件的几何与模型申报的工程量相差超过 1%，按几何计：乙",)
    assert [row.declared for row in item.elements] == [2.42, 3.4]


def test_without_a_shape_the_declared_volume_counts_and_without_both_nothing_does(block, tmp_path):
    bare = block.said(block.element("IfcColumn", "1F", [], Name="Z1"), Prefabricated=False)
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), True)
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.missing) == (None, "1 个构件没有实体也没有工程量（Qto）：Z1")
    block.declared(bare, V_NetVolume=0.75)
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.elements[0].measured) == (0.5, "工程量（Qto）")


def test_a_wall_that_does_not_say_whether_it_bears_lowers_the_bound(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), True)
    unsaid = block.wall("1F", (1, 0, 2.25, 0.2), Prefabricated=False)
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.highest, item.silent) == (0.5, 1.0, (unsaid.GlobalId,))
    assert item.lacking == ("Pset_WallCommon.LoadBearing（是或否）",)


def test_a_member_that_does_not_say_how_it_is_made_lowers_the_bound(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), True)
    silent = column(block, (2, 0, 0, 2.5, 0.5, 3.0))
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.highest, item.silent) == (0.5, 1.0, (silent.GlobalId,))
    assert item.lacking == ("Hezhu_Prefab.Prefabricated（是或否）",)


def test_names_are_clues_and_listed_as_such(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), ObjectType="预制柱")
    column(block, (2, 0, 0, 2.5, 0.5, 3.0), ObjectType="现浇柱")
    column(block, (4, 0, 0, 4.2, 0.2, 3.0), ObjectType="构造柱")
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.by_name) == (0.5, 2)
    assert [row.basis for row in item.elements] == ["名称含“预制”", "名称含“现浇”"]
    assert item.notes == ("2 个构件只凭名称或材料判断，应补 Hezhu_Prefab.Prefabricated（是或否）",)


def test_braces_count_and_other_members_do_not(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), True)
    brace = block.element("IfcMember", "1F", [block.box(1, 0, 0, 1.25, 0.2, 3)], Name="ZC", PredefinedType="BRACE")
    block.said(brace, Prefabricated=False)
    block.said(block.element("IfcMember", "1F", [block.box(3, 0, 0, 4, 0.2, 3)], Name="檩条"), Prefabricated=False)
    assert block.found(tmp_path, Q1A).denominator == pytest.approx(0.9)


def test_only_concrete_layers_of_a_sandwich_wall_count(block, tmp_path):
    """60 mm concrete, 40 mm wool, 100 mm concrete: 0.16 / 0.20 of 4 × 0.2 × 3."""
    wall = block.wall("1F", (0, 0, 4, 0.2), bearing=True, Prefabricated=True)
    layers = [
        block.file.createIfcMaterialLayer(block.file.createIfcMaterial(name), thickness)
        for name, thickness in (("混凝土 C30", 0.06), ("岩棉", 0.04), ("混凝土 C35", 0.10))
    ]
    made = block.file.createIfcMaterialLayerSet(layers, "夹心墙")
    block.add("IfcRelAssociatesMaterial", RelatedObjects=[wall], RelatingMaterial=made)
    assert block.found(tmp_path, Q1A).denominator == pytest.approx(2.4 * 0.8)


def test_steel_columns_hold_no_concrete(block, tmp_path):
    steel = column(block, (0, 0, 0, 0.3, 0.3, 3.0))
    block.add("IfcRelAssociatesMaterial", RelatedObjects=[steel], RelatingMaterial=block.file.createIfcMaterial("Q355B 钢材"))
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.notes) == (1.0, ("主体竖向构件为钢结构、木结构时按 100% 计（待核）",))
    column(block, (2, 0, 0, 2.5, 0.5, 3.0), True)
    column(block, (4, 0, 0, 4.5, 0.5, 3.0), False)
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.notes) == (0.5, ("1 个钢、木构件不含混凝土，不计入总体积",))


def test_a_wall_made_of_parts_is_taken_by_its_parts(block, tmp_path):
    whole = block.element("IfcWall", "1F", [], Name="叠合墙")
    block.properties(whole, "Pset_WallCommon", LoadBearing=True)
    for x, prefab in ((0, True), (1.5, False)):
        piece = block.element("IfcBuildingElementPart", "1F", [block.box(x, 0, 0, x + 1.5, 0.2, 3)], whole, Name=f"片{x}")
        block.said(piece, Prefabricated=prefab)
    item = block.found(tmp_path, Q1A)
    assert (item.numerator, item.denominator) == (pytest.approx(0.9), pytest.approx(1.8))


def test_members_that_overlap_are_told(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), True)
    block.wall("1F", (0, 0, 2, 0.2), bearing=True, Prefabricated=False)
    assert "1 处竖向构件互相重叠，约 0.30 m³ 被计了两次，应在模型中剪切" in block.found(tmp_path, Q1A).notes


def test_members_below_ground_are_not_counted(block, tmp_path):
    block.storey("B1", -3.9)
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), True)
    low = block.element("IfcColumn", "B1", [block.box(0, 0, -3.9, 0.5, 0.5, 0)], Name="柱")
    block.said(low, Prefabricated=False)
    assert block.found(tmp_path, Q1A).share == 1.0


def test_where_every_member_is_said_to_be_cast_the_ratio_is_known_to_be_nought(block, tmp_path):
    column(block, (0, 0, 0, 0.5, 0.5, 3.0), False)
    item = block.found(tmp_path, Q1A)
    assert (item.share, item.is_complete) == (0.0, True)
