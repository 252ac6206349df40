"""Strings of ISO 10303-21, both ways."""

from __future__ import annotations

import ifcopenshell
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.schema import schema
from hezhu.engines.ifc.tables.step import scan
from hezhu.engines.ifc.tables.strings import decode_string, decode_strings, encode_string

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"), max_size=40)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("it''s", "it's"),
        (r"a\\b", r"a\b"),
        (r"\X2\79BE7B51\X0\!", "禾筑!"),
        (r"\X2\D83DDE00\X0\ ", "😀 "),
        (r"\X4\0001F600\X0\ ", "😀 "),
        (r"\X4\FFFFFFFF\X0\ ", "\ufffd "),
        (r"\X\E9t\X\E9", "été"),
        (r"\S\i", "é"),
        (r"\PE\\S\i", "щ"),
        (r"\S\'' 7", "§ 7"),
        (r"\\X2\\79BE", r"\X2\79BE"),
        (r"\X2\79B\X0\ ", r"\X2\79B\X0\ "),
        ("two\r\nlines", "twolines"),
    ],
)
def test_directives(raw: str, text: str) -> None:
    assert decode_string(raw) == text
    assert decode_strings(pl.Series([raw, None, "x"])).to_list() == [text, None, "x"]


@pytest.mark.parametrize(
    "raw",
    [
        r"\S\i",
        r"\PE\\S\i",
        r"\PB\\S\1\PA\\S\1",
        r"\PC\\S\1x\S\2",
        r"\S\D\S\v",
        r"\S\\",
        r"\X\E9t\X\E9",
        r"\X2\79BE7B51\X0\!",
        r"a\\b''c",
    ],
)
def test_ifcopenshell_reads_the_same(raw: str) -> None:
    head = (
        "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');FILE_SCHEMA(('IFC4'));ENDSEC;DATA;"
    )
    file = ifcopenshell.file.from_string(head + f"#1=IFCPERSON('{raw}',$,$,$,$,$,$,$);ENDSEC;END-ISO-10303-21;")
    assert decode_string(raw) == file.by_id(1).Identification


@given(_TEXT)
def test_text_survives_being_written_and_read(text: str) -> None:
    assert decode_string(encode_string(text)) == text


@given(st.lists(_TEXT, min_size=8, max_size=8))
def test_text_survives_a_whole_record(texts: list[str]) -> None:
    record = "#1=IFCPERSON(" + ",".join(f"'{encode_string(text)}'" for text in texts) + ");"
    instances = Instances(scan(f"DATA;{record}ENDSEC;".encode()), schema("IFC4"))
    assert instances.record(0) == texts
    assert [instances.text(instances.rows("IfcPerson"), place)[0] for place in range(8)] == texts


@given(st.binary(max_size=300))
def test_no_bytes_make_the_scan_fail(content: bytes) -> None:
    step = scan(b"DATA;#1=IFCPERSON('a');" + content)
    assert len(step.ids) == len(step.classes) == len(step.opening)
