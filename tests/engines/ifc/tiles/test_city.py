"""The tileset over many models, and the archive of one."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from hezhu.engines.ifc.tiles import Placement, archive, transform
from hezhu.engines.ifc.tiles.city import Member, city
from tests.engines.ifc.tiles.reading import tiles_of

BOX = [4.0, 3.0, 5.0, 4.0, 0, 0, 0, 3.0, 0, 0, 0, 5.0]


def member(number: int, easting: float, northing: float, rotation: float = 0.0) -> Member:
    matrix = transform(Placement(easting, northing, 4.0, rotation, crs="EPSG:4549"))
    return Member(f"/tiles/models/{number}/tileset.json", BOX, 14.2, matrix, {"name": str(number)})


def test_two_buildings_stand_where_they_are_placed() -> None:
    made = city([member(1, 571_700, 3_401_200), member(2, 571_800, 3_401_200, 30.0)])
    assert made["asset"]["version"] == "1.1"
    first, second = made["root"]["children"]
    assert [first["content"]["uri"], second["content"]["uri"]] == ["/tiles/models/1/tileset.json", "/tiles/models/2/tileset.json"]
    boxes = [np.array(child["boundingVolume"]["box"]).reshape(4, 3) for child in (first, second)]
    # Centres: (4, 3) and, turned by 30°, (4 cos − 3 sin, 4 sin + 3 cos) + (100, 0); the grid is 6 · 10⁻⁵ short of the ground here.
    apart = np.hypot(100 + 4 * np.cos(np.pi / 6) - 3 * 0.5 - 4, 4 * 0.5 + 3 * np.cos(np.pi / 6) - 3)
    assert np.linalg.norm(boxes[0][0] - boxes[1][0]) == pytest.approx(apart, rel=1e-4)
    assert np.linalg.norm(boxes[1][1:], axis=1) == pytest.approx([4, 3, 5], rel=1e-4)


def test_every_corner_of_the_city_is_inside_its_root() -> None:
    members = [member(n, 560_000 + 700 * n, 3_390_000 + 300 * (n % 7), 10.0 * n) for n in range(40)]
    root = city(members)["root"]
    leaves = [tile for tile in tiles_of(root) if "content" in tile]
    assert len(leaves) == 40
    assert max(len(tile.get("children", [])) for tile in tiles_of(root)) <= 16
    for tile in tiles_of(root):
        for child in tile.get("children", []):
            assert child["geometricError"] <= tile["geometricError"]
        for leaf in [below for below in tiles_of(tile) if "content" in below and "sphere" in tile["boundingVolume"]]:
            *centre, radius = tile["boundingVolume"]["sphere"]
            box = np.array(leaf["boundingVolume"]["box"]).reshape(4, 3)
            assert np.linalg.norm(box[0] - centre) <= radius


def test_a_city_without_models_is_still_a_tileset() -> None:
    made = city([], {"unplaced": 3})
    assert "children" not in made["root"]
    assert made["asset"]["extras"]["unplaced"] == 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiles"
    made.mkdir()
    (made / "tileset.json").write_text('{"asset":{"version":"1.1"}}')
    (made / "b.glb").write_bytes(b"glTF" + b"b" * 5000)
    (made / "a.glb").write_bytes(b"glTF" + bytes(range(256)) * 40)
    return made


def test_archive_gives_back_every_tile(folder: Path, tmp_path: Path) -> None:
    archive.pack(folder, tmp_path / "m.3tz")
    found = archive.entries(tmp_path / "m.3tz")
    assert sorted(found) == ["a.glb", "b.glb", "tileset.json"]
    for name, entry in found.items():
        content = (folder / name).read_bytes()
        assert archive.read(tmp_path / "m.3tz", entry) == content
        stream, length = archive.as_gzip(tmp_path / "m.3tz", entry)
        packed = b"".join(stream)
        assert len(packed) == length
        assert gzip.decompress(packed) == content


def test_archive_is_the_same_each_time_and_carries_its_index(folder: Path, tmp_path: Path) -> None:
    for name in ("1.3tz", "2.3tz"):
        archive.pack(folder, tmp_path / name)
    assert (tmp_path / "1.3tz").read_bytes() == (tmp_path / "2.3tz").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.3tz") as opened:
        assert opened.testzip() is None
        assert opened.namelist()[-1] == "@3dtilesIndex1@"
        assert len(opened.read("@3dtilesIndex1@")) == 3 * 24


def test_archive_with_another_tileset(folder: Path, tmp_path: Path) -> None:
    archive.pack(folder, tmp_path / "m.3tz")
    archive.repack(tmp_path / "m.3tz", tmp_path / "placed.3tz", {"asset": {"version": "1.1"}, "root": {"transform": [1]}})
    assert archive.read_tileset(tmp_path / "placed.3tz")["root"] == {"transform": [1]}
    found = archive.entries(tmp_path / "placed.3tz")
    assert archive.read(tmp_path / "placed.3tz", found["a.glb"]) == (folder / "a.glb").read_bytes()
    assert json.loads(archive.read(tmp_path / "m.3tz", archive.entries(tmp_path / "m.3tz")["tileset.json"])) == {
        "asset": {"version": "1.1"}
    }
