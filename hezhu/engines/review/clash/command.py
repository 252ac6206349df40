"""``hezhu clash MODEL.ifc [MODEL2.ifc …]``: clashes, clearances and duplicates over several models, without any server.

Exit status 0: nothing fails (items for a person may be left); 1: something fails; 2: a model or the pack cannot be used, and no
conclusion was drawn.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hezhu.engines import ifc
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.clash.rules import DEFAULT_CLASH_PACK, load_clash_pack
from hezhu.engines.review.clash.study import ClashStudy, clash
from hezhu.engines.review.pack import PackInvalid
from hezhu.engines.review.reports.bcf import MAX_TOPICS, write_bcf

CLEAN, FAILED, NOT_READ = 0, 1, 2
_SHOWN = 20
_LISTED = 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        pack = load_clash_pack(arguments.pack)
        result = clash([ifc.read(path) for path in arguments.models], pack)
        if arguments.out:
            _write(result, arguments.out)
    except (ifc.ModelUnreadable, PackInvalid, OSError) as error:
        print(f"没有出具任何结论：{error}", file=sys.stderr)
        if arguments.json:
            refusal = {"code": getattr(error, "code", "invalid"), "message": str(error)}
            print(json.dumps({"error": refusal, "exit": NOT_READ}, ensure_ascii=False))
        return NOT_READ
    status = FAILED if any(finding.verdict is Verdict.FAIL for finding in result.findings) else CLEAN
    if arguments.json:
        print(json.dumps({**result.as_dict(arguments.limit), "exit": status}, ensure_ascii=False))
    else:
        print("\n".join(_report(result)))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu clash",
        description="碰撞检查：专业之间的碰撞和净距、重复构件、重复的 GlobalId，可同时给多个专业模型，不需要服务器",
        epilog="退出码：0 没有不符合；1 有不符合；2 读不了，没有出具任何结论",
    )
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL.ifc", help="模型文件，可给多个")
    parser.add_argument("--pack", default=DEFAULT_CLASH_PACK, help=f"碰撞规则，默认 {DEFAULT_CLASH_PACK}")
    parser.add_argument("--out", type=Path, metavar="DIR", help="写入 clash.json（全部）、clash.csv、clash.bcf")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON")
    parser.add_argument("--limit", type=_count, default=_LISTED, help=f"--json 最多列几项，默认 {_LISTED}；计数总是全部")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}”应为不小于 0 的整数")
    return int(text)


@dataclass(frozen=True)
class _Placed:
    """The findings that have a place in a model, as a BCF file needs them."""

    findings: list[Finding]

    def summary(self) -> dict[str, Any]:
        return {}


def _write(result: ClashStudy, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clash.json").write_text(json.dumps(result.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    with (folder / "clash.csv").open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(
            [
                "结论",
                "事项",
                "文件",
                "构件",
                "GlobalId",
                "楼层",
                "值",
                "要求",
                "另一构件的文件",
                "另一构件",
                "另一 GlobalId",
                "缺什么",
                "依据",
            ]
        )
        rows.writerows(_row(finding) for finding in result.findings)
    placed = [finding for finding in result.findings if finding.shape is not None]
    write_bcf(_Placed(placed[:MAX_TOPICS]), result.federation.models[0], folder / "clash.bcf")


def _row(finding: Finding) -> list[str]:
    other = finding.detail.get("with") or {}
    more = finding.detail.get("elements") or []
    return [
        finding.verdict.label,
        finding.title,
        str(finding.detail.get("file", "")) or " ".join(finding.detail.get("files", [])),
        f"{finding.subject.ifc_class} {finding.subject.name}",
        finding.subject.global_id or "",
        finding.subject.storey,
        _value(finding),
        "" if finding.required is None else f"{finding.required.op} {finding.required.value:g} {finding.required.unit}",
        other.get("file", "") or " ".join(row["file"] for row in more[1:]),
        f"{other.get('class', '')} {other.get('name', '')}".strip(),
        other.get("global_id", "") or " ".join(row["global_id"] for row in more[1:]),
        "；".join(finding.missing),
        f"{finding.source.standard}{finding.source.mark}",
    ]


def _value(finding: Finding) -> str:
    if finding.measured is None:
        return ""
    value, unit = finding.measured.value, finding.measured.unit
    return f"{float(value) * 1000:.1f} mm" if unit == "m" else f"{value} 个"


def _report(result: ClashStudy) -> list[str]:
    mark = "" if result.pack.source.confirmed else "（待核）"
    fails = [finding for finding in result.findings if finding.verdict is Verdict.FAIL]
    lines = [
        f"{'、'.join(result.names)}：{result.pack.title} {result.pack.version}{mark}",
        f"构件 {len(result.federation.bodies)} 个，精确量了 {result.asked} 对",
    ]
    titles = {finding.rule.partition(":")[0]: finding.title for finding in fails}
    lines += [f"不符合  {titles[rule]}  {count}" for rule, count in result.by_rule().items()]
    lines += [f"需人工  缺 {'；'.join(f.missing)}" for f in result.findings if f.verdict is Verdict.MANUAL]
    lines += [f"不适用  {f.method}" for f in result.findings if f.verdict is Verdict.NOT_APPLICABLE]
    for finding in fails[:_SHOWN]:
        other = finding.detail.get("with")
        to = f"  ×  {other['class']} {other['name']}" if other else ""
        lines.append(
            f"  {finding.title}  {_value(finding)}  {finding.subject.storey} {finding.subject.ifc_class} {finding.subject.name}{to}"
        )
    if len(fails) > _SHOWN:
        lines.append(f"另有 {len(fails) - _SHOWN} 项，--out 给出全部")
    return lines


if __name__ == "__main__":
    sys.exit(main())
