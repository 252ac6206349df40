"""STEP text as no exporter should write it but some do."""

from __future__ import annotations

from hezhu.engines.ifc.tables import tables_of
from hezhu.engines.ifc.tables.instances import Instances, parse_value
from hezhu.engines.ifc.tables.schema import schema
from hezhu.engines.ifc.tables.step import scan, without_comments

_HEAD = "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('#9=IFCWALL(1);','',(''),(''),'','','');"
_HEAD += "FILE_SCHEMA(('IFC4'));ENDSEC;DATA;"
_TAIL = "ENDSEC;END-ISO-10303-21;"


def _file(body: str) -> bytes:
    return (_HEAD + body + _TAIL).encode()


def _codes(body: str) -> list[tuple[str, int]]:
    return [(problem.code, problem.instance) for problem in scan(_file(body)).problems]


def test_a_record_may_run_over_lines_and_hold_comments() -> None:
    step = scan(_file("#1\n =\tIfcPerson /* ; ' #7=IFCWALL(); */ (\n $ , '禾/*筑*/;#2=(' ,\r\n$,$,$,$,$,$\n) ;"))
    instances = Instances(step, schema("IFC4"))
    assert step.ids.tolist() == [1]
    assert step.classes.to_list() == ["IFCPERSON"]
    assert instances.record(0) == [None, "禾/*筑*/;#2=(", None, None, None, None, None, None]
    assert instances.column("IfcPerson", "FamilyName").to_list() == ["禾/*筑*/;#2=("]
    assert step.problems == []


def test_comments_become_blanks_and_strings_stay() -> None:
    assert without_comments(b"a/*x*/'/*y*/'/*'*/b/*") == b"a     '/*y*/'     b  "


def test_structure_marks_inside_strings_are_text() -> None:
    step = scan(_file("#1=IFCPERSON('a,b);#2=IFCWALL(''',$,$,$,$,$,$,$);#2=IFCPERSON('''','\\\\',$,$,$,$,$,$);"))
    instances = Instances(step, schema("IFC4"))
    assert [instances.record(row)[:2] for row in (0, 1)] == [["a,b);#2=IFCWALL('", None], ["'", "\\"]]


def test_references_forward_nested_and_repeated_keep_their_order() -> None:
    body = "#9=IFCRELAGGREGATES('g',$,$,$,#7,(#8, #3 ,#8));#3=IFCWALL('a',$,$,$,$,$,$,$,$);"
    body += "#7=IFCWALL('b',$,$,$,$,$,$,$,$);#8=IFCWALL('c',$,$,$,$,$,$,$,$);"
    instances = Instances(scan(_file(body)), schema("IFC4"))
    assert instances.links("IfcRelAggregates", "RelatedObjects").rows() == [(9, 0, 8), (9, 1, 3), (9, 2, 8)]
    assert instances.step.problems == []
    relations = tables_of(_file(body), "IFC4").relations
    assert relations.rows() == [
        (9, "IfcRelAggregates", 7, 8),
        (9, "IfcRelAggregates", 7, 3),
        (9, "IfcRelAggregates", 7, 8),
    ]


def test_duplicate_and_missing_numbers_are_reported() -> None:
    assert _codes("#1=IFCSIUNIT(*,.AREAUNIT.,$,.METRE.);#1=IFCWALL();#2=IFCUNITASSIGNMENT((#1,#404));") == [
        ("duplicate", 1),
        ("missing-reference", 2),
    ]


def test_a_broken_record_spoils_only_itself() -> None:
    body = "#1=IFCDIRECTION((1.,0.);#2=IFCDIRECTION((0.,1.));#3=IFCDIRECTION((1.)));#x=IFCWALL();#4=IFCDIRECTION((5.,1.));"
    step = scan(_file(body))
    assert step.ids.tolist() == [2, 4]
    assert [(problem.code, problem.instance) for problem in step.problems] == [
        ("malformed", 1),
        ("malformed", 3),
        ("malformed", 0),
    ]


def test_a_record_of_several_classes_is_named_and_left_out() -> None:
    body = "#1=(IFCLENGTHMEASURE(1.)IFCREAL(2.));#2=IFCDIRECTION((1.,0.));#3=IFCUNITASSIGNMENT((#1));"
    assert scan(_file(body)).ids.tolist() == [2, 3]
    assert _codes(body) == [("complex-record", 1), ("missing-reference", 3)]


def test_a_second_group_of_brackets_and_stray_text_are_malformed() -> None:
    body = "#1=IFCDIRECTION((1.,0.)),IFCWALL(1);#2=IFCDIRECTION((1.,0.));IFCWALL(1);'text';#3=IFCDIRECTION((1.,0.))"
    assert scan(_file(body + ";")).ids.tolist() == [2, 3]
    assert _codes(body + "x;") == [("malformed", 1), ("malformed", 3), ("malformed", 0)]


def test_only_the_asked_for_arguments_are_parted() -> None:
    instances = Instances(
        scan(_file("#1=IFCDIRECTION((1.,0.));#2=IFCMATERIAL('m',$,$);#3=IFCMATERIAL('n',$,$);")), schema("IFC4")
    )
    assert instances.column("IfcMaterial", "Name").to_list() == ["m", "n"]
    assert [instances.step.arguments.is_parted(row) for row in range(3)] == [False, True, True]
    assert instances.record(0) == [[1.0, 0.0]]


