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


class Ways:
    """Shortest walks between chosen places of one floor. Its visibility graph is made once.

    Places beside the floor (the middle of a door in its wall) are joined to the nearest point on it; one that lies farther off
    than a metre is joined to nothing.
    """

    def __init__(self, floor: Polygon | MultiPolygon, places: Sequence[Point]) -> None:
        self._places = places
        on_floor = [shapely.shortest_line(floor, place).coords[0] for place in places]
        self._nodes = np.array([*on_floor, *_turning_corners(floor)], dtype=np.float64).reshape(-1, 2)
        self._extra = [Point(foot).distance(place) for foot, place in zip(on_floor, places, strict=True)]
        self._lengths = _visible_lengths(floor, self._nodes)
        self._component = _components(self._lengths)

    def joined(self, place: int) -> bool:
        """Whether the place lies at the floor."""
        return self._extra[place] <= _STEP_IN_M

    def connected(self, one: int, other: int) -> bool:
        """Whether one can walk from one place to the other."""
        return self.joined(one) and self.joined(other) and bool(self._component[one] == self._component[other])

    def lengths_to(self, goals: Sequence[int]) -> Floats:
        """Metres from every place to the nearest of the goals, inf where none can be reached."""
        cost, _ = self._search(goals)
        extra = np.where(np.array(self._extra) <= _STEP_IN_M, self._extra, np.inf)
        lengths: Floats = cost[: len(self._places)] + extra
        return lengths

    def walks_to(self, goals: Sequence[int]) -> list[Walk | None]:
        """From every place the shortest walk to the nearest of the goals, None where none can be reached."""
        cost, before = self._search(goals)
        return [self._walk(place, float(cost[place]), before) for place in range(len(self._places))]

    def _search(self, goals: Sequence[int]) -> tuple[Floats, Ints]:
        return _from_goals(self._lengths, {goal: self._extra[goal] for goal in goals if self.joined(goal)})

    def _walk(self, place: int, cost: float, before: Ints) -> Walk | None:
        if not np.isfinite(cost) or not self.joined(place):
            return None
        start = self._places[place]
        trail, node = [(start.x, start.y)], place
        while node >= 0:
            trail.append((float(self._nodes[node][0]), float(self._nodes[node][1])))
            last, node = node, int(before[node])
        trail.append((self._places[last].x, self._places[last].y))
        return Walk(cost + self._extra[place], tuple(trail))


def shortest_walks(
    floor: Polygon | MultiPolygon, starts: Sequence[Point], goals: Sequence[Point]
) -> tuple[list[Walk | None], list[tuple[int, ...]]]:
    """For each start the shortest walk over ``floor`` to the nearest goal, None where no goal can be reached; and the
    numbers of the goals each start can reach.
    """
    ways = Ways(floor, [*starts, *goals])
    goal_ids = range(len(starts), len(starts) + len(goals))
    reached = [tuple(goal - len(starts) for goal in goal_ids if ways.connected(start, goal)) for start in range(len(starts))]
    return ways.walks_to(goal_ids)[: len(starts)], reached


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
