"""JSON objects out of a file of any size: one array of them, or one after the other."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from hezhu.engines.intake.sheet import Limits, Sheet, UnreadableSheet
from hezhu.engines.intake.structured import check_size, numbered, plain

_READ_BYTES = 1 << 20
_LONGEST_OBJECT = 16_000_000
_BETWEEN = " \t\r\n,"


def objects_of(path: Path) -> Iterator[dict[str, object]]:
    """Every object in its order. Raises UnreadableSheet where the text breaks off, is no JSON, or an element is no flat object."""
    decoder = json.JSONDecoder()
    text, at, count, is_array, open_end = "", 0, 0, None, True
    pieces = _pieces(path)
    while True:
        at = _skip(text, at)
        if at == len(text):
            piece = next(pieces, None)
            if piece is None:
                break
            text, at = piece, 0
            continue
        if is_array is None:
            is_array = text[at] == "["
            at += is_array
            continue
        if is_array and text[at] == "]":
            open_end = False
            break
        try:
            found, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            piece = next(pieces, None)
            if piece is None or len(text) - at > _LONGEST_OBJECT:
                raise _broken(count, error.msg) from error
            text, at = text[at:] + piece, 0
            continue
        except RecursionError as error:
            raise UnreadableSheet("nested", "JSON 嵌套太深。应是对象的数组，每行一个对象") from error
        count += 1
        yield _flat(found, count)
    if is_array and open_end:
        raise _broken(count, "缺右方括号")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def _broken(count: int, reason: str) -> UnreadableSheet:
    return UnreadableSheet(
        "truncated", "JSON 读到第 {count} 条之后就断了或写错了（{reason}）。请重新导出再上传", count=count, reason=reason
    )


def _pieces(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_READ_BYTES):
                yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UnreadableSheet("encoding", "JSON 文件不是 UTF-8 编码，或在半个字处断了。请按 UTF-8 导出") from error


def _flat(found: object, number: int) -> dict[str, object]:
    if not isinstance(found, dict):
        raise UnreadableSheet("not-rows", "第 {row} 个元素不是对象。JSON 应是对象的数组，每行一个对象", row=number)
    inner = next((name for name, value in found.items() if isinstance(value, dict)), None)
    if inner is not None:
        raise UnreadableSheet("nested", "列“{names}”不是单个的值。请展开成几列再上传", names=inner)
    return found


def names_in(path: Path, limits: Limits) -> tuple[str, ...]:
    """Every name that any object uses, in the order of first use: a pass over the whole file, so that no late one is missed."""
    names: dict[str, None] = {}
    count = 0
    for count, each in enumerate(objects_of(path), start=1):  # noqa: B007 - the count is what is asked after the loop
        if each.keys() - names.keys():
            names |= dict.fromkeys(each)
    check_size(count, len(names), limits)
    return tuple(names)


def object_sheets(path: Path, names: tuple[str, ...], rows: int) -> Iterator[Sheet]:
    """The objects as sheets of texts; line n is object n."""
    objects = objects_of(path)
    above = 0
    while part := list(islice(objects, rows)):
        frame = pl.DataFrame(
            {name: [plain(each.get(name)) for each in part] for name in names}, schema=dict.fromkeys(names, pl.String)
        )
        yield numbered(frame, "json", above)
        above += len(part)
