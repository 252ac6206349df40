"""Penetration depth and gap on built cases, and against an independent calculation by planes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from hezhu.engines.ifc.geometry.mesh import Mesh
from hezhu.engines.review.clash.overlap import gap, overlap
from hezhu.engines.review.clash.solid import Solid

FACES = np.array(
    [[0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7], [0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7]]
)  # fmt: skip
Box = tuple[float, float, float, float, float, float]
WALL: Box = (0, 0, 0, 4, 0.2, 3)


def corners(box: Box) -> np.ndarray:
    x0, y0, z0, x1, y1, z1 = box
    return np.array(
        [[x0, y0, z0], [x1, y0, z0], [x1, y1, z0], [x0, y1, z0], [x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]], float
    )


def solid(*boxes: Box, turn: np.ndarray | None = None, move: np.ndarray | None = None) -> Solid:
    """Boxes as one solid, turned about the origin, then moved."""
    points = np.concatenate([corners(box) for box in boxes])
    points = points if turn is None else points @ turn.T
    points = points if move is None else points + move
    return Solid(Mesh(points, np.concatenate([FACES + 8 * n for n in range(len(boxes))])))


@pytest.mark.parametrize(
    ("box", "depth"),
    [
        ((1, 0.199, 1, 1.3, 2, 1.3), 0.001),
        ((1, 0.1, 1, 1.3, 2, 1.3), 0.1),
        ((1, 0.2, 1, 1.3, 2, 1.3), 0.0),
        ((1, 0.05, 1, 1.3, 0.15, 1.3), 0.1),
        ((1, -1, 1, 1.05, 2, 1.3), 0.05),
        ((-1, 0.15, 1, 5, 2, 1.3), 0.05),
        ((3.97, 0.1, 2.8, 5, 5, 5), 0.03),
        ((2, 0, 0, 6, 0.2, 3), 0.2),
        (WALL, 0.2),
    ],
    ids=["1 mm", "10 cm", "touching", "contained", "through", "along a face", "corner", "in line", "same"],
)
@pytest.mark.parametrize("angle", [0.0, 0.3, 1.1])
def test_depth_of_boxes(box: Box, depth: float, angle: float) -> None:
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    move = np.array([512.3, -77.1, 12.0])
    first, second = solid(WALL, turn=turn, move=move), solid(box, turn=turn, move=move)
    for found in (overlap(first, second), overlap(second, first)):
        assert found is not None
        assert found.depth_m == pytest.approx(depth, abs=1e-6)
        assert found.exact


def test_apart_is_no_overlap() -> None:
    assert overlap(solid(WALL), solid((1, 0.201, 1, 1.3, 2, 1.3))) is None
    assert overlap(solid(WALL), solid((9, 9, 9, 10, 10, 10))) is None


def test_two_places_of_a_forked_element_are_not_one_deep_overlap() -> None:
    """A fork reaches 5 mm and 20 mm into the wall: the deeper place counts, not the space between them."""
    fork = solid((1, 0.195, 1, 1.1, 1, 1.1), (2, 0.18, 1, 2.1, 1, 1.1), (1, 1, 1, 2.1, 1.1, 1.1))
    found = overlap(solid(WALL), fork)
    assert found is not None
    assert found.depth_m == pytest.approx(0.02, abs=1e-6)


def test_a_thin_overlap_round_a_corner_stays_thin() -> None:
    """An L of two boxes meets the inside of an angle 2 mm deep along both legs."""
    angle = solid((0, 0, 0, 4, 0.2, 3), (0, 0, 0, 0.2, 4, 3))
    block = solid((0.198, 0.198, 1, 2, 2, 2))
    found = overlap(angle, block)
    assert found is not None
    assert found.depth_m == pytest.approx(0.002, abs=1e-4)


def by_planes(first: Box, turn: np.ndarray, move: np.ndarray, second: Box) -> float:
    """Width of the intersection of two boxes from their twelve planes: every corner is where three planes meet."""
    normals, offsets = [], []
    for box, matrix, shift in ((first, turn, move), (second, np.eye(3), np.zeros(3))):
        for axis in range(3):
            for sign in (1.0, -1.0):
                normal = matrix[:, axis] * sign
                limit = box[axis + 3] if sign > 0 else -box[axis]
                normals.append(normal)
                offsets.append(limit + normal @ shift)
    planes, limits = np.array(normals), np.array(offsets)
    points = []
    for rows in itertools.combinations(range(12), 3):
        if abs(np.linalg.det(planes[list(rows)])) > 1e-9:
            point = np.linalg.solve(planes[list(rows)], limits[list(rows)])
            if (planes @ point <= limits + 1e-9).all():
                points.append(point)
    if not points:
        return -1.0
    cloud = np.array(points)
    edges = [*planes, *(np.cross(a, b) for a, b in itertools.combinations(planes, 2))]
    ways = [*planes, *(np.cross(a, b) for a, b in itertools.combinations(edges, 2))]
    units = np.array([way / np.linalg.norm(way) for way in ways if np.linalg.norm(way) > 1e-6])
    return float(np.ptp(cloud @ units.T, axis=0).min())


@pytest.mark.parametrize("seed", range(40))
def test_turned_boxes_agree_with_their_planes(seed: int) -> None:
    random = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    turn = turn * np.sign(np.linalg.det(turn))
    move = random.uniform(-0.8, 0.8, 3)
    first: Box = (-0.5, -0.3, -0.2, 0.5, 0.3, 0.2)
    second: Box = (-0.4, -0.6, -0.1, 0.4, 0.6, 0.1)
    expected = by_planes(first, turn, move, second)
    found = overlap(solid(first, turn=turn, move=move), solid(second))
    if expected < 0:
        assert found is None
    else:
        assert found is not None
        assert found.depth_m == pytest.approx(expected, abs=2e-4)


def test_gaps() -> None:
    wall = solid(WALL)
    near = gap(wall, solid((1, 0.23, 1, 1.3, 2, 1.3)), 0.05)
    assert near is not None
    assert near.distance_m == pytest.approx(0.03)
    assert gap(wall, solid((1, 0.25, 1, 1.3, 2, 1.3)), 0.05) is None


def test_the_gap_of_crossing_edges() -> None:
    """Two square bars turned on edge and crossing: the nearest points lie in the middle of two edges."""
    half = 0.1 / 2**0.5
    bar = np.array([[0, half], [half, 0], [0, -half], [-half, 0]])
    along_x = np.array([[x, y, z] for x in (-1.0, 1.0) for y, z in bar])
    along_y = np.array([[x, y, z + 2 * half + 0.02] for y in (-1.0, 1.0) for x, z in bar])
    faces = np.array(
        [[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7], [0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7]]
    )  # fmt: skip
    first, second = Solid(Mesh(along_x, faces)), Solid(Mesh(along_y, faces))
    found = gap(first, second, 0.05)
    assert found is not None
    assert found.distance_m == pytest.approx(0.02)
