"""Shortest walks inside a floor, exact: the visibility graph of its polygon. Metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon

from hezhu.engines.ifc.geometry.mesh import Floats, Ints

_TOUCH_M = 0.001  # a walk may touch the walls: segments along an edge must not be lost to rounding
_STEP_IN_M = 1.0  # how far a door's middle may lie from the floor it opens to


@dataclass(frozen=True, slots=True)
class Walk:
    """The shortest way from a start to the nearest goal: its length in metres and its plan points."""

    length_m: float
    points: tuple[tuple[float, float], ...]


def shortest_walks(
    floor: Polygon | MultiPolygon, starts: Sequence[Point], goals: Sequence[Point]
) -> tuple[list[Walk | None], list[tuple[int, ...]]]:
    """For each start the shortest walk over ``floor`` to the nearest goal, None where no goal can be reached; and the
    numbers of the goals each start can reach.

    Starts and goals beside the floor (the middle of a door in its wall) are joined to the nearest place on it.
    """
    ends = [*starts, *goals]
    corners = _turning_corners(floor)
    on_floor = [shapely.shortest_line(floor, end).coords[0] for end in ends]
    nodes = np.array([*on_floor, *corners], dtype=np.float64).reshape(-1, 2)
    extra = [Point(foot).distance(end) for foot, end in zip(on_floor, ends, strict=True)]
    lengths = _visible_lengths(floor, nodes)
    goal_ids = [len(starts) + number for number in range(len(goals)) if extra[len(starts) + number] <= _STEP_IN_M]
    cost, before = _from_goals(lengths, {key: extra[key] for key in goal_ids})
    reach = _components(lengths)
    walks: list[Walk | None] = []
    reached = []
    for start, end in enumerate(starts):
        reached.append(tuple(goal - len(starts) for goal in goal_ids if reach[goal] == reach[start]))
        if not np.isfinite(cost[start]) or extra[start] > _STEP_IN_M:
            walks.append(None)
            continue
        trail, node = [(end.x, end.y)], start
        while node >= 0:
            trail.append((float(nodes[node][0]), float(nodes[node][1])))
            last, node = node, int(before[node])
        trail.append((ends[last].x, ends[last].y))
        walks.append(Walk(float(cost[start]) + extra[start], tuple(trail)))
    return walks, reached


def _turning_corners(floor: Polygon | MultiPolygon) -> list[tuple[float, float]]:
    """Corners a shortest walk may bend at: those that stick into the floor."""
    found: list[tuple[float, float]] = []
    for part in shapely.get_parts(floor):
        part = shapely.orient_polygons(part)
        for ring in (part.exterior, *part.interiors):
            points = shapely.get_coordinates(ring)[:-1]
            into, out = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
            turn = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
            found += [(float(x), float(y)) for x, y in points[turn < -1e-9]]
    return found


def _visible_lengths(floor: Polygon | MultiPolygon, nodes: Floats) -> Floats:
    """Distance matrix of the pairs that see each other, inf for the others."""
    count = len(nodes)
    lengths = np.full((count, count), np.inf)
    first, second = np.triu_indices(count, 1)
    if len(first):
        lines = shapely.linestrings(np.stack([nodes[first], nodes[second]], axis=1))
        room = floor.buffer(_TOUCH_M, join_style="mitre")
        shapely.prepare(room)
        seen = shapely.covers(room, lines)
        away = np.hypot(*(nodes[first] - nodes[second]).T)
        lengths[first[seen], second[seen]] = away[seen]
        lengths[second[seen], first[seen]] = away[seen]
    return lengths


def _from_goals(lengths: Floats, goals: dict[int, float]) -> tuple[Floats, Ints]:
    """Dijkstra from all goals at once: the cost of each node and the next node on the way to its goal (−1 at a goal)."""
    count = len(lengths)
    cost, before, settled = np.full(count, np.inf), np.full(count, -1), np.zeros(count, bool)
    for node, length in goals.items():
        cost[node] = length
    while True:
        open_cost = np.where(settled, np.inf, cost)
        node = int(open_cost.argmin()) if count else 0
        if not count or not np.isfinite(open_cost[node]):
            return cost, before
        settled[node] = True
        through = cost[node] + lengths[node]
        better = through < cost - 1e-12
        cost[better], before[better] = through[better], node


def _components(lengths: Floats) -> Ints:
    """Which nodes can reach each other: a label per node."""
    label = np.arange(len(lengths))
    joined = np.isfinite(lengths)
    while True:
        spread = np.where(joined, label[None, :], len(lengths)).min(axis=1, initial=len(lengths))
        spread = np.minimum(label, spread)
        if np.array_equal(spread, label):
            return label
        label = spread
