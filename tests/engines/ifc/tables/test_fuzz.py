"""The reader against a naive one: on sound files, on files with bytes lost, doubled or swapped, and on hostile ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hezhu.engines.ifc.tables import TABLES, tables_of
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.schema import schema
from hezhu.engines.ifc.tables.step import scan
from hezhu.engines.ifc.tables.strings import encode_string
from tests.engines.ifc.tables.naive import parse

_RELEASES = ("IFC2X3", "IFC4", "IFC4X3")
_CLASSES = (
    "IFCWALL", "IFCPROPERTYSET", "IFCPROPERTYSINGLEVALUE", "IFCCOMPLEXPROPERTY", "IFCRELDEFINESBYPROPERTIES", "IFCRELAGGREGATES",
    "IFCRELDEFINESBYTYPE", "IFCWALLTYPE", "IFCLOCALPLACEMENT", "IFCGRIDPLACEMENT", "IFCVIRTUALGRIDINTERSECTION", "IFCGRIDAXIS", "IFCGRID",
    "IFCAXIS2PLACEMENT3D", "IFCCARTESIANPOINT", "IFCDIRECTION", "IFCSIUNIT", "IFCUNITASSIGNMENT", "IFCCONVERSIONBASEDUNIT", "IFCDERIVEDUNIT",
    "IFCMEASUREWITHUNIT", "IFCDERIVEDUNITELEMENT", "IFCMATERIAL", "IFCMATERIALLAYERSET", "IFCMATERIALLAYER", "IFCRELASSOCIATESMATERIAL",
    "IFCELEMENTQUANTITY", "IFCQUANTITYLENGTH", "IFCPHYSICALCOMPLEXQUANTITY", "IFCCLASSIFICATIONREFERENCE", "IFCPOLYLINE", "IFCLINE",
    "IFCRELASSOCIATESCLASSIFICATION", "IFCBUILDINGSTOREY", "IFCMAPCONVERSION", "IfcDoor", "IFCNOTHING", "A",
)  # fmt: skip
_BLANKS = st.sampled_from(["", "", "", "", " ", "\n", "\r\n", "\t", " /* a;'#1=(,) */ ", "/**/", "\0", " " * 70])
_TEXT = st.text(st.sampled_from("ab;,()#='\\/*$.\n禾é\x00") | st.characters(exclude_categories=["Cs"]), max_size=12)
_ATOM = st.one_of(
    st.sampled_from(
        ["$", "*", "", ".T.", ".METRE.", ".LENGTHUNIT.", "0", "-1", "2.5E-3", "1.E999", "NAN", '"0F"', "IFCLABEL('x')"]
    ),
    st.integers(0, 40).map(lambda number: f"#{number}"),
    _TEXT.map(lambda text: f"'{encode_string(text)}'"),
    _TEXT.map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: repr(number).upper()),
)


def _listed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.tuples(st.sampled_from(["", "", "IFCREAL", "ifcLabel "]), st.lists(inner, max_size=4), _BLANKS)
    return lists.map(lambda parts: f"{parts[0]}({(parts[2] + ',' + parts[2]).join(parts[1])})")


_ARGUMENT = st.recursive(_ATOM, _listed, max_leaves=6)


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    body = "ISO-10303-21;HEADER;FILE_NAME('#1=IFCWALL();');ENDSEC;DATA;"
    for number in draw(st.lists(st.integers(0, 40), unique=True, max_size=14)):
        gap = draw(_BLANKS)
        arguments = f"{gap},".join(draw(st.lists(_ARGUMENT, max_size=9)))
        body += f"{gap}#{number}{gap}={gap}{draw(st.sampled_from(_CLASSES))}{gap}({gap}{arguments}{gap}){gap};"
    return (body + "ENDSEC;END-ISO-10303-21;").encode()


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(_files()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        lost = draw(st.integers(0, 3))
        content[at : at + lost] = draw(
            st.sampled_from(
                [b"", b"'", b"(", b")", b",", b";", b"#", b"=", b"/*", b"*/", b"\0", b"\xff", b"\\", b" ", b"#1=(A()B());"]
            )
            | st.binary(max_size=3)
            | st.integers(0, 10**20).map(lambda number: str(number).encode())
        )
    return bytes(content)


def assert_as_naive(content: bytes) -> None:
    step, naive = scan(content), parse(content)
    assert step.ids.tolist() == [record.number for record in naive.records]
    assert step.classes.to_list() == [record.name for record in naive.records]
    instances, rows = Instances(step, schema("IFC4")), np.arange(len(step.ids))
    assert step.arguments.count(rows).tolist() == [len(record.arguments) for record in naive.records]
    for row, record in enumerate(naive.records):
        assert step.arguments.written(row) == record.arguments
    for position in range(max((len(record.arguments) for record in naive.records), default=0)):
        written = [record.arguments[position] if position < len(record.arguments) else b"" for record in naive.records]
        plain = [None if each in (b"", b"$", b"*") else each.decode("utf-8", "replace").replace("\x1f", " ") for each in written]
        assert instances.raw(rows, position).to_list() == plain
    made: list[list[int]] = [[] for _ in naive.records]
    for row, target in zip(*(each.tolist() for each in instances.all_references(rows)[::2]), strict=True):
        made[row].append(target)
    assert made == [record.references for record in naive.records]
    codes = [problem.code for problem in step.problems]
    counts = {"malformed": naive.malformed, "complex-record": naive.complex, "duplicate": naive.duplicate}
    assert {code: codes.count(code) for code in counts} == counts


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(_files())
def test_a_sound_file_is_read_as_the_naive_reader_reads_it(content: bytes) -> None:
    assert_as_naive(content)
    assert not parse(content).malformed


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(_damaged())
def test_a_damaged_file_is_read_as_the_naive_reader_reads_it(content: bytes) -> None:
    assert_as_naive(content)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(_damaged() | _files(), st.sampled_from(_RELEASES))
def test_every_table_of_a_damaged_file_is_made(content: bytes, release: str) -> None:
    tables = tables_of(content, release)
    numbers = set(scan(content).ids.tolist())
    for name in TABLES:
        frame = tables.table(name)
        if name not in {"model", "counts", "problems"}:
            assert set(frame["id"].to_list()) <= numbers or name in {
                "properties",
                "quantities",
                "materials",
                "classifications",
                "spatial",
                "types",
            }
    for value in tables.properties["number"].drop_nulls().to_list():
        assert math.isfinite(value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        b"'",
        b";" * 5000,
        b"#" * 5000,
        b"#1=IFCWALL" + b"(" * 100_000 + b")" * 100_000 + b";",
        b"#1=IFCWALL" + b"(" * 100_000 + b";#2=IFCWALL(1);",
        b"#1=" + b"A" * 100_000 + b"(1);#2=IFCWALL(1);",
        b"#1=IFCWALL" + b" " * 300_000 + b"(1" + b" " * 300_000 + b");",
        b"#" + b"9" * 5000 + b"=IFCWALL(#" + b"9" * 5000 + b");#7=IFCWALL(#99999999999999999999);",
        b"#999999999999999999=IFCWALL(#999999999999999999,#0);#0=IFCWALL('a');",
        b"#1=IFCCARTESIANPOINT((NAN,INF,1.E400));" + b"/*" * 5000,
        b"\xef\xbb\xbf#1=IFCWALL('\xff\xfe');#2=IFCWALL('\xe7\xa6');#3=IFCWALL('\xe7\xa6\xbe');",
        b"#1=IFCWALL('a''');#2=IFCWALL('/*');#3=IFCWALL(1)/*';#4=IFCWALL(1)*/;",
    ],
)
def test_hostile_files_are_read_as_the_naive_reader_reads_them(content: bytes) -> None:
    assert_as_naive(content)
    tables = tables_of(content, "IFC4")
    for name in TABLES:
        tables.table(name)
