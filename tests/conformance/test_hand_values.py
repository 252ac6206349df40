"""Three real models measured by hand: numbers read from the records of the files (profiles, placements, attributes) and worked out
on paper, beside what the engine measures on its meshes. Metres and square metres; #n is the record in the file.
"""

from __future__ import annotations

import datetime as dt
from math import hypot
from pathlib import Path

import pytest

from hezhu.engines import ifc, review
from hezhu.engines.findings import Finding
from hezhu.engines.ifc.geometry import FlightShape
from hezhu.engines.review import ReviewContext
from hezhu.engines.review.methods.daylight import lights
from hezhu.engines.review.run import judge_clause
from hezhu.engines.review.site import Site

pytestmark = pytest.mark.outside
MM = 0.0011  # a millimetre, and what the file's own numbers are off by


def site_of(folder: Path, name: str, kind: str) -> Site:
    return Site(ifc.read(folder / "ifc" / name), review.load_pack(), ReviewContext(kind, dt.date(2026, 11, 23)))


@pytest.fixture(scope="module")
def duplex(outside_data: Path) -> Site:
    return site_of(outside_data, "duplex.ifc", "dwelling")


@pytest.fixture(scope="module")
def office(outside_data: Path) -> Site:
    return site_of(outside_data, "office_a.ifc", "public")


@pytest.fixture(scope="module")
def haus(outside_data: Path) -> Site:
    return site_of(outside_data, "fzk_haus_ifc4.ifc", "dwelling")


def area(site: Site, room: str) -> float:
    return site.geometry.spaces[space(site, room)].area_m2


def space(site: Site, name: str) -> int:
    return next(each.step_id for each in site.model.spaces if each.name == name)


def clear_width(site: Site, name: str) -> float | None:
    door = next(each for each in site.model.of_class("IfcDoor") if each.name.endswith(name))
    return site.geometry.doors[door.step_id].clear_width_m


def flights(site: Site) -> list[FlightShape]:
    return [flight for runs in site.geometry.flights.values() for flight in runs]


def daylight(site: Site, name: str, counted_from: float) -> float:
    """Area of the openings that light a room, of what lies so high above its floor."""
    room = site.by_step_id[space(site, name)]
    low = site.geometry.spaces[room.step_id].floor_z_m + counted_from
    return sum(light.area_above(low) for light in lights(room, site))


def judged(site: Site, clause: str, subject: str) -> Finding:
    row = next(each for each in site.pack.clauses if each.id == clause)
    return next(finding for finding in judge_clause(site, row) if finding.subject.name.endswith(subject))


@pytest.mark.parametrize(
    ("room", "by_hand"),
    [
        ("A102", 4.783 * 5.783),  # #59, a rectangle profile
        ("A103", 5.809 * 2.230),  # #207
        ("A104", 2.171 * 1.456),  # #350
        # #1437: from x = -1.682556 to 2.025444 and y = -1.088667 to 4.620333; with it a strip to x = -0.063556, y = -1.628667
        ("A202", (2.025444 + 1.682556) * (4.620333 + 1.088667) + (1.682556 - 0.063556) * (1.628667 - 1.088667)),
    ],
)
def test_rooms_of_the_duplex(duplex: Site, room: str, by_hand: float) -> None:
    assert area(duplex, room) == pytest.approx(by_hand, abs=0.0005)


def test_the_short_side_of_a_bathroom(duplex: Site) -> None:
    assert duplex.geometry.spaces[space(duplex, "A104")].short_side_m == pytest.approx(1.456, abs=MM)


def test_stairs_of_the_duplex(duplex: Site) -> None:
    """Two flights of 16 risers to 3.10 m; treads start every 0.25 m (#8457, #8488 …); all are extruded by 0.9144 m."""
    measured = flights(duplex)
    assert len(measured) == 2
    for flight in measured:
        assert flight.width_m == pytest.approx(0.9144, abs=MM)
        assert set(flight.goings_m) == {0.25}
        assert len(flight.risers_m) == 16
        assert flight.risers_m[1:] == pytest.approx([3.1 / 16] * 15, abs=MM)
        # the room's floor lies 0.019 above the storey: so much less is the first step
        assert flight.risers_m[0] == pytest.approx(3.1 / 16 - 0.019, abs=MM)


