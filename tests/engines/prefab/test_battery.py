"""Every item of the assembly rate drawn four times: full points, none, the lower limit exactly, and a model that does not say.

The share of each item is drawn by twenty equal pieces of which so many count; the limits and points are those of the profile.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hezhu.engines.prefab import load_profile, rate
from tests.engines.ifc.drawing import rectangle
from tests.engines.prefab.drawn import Block

PIECES = 20
NAMES = ("pass", "fail", "limit", "undecidable")
PROFILES = ("gbt51129-2017", "db33t1165-2019")
Draw = Callable[[Block, int, bool], None]


def columns(block: Block, counted: int, said: bool) -> None:
    """Columns of 0.4 × 0.4 × 3 m, so many of them precast."""
    for number in range(PIECES):
        x, y = number % 5, number // 5
        one = block.element("IfcColumn", "1F", [block.box(x, y, 0, x + 0.4, y + 0.4, 3)], Name="柱")
        if said:
            block.said(one, Prefabricated=number < counted)


def slabs(block: Block, counted: int, said: bool) -> None:
    """The ceiling of an enclosed storey of 80 m² in strips of 4 m²."""
    block.enclosure("1F")
    for number in range(PIECES):
        strip = block.slab("2F", rectangle(number * 0.5, 0, number * 0.5 + 0.5, 8), 3.0)
        if said:
            block.said(strip, Prefabricated=number < counted)


def walls(statement: str, *, external: bool, bearing: bool = False, negated: bool = False) -> Draw:
    """Walls of 2 × 3 m."""

    def draw(block: Block, counted: int, said: bool) -> None:
        for number in range(PIECES):
            x, y = 3 * (number % 5), 2 * (number // 5)
            wall = block.wall("1F", (x, y, x + 2, y + 0.2), bearing=bearing, external=external)
            if said:
                block.said(wall, **{statement: (number < counted) is not negated})

    return draw


def rooms(block: Block, counted: int, said: bool) -> None:
    """Rooms of 4 m² that fill an enclosed storey of 80 m²."""
    block.enclosure("1F")
    for number in range(PIECES):
        room = block.room("1F", "办公室", rectangle(number * 0.5, 0, number * 0.5 + 0.5, 8))
        if said:
            block.said(room, DryFloor=number < counted)


def wet_rooms(name: str) -> Draw:
    """Kitchens or bathrooms of one size with the dry area that they declare."""

    def draw(block: Block, counted: int, said: bool) -> None:
        block.enclosure("1F")
        for number in range(PIECES):
            x, y = 2 * (number % 5), 2 * (number // 5)
            room = block.room("1F", name, rectangle(x, y, x + 1.5, y + 1.5))
            if said:
                block.said(room, Integrated=number < counted, DryWalls=True, DryCeiling=True, DryFloor=True)

    return draw


def pipes(*, upright: bool) -> Draw:
    """Pipes of 2 m, up or along x; those that say nothing lie in a hollow partition, where no shape can tell."""

    def draw(block: Block, counted: int, said: bool) -> None:
        block.enclosure("1F")
        if not said:
            block.wall("1F", (0.2, 3, 9.8, 3.4), bearing=False, external=False, Masonry=False)
        for number in range(PIECES):
            x, y, z = 1 + 0.3 * number, 3.05 + 0.015 * number, 0.4 + 0.1 * number
            solid = block.round(x, 3.2, 0.5, 0.016, 2.0) if upright else block.round(1.0, y, z, 0.016, 2.0, along_x=True)
            pipe = block.element("IfcPipeSegment", "1F", [solid], Name="给水管")
            if said:
                block.said(pipe, SeparatedServices=number < counted)

    return draw


def decoration(block: Block, counted: int, said: bool) -> None:
    """A building that says whether it is fully decorated."""
    block.enclosure("1F")
    if said:
        block.said(block.building, FullDecoration=counted > 0)


DRAWN: dict[str, Draw] = {
    "q1a": columns,
    "q1a-form": walls("FineFormwork", external=False, bearing=True),
    "q1b": slabs,
    "q2a": walls("Masonry", external=True, negated=True),
    "q2b": walls("IntegratedInsulationFinish", external=True),
    "q2b-board": walls("IntegratedInsulationBoard", external=True),
    "q2b-insulation": walls("IntegratedInsulation", external=True),
    "q2c": walls("Masonry", external=False, negated=True),
    "q2d": walls("IntegratedServicesFinish", external=False),
    "q2d-services": walls("IntegratedServices", external=False),
    "deco": decoration,
    "q3a": rooms,
    "q3b": wet_rooms("厨房"),
    "q3c": wet_rooms("卫生间"),
    "q3d": pipes(upright=False),
    "q3d-vertical": pipes(upright=True),
    "q3d-horizontal": pipes(upright=False),
}
# A statement of yes or no has no limit.
WITHOUT_LIMIT = {"deco": "是或否，没有比例"}
ROWS = [(profile, item.id) for profile in PROFILES for item in load_profile(profile).items]
CASES = [(*row, name) for row in ROWS for name in NAMES if not (name == "limit" and row[1] in WITHOUT_LIMIT)]


@pytest.mark.parametrize(("profile_name", "item_id", "name"), CASES)
def test_an_item_is_scored_as_drawn(tmp_path: Path, profile_name: str, item_id: str, name: str) -> None:
    profile = load_profile(profile_name)
    item = profile.item(item_id)
    assert item is not None
    at_limit = round(item.lo * PIECES) if not item.yes_no else 1
    counted = {"pass": PIECES, "fail": at_limit - 1, "limit": at_limit, "undecidable": 0}[name]
    block = Block()
    DRAWN[item_id](block, counted, name != "undecidable")
    given = block.found(tmp_path, item_id, profile=profile_name)
    scored = rate({item_id: given}, profile, "dwelling").item(item_id)
    if name == "undecidable":
        assert scored.score is None, scored.reason
        assert (scored.best, scored.is_lower_bound) == (item.score_max, True)
        assert given.missing
        return
    least = item.score_max if item.hi is None else item.score_min
    assert scored.score == {"pass": item.score_max, "fail": 0.0, "limit": least}[name], scored.reason
    if not item.yes_no:
        assert given.share == pytest.approx(counted / PIECES, abs=1e-6)
        assert given.elements, "the elements behind a figure are listed"
    assert not scored.confirmed, "no point of the tables was held against a printed standard"


def test_every_item_has_its_four_cases() -> None:
    items = {item for _, item in ROWS}
    assert items == set(DRAWN)
    have = {(profile, item, name) for profile, item, name in CASES}
    lacking = [
        (profile, item, name)
        for profile, item in ROWS
        for name in NAMES
        if (profile, item, name) not in have and not (name == "limit" and item in WITHOUT_LIMIT)
    ]
    assert lacking == []
    assert (len(ROWS), len(CASES)) == (27, 106)
