"""A site of 30 high-rise buildings with 5,000 windows, one-minute steps of 大寒日: the sunlight study against the plain test.

``make bench-sun``. Our side is the whole study of the site. The other side is the textbook test, every line to the sun against
every triangle (Möller and Trumbore, vectorised over the steps), on a share of the windows and scaled up; both give the same
answer on that share, which is asserted. Ends with ratio = plain / ours; the budget is 20 s.
"""

from __future__ import annotations

import datetime as dt
import time

import numpy as np

from hezhu.engines.review.sunlight.criteria import load_sun_pack
from hezhu.engines.review.sunlight.openings import Opening
from hezhu.engines.review.sunlight.shading import sunny
from hezhu.engines.review.sunlight.solids import Prism, prism_triangles
from hezhu.engines.review.sunlight.study import window_sun
from hezhu.engines.review.sunlight.sun import sun_path

BUDGET_S = 20.0
SHARE = 20
ROWS, COLUMNS, WINDOWS = 5, 6, 5000
WIDTH, DEPTH, HEIGHT = 30.0, 14.0, 78.0


def site() -> tuple[list[Prism], list[Opening]]:
    """26-storey slabs, 40 m apart, with windows of 1.8 m on their south faces."""
    prisms, openings = [], []
    for row in range(ROWS):
        for column in range(COLUMNS):
            west, south = column * 50.0 + 7.0 * (row % 2), row * 54.0
            ring = ((west, south), (west + WIDTH, south), (west + WIDTH, south + DEPTH), (west, south + DEPTH))
            prisms.append(Prism(f"{row + 1}-{column + 1}", ring, 0.0, HEIGHT))
            openings += [window(west, south, number) for number in range(WINDOWS // (ROWS * COLUMNS) + 1)]
    return prisms, openings[:WINDOWS]


def window(west: float, south: float, number: int) -> Opening:
    storey, place = divmod(number, 7)
    x = west + 1.0 + place * 4.0 + np.linspace(0, 1.8, 7)
    points = np.column_stack([x, np.full(7, south - 0.01), np.full(7, storey * 3.0 + 0.9)])
    return Opening(None, None, points, np.array([0.0, -1.0, 0.0]), 1.8)  # type: ignore[arg-type]


def plain(points: np.ndarray, triangles: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Every point and triangle, all steps at once, nothing left out beforehand."""
    lit = np.ones((len(points), len(directions)), bool)
    a, b, c = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    h = np.cross(directions[:, None], c[None])
    det = np.einsum("tmd,md->tm", h, b)
    with np.errstate(divide="ignore", invalid="ignore"):
        for index, point in enumerate(points):
            from_a = point - a
            u = np.einsum("tmd,md->tm", h, from_a) / det
            q = np.cross(from_a, b)
            v = directions @ q.T / det
            t = np.einsum("md,md->m", c, q) / det
            lit[index] = ~((u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0)).any(axis=1)
    return lit


def main() -> None:
    rules = load_sun_pack().calculation
    prisms, openings = site()
    path = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (480, 960), rules.step_minutes)
    started = time.perf_counter()
    triangles = prism_triangles(prisms)
    windows = window_sun(openings, triangles, path, 0.0, rules)
    ours = time.perf_counter() - started
    hours = np.array([window.hours for window in windows])
    print(
        f"{len(prisms)} buildings, {len(windows)} windows, {sum(len(o.points) for o in openings)} points, {len(path.minutes)} steps"
    )
    print(f"hours: median {np.median(hours):.2f}, below 3 h: {(hours < 3).sum()}")
    # windows spread over the site; the plain side is charged for as many points as ours
    chosen = openings[:: len(openings) // SHARE]
    points = np.concatenate([opening.points for opening in chosen])
    outward = np.repeat([[0.0, -1.0, 0.0]], len(points), axis=0)
    started = time.perf_counter()
    theirs = plain(points, triangles, path.directions)
    scaled = (time.perf_counter() - started) * sum(len(o.points) for o in openings) / len(points)
    front = outward @ path.directions.T > 1e-9
    assert np.array_equal(theirs & front, sunny(points, outward, triangles, path.directions))
    print(f"ours {ours:.2f} s (budget {BUDGET_S:g} s), plain {scaled:.1f} s (measured on {len(points)} points, scaled)")
    print(f"ratio={scaled / ours:.1f}")


if __name__ == "__main__":
    main()