@pytest.mark.parametrize(
    ("door", "by_hand"),
    [
        ("146596", 2 * 0.625 - 0.051),  # #6584: the frame's inner edges at ±0.625; #6610: a leaf of 0.051
        ("150173", 2 * 0.381 - 0.051),  # #8004, #8027
        ("150378", 2 * 0.432 - 0.051),  # #8221, #8244
    ],
)
def test_doors_of_the_duplex(duplex: Site, door: str, by_hand: float) -> None:
    assert clear_width(duplex, door) == pytest.approx(by_hand, abs=MM)


def test_daylight_in_a_bedroom_of_the_duplex(duplex: Site) -> None:
    """Bedroom A203: its floor lies at 3.119 (#1213), and 0.50 m above it count begins, at 3.619.

    In the south wall #7795 is 2.800 × 2.410 from 3.200 to 5.610, and three of 0.819 × 0.759 stand above each other from 3.200,
    4.0255 and 4.851; in the east wall #22396 is 0.750 × 2.200 from 3.200.
    """
    by_hand = 2.800 * (5.610 - 3.619) + 0.819 * (3.959 - 3.619) + 2 * 0.819 * 0.759 + 0.750 * (5.400 - 3.619)
    assert daylight(duplex, "A203", 0.5) == pytest.approx(by_hand, abs=0.005)
    floor = 3.708 * 5.709 + 1.619 * 0.540
    found = judged(duplex, "gb55015-3.1.18-window-floor-ratio", "A203 Bedroom 2")
    assert found.measured is not None
    assert found.measured.value == pytest.approx(by_hand / floor, abs=0.0005)


def test_storeys_of_the_duplex(duplex: Site) -> None:
    """Elevations -1.25, 0.00, 3.10 and 6.00."""
    rises = {storey.name: duplex.rise(storey) for storey in duplex.model.storeys}
    assert rises == {"T/FDN": 1.25, "Level 1": 3.1, "Level 2": 2.9, "Roof": None}


@pytest.mark.parametrize(
    ("room", "by_hand"),
    [
        ("141", 16.048425 * 1.523825),  # #12224
        ("223", 11.1648 * 1.524),  # #11693
        ("127", 3.395501 * 3.82235),  # #11907
        ("145", 1.0 * 2.144554),  # #12316
    ],
)
def test_rooms_of_the_office(office: Site, room: str, by_hand: float) -> None:
    assert area(office, room) == pytest.approx(by_hand, abs=0.0005)


def test_a_corridor_of_the_office_is_as_wide_as_its_profile(office: Site) -> None:
    found = judged(office, "gb55031-5.3.12-corridor-width", "141 CORRIDOR")
    assert found.measured is not None
    assert found.measured.value == pytest.approx(1.523825, abs=MM)


def test_stairs_of_the_office(office: Site) -> None:
    """Two stairs of 2 × 12 risers to 4.267221 m; treads 0.28 × 1.00 m (#12387, #12319 …), landings 1.00 m deep."""
    measured = flights(office)
    assert len(measured) == 4
    for flight in measured:
        assert flight.width_m == pytest.approx(1.0, abs=MM)
        assert flight.goings_m == pytest.approx([0.28] * len(flight.goings_m), abs=MM)
        assert flight.risers_m == pytest.approx([4.267221 / 24] * 12, abs=MM)
    assert [landing.depth_m for landing in office.geometry.landings] == pytest.approx([1.0, 1.0], abs=MM)


