"""``hezhu planning SITE.ifc``: a site model against the planning regulation and the project's planning conditions.

Exit status 0: nothing failed (items for a person may be left); 1: something failed; 2: model, conditions or pack cannot be
used, and no conclusion was drawn.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from hezhu.engines import ifc
from hezhu.engines.findings import Verdict
from hezhu.engines.review.pack import PackInvalid
from hezhu.engines.review.planning.conditions import ConditionsInvalid, read_conditions
from hezhu.engines.review.planning.drawing import drawing
from hezhu.engines.review.planning.pack import DEFAULT_PLANNING, load_planning
from hezhu.engines.review.planning.run import PlanningReview, run
from hezhu.engines.review.planning.sheet import panel, value_of, write_sheet
from hezhu.engines.review.reports import reason_text, write_bcf, write_html, write_json
from hezhu.engines.review.reports.json import dumps

CLEAN, FAILED, NOT_READ = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        review = _review(arguments)
        files = _write(arguments.out, review) if arguments.out else {}
    except (ifc.ModelUnreadable, PackInvalid, ConditionsInvalid) as error:
        return _refuse(arguments, str(error), getattr(error, "code", "invalid"))
    except OSError as error:
        return _refuse(arguments, f"报告写不进 {arguments.out}：{error.strerror or error}；换一个目录再试", "unwritable")
    status = FAILED if any(finding.verdict is Verdict.FAIL for finding in review.findings) else CLEAN
    if arguments.json:
        findings = [finding.as_dict() for finding in review.findings]
        print(dumps({**review.summary(), "findings": findings, "files": files, "exit": status}))
    else:
        print("\n".join([*_report(review), *(f"已写 {path}" for path in files.values())]))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu planning",
        description="BIM 报建：按规划管理技术规定和规划条件审查一个场地模型，不需要服务器",
        epilog="退出码：0 没有不符合；1 有不符合；2 读不了，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="SITE.ifc", help="场地模型")
    parser.add_argument("--conditions", type=Path, metavar="FILE", help="规划条件（YAML 或 JSON），优先于技术规定")
    parser.add_argument("--pack", default=DEFAULT_PLANNING, metavar="NAME", help=f"规划规则包，默认 {DEFAULT_PLANNING}")
    parser.add_argument("--date", type=_date, default=None, metavar="YYYY-MM-DD", help="按哪一天有效的规定，默认今天")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="把 planning.json、.html、.bcf、.svg 和 indicators.xlsx 写到这个目录"
    )
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON：指标、结论和每一处发现")
    return parser


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；写成 2026-11-23 这样") from None


def _review(arguments: argparse.Namespace) -> PlanningReview:
    """Everything small is read first: a wrong pack or wrong conditions are told before the model is opened."""
    pack = load_planning(arguments.pack)
    conditions = read_conditions(arguments.conditions, pack.words) if arguments.conditions else None
    return run(ifc.read(arguments.model), pack, conditions, arguments.date)


def _write(folder: Path, review: PlanningReview) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "planning.svg"
    plan.write_text(drawing(review), encoding="utf-8")
    return {
        "json": str(write_json(review, folder / "planning.json")),
        "html": str(write_html(review, folder / "planning.html", panels=panel(review))),
        "bcf": str(write_bcf(review, review.model, folder / "planning.bcf")),
        "picture": str(plan),
        "indicators": str(write_sheet(review, folder / "indicators.xlsx")),
    }


def _refuse(arguments: argparse.Namespace, message: str, code: str) -> int:
    print(f"没有出具任何结论：{message}", file=sys.stderr)
    if arguments.json:
        print(dumps({"error": {"code": code, "message": message}, "exit": NOT_READ}))
    return NOT_READ


def _report(review: PlanningReview) -> list[str]:
    counts = review.summary()["counts"]
    zone = review.pack.zones[review.zones[0]] if len(review.zones) == 1 else "未说明是旧城区还是新区"
    judged_by = f"规划条件 {review.conditions.document} 优先，其余按" if review.conditions else "没有规划条件，按"
    mark = "" if review.pack.confirmed else "（待核）"
    lines = [
        f"{review.plan.name}：{len(review.plan.project)} 栋新建，{zone}",
        f"{judged_by}{review.pack.title} {review.pack.version}{mark}",
        "  ".join(f"{verdict.label} {counts[verdict.value]:,}" for verdict in Verdict),
        "",
        *(f"{figure.title}  {value_of(figure)}" for figure in review.figures.rows.values()),
        "",
    ]
    shown = [finding for finding in review.findings if finding.verdict in (Verdict.FAIL, Verdict.MANUAL)]
    for finding in sorted(shown, key=lambda finding: finding.verdict is not Verdict.FAIL):
        lines.append(
            f"{finding.verdict.label}  {finding.title}  {finding.subject.name}  {reason_text(finding)}  [{finding.source.clause}]"
        )
    return [*lines, *(f"没有读懂：{text}" for text in review.plan.warnings)]


if __name__ == "__main__":
    sys.exit(main())
