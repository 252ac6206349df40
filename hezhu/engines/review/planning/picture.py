"""The site as a drawing (SVG): what was read from the model, and every measured line of what fails or needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.planning.plan import SitePlan
from hezhu.engines.review.planning.run import PlanningReview
from hezhu.engines.review.reports.words import measured_text, required_text

_WIDTH = 960.0
_MARGIN_M = 30.0
_FILLS = {
    "road": "#d9d9d6", "road_elevated": "#c9c9c6", "road_ramp": "#d0d0cc", "river": "#cfe3ee", "river_trunk": "#bcd8e8",
    "green": "#cfe3b8", "public_green": "#b9d79a", "parking_access": "#e6d9bf", "internal_road": "#ecebe6",
}  # fmt: skip
_STROKES = {Verdict.FAIL: "#b3261e", Verdict.MANUAL: "#a66a00"}
_PLACED = ("line", "polyline")


def write_picture(review: PlanningReview, path: Path | str) -> Path:
    """Writes the drawing and returns its path."""
    target = Path(path)
    target.write_text("".join(_drawing(review)), encoding="utf-8")
    return target


def _drawing(review: PlanningReview) -> Iterator[str]:
    plan = review.plan
    shapes = [building.outline for building in plan.project] + ([plan.boundary] if plan.boundary is not None else [])
    x0, y0, x1, y1 = shapely.total_bounds(shapes) if shapes else (0.0, 0.0, 1.0, 1.0)
    if not shapes or not x1 > x0:
        x0, y0, x1, y1 = 0.0, 0.0, 1.0, 1.0
    x0, y0, x1, y1 = x0 - _MARGIN_M, y0 - _MARGIN_M, x1 + _MARGIN_M, y1 + _MARGIN_M
    height = _WIDTH * (y1 - y0) / (x1 - x0)
    unit = (x1 - x0) / _WIDTH
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" font-family="sans-serif" font-size="13">'
    yield f"<title>{escape(plan.name)}</title>"
    yield f'<rect width="{_WIDTH:.0f}" height="{height:.0f}" fill="#fbfaf7"/>'
    yield f'<g transform="scale({1 / unit:.6f} {-1 / unit:.6f}) translate({-x0:.3f} {-y1:.3f})" stroke-width="{unit:.4f}">'
    yield from _ground(plan, unit)
    shown = [finding for finding in review.findings if finding.verdict in _STROKES and finding.shape is not None]
    for finding in sorted(shown, key=lambda finding: finding.verdict is Verdict.FAIL):
        yield _proof(finding, unit)
    yield "</g>"
    yield from _names(plan, shown, x0, y1, unit)
    yield "</svg>\n"


def _ground(plan: SitePlan, unit: float) -> Iterator[str]:
    for feature in plan.features:
        if feature.role in _FILLS:
            yield _shape(feature.shape, f'fill="{_FILLS[feature.role]}" stroke="none"')
    for feature in plan.of_role("parking"):
        yield _shape(feature.shape, f'fill="none" stroke="#c7c3b6" stroke-width="{0.4 * unit:.4f}"')
    if plan.boundary is not None:
        yield _shape(plan.boundary, f'fill="none" stroke="#b3261e" stroke-dasharray="{8 * unit:.3f} {4 * unit:.3f}"')
    for building in plan.buildings:
        if not building.underground.is_empty:
            yield _shape(building.underground, f'fill="none" stroke="#8a877d" stroke-dasharray="{3 * unit:.3f}"')
    for building in plan.buildings:
        fill = "#e4e1d8" if building.existing else "#bfc9d6"
        yield _shape(building.outline, f'fill="{fill}" stroke="#3b4a5a"')


def _shape(shape: BaseGeometry, style: str) -> str:
    parts = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        closed = "Z" if part.geom_type == "Polygon" else ""
        parts += ["M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in shapely.get_coordinates(ring)) + closed for ring in rings]
    return f'<path d="{"".join(parts)}" {style}/>' if parts else ""


def _proof(finding: Finding, unit: float) -> str:
    assert finding.shape is not None
    points = [f"{x:.2f} {y:.2f}" for x, y, _ in finding.shape.points]
    closed = "Z" if finding.shape.kind == "polygon" else ""
    colour = _STROKES[finding.verdict]
    return f'<path d="M{"L".join(points)}{closed}" fill="none" stroke="{colour}" stroke-width="{2.5 * unit:.4f}"/>'


def _names(plan: SitePlan, shown: Iterable[Finding], x0: float, y1: float, unit: float) -> Iterator[str]:
    for building in plan.buildings:
        if not building.outline.is_empty:
            place = building.outline.representative_point()
            height = "" if building.height_m is None else f" {building.height_m:.1f} m"
            yield _text((place.x - x0) / unit, (y1 - place.y) / unit, f"{building.name}{height}", "#24313f")
    for finding in shown:
        if finding.verdict is Verdict.FAIL and finding.shape is not None and finding.shape.kind in _PLACED:
            x, y = (sum(point[axis] for point in finding.shape.points) / len(finding.shape.points) for axis in (0, 1))
            words = f"{measured_text(finding.measured)}（{required_text(finding.required)}）"
            across = (x - x0) / unit
            anchor, shift = ("start", 6) if across < _WIDTH * 0.7 else ("end", -6)
            yield _text(across + shift, (y1 - y) / unit - 3, words, _STROKES[Verdict.FAIL], anchor)


def _text(x: float, y: float, words: str, colour: str, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" stroke="#fbfaf7" stroke-width="3" '
        f'paint-order="stroke">{escape(words)}</text>'
    )
