"""``hezhu pack list | show NAME | ids [NAME]``: the rule packs at hand, one pack's clauses, and its data requirements as IDS.

Exit status 0: done; 2: the pack cannot be used or the file cannot be written.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from hezhu.engines.review.needs import load_needs, write_ids
from hezhu.engines.review.pack import DEFAULT_PACK, Clause, Pack, PackInvalid, list_packs, load_pack, rulepacks_folder

DONE, NOT_USED = 0, 2
_SHIPPED = "jiaxing-data-requirements.ids"
_OTHERS = {"area": "建筑面积", "assembly": "装配率", "clash": "碰撞", "planning": "规划"}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        print(arguments.run(arguments))
    except (PackInvalid, OSError) as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return NOT_USED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hezhu pack", description="规则包：列出、查看条文、生成数据要求（IDS 1.0）")
    actions = parser.add_subparsers(required=True, metavar="list | show | ids")
    listing = actions.add_parser("list", help="列出条文包和其他规则文件")
    listing.add_argument("--json", action="store_true", help="输出 JSON")
    listing.set_defaults(run=_list)
    showing = actions.add_parser("show", help="一个条文包在某日有效的条文及其核对状态")
    showing.add_argument("name", nargs="?", default=DEFAULT_PACK, help=f"条文包，默认 {DEFAULT_PACK}")
    showing.add_argument("--date", type=_date, default=None, metavar="YYYY-MM-DD", help="按哪一天有效，默认今天")
    showing.add_argument("--json", action="store_true", help="输出 JSON")
    showing.set_defaults(run=_show)
    writing = actions.add_parser("ids", help="由条文包的数据需求生成 IDS 1.0 文件")
    writing.add_argument("name", nargs="?", default=DEFAULT_PACK, help=f"条文包，默认 {DEFAULT_PACK}")
    writing.add_argument("--date", type=_date, default=None, metavar="YYYY-MM-DD", help="只取该日有效的条文，默认全部条文")
    writing.add_argument("--out", type=Path, metavar="FILE.ids", help=f"写到哪个文件（如 {_SHIPPED}），默认输出到屏幕")
    writing.set_defaults(run=_ids)
    return parser


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；写成 2026-11-23 这样") from None


def _list(arguments: argparse.Namespace) -> str:
    rows = [_clause_row(load_pack(name)) for name in list_packs()] + _other_rows()
    if arguments.json:
        return json.dumps(rows, ensure_ascii=False)
    return "\n".join(
        f"{row['kind']}  {row['name']}  {row['title']}  {row['version']}  "
        + (
            f"条文 {row['clauses']}，已核对 {row['confirmed']}"
            if "clauses" in row
            else "已核对"
            if row["status"] == "confirmed"
            else "待核"
        )
        for row in rows
    )


def _clause_row(pack: Pack) -> dict[str, Any]:
    return {
        "kind": "条文",
        "name": pack.name,
        "title": pack.title,
        "version": pack.version,
        "jurisdiction": pack.jurisdiction,
        "clauses": len(pack.clauses),
        "confirmed": sum(clause.confirmed for clause in pack.clauses),
    }


def _other_rows() -> list[dict[str, Any]]:
    """Titles and versions of the other rule files; a file without a status is as little confirmed as one that says so."""
    rows = []
    for folder, kind in _OTHERS.items():
        for path in sorted((rulepacks_folder() / folder).glob("*.yaml")):
            try:
                data = yaml.safe_load(path.read_text(encoding="utf-8"))
            except (UnicodeDecodeError, yaml.YAMLError) as error:
                raise PackInvalid(f"规则文件 {folder}/{path.name} 读不出来：{error}") from error
            head = data if isinstance(data, dict) else {}
            if "title" in head:
                rows.append(
                    {
                        "kind": kind,
                        "name": path.stem,
                        "title": str(head["title"]),
                        "version": str(head.get("version", "")),
                        "status": str(head.get("status", "to-be-confirmed")),
                    }
                )
    return rows


def _show(arguments: argparse.Namespace) -> str:
    pack = load_pack(arguments.name)
    on = arguments.date or dt.datetime.now().astimezone().date()
    clauses = pack.in_force(on)
    if arguments.json:
        head = {**_clause_row(pack), "on": on.isoformat(), "in_force": len(clauses)}
        return json.dumps({**head, "rows": [_row(clause) for clause in clauses]}, ensure_ascii=False)
    confirmed = sum(clause.confirmed for clause in clauses)
    lines = [
        f"{pack.title} {pack.version}（{pack.jurisdiction}）：{on} 有效 {len(clauses)} 条，已核对 {confirmed}，待核 {len(clauses) - confirmed}"
    ]
    standard = ""
    for clause in clauses:
        if clause.standard != standard:
            standard = clause.standard
            lines.append(standard)
        limits = "；".join(f"{name} {limit.op} {limit.value:g} {limit.unit}" for name, limit in clause.limits.items())
        lines.append(f"  {clause.clause}  {clause.title}  {'已核对' if clause.confirmed else '待核'}  {limits}".rstrip())
    return "\n".join(lines)


def _row(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "standard": clause.standard,
        "clause": clause.clause,
        "title": clause.title,
        "method": clause.method,
        "limits": {name: {"op": limit.op, "value": limit.value, "unit": limit.unit} for name, limit in clause.limits.items()},
        "severity": clause.severity.value,
        "status": "confirmed" if clause.confirmed else "to-be-confirmed",
        "effective_from": clause.effective_from.isoformat(),
        "effective_to": None if clause.effective_to == dt.date.max else clause.effective_to.isoformat(),
        "source": clause.source,
    }


def _ids(arguments: argparse.Namespace) -> str:
    pack = load_pack(arguments.name)
    needs = load_needs()
    text = write_ids(needs, pack, arguments.date)
    if lost := needs.unknown(pack):
        print(f"注意：数据需求表没有登记这些方法，未写入：{'、'.join(lost)}", file=sys.stderr)
    if arguments.out is None:
        return text.rstrip("\n")
    arguments.out.write_text(text, encoding="utf-8")
    return f"已写入 {arguments.out}：{len(needs.of(pack, arguments.date))} 条规格"


if __name__ == "__main__":
    sys.exit(main())
