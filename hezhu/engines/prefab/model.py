"""Quantities of the assembly rate from a building model, taken only where its properties say so.

Nothing is guessed: a wall that does not say whether it is prefab counts in the denominator and is listed as silent; an item
about which no element says anything has no figure. Areas are m2, volumes m3, lengths m. GB/T 51129-2017 4.0.2–4.0.13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hezhu.engines.ifc import Element, Model, properties
from hezhu.engines.prefab.inputs import ItemInput, Provenance
from hezhu.engines.prefab.profile import read_table

Measure = Callable[[Element], float | None]


class Statements:
    """Reads what elements say, by the property names of the table ``model-quantities``."""

    def __init__(self, model: Model, table: Mapping[str, Any]) -> None:
        self.model = model
        self._statements: Mapping[str, Sequence[Mapping[str, Any]]] = table["statements"]
        self._measures: Mapping[str, Mapping[str, str]] = table["measures"]
        self.rooms: Mapping[str, Sequence[str]] = table["rooms"]
        self._below_ground_m = float(table["below_ground_m"])

    def says(self, psets: Mapping[str, Mapping[str, Any]], statement: str) -> bool | None:
        """True or False where a property says so, None where none does."""
        for place in self._statements[statement]:
            for set_name, values in psets.items():
                if place.get("set", set_name) != set_name or values.get(place["property"]) is None:
                    continue
                value = values[place["property"]]
                if isinstance(value, bool):
                    return value
                if str(value).strip() in map(str, place.get("means_yes", ())):
                    return True
                if str(value).strip() in map(str, place.get("means_no", ())):
                    return False
        return None

    def measure(self, element: Element, name: str, factor: float) -> float | None:
        """A measured property in SI units (``factor`` converts the file's unit), or None."""
        place = self._measures[name]
        value = element.value(place["property"], place["set"])
        return float(value) * factor if isinstance(value, int | float) and not isinstance(value, bool) else None

    def above_ground(self, elements: Iterable[Element]) -> list[Element]:
        """Elements not on a storey below the ground."""
        return [e for e in elements if self._is_above(e.storey.elevation_m if e.storey else None)]

    def _is_above(self, elevation: float | None) -> bool:
        return elevation is None or elevation >= self._below_ground_m

    def floor_areas(self) -> dict[str, float]:
        """Gross floor area of each storey above ground that gives one, by GlobalId, m2."""
        found = {}
        for storey in self.model.storeys:
            if self._is_above(storey.elevation_m):
                entity = self.model.file.by_guid(storey.global_id)
                area = properties.quantities(entity, self.model.units).get("GrossFloorArea")
                if area:
                    found[storey.global_id] = area
        return found


@dataclass(frozen=True, slots=True)
class _Tally:
    """Sums over a list of elements: the counted part, the whole, and who said nothing or carries no quantity."""

    counted: tuple[Element, ...]
    whole: tuple[Element, ...]
    silent: tuple[Element, ...]
    numerator: float
    denominator: float
    unmeasured: int


def quantities_from_model(model: Model) -> dict[str, ItemInput]:
    """Inputs by item id (q1a … q3d, deco) with the GlobalIds behind numerator and denominator."""
    says = Statements(model, read_table("model-quantities"))
    walls = [w for w in says.above_ground(model.of_class("IfcWall")) if w.predefined_type != "PARAPET"]
    outer = [w for w in walls if says.says(w.psets, "external") is True]
    inner = [w for w in walls if says.says(w.psets, "external") is False and says.says(w.psets, "load_bearing") is False]
    hung = [w for w in outer if says.says(w.psets, "load_bearing") is False]
    not_masonry = _negated(says, "masonry")
    return {
        "q1a": _vertical_members(says, walls),
        "q1b": _horizontal_members(says),
        "q2a": _share(hung, not_masonry, _side_area, "没有标明为非承重外墙的墙", "外墙没有标明是否砌筑"),
        "q2b": _share(outer, _plain(says, "integrated_insulation"), _side_area, "没有标明为外墙的墙", "外墙没有标明是否一体化"),
        "q2c": _share(inner, not_masonry, _side_area, "没有标明为非承重内墙的墙", "内墙没有标明是否砌筑"),
        "q2d": _share(
            inner, _plain(says, "integrated_services"), _side_area, "没有标明为非承重内墙的墙", "内墙没有标明是否一体化"
        ),
        "deco": _decoration(says),
        "q3a": _dry_floor(says),
        "q3b": _wet_room(says, "kitchen", "厨房"),
        "q3c": _wet_room(says, "bathroom", "卫生间"),
        "q3d": _services(says),
    }


def _plain(says: Statements, statement: str) -> Callable[[Element], bool | None]:
    return lambda element: says.says(element.psets, statement)


def _negated(says: Statements, statement: str) -> Callable[[Element], bool | None]:
    def judge(element: Element) -> bool | None:
        said = says.says(element.psets, statement)
        return None if said is None else not said

    return judge


def _first(element: Element, *names: str) -> float | None:
    return next((element.quantities[name] for name in names if element.quantities.get(name)), None)


def _side_area(wall: Element) -> float | None:
    """Wall face; openings need not be deducted (4.0.6, 4.0.8)."""
    return _first(wall, "GrossSideArea", "NetSideArea")


def _volume(element: Element) -> float | None:
    return _first(element, "NetVolume", "GrossVolume")


def _plan_area(element: Element) -> float | None:
    return _first(element, "ProjectedArea", "NetArea", "GrossArea", "Area")


def _tally(
    elements: Iterable[Element],
    counts: Callable[[Element], bool | None],
    whole: Measure,
    part: Measure | None = None,
) -> _Tally:
    counted, every, silent = [], [], []
    numerator = denominator = 0.0
    unmeasured = 0
    for element in elements:
        size = whole(element)
        said = counts(element)
        if size is None:
            # Leaving out a counted element can only lower the ratio; leaving out another one would raise it.
            unmeasured += said is not True
            continue
        every.append(element)
        denominator += size
        if said is None:
            silent.append(element)
        elif said:
            counted.append(element)
            numerator += size if part is None else min(part(element) or 0.0, size)
    return _Tally(tuple(counted), tuple(every), tuple(silent), numerator, denominator, unmeasured)


def _as_input(tally: _Tally, nothing: str, unsaid: str, denominator: float | None = None) -> ItemInput:
    """Turns sums into an input, or into one that names what is missing."""
    whole = tally.denominator if denominator is None else denominator
    if not tally.whole and not tally.unmeasured:
        return ItemInput(Provenance.MODEL, missing=nothing)
    if tally.unmeasured:
        return ItemInput(Provenance.MODEL, missing=f"{tally.unmeasured} 个构件没有工程量（Qto）")
    if len(tally.silent) == len(tally.whole):
        return ItemInput(Provenance.MODEL, considered=_ids(tally.whole), missing=unsaid)
    return ItemInput(
        Provenance.MODEL,
        numerator=round(tally.numerator, 4),
        denominator=round(whole, 4),
        counted=_ids(tally.counted),
        considered=_ids(tally.whole),
        silent=_ids(tally.silent),
    )


def _ids(elements: Iterable[Element]) -> tuple[str, ...]:
    return tuple(element.global_id for element in elements)


def _share(
    elements: Sequence[Element], counts: Callable[[Element], bool | None], size: Measure, nothing: str, unsaid: str
) -> ItemInput:
    return _as_input(_tally(elements, counts, size), nothing, unsaid)


def _vertical_members(says: Statements, walls: Sequence[Element]) -> ItemInput:
    """V1a / V: precast concrete of bearing walls and columns, with the cast joints that 4.0.3 lets count."""
    factor = says.model.units.volume
    unsaid = [w for w in walls if says.says(w.psets, "load_bearing") is None]
    bearing = [w for w in walls if says.says(w.psets, "load_bearing") is True]
    columns = says.above_ground(says.model.of_class("IfcColumn"))

    def precast(element: Element) -> float:
        own = says.measure(element, "precast_volume", factor)
        joint = says.measure(element, "countable_cast_volume", factor) or 0.0
        return (own if own is not None else _volume(element) or 0.0) + joint

    tally = _tally([*bearing, *columns], _plain(says, "prefabricated"), _volume, precast)
    found = _as_input(tally, "没有标明承重的墙或柱", "竖向构件没有标明是否预制")
    if unsaid and found.share is not None:
        return ItemInput(Provenance.MODEL, considered=found.considered, missing=f"{len(unsaid)} 面墙没有标明是否承重")
    return found


def _horizontal_members(says: Statements) -> ItemInput:
    """A1b / A: plan area of prefab slabs, flights, balconies over the plan area of all storeys."""
    slabs = says.above_ground(says.model.of_class("IfcSlab"))
    flights = says.above_ground(says.model.of_class("IfcStairFlight"))
    members = [*(s for s in slabs if s.predefined_type != "BASESLAB"), *flights]
    counts = _plain(says, "prefabricated")
    measured = [m for m in members if _plan_area(m) is not None]
    areas = says.floor_areas()
    if not areas:
        return ItemInput(Provenance.MODEL, considered=_ids(measured), missing="各楼层建筑平面面积（楼层的 GrossFloorArea）")
    # The denominator is the floors' area, so a member without a plan area can only lower the ratio.
    tally = _tally(measured, counts, _plan_area)
    return _as_input(tally, "没有带面积的楼板、梯段", "楼板、梯段没有标明是否预制", sum(areas.values()))


def _decoration(says: Statements) -> ItemInput:
    for ifc_class in ("IfcBuilding", "IfcProject"):
        for entity in says.model.file.by_type(ifc_class):
            said = says.says(properties.property_sets(entity), "full_decoration")
            if said is not None:
                return ItemInput(Provenance.MODEL, adopted=said, considered=(entity.GlobalId,))
    return ItemInput(Provenance.MODEL, missing="建筑没有标明是否全装修")


def _floor_area(space: Element) -> float | None:
    return _first(space, "NetFloorArea", "GrossFloorArea")


def _dry_floor(says: Statements) -> ItemInput:
    """A3a / A: floor area of rooms with a dry floor over the plan area of all storeys."""
    spaces = [s for s in says.above_ground(says.model.spaces) if _floor_area(s) is not None]
    areas = says.floor_areas()
    if not areas:
        return ItemInput(Provenance.MODEL, missing="各楼层建筑平面面积（楼层的 GrossFloorArea）")
    said = [s for s in spaces if says.says(s.psets, "dry_floor") is not None]
    # Corridors and shafts seldom say anything: they are not in the numerator, and the denominator is the floors' own area.
    tally = _tally(said, _plain(says, "dry_floor"), _floor_area)
    return _as_input(tally, "房间没有标明是否干式工法楼面", "房间没有标明是否干式工法楼面", sum(areas.values()))


def _wet_room(says: Statements, room: str, label: str) -> ItemInput:
    """A3b / Ak, A3c / Ab: dry-built wall, ceiling and floor area of kitchens or bathrooms."""
    words = [word.lower() for word in says.rooms[room]]
    spaces = [s for s in says.above_ground(says.model.spaces) if any(w in f"{s.long_name} {s.name}".lower() for w in words)]
    factor = says.model.units.area
    return _as_input(
        _tally(
            spaces,
            _plain(says, "integrated_room"),
            lambda s: says.measure(s, "surface_area", factor),
            lambda s: says.measure(s, "dry_area", factor),
        ),
        f"没有名为{label}的房间",
        f"{label}没有标明是否集成",
    )


def _services(says: Statements) -> ItemInput:
    """L3d / L: length of separated pipes, ducts and cables."""
    segments = says.above_ground(says.model.of_class("IfcFlowSegment"))
    tally = _tally(segments, _plain(says, "separated_services"), lambda e: _first(e, "Length"))
    return _as_input(tally, "模型没有管线", "管线没有标明是否分离")
