"""Elements modelled twice: the same class, shape and place; and GlobalIds used twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely

from hezhu.engines.ifc import Element, Model
from hezhu.engines.review.clash.bodies import Body
from hezhu.engines.review.clash.solid import Solid

_ALIKE = 0.01


def duplicates(bodies: Sequence[Body], within_m: float) -> list[list[Body]]:
    """Groups of elements of one class whose boxes agree within that distance at every side and whose shapes do so too."""
    classes: dict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        classes[body.element.ifc_class.removesuffix("StandardCase")].append(body)
    groups = []
    for alike in classes.values():
        groups += _groups(alike, within_m)
    return groups


def _groups(bodies: list[Body], within_m: float) -> list[list[Body]]:
    lows = np.array([body.solid.low for body in bodies])
    highs = np.array([body.solid.high for body in bodies])
    points = shapely.points(lows[:, :2])
    left, right = shapely.STRtree(points).query(points, predicate="dwithin", distance=within_m * 1.5)
    near = (left < right) & (np.abs(lows[left] - lows[right]).max(axis=1) <= within_m + 1e-9)
    near &= np.abs(highs[left] - highs[right]).max(axis=1) <= within_m + 1e-9
    above = list(range(len(bodies)))

    def top(number: int) -> int:
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    for a, b in zip(left[near], right[near], strict=True):
        first, second = sorted((top(int(a)), top(int(b))))
        if first != second and _same_shape(bodies[a].solid, bodies[b].solid, within_m):
            above[second] = first
    found: dict[int, list[Body]] = defaultdict(list)
    for number, body in enumerate(bodies):
        found[top(number)].append(body)
    return [group for group in found.values() if len(group) > 1]


def _same_shape(first: Solid, second: Solid, within_m: float) -> bool:
    """Whether every corner of one has a corner of the other nearby, and their surfaces are equal to 1 %."""
    size = [solid.area_m2 for solid in (first, second)]
    if abs(size[0] - size[1]) > _ALIKE * max(size):
        return False
    return _near(first.vertices, second.vertices, within_m) and _near(second.vertices, first.vertices, within_m)


def _near(points: np.ndarray, others: np.ndarray, within_m: float) -> bool:
    reach = within_m * 3**0.5 + 1e-9
    for start in range(0, len(points), 500):
        gaps = np.linalg.norm(points[start : start + 500, None] - others[None], axis=2).min(axis=1)
        if gaps.max() > reach:
            return False
    return True


def repeated_ids(models: Sequence[Model]) -> dict[str, list[tuple[int, Element]]]:
    """GlobalIds that more than one element or space carries, in one file or across files."""
    found: dict[str, list[tuple[int, Element]]] = defaultdict(list)
    for number, model in enumerate(models):
        for element in (*model.elements, *model.spaces):
            if element.global_id:
                found[element.global_id].append((number, element))
    return {key: rows for key, rows in found.items() if len(rows) > 1}
