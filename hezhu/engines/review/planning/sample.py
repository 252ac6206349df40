"""The sample site: our own IFC4 of a residential block at the scale of a planning application, with faults on request.

``write_site`` writes any ``SiteSpec``; ``main`` is the command ``hezhu sample-site``. All of it is 演示数据, and the same byte for
byte every time.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hezhu.engines.ifc.sample_file import Entity, Point, SampleFile, Solid, integer
from hezhu.engines.review.planning.read import PSET

_LATITUDE, _LONGITUDE = (30, 44, 46, 0), (120, 45, 0, 0)
_WINDOW_M, _SILL_M, _WINDOW_HIGH_M = 1.8, 0.9, 1.5


@dataclass(frozen=True)
class Block:
    """A building as a stack of equal masses: west and south corner, length along x and depth along y, turned about that corner.

    ``heights`` gives storey heights one by one (else ``storeys`` times ``height``). ``podium`` is (storeys, west, south, east,
    north): how far the lowest storeys reach out. ``basement`` is (x0, y0, x1, y1, depth). ``areas`` declares floor areas by
    storey. ``flats`` puts so many southern rooms with a window on each storey. ``mass`` False leaves the storeys empty.
    """

    name: str
    x: float
    y: float
    length: float
    depth: float
    storeys: int = 6
    height: float = 3.0
    use: str = "住宅"
    turn_deg: float = 0.0
    heights: tuple[float, ...] = ()
    podium: tuple[int, float, float, float, float] | None = None
    basement: tuple[float, float, float, float, float] | None = None
    areas: tuple[float, ...] = ()
    flats: int = 0
    mass: bool = True
    open_ground: bool = False
    roof_box: tuple[float, float, float] | None = None
    roof_slope_deg: float = 0.0
    storey_uses: Mapping[int, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def storey_heights(self) -> tuple[float, ...]:
        """Heights of the storeys from the lowest up."""
        return self.heights or (self.height,) * self.storeys

    def ring(self, west: float = 0.0, south: float = 0.0, east: float = 0.0, north: float = 0.0) -> list[Point]:
        """Plan corners, moved out by so much on each side."""
        local = [
            (-west, -south),
            (self.length + east, -south),
            (self.length + east, self.depth + north),
            (-west, self.depth + north),
        ]
        turn = math.radians(self.turn_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        return [(self.x + x * cos - y * sin, self.y + x * sin + y * cos) for x, y in local]


@dataclass(frozen=True)
class Mark:
    """Something on the site that is no building: what it is called, its points, and its facts. ``closed`` makes an area."""

    kind: str
    name: str
    points: Sequence[Point]
    closed: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SiteSpec:
    """A whole site. ``north_deg`` is true north clockwise from +Y."""

    blocks: Sequence[Block] = ()
    marks: Sequence[Mark] = ()
    boundary: Sequence[Point] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    north_deg: float = 0.0
    name: str = "示范地块（演示数据）"


def rectangle(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    """Corners of an upright rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def write_site(path: Path | str, spec: SiteSpec) -> Path:
    """Writes a site and returns the path. OSError when the file cannot be written."""
    target = Path(path)
    out = SampleFile(spec.name)
    turn = math.radians(spec.north_deg)
    out.context.TrueNorth = out.create("IfcDirection", DirectionRatios=(math.sin(turn), math.cos(turn)))
    site = out.rooted(
        "IfcSite", "site", Name=spec.name, ObjectPlacement=out.place(None), CompositionType="ELEMENT",
        RefLatitude=_LATITUDE, RefLongitude=_LONGITUDE,
    )  # fmt: skip
    out.aggregate(out.project, site)
    _facts(out, site, spec.facts)
    marks = list(spec.marks)
    if spec.boundary is not None:
        marks.insert(0, Mark("用地红线", "用地红线", spec.boundary))
    for number, mark in enumerate(marks):
        _mark(out, site, mark, number)
    for block in spec.blocks:
        _block(out, site, block)
    out.finish(target)
    return target


def _facts(out: SampleFile, entity: Entity, facts: Mapping[str, Any]) -> None:
    if facts:
        out.properties(entity, PSET, {name: _typed(value) for name, value in facts.items()})


