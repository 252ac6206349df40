"""Two versions of a drawn model: each kind of change is found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import pytest

from hezhu.engines import ifc
from hezhu.engines.ifc.compare import Change, Comparison, Print, compare, prints
from hezhu.engines.ifc.geometry.bodies import is_extruded_with_openings
from hezhu.engines.ifc.geometry.mesh import load
from hezhu.engines.ifc.sample import write_sample
from tests.engines.ifc.drawing import Drawing, rectangle


def house(folder: Path, change: str = "") -> list[Print]:
    drawing = Drawing()
    drawing.storey("1F", 0.0)
    wall = drawing.element("IfcWall", "1F", [drawing.box(0, 0, 0, 5 + (0.002 if change == "reshape" else 0), 0.2, 3)], Name="墙1")
    column = drawing.element("IfcColumn", "1F", [drawing.box(0, 0, 0, 0.4, 0.4, 3)], Name="柱1")
    drawing.properties(wall, "Pset_WallCommon", IsExternal=change != "property")
    if change != "remove":
        drawing.room("1F", "卧室", rectangle(1, 1, 4, 4))
    if change == "move":
        column.ObjectPlacement.RelativePlacement.Location.Coordinates = (0.0, 0.25, 0.0)
    if change == "within":
        column.ObjectPlacement.RelativePlacement.Location.Coordinates = (0.0, 0.0005, 0.0)
    if change == "rename":
        column.Name = "柱2"
    if change == "new-id":
        wall.GlobalId = ifcopenshell.guid.new()
    if change == "add":
        drawing.element("IfcBeam", "1F", [drawing.box(0, 0, 3, 5, 0.2, 3.5)], Name="梁1")
    return prints(drawing.read(folder))


def changes(found: Comparison) -> list[tuple[str, tuple[Change, ...]]]:
    return [(one.name, one.changes) for one in found.differences]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("", []),
        ("within", []),
        ("reshape", [("墙1", (Change.RESHAPED,))]),
        ("move", [("柱1", (Change.MOVED,))]),
        ("property", [("墙1", (Change.PROPERTIES,))]),
        ("rename", [("柱2", (Change.RENAMED,))]),
        ("new-id", [("墙1", (Change.REPLACED_ID,))]),
        ("add", [("梁1", (Change.ADDED,))]),
        ("remove", [("卧室", (Change.REMOVED,))]),
    ],
)
def test_each_change_is_found_and_nothing_else(tmp_path: Path, change: str, expected: list[Any]) -> None:
    before, after = tmp_path / "a", tmp_path / "b"
    before.mkdir()
    after.mkdir()
    found = compare(house(before), house(after, change))
    assert changes(found) == expected
    assert found.unchanged == 3 - (change not in ("", "within", "add"))


def test_how_far_and_from_what_name_is_told(tmp_path: Path) -> None:
    before = house(tmp_path)
    (moved,) = compare(before, house(tmp_path, "move")).differences
    assert moved.distance_m == pytest.approx(0.25)
    (renamed,) = compare(before, house(tmp_path, "rename")).differences
    assert (renamed.before, renamed.name) == ("柱1", "柱2")


def test_a_shape_cut_into_other_triangles_is_the_same(tmp_path: Path) -> None:
    """A box as one prism, and as two prisms that share a face: not the same solid, but each the same as itself re-cut."""
    drawing = Drawing()
    drawing.storey("1F", 0.0)
    outline = [(0, 0), (2, 0), (4, 0), (4, 1), (0, 1)]  # an extra point on a straight side changes triangles, not the body
    drawing.element("IfcWall", "1F", [drawing.prism(outline, 0, 3)], Name="墙")
    (again,) = prints(drawing.read(tmp_path))
    plain = Drawing()
    plain.storey("1F", 0.0)
    plain.element("IfcWall", "1F", [plain.box(0, 0, 0, 4, 1, 3)], Name="墙")
    (first,) = prints(plain.read(tmp_path))
    assert first.shape == pytest.approx(again.shape, abs=1e-6)
    # A 4 × 1 × 3 box: area 38, volume 12, centre 2, 0.5, 1.5, extents 4, 1, 3.
    assert first.shape[:5] == pytest.approx((38, 12, 2, 0.5, 1.5))
    assert first.shape[-3:] == pytest.approx((4, 1, 3))


def test_a_hole_that_moved_within_a_wall_is_a_change_of_shape(tmp_path: Path) -> None:
    """Area, volume and extents stay as they were; the moments tell."""

    def wall(folder: Path, at: float) -> list[Print]:
        drawing = Drawing()
        drawing.storey("1F", 0.0)
        solids = [drawing.box(0, 0, 0, at, 0.2, 3), drawing.box(at + 1, 0, 0, 5, 0.2, 3)]
        drawing.element("IfcWall", "1F", solids, Name="墙")
        return prints(drawing.read(folder))

    assert changes(compare(wall(tmp_path, 1.0), wall(tmp_path, 1.01))) == [("墙", (Change.RESHAPED,))]


def test_prints_survive_storage(tmp_path: Path) -> None:
    before = house(tmp_path)
    assert [Print.from_row(one.as_row()) for one in before] == before


def test_the_sample_with_and_without_a_fault(tmp_path: Path) -> None:
    """The small bedroom moves one wall and changes the rooms on both of its sides; everything else stays."""
    good = prints(ifc.read(write_sample(tmp_path / "a.ifc", storeys=2)))
    bad = prints(ifc.read(write_sample(tmp_path / "b.ifc", faults=["small-bedroom"], storeys=2)))
    found = compare(good, bad)
    assert 0 < len(found.differences) < 20
    assert found.unchanged + len(found.differences) == len(good)
    assert any("卧室" in one.name and Change.RESHAPED in one.changes for one in found.differences)
    assert compare(good, good).differences == ()


def wall_with_opening(drawing: Drawing, at: float, *, clipped: bool = False) -> Any:
    """A wall 5 m long with a window hole 1 m wide; ``clipped`` takes its upper metre away by a half-space."""
    drawing.storey("1F", 0.0)
    body = drawing.box(0, 0, 0, 5, 0.2, 3)
    if clipped:
        plane = drawing.file.create_entity("IfcPlane", Position=drawing._axes((0.0, 0.0, 2.0)))
        half = drawing.file.create_entity("IfcHalfSpaceSolid", BaseSurface=plane, AgreementFlag=False)
        body = drawing.file.create_entity(
            "IfcBooleanClippingResult", Operator="DIFFERENCE", FirstOperand=body, SecondOperand=half
        )
    wall = drawing.element("IfcWall", "1F", [body], Name="墙")
    hole = drawing.element("IfcOpeningElement", "1F", [drawing.box(at, -0.1, 0.8, at + 1, 0.3, 1.8)], Name="洞")
    drawing.add("IfcRelVoidsElement", RelatingBuildingElement=wall, RelatedOpeningElement=hole)
    return wall


def test_the_quick_kernel_cuts_as_the_exact_one_does_and_is_kept_from_half_spaces(tmp_path: Path) -> None:
    for clipped, volume in ((False, 2.8), (True, 1.8)):
        drawing = Drawing()
        assert is_extruded_with_openings(wall_with_opening(drawing, 1.0, clipped=clipped)) is not clipped
        model = drawing.read(tmp_path)
        quick, exact = (load(model, model.elements, quick=quick) for quick in (True, False))
        assert [mesh.volume_m3 for mesh in quick.values()] == pytest.approx([volume], abs=2e-4)
        assert [mesh.volume_m3 for mesh in exact.values()] == pytest.approx([volume], abs=1e-9)
        assert compare(prints(model, exact), prints(model, quick)).differences == ()


def test_an_opening_moved_by_five_centimetres_is_seen_by_the_quick_kernel(tmp_path: Path) -> None:
    def wall(at: float) -> list[Print]:
        drawing = Drawing()
        wall_with_opening(drawing, at)
        return prints(drawing.read(tmp_path))

    assert changes(compare(wall(1.0), wall(1.05))) == [("墙", (Change.RESHAPED,))]


def test_the_sample_is_the_same_by_both_kernels(tmp_path: Path) -> None:
    model = ifc.read(write_sample(tmp_path / "a.ifc", storeys=2))
    elements = [*model.elements, *model.spaces]
    found = compare(prints(model, load(model, elements)), prints(model, load(model, elements, quick=True)))
    assert (found.differences, found.unchanged) == ((), len(elements))
