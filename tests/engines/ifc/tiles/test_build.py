"""The tiles of a model, read back by a reader of our own from the specifications."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from hezhu.engines import ifc
from hezhu.engines.ifc import tiles
from hezhu.engines.ifc.geometry import mesh
from hezhu.engines.ifc.tiles import Placement, TilesRefused, transform
from hezhu.engines.ifc.tiles.command import main
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.ifc.test_hostile import killing
from tests.engines.ifc.tiles.reading import contents, read_glb, tiles_of

HERE = Placement(571_700.0, 3_401_200.0, 4.2, crs="EPSG:4549", anomaly_m=10.5)


@pytest.fixture
def drawing() -> Drawing:
    """Two storeys of 3 m: slabs of 8 × 6 m, a wall, a door leaf of 2.3 m and a fitting of 0.2 m on each."""
    made = Drawing()
    for number, name in enumerate(("1F", "2F")):
        z = 3.0 * number
        made.storey(name, z)
        made.slab(name, rectangle(0, 0, 8, 6), z, Name=f"楼板{number + 1}")
        made.element("IfcWall", name, [made.box(0, 0, z, 8, 0.2, z + 3)], Name=f"外墙 {name}")
        made.element("IfcDoor", name, [made.box(2, 3, z, 2.9, 3.05, z + 2.1)], Name="M1")
        made.element("IfcFlowTerminal", name, [made.box(5, 5, z, 5.2, 5.1, z + 0.1)], Name="")
    return made


def build(model: ifc.Model, folder: Path, **options: object) -> tiles.Built:
    folder.mkdir(parents=True)
    return tiles.build(model, folder, **{"placement": HERE, **options})  # type: ignore[arg-type]


def test_every_element_comes_back_with_its_name_and_shape(drawing: Drawing, tmp_path: Path) -> None:
    model = drawing.read(tmp_path)
    built = build(model, tmp_path / "out", discipline="architecture")
    found = {}
    for name, content in contents(tmp_path / "out").items():
        if name != "building.glb":
            found |= {feature["globalId"]: (feature, content.of(feature["globalId"])) for feature in content.features}
    assert set(found) == {element.global_id for element in model.elements}
    assert (built.elements, built.without_shape, built.triangles) == (8, 0, 8 * 12 + 2 * 12)
    origin = np.array(built.tileset["asset"]["extras"]["origin"])
    for element in model.elements:
        feature, triangles = found[element.global_id]
        assert feature["ifcClass"] == element.ifc_class
        assert (feature["name"], feature["storey"]) == (element.name, element.storey.name)
        assert feature["discipline"] == "architecture"
        assert len(triangles) == 12
        expected = mesh.load(model, [element])[element.step_id]
        corners = triangles.reshape(-1, 3) + origin
        assert corners.min(axis=0) == pytest.approx(expected.low, abs=0.001)
        assert corners.max(axis=0) == pytest.approx(expected.high, abs=0.001)


def test_triangles_still_look_outwards(drawing: Drawing, tmp_path: Path) -> None:
    model = drawing.read(tmp_path)
    build(model, tmp_path / "out")
    slab = next(element for element in model.elements if element.name == "楼板1")
    for content in contents(tmp_path / "out").values():
        if slab.global_id in [feature["globalId"] for feature in content.features]:
            a, b, c = (content.of(slab.global_id)[:, corner] for corner in range(3))
            assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6 == pytest.approx(8 * 6 * 0.12, rel=0.01)


def test_tree_from_the_building_to_what_is_small(drawing: Drawing, tmp_path: Path) -> None:
    built = build(drawing.read(tmp_path), tmp_path / "out")
    root = built.tileset["root"]
    assert (root["refine"], root["content"]["uri"]) == ("REPLACE", "building.glb")
    assert [(child["extras"]["storey"], child["refine"]) for child in root["children"]] == [("1F", "ADD"), ("2F", "ADD")]
    (small,) = root["children"][0]["children"]
    assert "children" not in small
    # The fitting is 0.2 × 0.1 × 0.1 m: not showing it is an error of its diagonal.
    assert root["children"][0]["geometricError"] == pytest.approx(0.245, abs=0.001)
    assert small["geometricError"] == 0
    for parent in tiles_of(root):
        for child in parent.get("children", []):
            assert child["geometricError"] <= parent["geometricError"]
            assert _holds(parent, child)


def _holds(parent: dict, child: dict) -> bool:
    outer, inner = (np.array(tile["boundingVolume"]["box"]).reshape(4, 3) for tile in (parent, child))
    gap = np.abs(inner[0] - outer[0]) + inner[1:].sum(axis=0) - outer[1:].sum(axis=0)
    return bool((gap < 1e-3).all())


def test_the_building_from_afar_is_a_prism_for_each_storey(drawing: Drawing, tmp_path: Path) -> None:
    build(drawing.read(tmp_path), tmp_path / "out")
    coarse = read_glb(tmp_path / "out" / "building.glb")
    assert [(f["ifcClass"], f["name"]) for f in coarse.features] == [("IfcBuildingStorey", "1F"), ("IfcBuildingStorey", "2F")]
    assert len(coarse.triangles) == 24
    extent = np.ptp(coarse.triangles.reshape(-1, 3), axis=0)
    assert extent == pytest.approx([8, 6, 6.12], abs=0.001)


def test_the_transform_is_that_of_the_placement_at_the_origin_of_the_tiles(drawing: Drawing, tmp_path: Path) -> None:
    turned = Placement(571_700.0, 3_401_200.0, 4.2, 30.0, crs="EPSG:4549")
    built = build(drawing.read(tmp_path), tmp_path / "out", placement=turned)
    origin = np.array(built.tileset["asset"]["extras"]["origin"])
    matrix = np.array(built.tileset["root"]["transform"]).reshape(4, 4).T
    assert matrix == pytest.approx(transform(turned, origin))
    assert built.tileset["asset"]["extras"]["placement"]["heightDatum"].startswith("未声明")
    assert "高程异常" in built.notes[0]


def test_the_same_model_gives_the_same_bytes(drawing: Drawing, tmp_path: Path) -> None:
    for name in ("a", "b"):
        build(drawing.read(tmp_path), tmp_path / name)
    sums = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / name).iterdir()} for name in ("a", "b")
    ]
    assert sums[0] == sums[1]
    assert len(sums[0]) == 6


def test_a_model_drawn_at_map_coordinates_keeps_its_millimetres(tmp_path: Path) -> None:
    """40,571,700 m as 32-bit floats would be 4 m coarse."""
    far = Drawing()
    far.storey("1F", 0)
    x, y = 40_571_700.0, 3_401_200.0
    wall = far.element("IfcWall", "1F", [far.box(x + 0.123, y, 0, x + 4.123, y + 0.2, 3)], Name="W")
    built = build(far.read(tmp_path), tmp_path / "out", placement=Placement(0, 0, crs="EPSG:4528"))
    (content,) = [c for name, c in contents(tmp_path / "out").items() if name != "building.glb"]
    low = content.of(wall.GlobalId).reshape(-1, 3).min(axis=0) + built.tileset["asset"]["extras"]["origin"]
    assert low == pytest.approx([x + 0.123, y, 0], abs=0.0005)
    centre = np.array(built.tileset["root"]["transform"]).reshape(4, 4).T[:3, 3]
    assert np.linalg.norm(centre - transform(Placement(x, y, crs="EPSG:4528"))[:3, 3]) < 3


def test_a_model_too_wide_for_the_grid_is_kept_in_floats(drawing: Drawing, tmp_path: Path) -> None:
    drawing.element("IfcSlab", "1F", [drawing.box(500, 0, 0, 800, 300, 0.3)], Name="广场")
    build(drawing.read(tmp_path), tmp_path / "out")
    required = {name: content.document.get("extensionsRequired") for name, content in contents(tmp_path / "out").items()}
    assert required["s0000-000-000.glb"] is None
    assert required["s0001-000-000.glb"] == ["KHR_mesh_quantization"]


def test_millimetres_of_the_file_become_metres(drawing: Drawing, tmp_path: Path) -> None:
    drawing.file.by_type("IfcSIUnit")[0].Prefix = "MILLI"
    built = build(drawing.read(tmp_path), tmp_path / "out")
    assert np.subtract(built.high, built.low) == pytest.approx([0.008, 0.006, 0.00612], abs=1e-6)


def test_a_large_storey_is_cut_side_by_side(tmp_path: Path) -> None:
    wide = Drawing()
    wide.storey("1F", 0)
    for number in range(10):
        wide.slab("1F", rectangle(10 * number, 0, 10 * number + 8, 6), 0, Name=f"P{number}")
    model = wide.read(tmp_path)
    whole, cut = (build(model, tmp_path / name, most=most) for name, most in (("whole", 100), ("cut", 3)))
    assert (whole.tiles, cut.tiles) == (2, 5)
    assert cut.elements == whole.elements == 10
    names = [{f["name"] for f in c.features} for n, c in contents(tmp_path / "cut").items() if n != "building.glb"]
    assert sorted(itertools.chain.from_iterable(names)) == [f"P{number}" for number in range(10)]


def test_the_element_that_kills_the_kernel_costs_only_itself(
    drawing: Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = drawing.read(tmp_path)
    guilty = next(element.global_id for element in model.elements if element.ifc_class == "IfcWall")
    monkeypatch.setattr(mesh, "_meshes", killing(guilty))
    monkeypatch.setattr(mesh, "CAREFUL", True)
    built = build(model, tmp_path / "out")
    assert (built.elements, built.without_shape) == (7, 1)
    assert any(guilty in note and "崩溃" in note for note in built.notes)


def test_a_model_without_shapes_is_refused(tmp_path: Path) -> None:
    empty = Drawing()
    empty.storey("1F", 0)
    empty.element("IfcWall", "1F", [], Name="W")
    with pytest.raises(TilesRefused) as refusal:
        build(empty.read(tmp_path), tmp_path / "out")
    assert refusal.value.code == "no-shapes"


def test_command_writes_and_says_what_it_wrote(drawing: Drawing, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = drawing.save(tmp_path), tmp_path / "out"
    assert (
        main([str(model), "--out", str(out), "--placement", "EPSG:4549,571700,3401200,4.2", "--3tz", str(tmp_path / "m.3tz")])
        == 0
    )
    assert "5 个切片，8 个构件，120 个三角形" in capsys.readouterr().out
    assert json.loads((out / "tileset.json").read_text())["asset"]["version"] == "1.1"
    assert main([str(model), "--out", str(out), "--unplaced"]) == 0
    assert "transform" not in json.loads((out / "tileset.json").read_text())["root"]


def test_command_refuses_a_model_that_stands_nowhere(
    drawing: Drawing, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(drawing.save(tmp_path)), "--out", str(tmp_path / "out")]) == 2
    assert "--placement" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_command_leaves_a_folder_of_somebody_alone(drawing: Drawing, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    assert main([str(drawing.save(tmp_path)), "--out", str(tmp_path / "out"), "--unplaced"]) == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("content", [b"", b"ISO-10303-21;", b"%PDF-1.7"])
def test_command_refuses_what_is_no_model(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.ifc").write_bytes(content)
    assert main([str(tmp_path / "model.ifc"), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err
