"""Where a model stands on the earth: map coordinates of its origin, the way it is turned, and the matrix into ECEF.

The model's axes are metres with Z up. Map conversion as in IFC 4.3 (IfcMapConversion, "8.18.3.10"): scale, turn about Z, then move. Grid
convergence and the scale of the projection are those of the coordinate system at the place: the matrix is the derivative of the
projection there, so a model turned to grid north stands right against true north.

Ellipsoid: positions are computed on WGS 84, which 3D Tiles takes for the earth. CGCS2000 differs from it by 1/f 298.257222101 against
298.257223563, at most 0.11 mm in height and latitude; both frames are taken as one, which is right to some decimetres (plate motion since
the epoch 2000.0).

Height: ``height_m`` + ``anomaly_m`` is the height above the ellipsoid. Heights in China are of the 1985 national datum; the height anomaly
between it and the ellipsoid (about +10 m in the Yangtze delta) is not in any free grid we may ship, so it is given by hand and taken as 0
when unknown, and then said so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyproj

from hezhu.engines.ifc.tiles.errors import TilesRefused

Matrix = npt.NDArray[np.float64]
Source = Literal["map-conversion", "site", "hand"]
WGS84_A, WGS84_F = 6378137.0, 1 / 298.257223563
# Datums that lie within decimetres of the earth that 3D Tiles knows: CGCS2000 and WGS 84 in their EPSG forms.
_DATUMS = {4490, 4480, 4479, 4326, 4979, 4978}
_CODE = re.compile(r"(?:urn:ogc:def:crs:)?EPSG\W*(\d{4,5})$", re.IGNORECASE)
_OFFSET_SYSTEMS = re.compile(r"GCJ|BD-?09|火星|百度坐标|高德坐标", re.IGNORECASE)
_CGCS2000_CODES = range(4491, 4555)
GCJ_REMEDY = (
    "GCJ-02（火星坐标）和 BD-09 是加密偏移坐标，不是坐标系，不能直接采用：在嘉兴它与 CGCS2000 相差约 413 米（东）、255 米（南）。"
    "请改用测绘成果的 CGCS2000 坐标（EPSG:4490 或 EPSG:4549）。"
)


@dataclass(frozen=True, slots=True)
class Placement:
    """Map position of the model's origin (0, 0, 0).

    ``easting`` and ``northing`` are always in this order (x, y): metres of a projected system, or degrees of longitude and latitude of a
    geographic one. ``rotation_deg`` is the angle from the map's east to the model's x axis, counter-clockwise; of a geographic system, from
    true east. ``scale`` is map units a model metre. ``weak`` marks IfcSite's latitude and longitude, good to tens of metres.
    """

    easting: float
    northing: float
    height_m: float = 0.0
    rotation_deg: float = 0.0
    scale: float = 1.0
    crs: str = "EPSG:4549"
    source: Source = "hand"
    anomaly_m: float | None = None

    @property
    def weak(self) -> bool:
        return self.source == "site"

    def map_of(self, points: Matrix) -> Matrix:
        """Map coordinates and heights (n, 3) of model points (n, 3); of a projected system only."""
        turn = math.radians(self.rotation_deg)
        along, across = self.scale * math.cos(turn), self.scale * math.sin(turn)
        x, y, z = points[:, 0], points[:, 1], points[:, 2]
        east, north = along * x - across * y, across * x + along * y
        return np.column_stack([self.easting + east, self.northing + north, self.height_m + z])

    def lonlat_of(self, points: Matrix) -> Matrix:
        """Degrees of longitude and latitude and heights above the ellipsoid (n, 3) of model points (n, 3)."""
        return geodetic(ecef_of(self, points))


def ecef_of(placement: Placement, points: Matrix) -> Matrix:
    """Earth-centred coordinates (n, 3) of model points through the whole projection, not its derivative."""
    crs = system(placement.crs)
    if crs.is_geographic:
        return points @ _geographic(placement)[:3, :3].T + _geographic(placement)[:3, 3]
    there = placement.map_of(points)
    there[:, 2] += placement.anomaly_m or 0.0
    return _map_to_ecef(placement.crs, there)


def transform(placement: Placement, origin: Matrix | None = None) -> Matrix:
    """The 4 × 4 matrix from model metres relative to ``origin`` (model coordinates) into ECEF, exact at the origin.

    A hundred metres from there it is wrong by some tenths of a millimetre, the curve of the earth. Raises TilesRefused.
    """
    start = np.zeros(3) if origin is None else np.asarray(origin, dtype=np.float64)
    check_place(placement, start)
    step = 10.0
    around = np.vstack([start, *(start + sign * step * axis for axis in np.eye(3) for sign in (1, -1))])
    points = ecef_of(placement, around)
    matrix = np.eye(4)
    matrix[:3, 3] = points[0]
    for axis in range(3):
        matrix[:3, axis] = (points[1 + 2 * axis] - points[2 + 2 * axis]) / (2 * step)
    return matrix


def check_place(placement: Placement, at: Matrix) -> None:
    """Raises TilesRefused where the coordinates are no numbers or lie outside the area the system is made for."""
    numbers = (placement.easting, placement.northing, placement.height_m, placement.rotation_deg, placement.scale)
    if not all(math.isfinite(number) for number in (*numbers, placement.anomaly_m or 0.0)) or placement.scale <= 0:
        raise TilesRefused("placement-form", "定位坐标须是有限的数，比例须大于 0。请按测绘成果重新填写。")
    crs = system(placement.crs)
    if crs.is_geographic:
        lon, lat = placement.easting, placement.northing
    else:
        grid = placement.map_of(np.asarray(at, dtype=np.float64).reshape(1, 3))[0]
        lon, lat = _to_degrees(placement.crs).transform(grid[0], grid[1])
    area = crs.area_of_use
    if not (math.isfinite(lon) and math.isfinite(lat)) or not -90 <= lat <= 90 or not _within(area, lon, lat):
        raise TilesRefused(
            "outside-crs",
            f"坐标东 {placement.easting:,.3f}、北 {placement.northing:,.3f} 不在 {placement.crs}（{crs.name}）的适用范围内。"
            "请核对东、北次序和坐标系：带 2 位带号的东坐标（如 40500000）属于 EPSG:4528，不带带号的属于 EPSG:4549。",
        )


def _within(area: object, lon: float, lat: float) -> bool:
    """Within the area of use and a degree around it: a project may straddle a zone's edge."""
    if area is None:
        return True
    west, south, east, north = area.west, area.south, area.east, area.north  # type: ignore[attr-defined]
    return west - 1 <= lon <= east + 1 and south - 1 <= lat <= north + 1


