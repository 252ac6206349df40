"""Strings of ISO 10303-21, both ways."""

from __future__ import annotations

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
        (r"\\X2\\79BE", r"\X2\79BE"),
        (r"\X2\79B\X0\ ", r"\X2\79B\X0\ "),
        ("two\r\nlines", "twolines"),
    ],
)
def test_directives(raw: str, text: str) -> None:
    assert decode_string(raw) == text
    assert decode_strings(pl.Series([raw, None, "x"])).to_list() == [text, None, "x"]


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
