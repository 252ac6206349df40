"""What a file is, told from its content and never from its name alone."""

from __future__ import annotations

import codecs
import zipfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

HEAD_BYTES = 65_536
DIRECTORY_LIMIT_BYTES = (
    16 * 1024 * 1024
)  # a ZIP directory larger than this is an attack or a mistake, and costs gigabytes to read
CONTROL_BYTES = frozenset(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1B}


@dataclass(frozen=True)
class Form:
    """One file format: its media type, the endings its names may have (the first is the usual one) and its label."""

    media_type: str
    endings: tuple[str, ...]
    label: Any


class Kind(Enum):
    """The formats the platform can tell apart. ``UNKNOWN`` is everything else and never accepted."""

    IFC = Form("application/x-step", ("ifc", "stp", "step"), _("IFC 模型（STEP 文本）"))
    IFCZIP = Form("application/vnd.buildingsmart.ifczip", ("ifczip", "zip"), _("ifcZIP 模型"))
    IFCXML = Form("application/vnd.buildingsmart.ifcxml", ("ifcxml", "xml"), _("ifcXML 模型"))
    IDS = Form("application/vnd.buildingsmart.ids+xml", ("ids", "xml"), _("IDS 信息交付要求"))
    BCF = Form("application/vnd.buildingsmart.bcf", ("bcf", "bcfzip", "zip"), _("BCF 问题文件"))
    FRAG = Form("application/octet-stream", ("frag",), _("模型浏览文件"))
    PDF = Form("application/pdf", ("pdf",), _("PDF 文档"))
    XLSX = Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), _("Excel 表格"))
    DOCX = Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), _("Word 文档"))
    XLSM = Form("application/vnd.ms-excel.sheet.macroenabled.12", ("xlsm",), _("带宏的 Excel 表格"))
    OLD_OFFICE = Form("application/x-ole-storage", ("xls", "doc", "ppt", "wps", "et"), _("旧版 Office 或 WPS 文件"))
    ZIP = Form("application/zip", ("zip",), _("ZIP 压缩包"))
    PNG = Form("image/png", ("png",), _("PNG 图片"))
    JPEG = Form("image/jpeg", ("jpg", "jpeg"), _("JPEG 图片"))
    WEBP = Form("image/webp", ("webp",), _("WebP 图片"))
    JSON = Form("application/json", ("json", "geojson"), _("JSON 数据"))
    XML = Form("application/xml", ("xml",), _("XML 文件"))
    HTML = Form("text/html", ("html", "htm"), _("网页"))
    TEXT = Form("text/plain", ("csv", "txt", "tsv", "md"), _("文本或 CSV"))
    PARQUET = Form("application/vnd.apache.parquet", ("parquet",), _("Parquet 数据"))
    GLB = Form("model/gltf-binary", ("glb",), _("glTF 模型"))
    UNKNOWN = Form("application/octet-stream", (), _("无法识别的文件"))

    @property
    def media_type(self) -> str:
        return self.value.media_type

    @property
    def endings(self) -> tuple[str, ...]:
        return self.value.endings

    @property
    def label(self) -> str:
        return str(self.value.label)


MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"PAR1", Kind.PARQUET),
    (b"glTF", Kind.GLB),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLD_OFFICE),
)


def sniff(path: Path, name: str) -> Kind:
    """The kind of the file at ``path``. ``name`` only chooses within text (JSON or CSV), which content cannot tell apart."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    body = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if body.startswith(b"ISO-10303-21"):
        return Kind.IFC
    if (text := _as_text(head)) is not None:
        return _text_kind(text, name)
    if len(head) > 2 and head[0] == 0x78 and (head[0] * 256 + head[1]) % 31 == 0:  # zlib, RFC 1950
        return Kind.FRAG
    return Kind.UNKNOWN


def _as_text(head: bytes) -> str | None:
    """The head decoded as UTF-8, UTF-16 with its mark, or GB 18030; None for binary data."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif CONTROL_BYTES.intersection(head):
        return None
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return codecs.getincrementaldecoder(encoding)().decode(head)  # a character cut at the end is no fault
        except UnicodeDecodeError:
            continue
    return None


def _text_kind(text: str, name: str) -> Kind:
    start = text.lstrip()[:4000]
    lowered = start.lower()
    if lowered.startswith(("<!doctype html", "<html")):
        return Kind.HTML
    if lowered.startswith("<?xml") or (lowered.startswith("<") and ">" in lowered):
        if "buildingsmart.org/ids" in lowered:
            return Kind.IDS
        if "ifcxml" in lowered:
            return Kind.IFCXML
        return Kind.HTML if "<html" in lowered else Kind.XML
    if start.startswith(("{", "[")) and ending(name) in Kind.JSON.endings:
        return Kind.JSON
    return Kind.TEXT


def _zip_kind(path: Path) -> Kind:
    """What a ZIP archive holds, from its directory alone: nothing is unpacked. A damaged or oversized directory is UNKNOWN."""
    if not 0 < _directory_size(path) <= DIRECTORY_LIMIT_BYTES:
        return Kind.UNKNOWN
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Kind.UNKNOWN
    if "[content_types].xml" in names:
        if "xl/vbaproject.bin" in names:
            return Kind.XLSM
        if any(name.startswith("xl/") for name in names):
            return Kind.XLSX
        return Kind.DOCX if any(name.startswith("word/") for name in names) else Kind.ZIP
    if "bcf.version" in names:
        return Kind.BCF
    if any(name.endswith((".ifc", ".ifcxml")) for name in names):
        return Kind.IFCZIP
    return Kind.ZIP


def _directory_size(path: Path) -> int:
    """Bytes of the ZIP central directory, from the end record (APPNOTE 4.3.16); 0 when there is none."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD_BYTES - 22))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def ending(name: str) -> str:
    """The lower-case ending of a name without its dot; "" when there is none."""
    return Path(name).suffix.lower().removeprefix(".")