@lru_cache(maxsize=64)
def system(name: str) -> pyproj.CRS:
    """The coordinate system of that name: an EPSG code in any of its spellings, or the EPSG name of a CGCS2000 projection.

    Raises TilesRefused for offset systems (GCJ-02), unknown names, and datums that lie metres away (Beijing 1954, Xian 1980).
    """
    text = name.strip()
    if _OFFSET_SYSTEMS.search(text):
        raise TilesRefused("crs-offset", GCJ_REMEDY)
    match = _CODE.match(text)
    code = int(match.group(1)) if match else _named().get(_plain(text))
    if code is None:
        raise TilesRefused(
            "crs-unknown",
            f"不认识坐标系“{text[:60]}”。请写 EPSG 编号：EPSG:4549（CGCS2000 三度带 120°E）或 EPSG:4490（经纬度）。",
        )
    try:
        crs = pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError as error:
        raise TilesRefused("crs-unknown", f"没有编号为 EPSG:{code} 的坐标系，请核对编号；嘉兴一般用 EPSG:4549。") from error
    base = crs.geodetic_crs.to_epsg() if crs.geodetic_crs is not None else None
    if base not in _DATUMS or not (crs.is_geographic or crs.is_projected):
        raise TilesRefused(
            "crs-datum",
            f"{crs.name}（EPSG:{code}）不是 CGCS2000 或 WGS 84 的平面或经纬度坐标系，直接采用会差几十到上百米。"
            "请由测绘单位转换为 CGCS2000（EPSG:4549）后填写。",
        )
    return crs


def normal_code(name: str) -> str:
    """``EPSG:4549`` for any spelling of it. Raises TilesRefused."""
    return f"EPSG:{system(name).to_epsg()}"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


@lru_cache(maxsize=1)
def _named() -> dict[str, int]:
    """Codes of the CGCS2000 projections by their EPSG names without signs: files write the name where a code belongs."""
    return {_plain(pyproj.CRS.from_epsg(code).name): code for code in (4490, 4326, *_CGCS2000_CODES)}


