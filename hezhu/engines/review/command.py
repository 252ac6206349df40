"""``hezhu review MODEL.ifc``: the whole review without any server.

Exit status 0: nothing failed (items for a person may be left); 1: something failed; 2: model, IDS, pack or sheet cannot be
read, and no conclusion was drawn.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hezhu.engines import ifc, prefab
from hezhu.engines.beside import Beside
from hezhu.engines.findings import Verdict
from hezhu.engines.review import DEFAULT_PACK, PackInvalid, Review, ReviewContext, load_pack, run
from hezhu.engines.review.reports import write_bcf, write_html, write_json
from hezhu.engines.review.reports.json import dumps
from hezhu.engines.review.site import Site

CLEAN, FAILED, NOT_READ = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        review, assembly = _review(arguments)
        files = _write(arguments.out, review, assembly) if arguments.out else {}
    except _unreadable() as error:
        return _refuse(arguments, str(error), getattr(error, "code", "invalid"))
    except OSError as error:
        return _refuse(arguments, f"报告写不进 {arguments.out}：{error.strerror or error}；换一个目录再试", "unwritable")
    failed = any(finding.verdict is Verdict.FAIL for finding in review.findings)
    status = FAILED if failed else CLEAN
    if arguments.json:
        print(dumps({**review.summary(), "assembly": _assembly_summary(assembly), "files": files, "exit": status}))
    else:
        print("\n".join(_table(review, assembly, files)))
    return status


def _unreadable() -> tuple[type[Exception], ...]:
    """What a wrong input raises. The evaluation of data requirements is only loaded when something went wrong or asks for it."""
    from hezhu.engines.review.ids import IdsInvalid

    return ifc.ModelUnreadable, IdsInvalid, PackInvalid, prefab.ProfileInvalid, prefab.SheetInvalid


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu review",
        description="审查一个建筑模型（IFC2X3、IFC4、IFC4X3、ifcZIP），不需要服务器",
        epilog="退出码：0 没有不符合；1 有不符合；2 读不了，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc", help="模型文件")
    parser.add_argument("--ids", type=Path, action="append", default=[], metavar="FILE", help="数据要求文件（IDS 1.0），可多次")
    parser.add_argument("--pack", default=DEFAULT_PACK, metavar="NAME", help=f"条文包，默认 {DEFAULT_PACK}")
    parser.add_argument("--profile", default="gbt51129-2017", metavar="NAME", help="装配率评分规则，默认 gbt51129-2017")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="装配率填报表（csv、xlsx），补充模型没有的数量")
    parser.add_argument("--kind", choices=("dwelling", "public"), default="unknown", help="建筑类别，默认看模型")
    parser.add_argument("--date", type=_date, default=None, metavar="YYYY-MM-DD", help="按哪一天有效的条文，默认今天")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把 review.json、review.html、review.bcf 写到这个目录")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 摘要")
    return parser


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；写成 2026-11-23 这样") from None


def _review(arguments: argparse.Namespace) -> tuple[Review, prefab.AssemblyRate]:
    """Everything small is read first: a wrong pack or sheet is told before the model is opened."""
    pack = load_pack(arguments.pack)
    profile = prefab.load_profile(arguments.profile)
    entered = prefab.quantities_from_sheet(arguments.sheet, profile) if arguments.sheet else {}
    context = ReviewContext(building_kind=arguments.kind, on=arguments.date or dt.datetime.now().astimezone().date())
    model = ifc.read(arguments.model)
    kind = Site(model, pack, context).building_kind
    with Beside(lambda: prefab.quantities_from_model(model, profile, kind)) as quantities:
        review = run(model, pack, context, arguments.ids)
        inputs = prefab.merge(quantities.result(), entered)
    return review, prefab.rate(inputs, profile, review.building_kind)


def _write(folder: Path, review: Review, assembly: prefab.AssemblyRate) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "json": str(write_json(review, folder / "review.json", assembly)),
        "html": str(write_html(review, folder / "review.html", assembly)),
        "bcf": str(write_bcf(review, review.model, folder / "review.bcf")),
    }


def _refuse(arguments: argparse.Namespace, message: str, code: str) -> int:
    """Says on stderr why nothing was concluded; with ``--json`` also as an object on stdout."""
    print(f"没有出具任何结论：{message}", file=sys.stderr)
    if arguments.json:
        print(dumps({"error": {"code": code, "message": message}, "exit": NOT_READ}))
    return NOT_READ


def _assembly_summary(assembly: prefab.AssemblyRate) -> dict[str, Any]:
    return {
        "profile": assembly.profile,
        "standard": assembly.standard,
        "has_data": assembly.has_data,
        "rate": assembly.rate if assembly.has_data else None,
        "is_lower_bound": assembly.is_lower_bound,
        "best_rate": assembly.best_rate,
        "groups": {group.id: group.score for group in assembly.groups},
        "q4": assembly.q4,
        "qualified": assembly.qualified,
        "is_prefab_building": assembly.is_prefab_building,
        "grade": assembly.grade,
        "unknowns": list(assembly.unknowns),
        "remarks": list(assembly.remarks),
    }


def _table(review: Review, assembly: prefab.AssemblyRate, files: dict[str, str]) -> list[str]:
    summary = review.summary()
    counts = summary["counts"]
    lines = [
        f"{summary['model'].get('project') or summary['model']['file']}（{summary['model']['schema']}，"
        f"{summary['model']['entity_count']:,} 条记录）",
        f"条文包 {summary['pack']['name']} {summary['pack']['version']}，按 {summary['context']['on']} 有效的条文",
        "  ".join(f"{verdict.label} {counts[verdict.value]:,}" for verdict in Verdict),
        *(f"注意：{warning}" for warning in summary["model"]["warnings"]),
        "",
        _row("不符合", "需人工", "符合", "规则"),
    ]
    for rule in summary["by_rule"]:
        mark = "" if rule["confirmed"] else "（待核）"
        name = f"{rule['title']}  {rule['standard']} {rule['clause']}{mark}"
        lines.append(_row(*(f"{rule[key]:,}" if rule[key] else "·" for key in ("fail", "manual", "pass")), name))
    return [*lines, "", *_assembly_lines(assembly), *(f"已写 {path}" for path in files.values())]


def _assembly_lines(assembly: prefab.AssemblyRate) -> list[str]:
    if not assembly.has_data:
        return ["装配率 待定：模型没有说明哪些构件是预制的，也没有填报表（--sheet）"]
    bound = f"至少 {assembly.rate:.1f}%（缺的数据补齐后最多 {assembly.best_rate:.1f}%）"
    value = bound if assembly.is_lower_bound else f"{assembly.rate:.1f}%"
    verdict = {True: "计为装配式建筑", False: "不计为装配式建筑", None: "是否计为装配式建筑：待定"}[assembly.qualified]
    grade = f"，{assembly.grade} 级" if assembly.grade else ""
    return [f"装配率 {value}，{verdict}{grade}", *(f"  {remark}" for remark in assembly.remarks)]


def _row(*cells: str) -> str:
    """Three right-aligned columns and a text; a Chinese character is two columns wide in a terminal."""
    widths = (8, 8, 8)
    padded = [" " * max(0, width - _columns(cell)) + cell for cell, width in zip(cells, widths, strict=False)]
    return "".join(padded) + "  " + cells[-1]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


if __name__ == "__main__":
    sys.exit(main())
