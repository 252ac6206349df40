"""Where a model stands: against hand-computed geodesy, not against the library that computes it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hezhu.engines.ifc.tiles import Placement, TilesRefused, normal_code, parse, placement_of, project, transform
from hezhu.engines.ifc.tiles.placement import cartesian, ecef_of, geodetic
from tests.engines.ifc.drawing import Drawing

A, F = 6378137.0, 1 / 298.257222101
E2 = F * (2 - F)
JIAXING = Placement(571_700.0, 3_401_200.0, 4.2, crs="EPSG:4549", anomaly_m=10.5)


def meridian_arc(lat_deg: float) -> float:
    """Metres from the equator along the meridian, by numerical integration on CGCS2000."""
    lat = np.linspace(0, math.radians(lat_deg), 200_001)
    radius = A * (1 - E2) / (1 - E2 * np.sin(lat) ** 2) ** 1.5
    return float(np.trapezoid(radius, lat))


def test_easting_comes_first_and_the_axis_is_the_central_meridian() -> None:
    """EPSG:4549 itself is north, east; here it is always east, north. On the axis the northing is the meridian arc (scale 1)."""
    (lon, lat, height) = Placement(500_000, 3_400_000, 3.0, crs="EPSG:4549").lonlat_of(np.zeros((1, 3)))[0]
    assert lon == pytest.approx(120.0, abs=1e-9)
    assert height == pytest.approx(3.0, abs=1e-4)
    assert meridian_arc(lat) == pytest.approx(3_400_000, abs=0.002)


def test_longitude_comes_first_for_degrees() -> None:
    (lon, lat, _height) = Placement(120.75, 30.75, crs="EPSG:4490").lonlat_of(np.zeros((1, 3)))[0]
    assert (lon, lat) == (pytest.approx(120.75), pytest.approx(30.75))


def test_earth_centred_coordinates_by_the_definition() -> None:
    corners = cartesian(np.array([[0.0, 0.0, 0.0], [90.0, 0.0, 100.0], [0.0, 90.0, 0.0]]))
    assert corners[0] == pytest.approx([6378137.0, 0, 0])
    assert corners[1] == pytest.approx([0, 6378237.0, 0], abs=1e-6)
    assert corners[2] == pytest.approx([0, 0, 6356752.314245], abs=1e-5)
    there = np.array([[120.75, 30.75, 12.3]])
    assert geodetic(cartesian(there))[0] == pytest.approx(there[0], abs=1e-9)


def test_grid_north_is_turned_by_the_convergence_against_true_north() -> None:
    """γ = Δλ sin φ (1 + Δλ² cos² φ / 3 · (1 + 3η² + 2η⁴)), Krüger; the model's y axis looks to grid north."""
    lon, lat, _height = np.radians(JIAXING.lonlat_of(np.zeros((1, 3)))[0])
    east = np.array([-math.sin(lon), math.cos(lon), 0])
    north = np.array([-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)])
    y = transform(JIAXING)[:3, 1]
    from_meridian, eta2 = lon - math.radians(120), E2 / (1 - E2) * math.cos(lat) ** 2
    expected = from_meridian * math.sin(lat) * (1 + from_meridian**2 * math.cos(lat) ** 2 / 3 * (1 + 3 * eta2 + 2 * eta2**2))
    # East of the axis, north of the equator, grid north lies east of true north.
    assert math.atan2(y @ east, y @ north) == pytest.approx(expected, abs=1e-7)
    assert math.degrees(expected) == pytest.approx(0.3826, abs=0.003)


def test_grid_metres_are_shortened_by_the_scale_of_the_projection() -> None:
    """k = 1 + Δλ² cos² φ (1 + η²) / 2, and a height of 14.7 m adds its share of the radius."""
    lon, lat, height = JIAXING.lonlat_of(np.zeros((1, 3)))[0]
    squared = math.cos(math.radians(lat)) ** 2
    k = 1 + math.radians(lon - 120) ** 2 * squared * (1 + E2 / (1 - E2) * squared) / 2
    size = np.linalg.norm(transform(JIAXING)[:3, 0])
    assert size == pytest.approx((1 + height / 6_371_000) / k, abs=2e-8)
    assert k - 1 == pytest.approx(6.3e-5, abs=0.2e-5)
    assert np.linalg.norm(transform(JIAXING)[:3, 2]) == pytest.approx(1.0, abs=1e-9)


def test_the_matrix_agrees_with_the_whole_projection_over_a_building() -> None:
    corners = np.array([[0.0, 0, 0], [100, 0, 0], [0, 80, 30], [-60, -40, -5]])
    turned = replace(JIAXING, rotation_deg=33.0)
    matrix = transform(turned)
    assert np.abs(corners @ matrix[:3, :3].T + matrix[:3, 3] - ecef_of(turned, corners)).max() < 0.002


def test_rotation_turns_from_east_counter_clockwise() -> None:
    grid = replace(JIAXING, rotation_deg=90.0).map_of(np.array([[10.0, 0.0, 1.0], [0.0, 10.0, 0.0]]))
    assert grid[0] == pytest.approx([571_700, 3_401_210, 5.2])
    assert grid[1] == pytest.approx([571_690, 3_401_200, 4.2])


def test_the_height_anomaly_lifts_the_model_above_the_ellipsoid() -> None:
    assert JIAXING.lonlat_of(np.zeros((1, 3)))[0][2] == pytest.approx(14.7, abs=1e-4)


