"""The sample building: our own IFC4 of an 11-storey prefab rental housing tower, with deliberate faults on request.

``write_sample`` writes it; ``main`` is the command ``hezhu sample-model``. The file is labelled 演示数据, is the same byte for
byte every time, and obeys the dwelling clauses unless a fault is asked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from hezhu.engines.ifc.sample_faults import FAULTS, Fault, UnknownFault, fault_storey
from hezhu.engines.ifc.sample_file import Entity, SampleFile, area, integer, length
from hezhu.engines.ifc.sample_kinds import Fitting
from hezhu.engines.ifc.sample_plan import FLATS, OUTLINE, Variant, balconies
from hezhu.engines.ifc.sample_storey import PROPERTY_TITLES, Floor, StoreyWriter

__all__ = ["FAULTS", "Fault", "UnknownFault", "main", "write_sample"]

STOREY_HEIGHT = 3.0
LOWEST, HIGHEST = 2, 33
# A made-up plot in the middle of Jiaxing; EPSG:4549, east and north in metres.
_EAST, _NORTH, _GROUND = 571_700.0, 3_403_200.0, 3.2
_LATITUDE, _LONGITUDE = (30, 44, 46, 0), (120, 45, 0, 0)


def write_sample(path: Path | str, faults: Iterable[str] = frozenset(), storeys: int = 11) -> Path:
    """Writes the sample building with the named faults (keys of ``FAULTS``) and returns the path.

    Raises ``UnknownFault`` for a name that does not exist, ``ValueError`` for a number of storeys outside 2–33, ``OSError``
    when the file cannot be written.
    """
    wanted = frozenset(faults)
    if unknown := wanted - FAULTS.keys():
        raise UnknownFault(set(unknown))
    if not LOWEST <= storeys <= HIGHEST:
        raise ValueError(f"层数 {storeys} 超出范围，应为 {LOWEST}～{HIGHEST}")
    target = Path(path)
    out = SampleFile("禾筑示范保障房（演示数据）")
    out.describe_properties(PROPERTY_TITLES)
    building = _site_and_building(out, storeys)
    shared = StoreyWriter(out)
    elevation = 0.0
    for number in range(1, storeys + 1):
        floor = _floor(number, storeys, wanted, elevation)
        storey = _storey(out, building, f"{number}F", elevation, floor.height)
        shared.write_floor(storey, floor)
        elevation = round(elevation + floor.height, 6)
    shared.write_roof(_storey(out, building, "屋面", elevation, None), storeys)
    out.finish(target)
    return target


def _floor(number: int, storeys: int, faults: frozenset[str], elevation: float) -> Floor:
    here = {name for name in faults if fault_storey(name, storeys) == number}
    moved = "small-bedroom" in here
    variant = Variant(
        ground=number == 1,
        corridor_south=7.05 if "narrow-corridor" in here else 6.6,
        bedroom_south=11.2 if moved else 9.9,
        bedroom_west=8.0 if moved else 7.8,
        bedroom_door=Fitting.NARROW_ROOM if "narrow-door" in here else Fitting.ROOM,
    )
    return Floor(
        number=number,
        top=number == storeys,
        elevation=elevation,
        height=2.9 if "low-storey" in here else STOREY_HEIGHT,
        variant=variant,
        balcony_guard=1.0 if "low-railing" in here else 1.2,
        flight_width=1.05 if "narrow-stair" in here else 1.2,
        landing_depth=1.0 if "short-landing" in here else 1.27,
        riser_shift=0.008 if "uneven-risers" in here else 0.0,
        corridor_ceiling=2.15 if "low-headroom" in here else None,
        nameless_room="2-卧室2" if "missing-room-function" in here else "",
        unrated_wall="XQ-1E" if "missing-fire-rating" in here else "",
    )


def _site_and_building(out: SampleFile, storeys: int) -> Entity:
    address = out.create(
        "IfcPostalAddress",
        Description="演示数据",
        AddressLines=("示范路 1 号（演示数据）",),
        Town="嘉兴市",
        Region="浙江省",
        Country="中国",
    )
    crs = out.create("IfcProjectedCRS", Name="EPSG:4549", Description="CGCS2000 / 3-degree Gauss-Kruger CM 120E")
    out.create(
        "IfcMapConversion",
        SourceCRS=out.context,
        TargetCRS=crs,
        Eastings=_EAST,
        Northings=_NORTH,
        OrthogonalHeight=_GROUND,
        XAxisAbscissa=1.0,
        XAxisOrdinate=0.0,
        Scale=1.0,
    )
    site = out.rooted(
        "IfcSite",
        "site",
        Name="示范地块（演示数据）",
        ObjectPlacement=out.place(None),
        CompositionType="ELEMENT",
        RefLatitude=_LATITUDE,
        RefLongitude=_LONGITUDE,
        RefElevation=_GROUND,
        SiteAddress=address,
    )
    building = out.rooted(
        "IfcBuilding",
        "building",
        Name="1号楼",
        LongName="示范保障房 1号楼（演示数据）",
        ObjectType="住宅",
        ObjectPlacement=out.place(site),
        CompositionType="ELEMENT",
        ElevationOfRefHeight=_GROUND,
        ElevationOfTerrain=_GROUND - 0.3,
        BuildingAddress=address,
    )
    out.aggregate(out.project, site)
    out.aggregate(site, building)
    total = storeys * _floor_area()
    out.properties(
        building,
        "Pset_BuildingCommon",
        {
            "OccupancyType": "住宅",
            "FireProtectionClass": "二级",
            "NumberOfStoreys": integer(storeys),
            "GrossPlannedArea": area(round(total, 3)),
        },
    )
    out.properties(building, "Hezhu_Prefab", {"FullDecoration": True, "OutdoorHeight": length(storeys * STOREY_HEIGHT + 0.3)})
    out.quantities(building, "Qto_BuildingBaseQuantities", A_GrossFloorArea=total)
    return building


def _floor_area() -> float:
    """Plan area of one storey with its balconies, m2."""
    return OUTLINE.area + sum(slab.rect.area for _, slab in balconies())


def _storey(out: SampleFile, building: Entity, name: str, elevation: float, height: float | None) -> Entity:
    storey = out.rooted(
        "IfcBuildingStorey",
        f"storey|{name}",
        Name=name,
        LongName=name if height is None else f"{name.removesuffix('F')} 层",
        ObjectPlacement=out.place(building, (0.0, 0.0, elevation)),
        CompositionType="ELEMENT",
        Elevation=elevation,
    )
    out.aggregate(building, storey)
    if height is not None:
        out.quantities(storey, "Qto_BuildingStoreyBaseQuantities", L_GrossHeight=height, A_GrossFloorArea=_floor_area())
    return storey


def main(argv: Sequence[str] | None = None) -> int:
    """``hezhu sample-model OUT.ifc [--faults all|a,b,c] [--storeys 11]``. 0 written, 2 not."""
    parser = argparse.ArgumentParser(prog="hezhu sample-model", description="生成演示用的装配式保障房模型（IFC4，演示数据）")
    parser.add_argument("out", type=Path, metavar="OUT.ifc", help="写到哪个文件")
    parser.add_argument("--faults", default="", help="故意放入的缺陷，逗号分隔，或 all；可选：" + "、".join(FAULTS))
    parser.add_argument("--storeys", type=int, default=11, help=f"地上层数，{LOWEST}～{HIGHEST}，默认 11")
    arguments = parser.parse_args(argv)
    names = FAULTS.keys() if arguments.faults == "all" else filter(None, arguments.faults.split(","))
    try:
        path = write_sample(arguments.out, frozenset(name.strip() for name in names), arguments.storeys)
    except (ValueError, OSError) as error:
        print(f"没有生成：{error}", file=sys.stderr)
        return 2
    print(f"已生成 {path}（{path.stat().st_size / 1e6:.1f} MB，{arguments.storeys} 层，{len(FLATS)} 户/层，演示数据）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
