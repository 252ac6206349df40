"""``hezhu models extract FILE… --out FOLDER`` and ``hezhu models query FOLDER "SELECT …"``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.tables.model_tables import TABLES, read_tables
from hezhu.engines.ifc.tables.query import QueryRefused, query

SAME_NAME = "与前一个模型同名，已跳过；请改名后单独提取。"
_SHOWN_ROWS = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all was done, 2 when a model cannot be read or a question not answered."""
    options = _parser().parse_args(arguments)
    return _extract(options.models, options.out) if options.action == "extract" else _query(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hezhu models", description="模型表：提取与查询 (model tables: extract and query)")
    actions = parser.add_subparsers(dest="action", required=True)
    extract = actions.add_parser("extract", help="把模型读成 Parquet 表 (read models into Parquet tables)")
    extract.add_argument("models", nargs="+", type=Path, metavar="FILE.ifc")
    extract.add_argument("--out", type=Path, required=True, help="目标文件夹，每个模型一个子文件夹 (one subfolder per model)")
    ask = actions.add_parser("query", help=f"用 SQL 查询，表：{', '.join(TABLES)}")
    ask.add_argument("folder", type=Path)
    ask.add_argument("sql")
    ask.add_argument("--csv", action="store_true", help="输出 CSV（全部行）(print all rows as CSV)")
    return parser


def _extract(models: list[Path], out: Path) -> int:
    status = 0
    taken: set[str] = set()
    for path in models:
        if path.stem in taken:
            print(f"{path.name}：{SAME_NAME}", file=sys.stderr)
            status = 2
            continue
        taken.add(path.stem)
        try:
            tables = read_tables(path)
        except ModelUnreadable as error:
            print(f"{path.name}：{error.message}", file=sys.stderr)
            status = 2
            continue
        tables.write(out / path.stem)
        count = int(tables.model["instances"][0])
        print(f"{path.name}：{count} 个实例，{len(tables.properties)} 条属性，{len(tables.problems)} 个问题 → {out / path.stem}")
    return status


def _query(options: argparse.Namespace) -> int:
    try:
        answer = query(options.folder, options.sql)
    except (ModelUnreadable, QueryRefused) as error:
        print(error.message, file=sys.stderr)
        return 2
    if options.csv:
        print(answer.write_csv(), end="")
        return 0
    with pl.Config(tbl_rows=_SHOWN_ROWS, tbl_cols=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        print(answer)
    print(f"共 {len(answer)} 行" + (f"，显示 {_SHOWN_ROWS} 行；加 --csv 输出全部" if len(answer) > _SHOWN_ROWS else ""))
    return 0
