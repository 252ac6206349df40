"""The sun against pvlib 0.16.1 (NREL SPA, geometric elevation), solar terms, and the closed form at true solar noon."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from hezhu.engines.review.sunlight.sun import julian_day, position, solar_term, sun_path, sun_state

# pvlib.solarposition.spa_python: latitude, longitude, UTC, elevation without refraction, azimuth, equation of time
PVLIB = [
    (30.75, 120.75, "2026-01-20T01:00:00", 21.9834, 132.2676, -10.8650),
    (30.75, 120.75, "2026-01-20T04:00:00", 39.0834, 177.6091, -10.9021),
    (30.75, 120.75, "2026-01-20T07:30:00", 19.7243, 230.3503, -10.9451),
    (30.75, 120.75, "2026-12-22T02:00:00", 29.1644, 149.5487, 1.6498),
    (30.75, 120.75, "2026-12-22T04:00:00", 35.7996, 181.3024, 1.6085),
    (45.75, 126.65, "2026-01-20T03:00:00", 23.3461, 168.6731, -10.8897),
    (39.9, 116.4, "2026-06-21T04:00:00", 73.1878, 167.0982, -1.7412),
    (39.742476, -105.1786, "2003-10-17T19:30:30", 39.8720, 194.3402, 14.6415),
]


@pytest.mark.parametrize(("latitude", "longitude", "moment", "altitude", "azimuth", "equation"), PVLIB)
def test_position_agrees_with_an_independent_library(latitude, longitude, moment, altitude, azimuth, equation) -> None:
    when = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    found = position(when, latitude, longitude)
    assert found[0] == pytest.approx(altitude, abs=0.01)
    assert found[1] == pytest.approx(azimuth, abs=0.015)
    assert float(sun_state(np.array([julian_day(when)])).equation_of_time_min[0]) == pytest.approx(equation, abs=0.02)


@pytest.mark.parametrize(
    ("year", "longitude", "expected"),
    # Published almanac, Beijing time: 2000 大寒 1月21日 02:23, 2000 冬至 12月21日 21:37, 2024 冬至 12月21日 17:21
    [(2000, 300, "2000-01-21T02:23"), (2000, 270, "2000-12-21T21:37"), (2024, 270, "2024-12-21T17:21")],
)
def test_solar_terms_are_those_of_the_almanac(year: int, longitude: float, expected: str) -> None:
    wanted = dt.datetime.fromisoformat(expected + "+08:00")
    assert abs(solar_term(year, longitude) - wanted) < dt.timedelta(minutes=15)


def test_the_declination_of_a_term_follows_from_its_longitude() -> None:
    moment = solar_term(2026, 300)
    declination = float(sun_state(np.array([julian_day(moment)])).declination_deg[0])
    by_hand = math.degrees(math.asin(math.sin(math.radians(23.4385)) * math.sin(math.radians(300))))
    assert declination == pytest.approx(by_hand, abs=0.002)
    assert by_hand == pytest.approx(-20.15, abs=0.01)


def test_true_solar_noon_is_due_south_at_ninety_less_latitude_plus_declination() -> None:
    path = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (719.5, 720.5))
    assert path.minutes.tolist() == [720.0]
    assert path.directions[0, 0] == pytest.approx(0, abs=1e-12)
    assert path.directions[0, 1] < 0
    assert path.altitude_deg[0] == pytest.approx(90 - 30.75 + path.declination_deg[0], abs=1e-9)
    # Beijing time at 120.75°E: 12:00 less 3 minutes of longitude less the equation of time (−10.90 min)
    assert path.clock[0] == pytest.approx(720 - 3 + 10.90, abs=0.02)


def test_a_band_has_one_direction_per_minute() -> None:
    path = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (480, 960))
    assert len(path.minutes) == 480
    assert (path.minutes[0], path.minutes[-1]) == (480.5, 959.5)


def test_a_latitude_beyond_the_pole_is_refused() -> None:
    with pytest.raises(ValueError, match="纬度 91"):
        sun_path(dt.date(2026, 1, 20), 91, 120.75, (480, 960))
