"""A site plan drawn from the model, north upwards, as SVG: what fails in red, what needs a person in amber."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from html import escape

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.planning.plan import Building, SitePlan
from hezhu.engines.review.planning.run import PlanningReview
from hezhu.engines.review.reports.words import measured_text, required_text

Floats = npt.NDArray[np.float64]
_WIDTH, _HEIGHT, _MARGIN = 960.0, 640.0, 28.0
_BESIDE_M = 20.0
_INK, _SOFT, _LINE, _RED = "#15252b", "#5f6f75", "#84938d", "#b93022"
_PROOFS = {Verdict.FAIL: _RED, Verdict.MANUAL: "#b07c00"}
_AREAS = {
    "road": "#eef0ec",
    "road_elevated": "#e3e6e1",
    "road_ramp": "#e9ece7",
    "river": "#e1eef2",
    "river_trunk": "#d3e5ec",
    "green": "#ebf3dd",
    "public_green": "#cfe0ad",
    "parking": "#f6f8f3",
    "parking_access": "#efe9da",
    "bicycle_area": "#f6f8f3",
}
# At most so many failures carry words; the table beside the drawing lists all.
_MOST_LABELS = 40


def drawing(review: PlanningReview) -> str:
    """The plan as SVG; an empty string where the site has neither a boundary nor a building with a plan."""
    plan = review.plan
    shapes = [plan.boundary, *(building.outline for building in plan.buildings)]
    there = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not there:
        return ""
    west, south, east, north = shapely.union_all(there).bounds
    sheet = _Sheet(plan, shapely.box(west - _BESIDE_M, south - _BESIDE_M, east + _BESIDE_M, north + _BESIDE_M))
    shown = [finding for finding in review.findings if finding.verdict in _PROOFS and finding.shape is not None]
    shown.sort(key=lambda finding: finding.verdict is Verdict.FAIL)
    parts = [*_ground(sheet, plan), *_buildings(sheet, plan.buildings), *_proofs(sheet, shown), *_frame(sheet)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width:.0f} {sheet.height:.0f}" '
        f'role="img" aria-label="{escape(plan.name)} 总平面" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


class _Sheet:
    """From metres of the model's axes to the sheet, turned so that true north points up."""

    def __init__(self, plan: SitePlan, seen: BaseGeometry) -> None:
        turn = math.radians(plan.north_deg)
        self._turn = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        corners = shapely.get_coordinates(seen) @ self._turn.T
        self._low, self._high = corners.min(axis=0), corners.max(axis=0)
        size = np.maximum(self._high - self._low, 1.0)
        self.scale = min((_WIDTH - 2 * _MARGIN) / size[0], (_HEIGHT - 2 * _MARGIN) / size[1])
        self.width, self.height = (size * self.scale + 2 * _MARGIN).tolist()
        self.seen = seen

    def place(self, points: Floats) -> Floats:
        """Positions on the sheet of points (n, 2 or 3)."""
        turned = points[:, :2] @ self._turn.T
        across = (turned[:, 0] - self._low[0]) * self.scale + _MARGIN
        down = (self._high[1] - turned[:, 1]) * self.scale + _MARGIN
        return np.stack([across, down], axis=1)

    def path(self, shape: BaseGeometry) -> str:
        """Path data of polygons with their holes, and of lines."""
        found = []
        for part in getattr(shape, "geoms", [shape]):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for ring in rings:
                spots = self.place(shapely.get_coordinates(ring))
                found.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in spots) + ("Z" if part.geom_type == "Polygon" else ""))
        return "".join(found)


