"""Delimited text of any size in blocks of whole records, as UTF-8; never more than a few blocks in memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from hezhu.engines.intake.sheet import UnreadableSheet

_READ_BYTES = 1 << 22
_MOST_BLOCKS = 4
"""A single record longer than so many blocks is lines run together by a quote that does not pair."""
_NEWLINES_TRIED = 2_000


def encoding_of(path: Path) -> str:
    """utf-16, utf-8-sig or gb18030, told from the whole file in one pass. Raises UnreadableSheet when it holds null bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    found, at = "utf-8-sig", 0
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        while chunk := file.read(_READ_BYTES):
            if (null := chunk.find(b"\0")) >= 0:
                raise _null_bytes(at + null)
            at += len(chunk)
            if found == "utf-8-sig":
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    found = "gb18030"
    return found


def _null_bytes(at: int) -> UnreadableSheet:
    if at == 0:
        return UnreadableSheet("not-a-sheet", "文件不是表格：内容不是文字。请上传 .xlsx 或 .csv")
    return UnreadableSheet(
        "truncated", "文件从第 {at:,} 字节起是空字节：没有传完，或不是文字。请重新导出，核对大小后再送", at=at + 1
    )


def record_blocks(path: Path, encoding: str, separator: str, size: int) -> Iterator[bytes]:
    """The file as UTF-8 in blocks of about ``size`` bytes, each of whole records. Raises UnreadableSheet."""
    rest = b""
    for chunk in _utf8(path, encoding, min(size, _READ_BYTES)):
        rest += chunk
        while len(rest) >= size:
            cut = _end_by_quotes(rest) or _end_by_reading(rest, separator)
            if not cut:
                if len(rest) > _MOST_BLOCKS * size:
                    raise UnreadableSheet(
                        "open-quote", "有一行超过 {limit:,} 字节，多半是引号没有配对。请检查引号", limit=len(rest)
                    )
                break
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


def _utf8(path: Path, encoding: str, at_once: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        if encoding == "utf-8-sig":
            first = file.read(at_once)
            yield first.removeprefix(codecs.BOM_UTF8)
            while chunk := file.read(at_once):
                yield chunk
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := file.read(at_once):
                yield decoder.decode(chunk).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeDecodeError as error:
            raise UnreadableSheet(
                "encoding",
                "文字编码无法识别：既不是 UTF-8 也不是 GB 18030，或文件在半个字处断了。请重新导出，或另存为 UTF-8 的 .csv",
            ) from error


def _end_by_quotes(text: bytes) -> int:
    """The end of the last line with an even number of quotes before it: there no cell is open. 0 when none is near."""
    before, upto = text.count(b'"'), len(text)
    for _ in range(_NEWLINES_TRIED):
        at = text.rfind(b"\n", 0, upto)
        if at < 0:
            return 0
        before -= text.count(b'"', at, upto)
        if before % 2 == 0:
            return at + 1
        upto = at
    return 0


def _end_by_reading(text: bytes, separator: str) -> int:
    """The end of the last record but one as the csv module reads them: for texts whose quotes do not pair."""
    whole = text[: text.rfind(b"\n") + 1]
    at = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in whole.splitlines(keepends=True):
            at += len(line)
            yield line.decode("utf-8", "replace")

    csv.field_size_limit(1 << 30)
    ends = [0, 0]
    try:
        for _record in csv.reader(lines(), delimiter=separator):
            ends = [ends[1], at]
    except csv.Error as error:
        raise UnreadableSheet("not-a-sheet", "文件不能按表格读取（{reason}）。请另存为 .xlsx 再上传", reason=error) from error
    return ends[0]
