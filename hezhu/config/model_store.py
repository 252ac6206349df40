"""``hezhu model-store``: questions and re-checks over the tables of every model version the platform keeps."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hezhu.config.commands import with_database

if TYPE_CHECKING:
    from hezhu.core.access.models import User

_SHOWN_ROWS = 50


class _Refused(Exception):
    """What the command cannot do, in words."""


@with_database
def main(arguments: list[str]) -> int:
    """0 done; 1 when a re-check found something; 2 when the question, the file or the account is wrong."""
    from hezhu.core.errors import HezhuError
    from hezhu.engines.ifc import ModelUnreadable
    from hezhu.engines.ifc.tables import QueryRefused
    from hezhu.engines.review.ids import IdsInvalid

    chosen = _parser().parse_args(arguments)
    try:
        return {"query": _query, "check": _check, "fill": _fill}[chosen.action](chosen)
    except (_Refused, QueryRefused, ModelUnreadable, IdsInvalid, HezhuError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hezhu model-store", description="全部模型版本的模型表 (tables of all model versions)")
    actions = parser.add_subparsers(dest="action", required=True)
    ask = actions.add_parser("query", help="用 SQL 询问全部版本 (ask all versions in SQL)")
    ask.add_argument("sql")
    ask.add_argument("--csv", action="store_true", help="输出 CSV（全部行）(print all rows as CSV)")
    check = actions.add_parser("check", help="用 IDS 复查已存的版本，不读模型文件 (check stored versions against an IDS)")
    check.add_argument("ids", type=Path, metavar="SPEC.ids")
    check.add_argument("--case", default="", metavar="BS-2026-0001", help="只查这一件 (this case only)")
    for each in (ask, check):
        each.add_argument(
            "--as", dest="account", metavar="ACCOUNT", help="只看该账号看得到的版本 (only what this account may see)"
        )
    actions.add_parser("fill", help="为还没有模型表的版本补做 (make the tables of versions that have none)")
    return parser


def _account(name: str | None) -> User | None:
    from hezhu.core.access.models import User

    if name is None:
        return None
    user = User.objects.filter(username=name).first()
    if user is None:
        raise _Refused(f"没有账号 {name}")
    return user


def _query(chosen: argparse.Namespace) -> int:
    import polars as pl

    from hezhu.bim.model_store import ask

    answer = ask(chosen.sql, _account(chosen.account))
    if chosen.csv:
        print(answer.write_csv(), end="")
        return 0
    with pl.Config(tbl_rows=_SHOWN_ROWS, tbl_cols=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        print(answer)
    print(f"共 {len(answer)} 行" + (f"，显示 {_SHOWN_ROWS} 行；加 --csv 输出全部" if len(answer) > _SHOWN_ROWS else ""))
    return 0


def _check(chosen: argparse.Namespace) -> int:
    from hezhu.bim.model_store import check_again, name_of
    from hezhu.engines.findings import Verdict, count_verdicts

    failed = checked = 0
    for version, findings in check_again(chosen.ids, _account(chosen.account), chosen.case):
        counts = count_verdicts(findings)
        checked, failed = checked + 1, failed + counts[Verdict.FAIL.value]
        print(
            f"{name_of(version)}  {version.project}  {version}  不符合 {counts['fail']}  符合 {counts['pass']}  不适用 {counts['na']}"
        )
    if not checked:
        raise _Refused(
            f"没有可复查的版本{'：' + chosen.case if chosen.case else ''}。旧版本可用 hezhu model-store fill 补做模型表。"
        )
    return 1 if failed else 0


def _fill(chosen: argparse.Namespace) -> int:
    from hezhu.bim.model_store import keep_tables, without_tables
    from hezhu.bim.named_files import named
    from hezhu.bim.processes import make_tables

    left = 0
    for version in without_tables():
        with tempfile.TemporaryDirectory(prefix="hezhu-tables-") as folder:
            archive = make_tables(named(version.model_file, Path(folder)), Path(folder) / "tables.zip", lambda: None)
            if archive is None:
                left += 1
                print(f"{version}：模型表没有做成，原因见日志", file=sys.stderr)
                continue
            keep_tables(version, archive, f"model-{version.pk}")
            print(f"{version}：模型表已补做")
    return 2 if left else 0
