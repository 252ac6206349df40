"""Cases of the requirements on the model itself, in ``cn-base.yaml``. What a model lacks is for a person: none of them fails."""

from __future__ import annotations

from tests.engines.clauses.battery import WITHOUT_LIMIT, Draw, case
from tests.engines.clauses.rooms import plain, without_body
from tests.engines.ifc.drawing import Drawing, rectangle

for _clause in ("space-function", "storey-named", "space-measurable", "building-facts", "elements-placed"):
    WITHOUT_LIMIT[f"model-{_clause}"] = "模型数据要求只问有没有，没有限值"


def room(name: str, **attributes: str) -> Draw:
    """One room so called."""

    def draw(drawing: Drawing) -> None:
        made = drawing.room("1F", name, rectangle(0, 0, 3, 3))
        for key, value in attributes.items():
            setattr(made, key, value)

    return plain(draw)


case("model-space-function", "pass", "pass")(room("卧室"))
case("model-space-function", "对象类型写明功能", "pass")(room("A-01", ObjectType="办公室"))
case("model-space-function", "fail", "manual")(room("A-01"))
case("model-space-function", "undecidable", "manual")(room("", LongName=""))


def storeys(*levels: tuple[str, float | None]) -> Draw:
    """Storeys so called at these elevations."""

    def draw(drawing: Drawing) -> None:
        for name, elevation in levels:
            made = drawing.storey(name, elevation or 0.0)
            if elevation is None:
                made.Elevation = None
                made.ObjectPlacement = None

    return draw


case("model-storey-named", "pass", "pass", 0.0)(storeys(("1F", 0.0), ("2F", 3.0)))
case("model-storey-named", "fail", "manual")(storeys(("1F", 0.0), ("1F", 3.0)))
case("model-storey-named", "没有名称", "manual")(storeys(("", 0.0)))
case("model-storey-named", "undecidable", "manual")(storeys(("1F", 0.0), ("2F", None)))

case("model-space-measurable", "pass", "pass", 9.0)(room("卧室"))
case("model-space-measurable", "fail", "manual")(
    plain(lambda drawing: drawing.room("1F", "卧室", rectangle(0, 0, 3, 3), height=0.01) and None)
)
case("model-space-measurable", "undecidable", "manual")(without_body("卧室"))


def building(fire_class: str | None, roof: bool = True) -> Draw:
    """A building of one storey, 3 m high where the roof is modelled, with a fire class."""

    def draw(drawing: Drawing) -> None:
        drawing.storey("1F", 0.0)
        drawing.room("1F", "办公室", rectangle(0, 0, 3, 3))
        if roof:
            drawing.storey("屋面", 3.0)
        if fire_class:
            drawing.properties(drawing.building, "Pset_BuildingCommon", FireProtectionClass=fire_class)

    return draw


case("model-building-facts", "pass", "pass", 3.0)(building("二级"))
case("model-building-facts", "fail", "manual")(building(None))
case("model-building-facts", "没有屋面标高", "manual")(building("二级", roof=False))
case("model-building-facts", "undecidable", "manual", kind="unknown")(building("二级"))


def walls(*placed: bool) -> Draw:
    """Walls, on the storey or on none."""

    def draw(drawing: Drawing) -> None:
        for on_storey in placed:
            if on_storey:
                drawing.element("IfcWall", "1F", [drawing.box(0, 0, 0, 3, 0.2, 3)])
            else:
                drawing.add("IfcWall", Name="墙")

    return plain(draw)


case("model-elements-placed", "pass", "pass", 0)(walls(True, True))
case("model-elements-placed", "fail", "manual")(walls(False, False))
case("model-elements-placed", "undecidable", "manual")(walls(True, False))
