"""``hezhu area MODEL.ifc``: the building area of one model, without any server.

Exit status 0: the area was measured (parts may be left to a person: then it is a range); 2: model or profile cannot be used,
and no conclusion was drawn.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hezhu.engines import ifc
from hezhu.engines.findings import Quantity
from hezhu.engines.review.area.profile import DEFAULT_PROFILE, load_profile
from hezhu.engines.review.area.study import BuildingArea, building_area
from hezhu.engines.review.pack import PackInvalid

MEASURED, NOT_READ = 0, 2
_SHOWN = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        result = building_area(ifc.read(arguments.model), load_profile(arguments.profile))
        if arguments.out:
            _write(result, arguments.out)
    except (ifc.ModelUnreadable, PackInvalid, OSError) as error:
        print(f"没有出具任何结论：{error}", file=sys.stderr)
        if arguments.json:
            refusal = {"code": getattr(error, "code", "invalid"), "message": str(error)}
            print(json.dumps({"error": refusal, "exit": NOT_READ}, ensure_ascii=False))
        return NOT_READ
    if arguments.json:
        print(json.dumps({**result.as_dict(), "exit": MEASURED}, ensure_ascii=False))
    else:
        print("\n".join(_report(result)))
    return MEASURED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu area",
        description="建筑面积：按规范从模型几何逐层计算全算、半算、不算的部位，不需要服务器",
        epilog="退出码：0 已计算（有需人工的部位时给出范围）；2 读不了，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc", help="模型文件")
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help=f"建筑面积规则，默认 {DEFAULT_PROFILE}")
    parser.add_argument("--out", type=Path, metavar="DIR", help="写入 area.json、storeys.csv、parts.csv")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON")
    return parser


def _write(result: BuildingArea, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "area.json").write_text(json.dumps(result.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    rows = [
        [s.storey.name, *(f"{value:.2f}" for value in (s.full_m2, s.half_m2, s.none_m2, s.undecided_m2, s.low_m2, s.high_m2))]
        for s in result.storeys
    ]
    _sheet(
        folder / "storeys.csv", ["楼层", "全算水平面积", "半算水平面积", "不算", "需人工", "建筑面积下限", "建筑面积上限"], rows
    )
    parts = [
        [
            part.storey.name,
            part.rule.title,
            part.rule.source.clause + part.rule.source.mark,
            f"{part.area_m2:.4f}",
            " / ".join(f"{factor:g}" for factor in part.factors),
            part.why,
            "；".join(part.missing),
            " ".join(body.element.global_id for body in part.elements),
        ]
        for part in result.parts
    ]
    _sheet(folder / "parts.csv", ["楼层", "部位", "条号", "水平面积", "系数", "依据", "缺什么", "构件"], parts)


def _sheet(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([head, *rows])


def _report(result: BuildingArea) -> list[str]:
    profile = result.profile
    mark = "" if all(rule.source.confirmed for rule in profile.rules.values()) else "（待核）"
    lines = [f"{result.model.project_name or result.model.path.name}：{profile.standard}{mark}"]
    if profile.notice:
        lines.append(f"注意：{profile.notice}")
    lines.append("楼层  全算  半算  不算  需人工  建筑面积（m²）")
    for row in result.storeys:
        sums = f"{row.full_m2:.2f}  {row.half_m2:.2f}  {row.none_m2:.2f}  {row.undecided_m2:.2f}"
        lines.append(f"{row.storey.name}  {sums}  {_between(row.low_m2, row.high_m2)}")
    lines.append(f"合计  {_between(result.low_m2, result.high_m2)}")
    if result.bare:
        lines.append(f"没有楼板、空间、门和楼梯的楼层未计：{'、'.join(storey.name for storey in result.bare)}")
    open_parts = [finding for finding in result.findings if finding.missing]
    lines += [
        f"{f.verdict.label}  {f.subject.storey} {f.subject.name}  {_area(f.measured)}  缺 {'；'.join(f.missing)}"
        for f in open_parts[:_SHOWN]
    ]
    if len(open_parts) > _SHOWN:
        lines.append(f"另有 {len(open_parts) - _SHOWN} 项需人工，--json 给出全部")
    return lines


def _between(low: float, high: float) -> str:
    return f"{low:.2f}" if high - low < 0.005 else f"{low:.2f}～{high:.2f}"


def _area(quantity: Quantity | None) -> str:
    return "" if quantity is None else f"{quantity.value:.2f} m²"


if __name__ == "__main__":
    sys.exit(main())
