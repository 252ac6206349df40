"""A line drawing of a small model and of the proof of one finding, as SVG: oblique from the south-west and above."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape

import numpy as np
import numpy.typing as npt

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.ifc import Model
from hezhu.engines.ifc.geometry.mesh import Mesh, load
from hezhu.engines.review.reports.words import measured_text

Floats = npt.NDArray[np.float64]
_AZIMUTH, _ELEVATION = math.radians(-28), math.radians(40)
_WIDTH, _MARGIN, _MOST_HEIGHT = 720.0, 24.0, 460.0
_CREASE = math.cos(math.radians(25))
_MOST_TRIANGLES = 6000
_INK, _LINE, _ROOM, _ROOM_LINE = "#43545b", "#84938d", "#ebf3dd", "#8fb34f"
_PROOF = {Verdict.FAIL: "#b93022", Verdict.MANUAL: "#b07c00", Verdict.PASS: "#517d22", Verdict.NOT_APPLICABLE: "#5f6f75"}


def picture(model: Model, finding: Finding) -> str:
    """The drawing, or an empty string where the model has no shapes and the finding no proof."""
    drawn = load(model, [*model.spaces, *model.elements])
    rooms = {space.step_id: space.name for space in model.spaces}
    proof = np.array(finding.shape.points, dtype=np.float64) if finding.shape else np.zeros((0, 3))
    corners = [_shown(mesh, step_id in rooms) for step_id, mesh in drawn.items()] + [proof]
    cloud = np.concatenate(corners)
    if not len(cloud) or sum(len(mesh.faces) for mesh in drawn.values()) > _MOST_TRIANGLES:
        return ""
    sheet = _Sheet(_flat(cloud))
    parts = [*_rooms(sheet, drawn, rooms), *_bodies(sheet, drawn, rooms), *_proof(sheet, proof, finding)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {sheet.height:.0f}" width="{_WIDTH:.0f}" '
        f'font-family="sans-serif" font-size="13">\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _flat(points: Floats) -> Floats:
    """Points of the model on the drawing plane, y downwards, with their depth as third column (greater is nearer)."""
    cosine, sine = math.cos(_AZIMUTH), math.sin(_AZIMUTH)
    across = points[:, 0] * cosine - points[:, 1] * sine
    away = points[:, 0] * sine + points[:, 1] * cosine
    up = points[:, 2] * math.cos(_ELEVATION) + away * math.sin(_ELEVATION)
    near = points[:, 2] * math.sin(_ELEVATION) - away * math.cos(_ELEVATION)
    return np.stack([across, -up, near], axis=1)


def _shown(mesh: Mesh, room: bool) -> Floats:
    """The points of a body that are drawn: of a room only its floor."""
    shown: Floats = _floor(mesh).reshape(-1, 3) if room else mesh.vertices
    return shown


def _floor(mesh: Mesh) -> Floats:
    downwards: Floats = mesh.triangles[mesh.normals[:, 2] < -0.9]
    return downwards


class _Sheet:
    """The scale that brings a cloud of flat points onto the sheet."""

    def __init__(self, points: Floats) -> None:
        self._low = points[:, :2].min(axis=0)
        size = np.maximum(points[:, :2].max(axis=0) - self._low, 0.5)
        self._scale = min((_WIDTH - 2 * _MARGIN) / size[0], (_MOST_HEIGHT - 2 * _MARGIN) / size[1])
        self._left = (_WIDTH - size[0] * self._scale) / 2
        self.height = size[1] * self._scale + 2 * _MARGIN

    def place(self, points: Floats) -> Floats:
        """Positions on the sheet."""
        placed: Floats = (_flat(points)[:, :2] - self._low) * self._scale + [self._left, _MARGIN]
        return placed

    def path(self, points: Floats, closed: bool = False) -> str:
        """SVG path data through the points."""
        return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in self.place(points)) + ("Z" if closed else "")


def _rooms(sheet: _Sheet, drawn: dict[int, Mesh], rooms: dict[int, str]) -> Iterator[str]:
    """Rooms as their floors, with their names."""
    for step_id, mesh in drawn.items():
        if step_id not in rooms:
            continue
        floor = _floor(mesh)
        fill = "".join(sheet.path(triangle, closed=True) for triangle in floor)
        yield f'<path d="{fill}" fill="{_ROOM}" stroke="{_ROOM}" stroke-width="0.6"/>'
        edge = "".join(sheet.path(np.array(pair)) for pair in _outline(floor))
        yield f'<path d="{edge}" fill="none" stroke="{_ROOM_LINE}"/>'
        if len(floor):
            x, y = sheet.place(floor.reshape(-1, 3).mean(axis=0, keepdims=True))[0]
            yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{_INK}">{escape(rooms[step_id])}</text>'


def _bodies(sheet: _Sheet, drawn: dict[int, Mesh], rooms: dict[int, str]) -> Iterator[str]:
    """Building elements, the far ones first: faint faces and the edges where faces meet at an angle."""
    bodies = [mesh for step_id, mesh in drawn.items() if step_id not in rooms and len(mesh.faces)]
    for mesh in sorted(bodies, key=lambda each: float(_flat(each.vertices)[:, 2].mean())):
        faces = mesh.triangles[_towards_viewer(mesh.normals)]
        fill = "".join(sheet.path(triangle, closed=True) for triangle in faces)
        yield f'<path d="{fill}" fill="#43545b" fill-opacity="0.07"/>'
        edges = "".join(sheet.path(mesh.vertices[list(pair)]) for pair in _creases(mesh))
        yield f'<path d="{edges}" fill="none" stroke="{_LINE}" stroke-width="0.8"/>'


def _towards_viewer(normals: Floats) -> npt.NDArray[np.bool_]:
    away = normals[:, 0] * math.sin(_AZIMUTH) + normals[:, 1] * math.cos(_AZIMUTH)
    nearer: npt.NDArray[np.bool_] = normals[:, 2] * math.sin(_ELEVATION) - away * math.cos(_ELEVATION) > 1e-6
    return nearer


def _creases(mesh: Mesh) -> Iterator[tuple[int, int]]:
    """Edges between faces that do not lie in one plane, vertices at the same place taken as one."""
    _, same = np.unique(mesh.vertices.round(4), axis=0, return_inverse=True)
    sides: dict[tuple[int, int], list[int]] = defaultdict(list)
    where: dict[tuple[int, int], tuple[int, int]] = {}
    for number, face in enumerate(mesh.faces.tolist()):
        for a, b in zip(face, face[1:] + face[:1], strict=True):
            first, second = sorted((int(same.flat[a]), int(same.flat[b])))
            sides[first, second].append(number)
            where[first, second] = (a, b)
    for edge, faces in sides.items():
        if len(faces) != 2 or float(mesh.normals[faces[0]] @ mesh.normals[faces[1]]) < _CREASE:
            yield where[edge]


def _outline(triangles: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Edges that belong to one triangle only."""
    seen: dict[tuple[bytes, bytes], tuple[Floats, Floats] | None] = {}
    for triangle in triangles:
        for start, end in zip(triangle, np.roll(triangle, -1, axis=0), strict=True):
            first, second = sorted((start.round(4).tobytes(), end.round(4).tobytes()))
            seen[first, second] = None if (first, second) in seen else (start, end)
    yield from (edge for edge in seen.values() if edge is not None)


