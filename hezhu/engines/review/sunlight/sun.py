"""Where the sun stands: low-accuracy formulae of Meeus, Astronomical Algorithms (2nd ed., ch. 12, 22, 25, 28), good to 0.01°.

Directions are geometric (no refraction): planning rules judge straight lines to the sun. True solar time is the hour angle of
the sun: 12:00 is its passage through the meridian of the site.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_J2000 = 2451545.0
_UNIX_EPOCH = 2440587.5
_DELTA_T_DAYS = 69.2 / 86400  # terrestrial minus universal time in the 2020s; one second moves the sun by 0.00001°
_CHINA = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class SunState:
    """Of the sun's centre at given instants, in degrees: apparent longitude and declination; equation of time in minutes."""

    longitude_deg: Floats
    declination_deg: Floats
    equation_of_time_min: Floats


@dataclass(frozen=True, eq=False)
class SunPath:
    """The sun over one day at one site, at the middle of each step.

    ``minutes`` (n) are true solar time since midnight; ``clock`` (n) the same instants as Beijing time in minutes since
    midnight; ``directions`` (n, 3) unit vectors to the sun (east, north, up); ``step`` the length of a step in minutes.
    """

    date: dt.date
    minutes: Floats
    clock: Floats
    directions: Floats
    declination_deg: Floats
    step: float

    @property
    def altitude_deg(self) -> Floats:
        """Height above the horizon."""
        return np.degrees(np.arcsin(np.clip(self.directions[:, 2], -1, 1)))


def julian_day(moment: dt.datetime) -> float:
    """Julian day (UT) of an aware moment."""
    return moment.timestamp() / 86400 + _UNIX_EPOCH


def sun_state(julian_days: Floats) -> SunState:
    """The sun at Julian days (UT): Meeus ch. 25 (longitude), 22 (obliquity with the main nutation term), 28 (equation of time)."""
    t = (np.asarray(julian_days, dtype=np.float64) + _DELTA_T_DAYS - _J2000) / 36525
    mean_longitude = 280.46646 + t * (36000.76983 + t * 0.0003032)
    anomaly = np.radians(357.52911 + t * (35999.05029 - t * 0.0001537))
    centre = (
        (1.914602 - t * (0.004817 + t * 0.000014)) * np.sin(anomaly)
        + (0.019993 - t * 0.000101) * np.sin(2 * anomaly)
        + 0.000289 * np.sin(3 * anomaly)
    )
    node = np.radians(125.04 - 1934.136 * t)
    longitude = mean_longitude + centre - 0.00569 - 0.00478 * np.sin(node)
    obliquity = np.radians(23.4392911 - t * 0.0130042 + 0.00256 * np.cos(node))
    place = np.radians(longitude)
    declination = np.degrees(np.arcsin(np.sin(obliquity) * np.sin(place)))
    ascension = np.degrees(np.arctan2(np.cos(obliquity) * np.sin(place), np.cos(place)))
    difference = mean_longitude - 0.0057183 - ascension - 0.00478 * np.sin(node) * np.cos(obliquity)
    return SunState(longitude % 360, declination, 4 * ((difference + 180) % 360 - 180))


def position(moment: dt.datetime, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Altitude and azimuth (from north, clockwise) of the sun at an aware moment, degrees."""
    day = julian_day(moment)
    state = sun_state(np.array([day]))
    universal = ((day + 0.5) % 1) * 1440
    solar = universal + 4 * longitude_deg + state.equation_of_time_min
    east, north, up = directions(solar, state.declination_deg, latitude_deg)[0]
    return float(np.degrees(np.arcsin(up))), float(np.degrees(np.arctan2(east, north)) % 360)


def directions(solar_minutes: Floats, declination_deg: Floats, latitude_deg: float) -> Floats:
    """Unit vectors to the sun (n, 3) east, north, up at true solar times (minutes since midnight)."""
    hour = np.radians((solar_minutes - 720) / 4)
    declination, latitude = np.radians(declination_deg), np.radians(latitude_deg)
    east = -np.cos(declination) * np.sin(hour)
    north = np.cos(latitude) * np.sin(declination) - np.sin(latitude) * np.cos(declination) * np.cos(hour)
    up = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour)
    return np.column_stack([east, north, up])


@lru_cache(maxsize=64)
def solar_term(year: int, longitude_deg: float) -> dt.datetime:
    """The moment (Beijing time) in a year when the sun's apparent longitude is ``longitude_deg``: 270 冬至, 300 大寒.

    The terms from 小寒 (285) on fall in January of the year named. Good to about ten minutes.
    """
    guess = dt.datetime(year, 3, 20, 12, tzinfo=_CHINA) + dt.timedelta(days=(longitude_deg - 360) % 360 / 360 * 365.2422)
    if guess.year > year:
        guess -= dt.timedelta(days=365.2422)
    day = julian_day(guess)
    for _ in range(8):
        now = float(sun_state(np.array([day])).longitude_deg[0])
        day += ((longitude_deg - now + 180) % 360 - 180) / 360 * 365.2422
    return dt.datetime.fromtimestamp((day - _UNIX_EPOCH) * 86400, tz=_CHINA)


def sun_path(
    date: dt.date, latitude_deg: float, longitude_deg: float, band: tuple[float, float], step_min: float = 1.0
) -> SunPath:
    """The sun over a band of true solar time (minutes since midnight) of one day, one direction per step's middle."""
    if not (-90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180):
        raise ValueError(f"纬度 {latitude_deg}、经度 {longitude_deg} 超出范围；纬度 -90～90，经度 -180～180，单位度")
    minutes = np.arange(band[0], band[1] - 1e-9, step_min) + step_min / 2
    midnight = julian_day(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC))
    # The equation of time moves by 20 s a day: its value at the first guess is good to a thousandth of a second.
    universal = minutes - 4 * longitude_deg
    state = sun_state(midnight + universal / 1440)
    universal = universal - state.equation_of_time_min
    state = sun_state(midnight + universal / 1440)
    vectors = directions(minutes, state.declination_deg, latitude_deg)
    return SunPath(date, minutes, universal + 480, vectors, state.declination_deg, step_min)
