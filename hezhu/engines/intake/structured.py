"""Rows whose columns are already named: Parquet, a JSON array of objects, and one JSON object a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hezhu.engines.intake.sheet import LINE, Limits, Sheet, UnreadableSheet

PARQUET = b"PAR1"
_JSON_STARTS = (b"[", b"{")
_SEVERAL = "、"


def is_structured(content: bytes) -> bool:
    """Whether the content is Parquet or JSON, told by how it begins."""
    return content.startswith(PARQUET) or content[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_JSON_STARTS)


def read_structured(content: bytes, limits: Limits) -> Sheet:
    """The rows as texts, numbered from 1. Raises UnreadableSheet for a broken, empty, oversized or nested one."""
    if content.startswith(PARQUET):
        return _read_parquet(content, limits)
    return _read_json(content, limits)


def _read_parquet(content: bytes, limits: Limits) -> Sheet:
    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        schema = _checked(lazy, limits)
        frame = lazy.select([as_text(name, dtype) for name, dtype in schema.items()]).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _broken_parquet() from error
    return numbered(frame, "parquet")


def _broken_parquet() -> UnreadableSheet:
    return UnreadableSheet("truncated", "Parquet 文件读不出来，可能没有传完。请重新导出再上传")


def _checked(lazy: pl.LazyFrame, limits: Limits) -> pl.Schema:
    """The columns of a Parquet file, each of single values. Raises UnreadableSheet."""
    schema = lazy.collect_schema()
    check_size(lazy.select(pl.len()).collect().item(), len(schema), limits)
    nested = [name for name, dtype in schema.items() if isinstance(dtype, pl.Struct) or dtype == pl.Binary or dtype == pl.Object]
    if nested:
        raise UnreadableSheet("nested", "列“{names}”不是单个的值。请展开成几列再上传", names="”“".join(nested[:3]))
    return schema


def parquet_titles(path: Path, limits: Limits) -> tuple[str, ...]:
    """The columns of a Parquet file of any size. Raises UnreadableSheet."""
    try:
        return tuple(_checked(pl.scan_parquet(path), limits))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _broken_parquet() from error


def parquet_sheets(path: Path, rows: int) -> Iterator[Sheet]:
    """The rows of a Parquet file, a sheet at a time."""
    lazy = pl.scan_parquet(path)
    above = 0
    try:
        schema = lazy.collect_schema()
        texts = lazy.select([as_text(name, dtype) for name, dtype in schema.items()])
        for batch in texts.collect_batches(chunk_size=rows, maintain_order=True):
            for frame in batch.iter_slices(rows):
                yield numbered(frame, "parquet", above)
                above += frame.height
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _broken_parquet() from error


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A typed column as a person would write it: 是/否, 2026-10-31, 12.5, values of a list with 、 between."""
    column = pl.col(name)
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否")).alias(name)
    if isinstance(dtype, pl.List):
        return column.cast(pl.List(pl.String)).list.join(_SEVERAL).alias(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.6f%:z" if dtype.time_zone else "%Y-%m-%d %H:%M:%S%.6f").alias(name)
    return column.cast(pl.String).alias(name)


def numbered(frame: pl.DataFrame, kind: str, above: int = 0) -> Sheet:
    """Rows of texts as a sheet; ``above`` rows stand before these, and blank ones are left out."""
    columns = frame.columns
    if LINE in columns:
        raise UnreadableSheet("reserved", "列名“{name}”不能用。请改名再上传", name=LINE)
    texts = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    numbered = texts.with_row_index(LINE, offset=1 + above).with_columns(pl.col(LINE).cast(pl.Int64))
    filled = numbered.filter(pl.any_horizontal(pl.col(columns).is_not_null())) if columns else numbered
    return Sheet(filled, blank_rows=numbered.height - filled.height, format=kind)


def _read_json(content: bytes, limits: Limits) -> Sheet:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSheet("encoding", "JSON 文件不是 UTF-8 编码。请按 UTF-8 导出") from error
    rows = _objects(text)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise UnreadableSheet("not-rows", "第 {row} 个元素不是对象。JSON 应是对象的数组，每行一个对象", row=number)
        inner = next((name for name, value in row.items() if isinstance(value, dict)), None)
        if inner is not None:
            raise UnreadableSheet("nested", "列“{names}”不是单个的值。请展开成几列再上传", names=inner)
    names = list(dict.fromkeys(name for row in rows for name in row))
    check_size(len(rows), len(names), limits)
    frame = pl.DataFrame({name: [plain(row.get(name)) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String))
    return numbered(frame, "json")


def _objects(text: str) -> list[dict[str, object]]:
    """One array, or one object a line."""
    try:
        if text.lstrip().startswith("["):
            found = json.loads(text)
            return list(found)
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise UnreadableSheet(
            "truncated", "JSON 到第 {line} 行就断了或写错了（{reason}）。请重新导出再上传", line=error.lineno, reason=error.msg
        ) from error
    except RecursionError as error:
        raise UnreadableSheet("nested", "JSON 嵌套太深。应是对象的数组，每行一个对象") from error


def plain(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return _SEVERAL.join(str(each) for each in value)
    return str(value).replace("\0", "")


def check_size(height: int, width: int, limits: Limits) -> None:
    if width == 0 or height == 0:
        raise UnreadableSheet("empty", "文件里没有内容。请检查是否选对了文件")
    if height > limits.rows:
        raise UnreadableSheet("too-long", "表格超过 {limit:,} 行。请拆成几个文件再上传", limit=limits.rows)
    if width > limits.columns:
        raise UnreadableSheet(
            "too-wide", "表格有 {width} 列，超过上限 {limit} 列。请删去多余的列", width=width, limit=limits.columns
        )