def _label(sheet: _Sheet, points: Floats, text: str, colour: str) -> Iterator[str]:
    x, y = sheet.place(points).mean(axis=0)
    if text:
        yield (
            f'<text x="{x + 8:.1f}" y="{y - 8:.1f}" fill="{colour}" font-weight="bold" stroke="#ffffff" stroke-width="3" '
            f'paint-order="stroke">{escape(text)}</text>'
        )


def _proof(sheet: _Sheet, points: Floats, finding: Finding) -> Iterable[str]:
    """What was measured, in the colour of the verdict."""
    if not len(points) or finding.shape is None:
        return
    colour = _PROOF[finding.verdict]
    kind = finding.shape.kind
    if kind == "box":
        low, high = points.min(axis=0), points.max(axis=0)
        ring = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
        rings = [np.column_stack([ring, np.full(4, level)]) for level in (low[2], high[2])]
        posts = [np.array([a, b]) for a, b in zip(*rings, strict=True)]
        data = "".join(sheet.path(each, closed=True) for each in rings) + "".join(sheet.path(post) for post in posts)
        yield f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="2"/>'
    elif kind == "point":
        x, y = sheet.place(points)[0]
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour}"/>'
    else:
        fill = f'{colour}" fill-opacity="0.18' if kind == "polygon" else "none"
        yield f'<path d="{sheet.path(points, closed=kind == "polygon")}" fill="{fill}" stroke="{colour}" stroke-width="2.5"/>'
        if kind != "polygon":
            for x, y in sheet.place(points[[0, -1]]):
                yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    yield from _label(sheet, points, measured_text(finding.measured), colour)