def _ground(sheet: _Sheet, plan: SitePlan) -> Iterator[str]:
    """Areas, lines with their names, and the boundary."""
    for feature in plan.features:
        shape = feature.shape.intersection(sheet.seen) if feature.shape.is_valid else feature.shape
        if shape.is_empty or shape.geom_type in ("Point", "MultiPoint"):
            continue
        if shape.area > 0:
            yield f'<path d="{sheet.path(shape)}" fill="{_AREAS.get(feature.role, "none")}" stroke="{_LINE}" stroke-width="0.6"/>'
            continue
        yield f'<path d="{sheet.path(shape)}" fill="none" stroke="{_LINE}" stroke-width="1" stroke-dasharray="8 3 2 3"/>'
        yield _text(sheet, shapely.get_coordinates(shape.interpolate(0.5, normalized=True)), feature.name, _SOFT)
    if plan.boundary is not None:
        yield f'<path d="{sheet.path(plan.boundary)}" fill="none" stroke="{_RED}" stroke-width="1.6" stroke-dasharray="14 3 3 3"/>'


def _buildings(sheet: _Sheet, buildings: Iterable[Building]) -> Iterator[str]:
    """Outlines with name, storeys and height; what stands already is drawn thin."""
    for building in buildings:
        if building.outline.is_empty:
            continue
        look = 'fill="#fafbf8" stroke-width="0.8"' if building.existing else 'fill="#e1eef2" stroke-width="1.6"'
        yield f'<path d="{sheet.path(building.outline)}" {look} stroke="{_INK}"/>'
        height = "" if building.height_m is None else f" {building.height_m:.1f} m"
        middle = shapely.get_coordinates(building.outline.representative_point())
        yield _text(sheet, middle, building.name, _INK)
        yield _text(sheet, middle, f"{building.storeys}F{height}", _SOFT, down=14)


def _proofs(sheet: _Sheet, findings: list[Finding]) -> Iterator[str]:
    """Where it was measured: what fails with measured and required value, what needs a person without words."""
    labels = 0
    for finding in findings:
        if finding.shape is None:
            continue
        colour = _PROOFS[finding.verdict]
        points = np.array(finding.shape.points, dtype=np.float64)
        spots = sheet.place(points)
        data = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        named = f'data-finding="{escape(finding.key)}"'
        if finding.shape.kind == "polygon":
            yield f'<path {named} d="{data}Z" fill="{colour}" fill-opacity="0.08" stroke="{colour}" stroke-width="1.4"/>'
        elif finding.shape.kind != "point":
            yield f'<path {named} d="{data}" fill="none" stroke="{colour}" stroke-width="2"/>'
        labelled = finding.verdict is Verdict.FAIL and finding.shape.kind != "polygon" and finding.measured is not None
        if labelled and labels < _MOST_LABELS:
            labels += 1
            words = f"{measured_text(finding.measured)}（{required_text(finding.required)}）"
            yield _text(sheet, points[-1:], words, _RED, down=16)


def _frame(sheet: _Sheet) -> Iterator[str]:
    """North arrow and a scale bar of a round length."""
    length = next(step for step in (100, 50, 20, 10, 5) if step * sheet.scale < sheet.width / 3 or step == 5)
    right, bottom = sheet.width - _MARGIN, sheet.height - 12
    left = right - length * sheet.scale
    yield f'<path d="M{left:.1f},{bottom - 4:.1f}V{bottom:.1f}H{right:.1f}V{bottom - 4:.1f}" fill="none" stroke="{_INK}"/>'
    yield f'<text x="{(left + right) / 2:.1f}" y="{bottom - 5:.1f}" text-anchor="middle" fill="{_INK}">{length} m</text>'
    yield f'<path d="M{_MARGIN:.1f},46L{_MARGIN + 7:.1f},20L{_MARGIN + 14:.1f},46L{_MARGIN + 7:.1f},40Z" fill="{_INK}"/>'
    yield f'<text x="{_MARGIN + 7:.1f}" y="16" text-anchor="middle" fill="{_INK}">北</text>'


def _text(sheet: _Sheet, at: Floats, words: str, colour: str, down: float = 0.0) -> str:
    x, y = sheet.place(at)[0]
    return (
        f'<text x="{x:.1f}" y="{y + down:.1f}" text-anchor="middle" fill="{colour}" stroke="#ffffff" stroke-width="3" '
        f'paint-order="stroke">{escape(words)}</text>'
    )