def _typed(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    return integer(value) if isinstance(value, int) else ("IfcReal", float(value))


def _mark(out: SampleFile, site: Entity, mark: Mark, number: int) -> None:
    """An area or a line as a geographic element with a plan curve."""
    corners = [out.point(x, y) for x, y in mark.points]
    curve = out.create("IfcPolyline", Points=[*corners, corners[0]] if mark.closed else corners)
    shape = out.create(
        "IfcShapeRepresentation",
        ContextOfItems=out.context,
        RepresentationIdentifier="FootPrint",
        RepresentationType="Curve2D",
        Items=[curve],
    )
    entity = out.rooted(
        "IfcGeographicElement", f"mark|{number}|{mark.kind}|{mark.name}", Name=mark.name, ObjectType=mark.kind,
        ObjectPlacement=out.place(site), Representation=out.create("IfcProductDefinitionShape", Representations=[shape]),
    )  # fmt: skip
    out.contain(site, entity)
    _facts(out, entity, mark.facts)


def _block(out: SampleFile, site: Entity, block: Block) -> None:
    building = out.rooted(
        "IfcBuilding", f"building|{block.name}", Name=block.name, ObjectType=block.use or None, ObjectPlacement=out.place(site),
        CompositionType="ELEMENT",
    )  # fmt: skip
    out.aggregate(site, building)
    _facts(out, building, block.facts)
    if block.basement:
        x0, y0, x1, y1, depth = block.basement
        _storey(out, building, block, "-1F", -depth, depth, rectangle(x0, y0, x1, y1), 0)
    z = 0.0
    for number, height in enumerate(block.storey_heights, start=1):
        wide = block.podium is not None and number <= block.podium[0]
        ring = block.ring(*block.podium[1:]) if wide and block.podium else block.ring()
        _storey(out, building, block, f"{number}F", z, height, ring, number)
        z = round(z + height, 6)
    if block.roof_box or block.roof_slope_deg:
        _roof(out, building, block, z)


def _storey(
    out: SampleFile, building: Entity, block: Block, name: str, z: float, height: float, ring: Sequence[Point], number: int
) -> None:
    kind = "架空层" if block.open_ground and number == 1 else None
    storey = out.rooted(
        "IfcBuildingStorey", f"storey|{block.name}|{name}", Name=name, LongName=kind,
        ObjectPlacement=out.place(building, (0.0, 0.0, z)), CompositionType="ELEMENT", Elevation=z,
    )  # fmt: skip
    out.aggregate(building, storey)
    stated = {"L_GrossHeight": height}
    if 1 <= number <= len(block.areas):
        stated["A_GrossFloorArea"] = block.areas[number - 1]
    out.quantities(storey, "Qto_BuildingStoreyBaseQuantities", **stated)
    if number in block.storey_uses:
        _facts(out, storey, {"Use": block.storey_uses[number]})
    if block.mass:
        _body(out, storey, "IfcBuildingElementProxy", f"{block.name}-{name}-体量", "体量", Solid(tuple(ring), height, "cast"))
    if number:
        for flat in range(block.flats):
            _flat(out, storey, block, number, flat)


def _body(out: SampleFile, storey: Entity, ifc_class: str, name: str, kind: str, solid: Solid, **more: Any) -> Entity:
    entity = out.rooted(
        ifc_class, f"body|{name}", Name=name, ObjectType=kind, ObjectPlacement=out.place(storey),
        Representation=out.mapped(out.shape([solid])), **more,
    )  # fmt: skip
    if ifc_class == "IfcSpace":
        out.aggregate(storey, entity)
    else:
        out.contain(storey, entity)
    return entity


def _flat(out: SampleFile, storey: Entity, block: Block, number: int, flat: int) -> None:
    """A southern bedroom with a window, as a dwelling of its own (IfcZone)."""
    width = block.length / block.flats
    west = flat * width
    room = _part(block, west + 0.2, 0.2, west + width - 0.2, 5.0)
    name = f"{block.name}-{number}{flat + 1:02d}"
    space = _body(out, storey, "IfcSpace", f"{name}-卧室", "", Solid(tuple(room), 2.8, "space"), LongName="卧室")
    middle = west + width / 2
    plate = _part(block, middle - _WINDOW_M / 2, 0.0, middle + _WINDOW_M / 2, 0.1)
    solid = Solid(tuple(plate), _WINDOW_HIGH_M, "glass", origin=(0.0, 0.0, _SILL_M))
    _body(out, storey, "IfcWindow", f"{name}-窗", "", solid)
    zone = out.rooted("IfcZone", f"zone|{name}", Name=name)
    out.group(zone, space)


def _part(block: Block, x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    turn = math.radians(block.turn_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    return [(block.x + x * cos - y * sin, block.y + x * sin + y * cos) for x, y in rectangle(x0, y0, x1, y1)]


def _roof(out: SampleFile, building: Entity, block: Block, z: float) -> None:
    storey = out.rooted(
        "IfcBuildingStorey", f"storey|{block.name}|屋面", Name="屋面", ObjectPlacement=out.place(building, (0.0, 0.0, z)),
        CompositionType="ELEMENT", Elevation=z,
    )  # fmt: skip
    out.aggregate(building, storey)
    if block.roof_box:
        length, depth, height = block.roof_box
        ring = _part(block, 0.0, 0.0, length, depth)
        _body(out, storey, "IfcBuildingElementProxy", f"{block.name}-电梯机房", "屋面附属", Solid(tuple(ring), height, "cast"))
    if block.roof_slope_deg:
        rise = block.depth / 2 * math.tan(math.radians(block.roof_slope_deg))
        gable = ((0.0, 0.0), (block.depth, 0.0), (block.depth / 2, rise))
        # the gable stands in the plane of y and z at the western end and is pushed along x
        solid = Solid(gable, block.length, "cast", (block.x, block.y, 0.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
        _body(out, storey, "IfcRoof", f"{block.name}-坡屋面", "", solid)


def main(argv: Sequence[str] | None = None) -> int:
    """``hezhu sample-site OUT.ifc [--faults all|a,b,c]``. 0 written, 2 not."""
    from hezhu.engines.review.planning.sample_block import FAULTS, sample_site

    parser = argparse.ArgumentParser(prog="hezhu sample-site", description="生成演示用的报建场地模型（IFC4，演示数据）")
    parser.add_argument("out", type=Path, metavar="OUT.ifc", help="写到哪个文件")
    parser.add_argument("--faults", default="", help="故意放入的缺陷，逗号分隔，或 all；可选：" + "、".join(FAULTS))
    arguments = parser.parse_args(argv)
    names = list(FAULTS) if arguments.faults == "all" else [name.strip() for name in arguments.faults.split(",") if name.strip()]
    try:
        path = write_site(arguments.out, sample_site(names))
    except (ValueError, OSError) as error:
        print(f"没有生成：{error}", file=sys.stderr)
        return 2
    print(f"已生成 {path}（{path.stat().st_size / 1e6:.1f} MB，演示数据）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
