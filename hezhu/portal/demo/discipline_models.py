"""Small models of the disciplines beside architecture (演示数据): a frame, pipes, ducts and trays, storey by storey."""

from __future__ import annotations

from pathlib import Path

from hezhu.engines.ifc.sample_file import SampleFile, box

STOREYS, HEIGHT = 3, 3.0
# Element class, name, and the side of its square section in metres; a column stands, the others lie.
PARTS = {
    "structure": ("IfcColumn", "框架柱", 0.5),
    "plumbing": ("IfcPipeSegment", "给水管", 0.1),
    "hvac": ("IfcDuctSegment", "送风管", 0.4),
    "electrical": ("IfcCableCarrierSegment", "桥架", 0.2),
    "prefab": ("IfcSlab", "叠合板", 0.13),
}


def write_discipline(path: Path, discipline: str, *, mark: str = "") -> Path:
    """Writes the model of a discipline. ``mark`` makes another version of it; everything is named as a demonstration."""
    ifc_class, name, side = PARTS[discipline]
    out = SampleFile(f"示范保障房 {name}（演示数据）{mark}")
    site = out.rooted("IfcSite", "site", Name="示范地块（演示数据）", ObjectPlacement=out.place(None), CompositionType="ELEMENT")
    building = out.rooted("IfcBuilding", "building", Name="1号楼", ObjectPlacement=out.place(site), CompositionType="ELEMENT")
    out.aggregate(out.project, site)
    out.aggregate(site, building)
    for number in range(1, STOREYS + 1):
        elevation = HEIGHT * (number - 1)
        storey = out.rooted(
            "IfcBuildingStorey",
            f"storey|{number}",
            Name=f"{number}F",
            ObjectPlacement=out.place(building, (0.0, 0.0, elevation)),
            CompositionType="ELEMENT",
            Elevation=elevation,
        )
        out.aggregate(building, storey)
        for place in range(4):
            solid = (
                box(place * 6.0, 0.0, 0.0, side, side, HEIGHT, "slab")
                if ifc_class == "IfcColumn"
                else box(0.0, place * 3.0, HEIGHT - 0.5, 18.0, side, side, "rail")
            )
            element = out.rooted(
                ifc_class,
                f"{discipline}|{number}|{place}",
                Name=f"{name}-{number}-{place + 1}",
                ObjectPlacement=out.place(storey),
                Representation=out.mapped(out.shape([solid])),
            )
            out.contain(storey, element)
    out.finish(path)
    return path
