"""Shadows against closed forms worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from hezhu.engines.review.sunlight import shading
from hezhu.engines.review.sunlight.shading import sunny
from hezhu.engines.review.sunlight.solids import NeighboursInvalid, Prism, prism_triangles, read_neighbours
from hezhu.engines.review.sunlight.study import turned
from hezhu.engines.review.sunlight.sun import sun_path

PATH = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (480, 960))
SOUTH = np.array([[0.0, -1.0, 0.0]])


def box(west: float, south: float, east: float, north: float, top: float, base: float = 0.0) -> np.ndarray:
    return prism_triangles([Prism("", ((west, south), (east, south), (east, north), (west, north)), base, top)])


@pytest.mark.parametrize("half_width", [5.0, 20.0, 2000.0])
@pytest.mark.parametrize("height", [10.0, 20.0, 40.0])
def test_a_thin_wall_due_south_shades_while_the_sun_is_behind_it(half_width: float, height: float) -> None:
    """Wall of height h at distance d: shaded while tan(altitude)·d / cos(A) < h and |tan A| < w / d, A from south."""
    distance = 20.0
    wall = box(-half_width, -distance - 1e-6, half_width, -distance, height)
    lit = sunny(np.zeros((1, 3)), SOUTH, wall, PATH.directions)[0]
    east, north, up = PATH.directions.T
    reach = distance / -north
    by_hand = ~((np.abs(east) * reach < half_width) & (up * reach < height))
    assert lit.tolist() == by_hand.tolist()


def test_the_moment_the_shadow_leaves_at_noon() -> None:
    """At noon the shadow of a wall 30 m off reaches 30·tan(90° − φ + δ) = 30·tan 39.12° = 24.40 m."""
    noon = PATH.directions[np.argmin(np.abs(PATH.directions[:, 0]))][None]
    slope = float(noon[0, 2] / -noon[0, 1])
    assert 30 * slope == pytest.approx(24.40, abs=0.01)
    for change, expected in ((0.01, False), (-0.01, True)):
        wall = box(-50, -31, 50, -30, 30 * slope + change)
        assert sunny(np.zeros((1, 3)), SOUTH, wall, noon).tolist() == [[expected]]


def test_a_bridge_shades_only_between_its_underside_and_its_top() -> None:
    _, north, up = PATH.directions.T
    bridge = box(-5000, -40.0, 5000, -30.0, 30.0, base=20.0)
    lit = sunny(np.zeros((1, 3)), SOUTH, bridge, PATH.directions)[0]
    enters, leaves = 30 / -north * up, 40 / -north * up
    assert lit.tolist() == ((leaves < 20) | (enters > 30)).tolist()
    assert 0 < lit.sum() < len(lit)


def test_a_wall_to_the_north_and_a_sun_from_behind() -> None:
    points = np.zeros((2, 3))
    outward = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]])
    lit = sunny(points, outward, box(-50, 10, 50, 11, 90), PATH.directions)
    assert lit[0].all()
    assert lit[1].tolist() == (PATH.directions[:, 0] > 1e-9).tolist()
    assert lit[1].sum() == 240


def test_a_roof_overhead_shades_what_stands_under_it() -> None:
    roof = box(-1000, -1000, 1000, 1000, 6.0, base=5.0)
    assert not sunny(np.zeros((1, 3)), np.zeros((1, 3)), roof, PATH.directions).any()
    assert sunny(np.array([[0.0, 0.0, 6.5]]), np.zeros((1, 3)), roof, PATH.directions).all()


def test_culling_never_changes_the_answer() -> None:
    """Against the plain test of every line and every triangle."""
    random = np.random.default_rng(7)
    triangles = random.uniform([-60, -60, 0], [60, 60, 50], (80, 1, 3)) + random.uniform(-12, 12, (80, 3, 3))
    points = random.uniform([-40, -40, 0], [40, 40, 15], (40, 3))
    lit = sunny(points, np.zeros((40, 3)), triangles, PATH.directions[::4])
    assert lit.tolist() == plain(points, triangles, PATH.directions[::4]).tolist()
    assert 0.2 < lit.mean() < 0.9


def plain(points: np.ndarray, triangles: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Möller and Trumbore, no culling."""
    lit = np.ones((len(points), len(directions)), bool)
    for a, b, c in triangles:
        for i, point in enumerate(points):
            h = np.cross(directions, c - a)
            det = h @ (b - a)
            u = h @ (point - a) / det
            q = np.cross(point - a, b - a)
            v = directions @ q / det
            lit[i] &= ~((u >= 0) & (v >= 0) & (u + v <= 1) & ((c - a) @ q / det > 0))
    return lit


