"""An xlsx file as a zip: is it safe to open, and which cells have lost their value.

A spreadsheet library expands what it is given: a small zip may unpack to gigabytes, and two cells far apart make a table of billions.
Both are measured here first, from the bytes themselves and not from what the zip says of its sizes. The same pass over the sheet's XML
finds what a library reads as empty or rounded: formulas without a stored value, error values, and long numbers.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import IO
from xml.etree import ElementTree

from hezhu.engines.intake.sheet import FlawKind, Limits, UnreadableSheet

_CHUNK = 1 << 22
_SMALL_PART = 8_000_000
_COUNTED_FROM = 100_000_000
_FAR_CELL = re.compile(rb'\sr\s*=\s*["\'](?:([A-Z]{2,3})([0-9]+)|([A-Z]?)([0-9]{7,}))["\']')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_SUSPECT = re.compile(rb"<(?:\w+:)?f[\s>/]|t=[\"']e[\"']|<(?:\w+:)?v>-?[0-9.]{16,}|<(?:\w+:)?v>[^<]*E\+?(?:1[5-9]|[2-9][0-9])<")
_REFERENCE = re.compile(rb'r\s*=\s*["\']([A-Z]{1,3})([0-9]+)["\']')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)</|<(?:\w+:)?t[^>]*>([^<]+)</")
_MERGE = re.compile(rb'mergeCell\s+ref\s*=\s*["\']([A-Z]{1,3})([0-9]+):([A-Z]{1,3})([0-9]+)["\']')
_LONG_DIGITS = re.compile(rb"-?[0-9]{16,}(?:\.0*)?$|-?[0-9.]+E\+?(?:1[5-9]|[2-9][0-9])$")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class CellFlaw:
    """A flaw by place: row from 1, column from 1."""

    row: int
    column: int
    kind: FlawKind
    shown: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range, rows and columns from 1, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetSurvey:
    """What the XML of one sheet tells beyond its values. ``first_column`` is the leftmost column with a cell."""

    flaws: tuple[CellFlaw, ...]
    merged: tuple[Merged, ...]


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def check_package(content: bytes, limits: Limits) -> None:
    """Raise UnreadableSheet unless the bytes are a whole xlsx of bearable size."""
    with _opened(content) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            raise UnreadableSheet("not-a-workbook", "文件是压缩包，但不是 Excel 工作簿（.xlsx）。请另存为 .xlsx 或 .csv 再上传")
        total = 0
        for info in archive.infolist():
            for chunk in _chunks(archive, info, limits.unpacked_bytes):
                total += len(chunk)
                if total > limits.unpacked_bytes or (total > _COUNTED_FROM and total > limits.ratio * len(content)):
                    raise UnreadableSheet(
                        "zip-bomb",
                        "文件解压后超过允许的大小（压缩前 {packed:,} 字节），没有打开。请拆成几个文件再上传",
                        packed=len(content),
                    )


def survey_sheet(content: bytes, sheet_name: str, limits: Limits) -> SheetSurvey:
    """The flaws and merged ranges of one sheet; raises UnreadableSheet when its cells span more than the limits allow."""
    flaws: list[CellFlaw] = []
    merged: list[Merged] = []
    widest, lowest = 26, 1_000_000
    with _opened(content) as archive:
        for piece in _sheet_pieces(archive, _sheet_part(archive, sheet_name), limits):
            for match in _FAR_CELL.finditer(piece):
                widest = max(widest, column_number((match[1] or match[3] or b"A").decode()))
                lowest = max(lowest, int(match[2] or match[4]))
            if widest > limits.columns or lowest > limits.rows or widest * _last_row(piece) > limits.cells:
                raise UnreadableSheet(
                    "too-wide",
                    "表格范围过大（到第 {column} 列、第 {row} 行），没有打开。请删去空白区域外的零散单元格再上传",
                    column=widest,
                    row=max(lowest if lowest > 1_000_000 else 0, _last_row(piece)),
                )
            if _SUSPECT.search(piece):
                flaws.extend(_flaws(piece))
            merged.extend(
                Merged(int(match[2]), column_number(match[1].decode()), int(match[4]), column_number(match[3].decode()))
                for match in _MERGE.finditer(piece)
            )
    return SheetSurvey(tuple(flaws), tuple(merged))


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableSheet("truncated", "文件不完整或已损坏，可能没有传完。请重新保存后再上传") from error


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The bytes of one part as they really are, whatever size the zip states."""
    if info.flag_bits & 1:
        raise UnreadableSheet("encrypted", "文件设有密码，无法读取。请取消密码后再上传")
    info.file_size = most + 1
    try:
        with archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise UnreadableSheet("truncated", "文件不完整或已损坏，可能没有传完。请重新保存后再上传") from error
    except Exception as error:  # zlib.error is not exported by zipfile
        if type(error).__name__ != "error":
            raise
        raise UnreadableSheet("truncated", "文件不完整或已损坏，可能没有传完。请重新保存后再上传") from error


