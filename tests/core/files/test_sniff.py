"""The kind of a file comes from its content."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from hezhu.core.files.kinds import DIRECTORY_LIMIT_BYTES, Kind, sniff


def archive(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


IFC = b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"
TYPES = {"[Content_Types].xml": b"<Types/>"}
CASES = {
    "ifc": (IFC, Kind.IFC),
    "ifc with byte order mark": (b"\xef\xbb\xbf" + IFC, Kind.IFC),
    "ifczip": (archive(model_dot_ifc=IFC), Kind.IFCZIP),
    "xlsx": (archive(**TYPES, xl__workbook_dot_xml=b"<x/>"), Kind.XLSX),
    "xlsm": (archive(**TYPES, xl__workbook_dot_xml=b"<x/>", xl__vbaProject_dot_bin=b"x"), Kind.XLSM),
    "docx": (archive(**TYPES, word__document_dot_xml=b"<x/>"), Kind.DOCX),
    "bcf": (archive(bcf_dot_version=b"<v/>", a__markup_dot_bcf=b"<m/>"), Kind.BCF),
    "zip": (archive(notes_dot_txt=b"x"), Kind.ZIP),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Kind.PDF),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind.PNG),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind.JPEG),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", Kind.WEBP),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), Kind.OLD_OFFICE),
    "ids": (b'<?xml version="1.0"?><ids:ids xmlns:ids="http://standards.buildingsmart.org/IDS">', Kind.IDS),
    "ifcxml": (b'<?xml version="1.0"?><ifcXML xmlns="http://www.buildingsmart-tech.org/ifcXML/IFC4">', Kind.IFCXML),
    "xml": (b'<?xml version="1.0"?><root/>', Kind.XML),
    "html": (b"<!DOCTYPE html><html></html>", Kind.HTML),
    "svg is no picture to keep": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', Kind.XML),
    "csv in UTF-8": ("编号,名称\n1,海宁安置房\n".encode(), Kind.TEXT),
    "csv in GB 18030": ("编号,名称\n1,海宁安置房\n".encode("gb18030"), Kind.TEXT),
    "csv in UTF-16": ("编号,名称\n".encode("utf-16"), Kind.TEXT),
    "fragments": (zlib.compress(bytes(range(256)) * 40), Kind.FRAG),
    "glb": (b"glTF\x02\0\0\0", Kind.GLB),
    "parquet": (b"PAR1\x15\x04", Kind.PARQUET),
    "program": (b"\x7fELF\x02\x01\x01\0", Kind.UNKNOWN),
    "truncated zip": (archive(model_dot_ifc=IFC)[:60], Kind.UNKNOWN),
}


@pytest.mark.parametrize("case", CASES)
def test_kind_is_told_from_content(case: str, tmp_path: Path) -> None:
    content, kind = CASES[case]
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert sniff(path, "upload.dat") is kind


def test_a_character_cut_at_the_end_of_the_head_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"," + "禾".encode() * 40_000)
    assert sniff(path, "long.csv") is Kind.TEXT


def test_only_the_name_tells_json_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text('{"a": 1}')
    assert sniff(path, "a.json") is Kind.JSON
    assert sniff(path, "a.csv") is Kind.TEXT


def test_a_zip_with_an_oversized_directory_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(archive(model_dot_ifc=IFC))
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (DIRECTORY_LIMIT_BYTES + 1).to_bytes(4, "little")
    path = tmp_path / "upload"
    path.write_bytes(content)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *args: pytest.fail("the directory was read"))
    assert sniff(path, "upload.ifczip") is Kind.UNKNOWN