def test_doors_and_windows_of_the_office(office: Site) -> None:
    """#12169: the frame's inner edges at ±0.4575; #11851: a leaf of 0.051. Window #866, 1.20 × 1.50, stands 0.915 above
    Level 2 at 4.267221.
    """
    assert {clear_width(office, name) for name in ("184606", "190705", "191221")} == {round(2 * 0.4575 - 0.051, 4)}
    window = office.windows[866]
    assert (window.sill_z_m, window.width_m, window.height_m) == pytest.approx((4.267221 + 0.915, 1.2, 1.5), abs=MM)


def test_storeys_of_the_office(office: Site) -> None:
    """Elevations 0.00, 4.267221 and 7.924821."""
    rises = [office.rise(storey) for storey in office.model.storeys]
    assert rises == pytest.approx([4.267221, 7.924821 - 4.267221, None], abs=1e-4)


def test_a_walk_through_the_office(office: Site) -> None:
    """From door 186000 through the corridor to the outer door #804, in sight of each other.

    The wall of door 186000 starts at x = 28.40532 and runs along -x at y = -29.9751, 0.124 thick; the door's middle is
    1.188 - 0.915 / 2 along it. The outer wall starts at x = 49.73442 and runs along -x at y = -36.16942, 0.302 thick; the door
    of 1.830 starts 23.41882 along it. Half of each wall is walked straight on, the corridor between in one line.
    """
    x_from, x_to = 28.40532 - (1.188 - 0.915 / 2), 49.73442 - (23.41882 + 1.830 / 2)
    y_from, y_to = -29.9751 - 0.124 / 2, -36.16942 + 0.302 / 2
    by_hand = 0.124 / 2 + hypot(x_from - x_to, y_from - y_to) + 0.302 / 2
    found = judged(office, "gb50016-5.5.17-travel-distance", "186000")
    assert found.measured is not None
    assert by_hand == pytest.approx(6.612, abs=0.001)
    assert found.measured.value == pytest.approx(by_hand, abs=0.005)


@pytest.mark.parametrize(
    ("room", "by_hand"),
    [
        # the lowest faces of the bodies: #82713 from (7.65, 4.25) to (11.70, 9.70), #82930 from (0.30, 5.99) to (3.80, 9.70),
        # #83117 from (4.04, 5.99) to (7.41, 9.70)
        ("1", (11.70 - 7.65) * (9.70 - 4.25)),
        ("2", (3.80 - 0.30) * (9.70 - 5.99)),
        ("3", (7.41 - 4.04) * (9.70 - 5.99)),
    ],
)
def test_rooms_of_the_house(haus: Site, room: str, by_hand: float) -> None:
    assert area(haus, room) == pytest.approx(by_hand, abs=0.0005)


@pytest.mark.parametrize(
    ("door", "by_hand"),
    [
        ("Innentuer-1", (0.835 - 0.05) - 0.04),  # #17388: jambs to 0.05 and from 0.835; #17446: a leaf of 0.04
        ("Innentuer-2", 2 * 0.3925 - 0.04),  # #19115, #19167
        ("Haustuer", (0.96 - 0.05) - 0.07),  # #24392: jambs to 0.05 and from 0.96; #24670: a leaf of 0.07
    ],
)
def test_doors_of_the_house(haus: Site, door: str, by_hand: float) -> None:
    assert clear_width(haus, door) == pytest.approx(by_hand, abs=MM)


def test_daylight_in_a_room_of_the_house(haus: Site) -> None:
    """Room 2 has two windows of 2.00 × 1.20 m, both above 0.50 m: 4.80 m² to its 12.985 m²."""
    assert daylight(haus, "2", 0.5) / area(haus, "2") == pytest.approx(2 * 2.0 * 1.2 / (3.5 * 3.71), abs=0.0005)


def test_the_winding_stair_of_the_house(haus: Site) -> None:
    """Fifteen treads, the first with its top at 0.1767 and the last at 2.65; it winds, so that it has no straight flight."""
    (flight,) = flights(haus)
    assert not flight.is_straight
    inner = flight.risers_m[1:-1]
    assert inner == pytest.approx([2.65 / 15] * len(inner), abs=MM)
    assert haus.rise(haus.model.storeys[0]) == pytest.approx(2.7, abs=1e-4)
