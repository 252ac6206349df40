"""Plan curves of IFC products (用地红线, road lines): polylines and indexed curves, in metres of the model's axes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import ifcopenshell.util.placement
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ARC_STEP = math.radians(5)


def curves(product: Any, unit_m: float) -> list[Floats]:
    """Every curve of a product's representations, (k, 3) metres, placed. Circles and splines are left out."""
    representation = getattr(product, "Representation", None)
    if representation is None:
        return []
    placement = getattr(product, "ObjectPlacement", None)
    matrix = np.array(ifcopenshell.util.placement.get_local_placement(placement)) if placement is not None else np.eye(4)
    found = []
    for shape in representation.Representations:
        for points in _items(shape.Items):
            flat = np.column_stack([points, np.zeros(len(points))]) if points.shape[1] == 2 else points
            found.append((flat @ matrix[:3, :3].T + matrix[:3, 3]) * unit_m)
    return found


def _items(items: Any) -> Iterator[Floats]:
    for item in items:
        if item.is_a("IfcGeometricSet"):
            yield from _items(item.Elements)
        elif item.is_a("IfcAnnotationFillArea"):
            yield from _items([item.OuterBoundary])
        elif item.is_a("IfcPolyline"):
            yield np.array([point.Coordinates for point in item.Points], dtype=np.float64)
        elif item.is_a("IfcIndexedPolyCurve"):
            yield _indexed(item)
        elif item.is_a("IfcCompositeCurve"):
            parts = list(_items([segment.ParentCurve for segment in item.Segments]))
            if parts and len(parts) == len(item.Segments):
                yield np.concatenate([p if s.SameSense else p[::-1] for p, s in zip(parts, item.Segments, strict=True)])
        elif item.is_a("IfcMappedItem"):
            yield from _items(item.MappingSource.MappedRepresentation.Items)


def _indexed(curve: Any) -> Floats:
    points = np.array(curve.Points.CoordList, dtype=np.float64)
    if not curve.Segments:
        return points
    out: list[Floats] = []
    for segment in curve.Segments:
        chosen = points[np.array(segment.wrappedValue) - 1]
        out.append(_arc(*chosen) if segment.is_a("IfcArcIndex") else chosen)
    return np.concatenate(out)


def _arc(start: Floats, middle: Floats, end: Floats) -> Floats:
    """Points on the circle through three points, at most 5 degrees apart; the chord for points in line."""
    (ax, ay), (bx, by), (cx, cy) = start[:2], middle[:2], end[:2]
    turn = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    if abs(turn) < 1e-12:
        return np.array([start, middle, end])
    a2, b2, c2 = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    x = (a2 * (by - cy) + b2 * (cy - ay) + c2 * (ay - by)) / turn
    y = (a2 * (cx - bx) + b2 * (ax - cx) + c2 * (bx - ax)) / turn
    first, last = math.atan2(ay - y, ax - x), math.atan2(cy - y, cx - x)
    sweep = (last - first) % (2 * math.pi) if turn > 0 else -((first - last) % (2 * math.pi))
    count = max(2, math.ceil(abs(sweep) / _ARC_STEP) + 1)
    angles = first + np.linspace(0, sweep, count)
    radius = math.hypot(ax - x, ay - y)
    arc = np.repeat(start[None, :], count, axis=0)
    arc[:, 0], arc[:, 1] = x + radius * np.cos(angles), y + radius * np.sin(angles)
    return arc
