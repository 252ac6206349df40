"""``hezhu sunlight MODEL.ifc``: the sunlight study of one model without any server.

Exit status 0: nothing failed (items for a person may be left); 1: something failed; 2: model, neighbours or rules cannot be
used, and no conclusion was drawn.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hezhu.engines import ifc
from hezhu.engines.findings import Verdict, count_verdicts
from hezhu.engines.review import DEFAULT_PACK, PackInvalid, load_pack
from hezhu.engines.review.planning import ConditionsInvalid, load_planning, read_conditions
from hezhu.engines.review.planning.read import facts_of
from hezhu.engines.review.sunlight.criteria import ZONES, load_sun_pack
from hezhu.engines.review.sunlight.openings import site_place, true_north_deg
from hezhu.engines.review.sunlight.results import write_results
from hezhu.engines.review.sunlight.solids import NeighboursInvalid, read_neighbours
from hezhu.engines.review.sunlight.study import Place, SunStudy, clock, study
from hezhu.engines.review.sunlight.surroundings import existing_buildings, neighbours_of_site

CLEAN, FAILED, NOT_READ = 0, 1, 2


class Unwritable(ValueError):
    """The results cannot be written."""

    code = "unwritable"


class PlaceUnknown(ValueError):
    """Neither the command nor the model says where the building stands."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        result = _study(arguments)
        files = _write(result, arguments.out) if arguments.out else {}
    except (ifc.ModelUnreadable, PackInvalid, NeighboursInvalid, ConditionsInvalid, PlaceUnknown, Unwritable) as error:
        print(f"没有出具任何结论：{error}", file=sys.stderr)
        if arguments.json:
            refusal = {"code": getattr(error, "code", "invalid"), "message": str(error)}
            print(json.dumps({"error": refusal, "exit": NOT_READ}, ensure_ascii=False))
        return NOT_READ
    failed = any(finding.verdict is Verdict.FAIL for finding in result.findings)
    status = FAILED if failed else CLEAN
    if arguments.json:
        print(json.dumps({**result.as_dict(), "files": files, "exit": status}, ensure_ascii=False, indent=1))
    else:
        print("\n".join([*_report(result), *(f"已写 {path}" for path in files.values())]))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu sunlight",
        description="日照分析：每扇窗在标准日的有效日照时间，按套判定，不需要服务器",
        epilog="退出码：0 没有不符合；1 有不符合；2 读不了，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc", help="模型文件")
    parser.add_argument("--lat", type=float, metavar="度", help="北纬，默认看模型的 IfcSite")
    parser.add_argument("--lon", type=float, metavar="度", help="东经，默认看模型的 IfcSite")
    parser.add_argument("--north", type=float, metavar="度", help="正北相对模型 +Y 轴顺时针的角度，默认看模型的 TrueNorth")
    parser.add_argument(
        "--neighbours", type=Path, metavar="FILE", help="周边建筑：JSON（轮廓、底、顶；没有时给空列表）或场地模型 .ifc"
    )
    parser.add_argument("--site", action="store_true", help="模型本身就是场地模型，周边建筑都在里面")
    parser.add_argument("--conditions", type=Path, metavar="FILE", help="规划条件，从中取新区或旧城区")
    parser.add_argument("--day", default="great-cold", help="great-cold 大寒日（默认）或 winter-solstice 冬至日")
    parser.add_argument("--zone", choices=ZONES, help="new_town 新区（默认）或 old_town 旧城区；没有给时看规划条件和场地模型")
    parser.add_argument(
        "--date", type=_date, default=None, metavar="YYYY-MM-DD", help="按哪一天有效的规定、哪一年的太阳，默认今天"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="把分户表、分窗表、显示用 JSON 和带日照属性的模型写到这个目录")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON")
    return parser


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；写成 2026-11-23 这样") from None


