"""The site that ``hezhu sample-site`` writes: five towers of 18 storeys between two roads and a river, and its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from hezhu.engines.review.planning.sample import Block, Mark, SiteSpec, rectangle

_STOREYS, _HEIGHT = 18, 2.9
_SPACE = (2.5, 5.5)


@dataclass(frozen=True)
class SiteFault:
    """A fault of the sample site: what it is, the rule it breaks, and how it changes the site."""

    title: str
    rule: str
    change: Callable[[SiteSpec], SiteSpec]


def sample_site(faults: Iterable[str] = ()) -> SiteSpec:
    """The site with the named faults (keys of ``FAULTS``). Raises ValueError for a name that does not exist."""
    names = list(faults)
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise ValueError(f"没有这样的缺陷：{'、'.join(unknown)}。可选：{'、'.join(FAULTS)}，或 all")
    site = _sound()
    for name in names:
        site = FAULTS[name].change(site)
    return site


def _tower(name: str, x: float, y: float, **more: object) -> Block:
    facts = {"Dwellings": 4 * _STOREYS, "HasLift": True, "AtJunction": name == "1号楼", "GroundShops": False}
    return Block(name, x, y, 40.0, 14.0, _STOREYS, _HEIGHT, facts=facts, **more)  # type: ignore[arg-type]


def _sound() -> SiteSpec:
    blocks = [
        _tower("1号楼", 20, 18),
        _tower("2号楼", 80, 18, basement=(20, 36, 200, 112, 3.8)),
        _tower("3号楼", 140, 18),
        _tower("4号楼", 50, 70),
        _tower("5号楼", 120, 70),
        Block("北侧现状住宅", 60, 190, 60, 12, 6, 3.0, facts={"Existing": True}),
    ]
    width, length = _SPACE
    spaces = [
        Mark("停车位 小型", f"地下 {row + 1}-{column + 1:02d}", rectangle(x, y, x + width, y + length))
        for row in range(9)
        for column in range(68)
        for x, y in [(25 + column * width, 38 + row * 8.0)]
    ]
    marks = [
        Mark("道路红线", "示范大道", rectangle(-60, -24, 300, 0), facts={"Grade": "次干路"}),
        Mark("道路红线", "示范一路", rectangle(-16, -24, 0, 260), facts={"Grade": "支路"}),
        Mark("河道绿带", "示范河绿带", rectangle(0, 132, 220, 142)),
        Mark("绿地", "中心绿地", rectangle(65, 34, 180, 66)),
        Mark("公共绿地", "北侧绿地", rectangle(20, 88, 200, 116)),
        Mark("围墙", "东侧围墙", [(219.8, 2.0), (219.8, 119.8)], closed=False),
        Mark("车库出入口", "车库出入口 1", rectangle(188, 40, 195, 60), facts={"Lanes": 2, "Slope": 0.12, "Curved": False}),
        Mark("车库出入口", "车库出入口 2", rectangle(12, 60, 19, 80), facts={"Lanes": 2, "Slope": 0.12, "Curved": False}),
        Mark("机动车出入口", "南入口", [(200, 0), (200, 10)], closed=False),
        *spaces,
    ]
    facts = {
        "Zone": "new_town", "GroundLevel": 0.0, "BicycleSpaces": 1010, "Population": 1152, "RunoffControl": 0.78,
        "PollutionReduction": 0.5, "RunoffCoefficient": 0.52,
    }  # fmt: skip
    return SiteSpec(blocks, marks, rectangle(0, 0, 220, 120), facts)


def _change_block(name: str, **values: object) -> Callable[[SiteSpec], SiteSpec]:
    def change(site: SiteSpec) -> SiteSpec:
        blocks = [replace(block, **values) if block.name == name else block for block in site.blocks]  # type: ignore[arg-type]
        return replace(site, blocks=blocks)

    return change


def _without(kind: str) -> Callable[[SiteSpec], SiteSpec]:
    return lambda site: replace(site, marks=[mark for mark in site.marks if not mark.kind.startswith(kind)])


def _change_mark(name: str, **values: object) -> Callable[[SiteSpec], SiteSpec]:
    def change(site: SiteSpec) -> SiteSpec:
        return replace(site, marks=[replace(mark, **values) if mark.name == name else mark for mark in site.marks])  # type: ignore[arg-type]

    return change


FAULTS: dict[str, SiteFault] = {
    "too-close": SiteFault("4号楼与1、2号楼间距不足", "spacing-residential", _change_block("4号楼", y=60.0)),
    "over-the-line": SiteFault("3号楼东侧退让不足", "boundary-setback", _change_block("3号楼", x=172.0)),
    "near-road": SiteFault("2号楼退让道路红线不足", "road-setback", _change_block("2号楼", y=10.0)),
    "little-green": SiteFault("绿地率不足", "green", _change_mark("北侧绿地", points=rectangle(20, 88, 100, 116))),
    "few-spaces": SiteFault(
        "机动车位不足", "parking", lambda site: replace(site, marks=[m for m in site.marks if not m.name.startswith("地下 9-")])
    ),
    "small-space": SiteFault("车位过小", "parking-size", _change_mark("地下 1-01", points=rectangle(25, 38, 27.3, 43.5))),
    "steep-ramp": SiteFault(
        "坡道过陡", "access-slope", _change_mark("车库出入口 1", facts={"Lanes": 2, "Slope": 0.17, "Curved": False})
    ),
    "wide-front": SiteFault("5号楼面宽过大", "facade-residential", _change_block("5号楼", length=72.0)),
    "no-boundary": SiteFault("没有用地红线", "density", lambda site: replace(site, boundary=None)),
    "no-green": SiteFault("没有画绿地", "green", lambda site: _without("公共绿地")(_without("绿地")(site))),
}