def test_typed_values_are_taken_apart() -> None:
    body = "#1=IFCPROPERTYSINGLEVALUE('a',$,ifcLabel ( 'x(''y' ),$);#2=IFCPROPERTYSINGLEVALUE('b',$,$,$);"
    body += "#3=IFCPROPERTYSINGLEVALUE('c',$,12.5,$);#4=IFCPROPERTYSINGLEVALUE('d',$,IFCBOOLEAN(.T.),$);"
    instances = Instances(scan(_file(body)), schema("IFC4"))
    kinds, start, end = instances.typed_spans(instances.rows("IfcPropertySingleValue"), 2)
    assert kinds.to_list() == ["IFCLABEL", None, None, "IFCBOOLEAN"]
    assert instances.plain(start, end).to_list() == ["x('y", None, "12.5", "T"]


def test_an_unclosed_string_is_reported() -> None:
    assert ("open-string", 0) in _codes("#1=IFCPERSON('a,$,$,$,$,$,$,$);")


def test_foreign_classes_and_wrong_counts_are_reported() -> None:
    tables = tables_of(_file("#1=IFCNOTHING(1);#2=IFCPERSON($);"), "IFC4")
    assert tables.problems["code"].to_list() == ["unknown-class", "argument-count"]
    assert tables.counts.rows() == [("IFCNOTHING", 1), ("IfcPerson", 1)]


def test_an_empty_data_section_gives_empty_tables() -> None:
    tables = tables_of(_file(""), "IFC4X3")
    assert len(tables.entities) == len(tables.attributes) == len(tables.properties) == len(tables.problems) == 0


def test_values_nested_typed_and_derived() -> None:
    assert parse_value("((1,2.5),(IFCLABEL('a(''b'),.T.,$,*,#12,.NOTDEFINED.))") == [
        [1, 2.5],
        [{"IFCLABEL": "a('b"}, True, None, None, {"ref": 12}, "NOTDEFINED"],
    ]
    assert parse_value("(" * 100_000) is not None


def test_units_are_taken_to_si() -> None:
    body = (
        "#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);#2=IFCSIUNIT(*,.AREAUNIT.,.CENTI.,.SQUARE_METRE.);"
        "#3=IFCSIUNIT(*,.MASSUNIT.,.KILO.,.GRAM.);#4=IFCMEASUREWITHUNIT(IFCRATIOMEASURE(25.4),#1);"
        "#5=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);#6=IFCCONVERSIONBASEDUNIT(#5,.LENGTHUNIT.,'inch',#4);"
        "#7=IFCDERIVEDUNITELEMENT(#6,-2);#8=IFCDERIVEDUNIT((#7),.USERDEFINED.,'per square inch');"
        "#9=IFCSIUNIT(*,.THERMODYNAMICTEMPERATUREUNIT.,$,.DEGREE_CELSIUS.);#10=IFCUNITASSIGNMENT((#6,#2,#3));"
    )
    units = tables_of(_file(body), "IFC4").units
    scales = {row["id"]: row["to_si"] for row in units.iter_rows(named=True)}
    assert {number: round(scale, 10) for number, scale in scales.items()} == {
        1: 0.001, 2: 0.0001, 3: 1.0, 6: 0.0254, 8: round(0.0254**-2, 10), 9: 1.0,
    }  # fmt: skip
    assert units.filter("assigned")["id"].to_list() == [2, 3, 6]
    assert units.filter(units["id"] == 9)["offset_si"].to_list() == [273.15]


def test_members_of_complex_properties_have_rows_of_their_own() -> None:
    body = (
        "#1=IFCWALL('w',$,$,$,$,$,$,$,$);#2=IFCPROPERTYSINGLEVALUE('Red',$,IFCINTEGER(7),$);#3=IFCCOMPLEXPROPERTY('Inner',$,'u',(#2));"
        "#4=IFCCOMPLEXPROPERTY('Outer',$,'u',(#3,#2));#5=IFCPROPERTYSET('p',$,'Pset',$,(#4,#2));"
        "#6=IFCRELDEFINESBYPROPERTIES('s',$,$,$,(#1),#5);#7=IFCCOMPLEXPROPERTY('Ring',$,'u',(#7));"
    )
    rows = tables_of(_file(body), "IFC4").properties.select("id", "within", "name", "value").rows()
    assert sorted(rows, key=str) == sorted(
        [(1, None, "Outer", "(#3,#2)"), (1, None, "Red", "7"), (1, "Outer", "Inner", "(#2)"), (1, "Outer", "Red", "7"),
         (1, "Outer/Inner", "Red", "7")],
        key=str,
    )  # fmt: skip


def test_an_own_property_goes_before_the_types_and_numbers_are_si() -> None:
    body = (
        "#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);#2=IFCUNITASSIGNMENT((#1));#3=IFCWALL('w',$,'墙',$,$,$,$,$,$);"
        "#4=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('\\X2\\7532\\X0\\'),$);"
        "#5=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('B'),$);"
        "#6=IFCPROPERTYSINGLEVALUE('Width',$,IFCPOSITIVELENGTHMEASURE(240.),$);#7=IFCPROPERTYSET('p',$,'Pset',$,(#5,#6));"
        "#8=IFCPROPERTYSET('q',$,'Pset',$,(#4));#9=IFCWALLTYPE('t',$,$,$,$,(#7),$,$,$,.SOLID.);"
        "#10=IFCRELDEFINESBYTYPE('r',$,$,$,(#3),#9);#11=IFCRELDEFINESBYPROPERTIES('s',$,$,$,(#3),#8);"
    )
    found = tables_of(_file(body), "IFC4").properties
    assert found.select("id", "name", "value", "number_si", "inherited").sort("id", "name").rows() == [
        (3, "FireRating", "甲", None, False),
        (3, "Width", "240.", 0.24, True),
        (9, "FireRating", "B", None, False),
        (9, "Width", "240.", 0.24, False),
    ]