@pytest.mark.parametrize(
    ("placement", "code", "word"),
    [
        (Placement(3_401_200, 571_700, crs="EPSG:4549"), "outside-crs", "次序"),
        (Placement(40_571_700, 3_401_200, crs="EPSG:4549"), "outside-crs", "EPSG:4528"),
        (Placement(30.75, 120.75, crs="EPSG:4490"), "outside-crs", "次序"),
        (Placement(math.nan, 3_401_200), "placement-form", "有限"),
        (Placement(571_700, 3_401_200, scale=0.0), "placement-form", "比例"),
        (Placement(571_700, 3_401_200, crs="GCJ-02"), "crs-offset", "413"),
        (Placement(571_700, 3_401_200, crs="EPSG:2437"), "crs-datum", "CGCS2000"),
        (Placement(571_700, 3_401_200, crs="EPSG:99999"), "crs-unknown", "4549"),
        (Placement(571_700, 3_401_200, crs="+init=file:/etc/passwd"), "crs-unknown", "EPSG"),
    ],
)
def test_refused_with_a_way_out(placement: Placement, code: str, word: str) -> None:
    with pytest.raises(TilesRefused) as refusal:
        transform(placement)
    assert refusal.value.code == code
    assert word in refusal.value.message


def test_the_same_place_in_the_system_with_zone_numbers() -> None:
    plain, numbered = Placement(571_700, 3_401_200, crs="EPSG:4549"), Placement(40_571_700, 3_401_200, crs="EPSG:4528")
    assert transform(plain) == pytest.approx(transform(numbered), abs=1e-6)


@pytest.mark.parametrize(
    "name", ["EPSG:4549", "epsg 4549", "urn:ogc:def:crs:EPSG::4549", "CGCS2000 / 3-degree Gauss-Kruger CM 120E"]
)
def test_spellings_of_one_system(name: str) -> None:
    assert normal_code(name) == "EPSG:4549"


def test_entered_by_hand() -> None:
    assert parse("EPSG:4549,571700,3401200,4.2,15,10.5") == Placement(571_700, 3_401_200, 4.2, 15.0, anomaly_m=10.5)
    assert parse("EPSG:4490, 120.75, 30.75") == Placement(120.75, 30.75, crs="EPSG:4490")
    for wrong in ("EPSG:4549", "EPSG:4549,east,north", "EPSG:4549,1,2,3,4,5,6"):
        with pytest.raises(TilesRefused):
            parse(wrong)


def test_to_the_grid_and_back() -> None:
    lon, lat, _height = JIAXING.lonlat_of(np.zeros((1, 3)))[0]
    assert project(lon, lat, "EPSG:4549") == (pytest.approx(571_700, abs=1e-4), pytest.approx(3_401_200, abs=1e-4))


def drawn(tmp_path: Path, prefix: str | None = None, **conversion: object) -> object:
    drawing = Drawing()
    drawing.storey("1F", 0)
    drawing.slab("1F", ((0, 0), (4, 0), (4, 3), (0, 3)), 0)
    if prefix:
        drawing.file.by_type("IfcSIUnit")[0].Prefix = prefix
    if conversion:
        crs = drawing.file.create_entity("IfcProjectedCRS", Name=conversion.pop("crs", "EPSG:4549"))
        drawing.file.create_entity("IfcMapConversion", SourceCRS=drawing.context, TargetCRS=crs, **conversion)
    return drawing


MAP = {"Eastings": 571_700.0, "Northings": 3_401_200.0, "OrthogonalHeight": 4.2}


@pytest.mark.parametrize(("prefix", "scale"), [(None, None), (None, 1.0), ("MILLI", 0.001), ("MILLI", None), ("MILLI", 1.0)])
def test_map_conversion_of_the_file(tmp_path: Path, prefix: str | None, scale: float | None) -> None:
    """A millimetre model stays life-size whether its author gave the scale as the schema wants it, left it out, or wrote 1."""
    drawing = drawn(tmp_path, prefix, **MAP, XAxisAbscissa=0.0, XAxisOrdinate=1.0, Scale=scale)
    placement, notes = placement_of(drawing.read(tmp_path))
    assert placement == Placement(571_700, 3_401_200, 4.2, 90.0, 1.0, "EPSG:4549", "map-conversion")
    assert "高程异常" in notes[0]


def test_a_combined_scale_factor_is_kept(tmp_path: Path) -> None:
    placement, _notes = placement_of(drawn(tmp_path, **MAP, Scale=1.000063).read(tmp_path))
    assert placement is not None
    assert placement.scale == pytest.approx(1.000063)


def test_an_offset_system_in_the_file_is_noted_and_not_used(tmp_path: Path) -> None:
    placement, notes = placement_of(drawn(tmp_path, crs="GCJ-02", **MAP).read(tmp_path))
    assert placement is None
    assert "413" in notes[0]


def test_the_site_is_the_weakest_word(tmp_path: Path) -> None:
    drawing = drawn(tmp_path)
    drawing.add("IfcSite", RefLatitude=(30, 45, 0), RefLongitude=(120, 45, 36, 500_000), RefElevation=3.0)
    drawing.context.TrueNorth = drawing.file.createIfcDirection((math.sin(math.radians(-20)), math.cos(math.radians(20))))
    placement, notes = placement_of(drawing.read(tmp_path))
    assert placement is not None
    assert placement.weak
    assert (placement.easting, placement.northing, placement.height_m) == (pytest.approx(120 + 45 / 60 + 36.5 / 3600), 30.75, 3.0)
    assert placement.rotation_deg == pytest.approx(-20)
    assert "几十米" in notes[0]


def test_no_word_at_all(tmp_path: Path) -> None:
    assert placement_of(drawn(tmp_path).read(tmp_path)) == (None, ())
