"""Lifts: the clear size of cars and the clear width of their doors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method
from hezhu.engines.review.methods.storeys import whole_building
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

NO_CAR_SIZE = "电梯轿厢的净宽与净深（Pset_TransportElementElevator.ClearWidth、ClearDepth）"
_NO_LIFTS = "模型中没有电梯（IfcTransportElement）"
_NOT_LIFTS = ("ESCALATOR", "MOVINGWALKWAY", "CRANEWAY", "LIFTINGGEAR")


@dataclass(frozen=True, slots=True)
class CarSize:
    """A lift and the clear width and depth of its car as its properties give them; None where they do not."""

    lift: Element
    width_m: float | None
    depth_m: float | None


def car_sizes(site: Site) -> list[CarSize]:
    """The cars of all lifts of a model."""
    return [CarSize(lift, _metres(lift, "ClearWidth", site), _metres(lift, "ClearDepth", site)) for lift in _lifts(site)]


def _lifts(site: Site) -> list[Element]:
    return [e for e in site.model.of_class("IfcTransportElement") if e.predefined_type not in _NOT_LIFTS]


def _metres(element: Element, name: str, site: Site) -> float | None:
    value = element.value(name, "Pset_TransportElementElevator")
    return float(value) * site.model.length_unit_m if isinstance(value, int | float) and value > 0 else None


def building_with_lifts(site: Site, clause: Clause) -> Iterator[Item]:
    """The building, where the model has a lift or the door of one."""
    if _lifts(site) or lift_doors(site):
        yield from whole_building(site, clause)


@method("lift-car", building_with_lifts, _NO_LIFTS)
def lift_car(_: None, clause: Clause, site: Site) -> Judgement:
    """Whether one lift of the building has a car of ``width`` and ``depth``, or of ``deep_width`` and ``deep_depth``, m.

    With ``turned`` the first pair may lie either way round. The value is the depth (of a turned pair: the long side) of the car
    that comes nearest.
    """
    depth = clause.limit("depth")
    how = "轿厢净宽、净深（Pset_TransportElementElevator）"
    known = [(size.width_m, size.depth_m) for size in car_sizes(site) if size.width_m is not None and size.depth_m is not None]
    tolerance = site.pack.tolerance(depth)
    fitting = [size for size in known if any(_fits(size, wanted, tolerance) for wanted in _wanted(clause))]
    if fitting:
        return judge(fitting[0][1], Limit(">=", min(fitting[0][1], depth.value), "m"), tolerance, how, width_m=fitting[0][0])
    if not known or len(known) < len(_lifts(site)):
        return cannot_judge(NO_CAR_SIZE, limit=depth, how=how)
    nearest = max(known, key=lambda size: size[0] * size[1])
    width = clause.limit("width")
    if width.met_by(nearest[0], tolerance) and not depth.met_by(nearest[1], tolerance):
        return judge(nearest[1], depth, tolerance, how, width_m=nearest[0])
    return judge(nearest[0], width, tolerance, how, depth_m=nearest[1])


def _wanted(clause: Clause) -> list[tuple[float, float]]:
    """The pairs of width and depth that will do."""
    width, depth = clause.limit("width").value, clause.limit("depth").value
    pairs = [(width, depth)]
    if "turned" in clause.limits:
        pairs.append((depth, width))
    if "deep_width" in clause.limits:
        pairs.append((clause.limit("deep_width").value, clause.limit("deep_depth").value))
    return pairs


def _fits(size: tuple[float, float], wanted: tuple[float, float], tolerance: float) -> bool:
    return size[0] >= wanted[0] - tolerance and size[1] >= wanted[1] - tolerance


def lift_doors(site: Site) -> list[int]:
    """Record numbers of the doors on the side of a lift shaft, in file order."""
    return [
        door
        for door, sides in site.geometry.door_sides.items()
        if "lift_shaft" in {site.function_key(side) for side in sides if side is not None}
    ]


@method("lift-door-width", building_with_lifts, _NO_LIFTS)
def lift_door_width(_: None, clause: Clause, site: Site) -> Judgement:
    """Clear width of the building's widest landing door, m. The panels of a lift door slide away beside the opening.

    A car's own door opens no wider than the landing door before it, so that too narrow a landing door fails for certain.
    """
    limit = clause.limit("width")
    doors = [site.geometry.doors[door] for door in lift_doors(site)]
    if not doors:
        return cannot_judge("电梯层门及其后的电梯井空间", limit=limit)
    widest = max(doors, key=lambda door: door.widest_m)
    how = "电梯层门门框之间的净宽（层门与轿厢门同宽）"
    return judge(widest.widest_m, limit, site.pack.tolerance(limit), how, line_shape(*widest.line), doors=len(doors))