@pytest.mark.parametrize(("date", "band"), [(dt.date(2026, 1, 20), (480, 960)), (dt.date(2026, 12, 22), (540, 900))])
@pytest.mark.parametrize("north", [0.0, 37.0])
def test_the_closed_form_gives_the_answer_of_testing_every_line(
    date: dt.date, band: tuple[float, float], north: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Balconies, wings, a bridge and slivers; the same points and triangles with the closed form switched off."""
    random = np.random.default_rng(11)
    blocks = [box(x, y, x + 14, y + 9, z, base) for x, y, z, base in random.uniform([-80, -90, 6, -1], [70, 30, 50, 5], (12, 4))]
    slivers = random.uniform([-30, -60, 0], [30, -10, 40], (40, 1, 3)) + random.uniform(-0.004, 0.004, (40, 3, 3)) * [1, 1, 900]
    triangles = np.concatenate([*blocks, slivers])
    points = random.uniform([-60, -60, 0], [60, 40, 20], (60, 3))
    outward = np.array([[0.0, -1.0, 0.0], [0.6, -0.8, 0.0], [0.0, 0.0, 0.0]])[random.integers(0, 3, 60)]
    directions = turned(sun_path(date, 30.75, 120.75, band).directions, north)
    lit = sunny(points, outward, triangles, directions)
    monkeypatch.setattr(shading, "_circle", lambda directions: None)
    assert lit.tolist() == sunny(points, outward, triangles, directions).tolist()
    assert 0.1 < lit.mean() < 0.9


def test_the_circle_is_found_and_a_path_that_is_none_is_not() -> None:
    circle = shading._circle(PATH.directions)
    assert circle is not None
    assert abs(float(np.degrees(np.arctan(circle.low - circle.high)))) < 0.1
    assert shading._circle(PATH.directions[:5]) is None
    assert shading._circle(np.concatenate([PATH.directions, PATH.directions[:3]])) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "buildings"),
        ('{"buildings": [{"outline": [[0, 0], [1, 0]], "base": 0, "top": 3}]}', "第 1 栋：outline"),
        ('{"buildings": [{"outline": [[0, 0], [1, 1], [1, 0], [0, 1]], "base": 0, "top": 3}]}', "自相交"),
        ('{"buildings": [{"outline": [[0, 0], [1, 0], [1, 1]], "base": 3, "top": 3}]}', "应高于 base"),
        ('{"buildings": [{"outline": [[0, 0], [1, 0], [1, "x"]], "base": 0, "top": 3}]}', "应是数字"),
        ("{", "JSON"),
    ],
)
def test_a_wrong_neighbours_file_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "near.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NeighboursInvalid, match=message):
        read_neighbours(path)


def test_neighbours_are_read(tmp_path: Path) -> None:
    path = tmp_path / "near.json"
    path.write_text(json.dumps({"buildings": [{"name": "2号楼", "outline": [[0, 0], [9, 0], [9, 5]], "base": 0, "top": 54}]}))
    assert read_neighbours(path) == (Prism("2号楼", ((0.0, 0.0), (9.0, 0.0), (9.0, 5.0)), 0.0, 54.0),)
