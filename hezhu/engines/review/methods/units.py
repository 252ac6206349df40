"""Flats as wholes: the area of a flat, its bathrooms by storey, a window for the sun. A flat is the zone (IfcZone) of its rooms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hezhu.engines.findings import Subject
from hezhu.engines.ifc import Element, Storey
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.daylight import NO_WINDOW, lights
from hezhu.engines.review.methods.registry import Item, method
from hezhu.engines.review.methods.spaces import outline
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_NO_FLATS = "模型中没有套内房间"
_NO_ZONES = "套型划分（IfcZone）"
_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_LIVED_IN = frozenset({"bedroom", "bedroom_living", "living"})


@dataclass(frozen=True, eq=False)
class Flat:
    """The rooms of one flat, on one storey where ``storey`` is given; no rooms where the model does not group them."""

    rooms: tuple[Element, ...]
    storey: Storey | None = None


def flats(site: Site, clause: Clause) -> Iterator[Item]:
    """Every flat; the building once where rooms of flats are not grouped."""
    if not site.flats and any("private" in site.groups(space.step_id) for space in site.model.spaces):
        yield Item("building", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), Flat(()))
    for zone, rooms in site.flats.items():
        yield Item(f"flat:{zone}", _subject(zone, rooms, site), Flat(tuple(rooms)))


def storeys_of_flats(site: Site, clause: Clause) -> Iterator[Item]:
    """The lived-in storeys of flats on several storeys; the building once where rooms are not grouped and lie on several."""
    if not site.flats:
        private = [space for space in site.model.spaces if "private" in site.groups(space.step_id)]
        if len({space.storey.global_id for space in private if space.storey}) > 1:
            yield from flats(site, clause)
    for zone, rooms in site.flats.items():
        storeys = {room.storey.global_id: room.storey for room in rooms if room.storey}
        for storey in storeys.values() if len(storeys) > 1 else ():
            here = tuple(room for room in rooms if room.storey == storey)
            if _LIVED_IN & {site.function_key(room.step_id) for room in here}:
                yield Item(f"flat:{zone}:{storey.global_id}", _subject(zone, here, site), Flat(here, storey))


def _subject(zone: str, rooms: list[Element] | tuple[Element, ...], site: Site) -> Subject:
    storey = rooms[0].storey
    return Subject(zone, "IfcZone", site.flat_name(rooms[0].step_id) or "套型", storey.name if storey else "")


@method("flat-area", flats, _NO_FLATS)
def flat_area(flat: Flat, clause: Clause, site: Site) -> Judgement:
    """Use area of a flat: its rooms without balconies and shafts, m². ``least`` is for a flat whose bedroom is its living room."""
    limit, least = clause.limit("area"), clause.limit("least")
    if not flat.rooms:
        return cannot_judge(_NO_ZONES, limit=limit)
    inside = [room for room in flat.rooms if not site.groups(room.step_id) & {"outdoor", "service"}]
    shapes = [site.space_shape(room.step_id) for room in inside]
    if None in shapes:
        return cannot_judge(_NO_BODY, limit=limit)
    area = sum(shape.area_m2 for shape in shapes if shape is not None)
    keys = {site.function_key(room.step_id) for room in inside}
    how = "套内各空间（不含阳台、井道）底面面积之和"
    tolerance = site.pack.tolerance(limit)
    drawn = outline(max((shape for shape in shapes if shape is not None), key=lambda shape: shape.area_m2))
    small = "bedroom_living" in keys and not keys & {"bedroom", "living"}
    settled = limit.met_by(area, tolerance) or not least.met_by(area, tolerance)
    if None in keys and not settled:
        return cannot_judge("套内房间的功能（是否为最小套型）", limit=limit, measured=area, how=how, shape=drawn)
    allowed = least if small or not least.met_by(area, tolerance) else limit
    return judge(area, allowed, tolerance, how, drawn, rooms=len(inside))


@method("storey-toilets", storeys_of_flats, "模型中没有跨层的套型")
def storey_toilets(flat: Flat, clause: Clause, site: Site) -> Judgement:
    """Bathrooms of a flat on one of its storeys. One whose fixtures are known must have a toilet and a basin."""
    limit = clause.limit("count")
    if not flat.rooms:
        return cannot_judge(_NO_ZONES, limit=limit)
    bathrooms = [room for room in flat.rooms if site.function_key(room.step_id) == "bathroom"]
    kinds = [site.fixture_kinds(room.step_id) for room in bathrooms]
    count = sum(not kind or None in kind or {"toilet", "basin"} <= kind for kind in kinds)
    if not limit.met_by(count, 0) and any(site.function_key(room.step_id) is None for room in flat.rooms):
        return cannot_judge("套内房间的功能（有无卫生间）", limit=limit, measured=count)
    return judge(count, limit, 0, "该层套内带便器和洗面器的卫生间（洁具未建的卫生间也计入）")


@method("flat-sun-window", flats, _NO_FLATS)
def flat_sun_window(flat: Flat, clause: Clause, site: Site) -> Judgement:
    """Width of the widest opening to the open air of the bedrooms and living rooms of a flat, m."""
    limit = clause.limit("width")
    if not flat.rooms:
        return cannot_judge(_NO_ZONES, limit=limit)
    rooms = [room for room in flat.rooms if site.function_key(room.step_id) in _LIVED_IN and site.space_shape(room.step_id)]
    widths = [light.width_m for room in rooms for light in lights(room, site)]
    if not widths:
        return cannot_judge(NO_WINDOW, limit=limit)
    return judge(max(widths), limit, site.pack.tolerance(limit), "套内卧室、起居室最宽的外窗洞口", openings=len(widths))
