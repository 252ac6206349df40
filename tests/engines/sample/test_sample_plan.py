"""The plan of the sample building holds together: nothing overlaps, every door joins the rooms it says."""

from itertools import combinations, pairwise

import pytest
from shapely import Polygon, box
from shapely.ops import unary_union

from hezhu.engines.ifc.sample_plan import OUTLINE, Variant, balconies, roof_slabs, rooms, slabs, walls

VARIANTS = {
    "usual": Variant(),
    "ground": Variant(ground=True),
    "narrow corridor": Variant(corridor_south=7.05),
    "small bedroom": Variant(bedroom_south=11.2, bedroom_west=8.0),
}


@pytest.fixture(params=VARIANTS)
def variant(request):
    return VARIANTS[request.param]


def _shapes(variant):
    return {room.code: Polygon(room.outline) for room in rooms(variant)}, {w.code: box(*w.rect) for w in walls(variant)}


def test_rooms_and_walls_do_not_overlap(variant):
    spaces, solid = _shapes(variant)
    overlaps = [
        (a, b)
        for (a, first), (b, second) in combinations([*spaces.items(), *solid.items()], 2)
        if first.intersection(second).area > 1e-9
    ]
    assert overlaps == []


def test_rooms_and_walls_fill_the_outline(variant):
    spaces, solid = _shapes(variant)
    covered = unary_union([*spaces.values(), *solid.values()]).intersection(box(*OUTLINE))
    gaps = box(*OUTLINE).area - covered.area
    # The narrow corridor leaves two pockets of 0.25 m × 0.15 m behind the shifted wall, and the small bedroom none.
    assert gaps == pytest.approx(0.075 if variant.corridor_south > 6.6 else 0.0, abs=0.01)


def test_every_opening_lies_in_its_wall_and_touches_the_rooms_it_joins(variant):
    spaces, _ = _shapes(variant)
    for wall in walls(variant):
        for opening in wall.openings:
            half = opening.fitting.width / 2
            x0, y0, x1, y1 = wall.rect
            if wall.along_x:
                x0, x1 = opening.at - half, opening.at + half
                assert wall.rect.x0 <= x0 < x1 <= wall.rect.x1, wall.code
            else:
                y0, y1 = opening.at - half, opening.at + half
                assert wall.rect.y0 <= y0 < y1 <= wall.rect.y1, wall.code
            way = box(x0, y0, x1, y1)
            for room in opening.rooms:
                shared = way.buffer(0.01, cap_style="square").intersection(spaces[room])
                assert shared.length > 2 * (opening.fitting.width - 0.01), (wall.code, room)


def test_openings_of_a_wall_do_not_overlap(variant):
    for wall in walls(variant):
        spans = sorted((o.at - o.fitting.width / 2, o.at + o.fitting.width / 2) for o in wall.openings)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans)), wall.code


def test_slabs_do_not_overlap_and_close_the_roof():
    fields = [box(*slab.rect) for slab in [*slabs(), *roof_slabs()]]
    assert all(a.intersection(b).area < 1e-9 for a, b in combinations(fields, 2))
    assert unary_union(fields).area == pytest.approx(box(*OUTLINE).area, abs=0.2)
    assert len(balconies()) == 4