def _small_part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    part: IO[bytes] = archive.open(name)
    with part:
        return ElementTree.fromstring(part.read(_SMALL_PART))  # noqa: S314


def _sheet_part(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """The path inside the zip of a sheet."""
    try:
        workbook = _small_part(archive, "xl/workbook.xml")
        relations = _small_part(archive, "xl/_rels/workbook.xml.rels")
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise UnreadableSheet("truncated", "工作簿的目录读不出来，文件可能已损坏。请用表格软件打开后另存再上传") from error
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet_name:
            target = targets.get(element.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    raise UnreadableSheet("no-such-sheet", "工作簿里没有名为“{sheet}”的工作表", sheet=sheet_name)


def _sheet_pieces(archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    """The XML in pieces that end after a row, so that no cell is cut."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise UnreadableSheet("truncated", "工作表的内容缺失，文件可能已损坏。请用表格软件打开后另存再上传") from None
    rest = b""
    for chunk in _chunks(archive, info, limits.unpacked_bytes):
        piece = rest + chunk
        cut = max(piece.rfind(b"</row>"), piece.rfind(b":row>"))
        if cut < 0:
            rest = piece
            continue
        yield piece[: cut + 6]
        rest = piece[cut + 6 :]
    yield rest


def _last_row(piece: bytes) -> int:
    """The number of the last row that a piece of XML names."""
    at = piece.rfind(b"<row ")
    match = re.search(rb'r\s*=\s*["\']([0-9]+)', piece[at : at + 400]) if at >= 0 else None
    return int(match[1]) if match else 1


def _flaws(piece: bytes) -> Iterator[CellFlaw]:
    for attributes, body in _CELL.findall(piece):
        kind, shown = _flaw(attributes, body)
        reference = _REFERENCE.search(attributes)
        if kind and reference:
            yield CellFlaw(int(reference[2]), column_number(reference[1].decode()), kind, shown)


def _flaw(attributes: bytes, body: bytes) -> tuple[FlawKind | None, str]:
    value = _VALUE.search(body)
    text = (value[1] or value[2] or b"").decode("utf-8", "replace") if value else ""
    if b't="e"' in attributes or b"t='e'" in attributes:
        return FlawKind.ERROR_VALUE, text
    if not text and re.search(rb"<(?:\w+:)?f[\s>/]", body):
        formula = re.search(rb"<(?:\w+:)?f[^>]*>([^<]*)<", body)
        return FlawKind.FORMULA_WITHOUT_VALUE, "=" + unescape(formula[1].decode("utf-8", "replace") if formula else "")
    typed = re.search(rb'\bt\s*=\s*["\'](\w+)', attributes)
    if (typed is None or typed[1] == b"n") and value and value[1] and _LONG_DIGITS.match(value[1]):
        return FlawKind.LONG_NUMBER, text
    return None, ""
