"""The placement a model file states of itself: IfcMapConversion with IfcProjectedCRS, or IfcSite's latitude and longitude."""

from __future__ import annotations

import math
from typing import Any

from hezhu.engines.ifc.model import Model
from hezhu.engines.ifc.tiles.errors import TilesRefused
from hezhu.engines.ifc.tiles.placement import Placement, normal_code

_UNITS = {None: 1.0, "MILLI": 1e-3, "CENTI": 1e-2, "DECI": 1e-1, "KILO": 1e3}
WEAK = "只有 IfcSite 的经纬度：通常只到秒，误差可达几十米，方向取自真北。请在地图上核对，或由测绘单位给出地图转换（IfcMapConversion）。"
NO_HEIGHT = "没有给出高程异常：按 1985 国家高程与椭球高之差为 0 放置，在嘉兴会低约 10 米；请在定位中填写高程异常。"


def placement_of(model: Model) -> tuple[Placement | None, tuple[str, ...]]:
    """What the file states, and Chinese notes on what is doubtful. Map conversion wins over the site's position.

    A map conversion whose system is unknown or offset is noted and not used.
    """
    notes: list[str] = []
    for conversion in _conversions(model):
        try:
            return _of_conversion(conversion, model.length_unit_m), (NO_HEIGHT,)
        except TilesRefused as refusal:
            notes.append(refusal.message)
    site = _of_site(model)
    if site is not None:
        return site, (*notes, WEAK, NO_HEIGHT)
    return None, tuple(notes)


def _conversions(model: Model) -> list[Any]:
    try:
        return list(model.file.by_type("IfcMapConversion"))
    except RuntimeError:  # not in IFC2X3
        return []


def _of_conversion(conversion: Any, length_unit_m: float) -> Placement:
    """Scale is map units a model unit (IFC 4.3); where it is absent the two units are the same, so that it is 1."""
    target = conversion.TargetCRS
    crs = normal_code(str(getattr(target, "Name", "") or ""))
    unit = _map_unit_m(target)
    if not all(isinstance(value, int | float) for value in (conversion.Eastings, conversion.Northings)):
        raise TilesRefused("placement-form", "IfcMapConversion 没有东、北坐标，不能用来定位。")
    x, y = conversion.XAxisAbscissa, conversion.XAxisOrdinate
    rotation = math.degrees(math.atan2(y, x)) if x is not None and y is not None and (x or y) else 0.0
    scale = _scale(conversion.Scale, length_unit_m, unit)
    return Placement(
        easting=float(conversion.Eastings) * unit,
        northing=float(conversion.Northings) * unit,
        height_m=float(conversion.OrthogonalHeight or 0.0) * unit,
        rotation_deg=rotation,
        scale=scale,
        crs=crs,
        source="map-conversion",
    )


def _scale(written: float | None, length_unit_m: float, map_unit_m: float) -> float:
    """Map metres a model metre. Writers often leave Scale out, or write 1, in a millimetre model with a map in metres: a model is then
    not a thousand times too large, the scale is simply not meant."""
    if written is None or written <= 0:
        return 1.0
    scale = float(written) * map_unit_m / length_unit_m
    return scale if 0.9 < scale < 1.1 else 1.0


def _map_unit_m(target: Any) -> float:
    """Metres per map unit: the system's own unit when it names one, the metre otherwise."""
    unit = getattr(target, "MapUnit", None)
    if unit is None:
        return 1.0
    if unit.is_a("IfcSIUnit") and unit.Name == "METRE":
        return _UNITS.get(unit.Prefix, 1.0)
    if unit.is_a("IfcConversionBasedUnit"):
        return float(unit.ConversionFactor.ValueComponent.wrappedValue)
    return 1.0


def _of_site(model: Model) -> Placement | None:
    for site in model.file.by_type("IfcSite"):
        lat, lon = _degrees(site.RefLatitude), _degrees(site.RefLongitude)
        if lat is None or lon is None or (lat == 0 and lon == 0) or abs(lat) > 90 or abs(lon) > 180:
            continue
        height = float(site.RefElevation or 0.0) * model.length_unit_m
        return Placement(
            lon, lat, height, -_north_deg(model), crs="EPSG:4490" if _in_china(lon, lat) else "EPSG:4326", source="site"
        )
    return None


def _in_china(lon: float, lat: float) -> bool:
    """Within the area of use of CGCS2000."""
    return 73.62 <= lon <= 134.77 and 16.7 <= lat <= 53.56


def _degrees(parts: Any) -> float | None:
    """IfcCompoundPlaneAngleMeasure: degrees, minutes, seconds and millionths of a second, all of one sign."""
    if not parts or not all(isinstance(part, int) for part in parts):
        return None
    weights = (1.0, 1 / 60, 1 / 3600, 1 / 3.6e9)
    return float(sum(part * weight for part, weight in zip(parts, weights, strict=False)))


def _north_deg(model: Model) -> float:
    """Angle from the model's y axis to true north, counter-clockwise, degrees; 0 where the file does not say."""
    for context in model.file.by_type("IfcGeometricRepresentationContext", include_subtypes=False):
        north = getattr(context, "TrueNorth", None)
        if north is not None and len(north.DirectionRatios) >= 2:
            x, y = north.DirectionRatios[:2]
            if x or y:
                return math.degrees(math.atan2(-x, y))
    return 0.0