@lru_cache(maxsize=64)
def _to_degrees(crs: str) -> pyproj.Transformer:
    """From (east, north) to (longitude, latitude) on the system's own ellipsoid. EPSG:4549 itself is north, east: always_xy."""
    projected = system(crs)
    return pyproj.Transformer.from_crs(projected, projected.geodetic_crs, always_xy=True)


def project(lon: float, lat: float, crs: str) -> tuple[float, float]:
    """Easting and northing of a longitude and latitude in degrees; the same two again for a geographic system."""
    if system(crs).is_geographic:
        return lon, lat
    east, north = _to_degrees(crs).transform(lon, lat, direction="INVERSE")
    return float(east), float(north)


def _map_to_ecef(crs: str, points: Matrix) -> Matrix:
    lon, lat = _to_degrees(crs).transform(points[:, 0], points[:, 1])
    return cartesian(np.column_stack([lon, lat, points[:, 2]]))


def cartesian(geographic: Matrix) -> Matrix:
    """Earth-centred coordinates (n, 3) of degrees of longitude and latitude and ellipsoidal heights (n, 3), WGS 84."""
    lon, lat, height = np.radians(geographic[:, 0]), np.radians(geographic[:, 1]), geographic[:, 2]
    squared = WGS84_F * (2 - WGS84_F)
    normal = WGS84_A / np.sqrt(1 - squared * np.sin(lat) ** 2)
    level = (normal + height) * np.cos(lat)
    return np.column_stack([level * np.cos(lon), level * np.sin(lon), (normal * (1 - squared) + height) * np.sin(lat)])


def geodetic(points: Matrix) -> Matrix:
    """The inverse of ``cartesian``, by iteration to 1e-12 rad."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    squared, level = WGS84_F * (2 - WGS84_F), np.hypot(points[:, 0], points[:, 1])
    lat = np.arctan2(z, level * (1 - squared))
    for _round in range(6):
        normal = WGS84_A / np.sqrt(1 - squared * np.sin(lat) ** 2)
        lat = np.arctan2(z + squared * normal * np.sin(lat), level)
    normal = WGS84_A / np.sqrt(1 - squared * np.sin(lat) ** 2)
    height = level * np.cos(lat) + z * np.sin(lat) - normal * (1 - squared * np.sin(lat) ** 2)
    return np.column_stack([np.degrees(np.arctan2(y, x)), np.degrees(lat), height])


def _geographic(placement: Placement) -> Matrix:
    """Model to ECEF at a longitude and latitude: a level plane there, turned from true east."""
    lon, lat = math.radians(placement.easting), math.radians(placement.northing)
    east = np.array([-math.sin(lon), math.cos(lon), 0.0])
    north = np.array([-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)])
    up = np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])
    turn = math.radians(placement.rotation_deg)
    matrix = np.eye(4)
    matrix[:3, 0] = placement.scale * (math.cos(turn) * east + math.sin(turn) * north)
    matrix[:3, 1] = placement.scale * (math.cos(turn) * north - math.sin(turn) * east)
    matrix[:3, 2] = up
    height = placement.height_m + (placement.anomaly_m or 0.0)
    matrix[:3, 3] = cartesian(np.array([[placement.easting, placement.northing, height]]))[0]
    return matrix


def parse(text: str) -> Placement:
    """``EPSG:4549,500000.000,3400000.000,5.2,30`` : system, easting, northing, then height (m), rotation (°), height anomaly (m) if known."""
    parts = [part.strip() for part in text.split(",")]
    if _OFFSET_SYSTEMS.search(parts[0]):
        raise TilesRefused("crs-offset", GCJ_REMEDY)
    try:
        numbers: list[float] = [float(part) for part in parts[1:]]
    except ValueError:
        numbers = []
    if not 2 <= len(numbers) <= 5:
        raise TilesRefused(
            "placement-form",
            "定位写作“EPSG:4549,东坐标,北坐标[,高程[,旋转角[,高程异常]]]”，例如 EPSG:4549,571234.5,3401234.5,4.2,15。",
        )
    east, north = numbers[:2]
    height = numbers[2] if len(numbers) > 2 else 0.0
    rotation = numbers[3] if len(numbers) > 3 else 0.0
    anomaly = numbers[4] if len(numbers) > 4 else None
    return Placement(east, north, height, rotation, crs=normal_code(parts[0]), anomaly_m=anomaly)