def _study(arguments: argparse.Namespace) -> SunStudy:
    """Everything small is read first: a wrong file is told before the model is opened."""
    pack = load_sun_pack()
    if arguments.day not in pack.days:
        raise PackInvalid(f"没有日照标准日“{arguments.day}”，现有：{'、'.join(pack.days)}")
    conditions = read_conditions(arguments.conditions, load_planning().words) if arguments.conditions else None
    near = arguments.neighbours
    from_site = near is not None and near.suffix.lower() in (".ifc", ".ifczip")
    neighbours = read_neighbours(near) if near and not from_site else None
    recognition = load_pack(DEFAULT_PACK).recognition
    model = ifc.read(arguments.model)
    if from_site:
        neighbours = neighbours_of_site(near, model)
    elif neighbours is None and arguments.site:
        neighbours = ()
    on = arguments.date or dt.datetime.now().astimezone().date()
    zone = arguments.zone or (conditions.zone if conditions else None) or _zone_of(model)
    existing = existing_buildings(model)
    return study(model, pack, recognition, _place(arguments, model), arguments.day, zone, on, neighbours, existing)


def _write(result: SunStudy, folder: Path) -> dict[str, str]:
    try:
        return write_results(result, folder)
    except OSError as error:
        raise Unwritable(f"结果写不进 {folder}：{error.strerror or error}；换一个目录再试") from error


def _zone_of(model: ifc.Model) -> str:
    """What the IfcSite says, else the new town, whose demand is the higher."""
    said = {str(facts_of(model, site).get("Zone")) for site in model.file.by_type("IfcSite")}
    return next((zone for zone in ZONES if zone in said), "new_town")


def _place(arguments: argparse.Namespace, model: ifc.Model) -> Place:
    own = site_place(model)
    latitude = own[0] if arguments.lat is None else arguments.lat
    longitude = own[1] if arguments.lon is None else arguments.lon
    if latitude is None or longitude is None:
        raise PlaceUnknown("不知道项目在哪里：模型的 IfcSite 没有经纬度，请给 --lat 和 --lon")
    if not (-66 <= latitude <= 66 and -180 <= longitude <= 180):
        raise PlaceUnknown(f"纬度 {latitude:g}、经度 {longitude:g} 不对；纬度应在 -66～66，经度 -180～180，单位度")
    return Place(latitude, longitude, true_north_deg(model) if arguments.north is None else arguments.north)


def _report(result: SunStudy) -> list[str]:
    day = result.pack.days[result.day]
    counts = count_verdicts(result.findings)
    shift = float((result.path.clock - result.path.minutes).mean())
    near = "未给出（日照足够的结论须人工）" if result.neighbours is None else f"{len(result.neighbours)} 栋"
    lines = [
        f"{result.model.project_name or result.model.path.name}：{day.label} {result.path.date}，"
        f"真太阳时 {clock(day.band[0])}～{clock(day.band[1])}（北京时间 = 真太阳时 {shift:+.1f} 分）",
        f"北纬 {result.place.latitude_deg:.4f}°，东经 {result.place.longitude_deg:.4f}°，正北 {result.place.north_deg:g}°；周边建筑 {near}",
        f"窗 {len(result.windows)} 扇" + (f"，另有 {len(result.unread)} 扇量不出" if result.unread else ""),
        "  ".join(f"{verdict.label} {counts[verdict.value]}" for verdict in Verdict),
        "",
    ]
    if not result.findings:
        lines.append(f"{day.label}没有适用于本模型的标准，只列日照时间")
        lines += [f"{row['storey']}  {row['room'] or row['name']}  {row['hours']:.2f} h" for row in result.as_dict()["windows"]]
    for finding in result.findings:
        value = f"{finding.measured.value:.2f} h" if finding.measured else "—"
        mark = "" if finding.source.confirmed else "（待核）"
        need = f"要求 ≥ {finding.required.value:g} h{mark}" if finding.required else ""
        lack = f"  缺 {'、'.join(finding.missing)}" if finding.missing else ""
        lines.append(f"{finding.verdict.label}  {finding.subject.storey} {finding.subject.name}  {value}  {need}{lack}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
