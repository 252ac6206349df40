"""From IFC to a site plan: curves, units, north, storeys and height classes."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell
import ifcopenshell.util.unit
import numpy as np
import pytest

from hezhu.engines import ifc
from hezhu.engines.review.planning import load_planning, site_plan
from hezhu.engines.review.planning.curves import curves
from hezhu.engines.review.planning.figures import extra_factor, round_half_up
from hezhu.engines.review.planning.pack import Formula
from hezhu.engines.review.planning.sample import Block, Mark, SiteSpec, rectangle, write_site


def plan(folder: Path, spec: SiteSpec):
    return site_plan(ifc.read(write_site(folder / "site.ifc", spec)), load_planning())


def test_a_half_circle_keeps_its_length() -> None:
    file = ifcopenshell.file(schema="IFC4")
    points = file.create_entity("IfcCartesianPointList2D", CoordList=[(0.0, 0.0), (1000.0, 1000.0), (2000.0, 0.0), (3000.0, 0.0)])
    segments = [file.create_entity("IfcArcIndex", (1, 2, 3)), file.create_entity("IfcLineIndex", (3, 4))]
    curve = file.create_entity("IfcIndexedPolyCurve", Points=points, Segments=segments)
    shape = file.create_entity("IfcShapeRepresentation", Items=[curve])
    product = file.create_entity(
        "IfcAnnotation", Representation=file.create_entity("IfcProductDefinitionShape", Representations=[shape])
    )
    (line,) = curves(product, 0.001)
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).sum() == pytest.approx(np.pi + 1, abs=2e-3)
    assert line[:, 1].max() == pytest.approx(1.0, abs=1e-6)
    assert line[-1].tolist() == pytest.approx([3.0, 0.0, 0.0])


def test_millimetres_give_the_same_site(tmp_path: Path) -> None:
    spec = SiteSpec(
        [Block("1号楼", 5, 5, 40, 12, 6)], [Mark("绿地", "绿地", rectangle(60, 0, 90, 90))], rectangle(0, 0, 100, 100)
    )
    metres = write_site(tmp_path / "m.ifc", spec)
    file = ifcopenshell.util.unit.convert_file_length_units(ifcopenshell.open(str(metres)), "MILLIMETRE")
    file.write(str(tmp_path / "mm.ifc"))
    found = site_plan(ifc.read(tmp_path / "mm.ifc"), load_planning())
    assert found.boundary.area == pytest.approx(10000)
    (building,) = found.buildings
    assert (building.height_m, building.storeys) == (pytest.approx(18), 6)
    assert building.footprint.area == pytest.approx(480)
    assert found.of_role("green")[0].shape.area == pytest.approx(2700)


def test_an_open_or_divided_boundary_is_named_and_not_guessed(tmp_path: Path) -> None:
    ends = SiteSpec(marks=[Mark("用地红线", "红线", [(0, 0), (9, 0), (9, 9)], closed=False)])
    assert plan(tmp_path, ends).boundary is None
    assert "不是闭合的" in plan(tmp_path, ends).warnings[0]
    parts = SiteSpec(marks=[Mark("用地红线", f"红线{x}", rectangle(x, 0, x + 9, 9)) for x in (0, 20)])
    assert "2 块不相连" in plan(tmp_path, parts).warnings[0]
    crossed = SiteSpec(marks=[Mark("绿地", "绿地", [(0, 0), (9, 9), (9, 0), (0, 9)])])
    assert "自相交" in plan(tmp_path, crossed).warnings[0]


def test_true_north_is_told(tmp_path: Path) -> None:
    found = plan(tmp_path, SiteSpec(north_deg=30))
    assert found.north_deg == pytest.approx(30)
    # north 30° clockwise from +Y: the model's +Y points 30° west of north
    assert found.true((0, 1)) == pytest.approx((-0.5, 3**0.5 / 2))


def test_what_stands_already_is_no_part_of_the_figures(tmp_path: Path) -> None:
    old = Block("现状", 0, 200, 40, 12, 6, facts={"Existing": True})
    found = plan(tmp_path, SiteSpec([Block("1号楼", 5, 5, 40, 12, 6), old], boundary=rectangle(0, 0, 100, 100)))
    assert [building.name for building in found.project] == ["1号楼"]
    assert len(found.buildings) == 2


def test_use_is_told_by_the_property_then_by_names(tmp_path: Path) -> None:
    found = plan(tmp_path, SiteSpec([Block("住宅楼", 5, 5, 40, 12, 1, use="商业", facts={"Use": "office"})]))
    assert found.buildings[0].use == "office"
    assert plan(tmp_path, SiteSpec([Block("住宅楼", 5, 5, 40, 12, 1, use="")])).buildings[0].use == "residential"


@pytest.mark.parametrize(("height", "factor"), [(5.0, 0), (5.001, 0.5), (7.2, 0.5), (7.3, 1), (10.0, 1), (10.01, 2)])
def test_extra_area_by_storey_height(height: float, factor: float) -> None:
    assert extra_factor(height, load_planning().extra_area["public"]) == factor


def test_ratios_are_rounded_as_on_paper() -> None:
    assert [round_half_up(value, 2) for value in (2.005, 2.004999, 1.995)] == [2.01, 2.0, 2.0]


def test_a_formula_reads_as_in_the_clause() -> None:
    formula = Formula((("h", 0.5), ("m", 30)))
    assert (str(formula), formula.value(50), formula.value(72)) == ("max(0.5H, 30)", 30, 36)
