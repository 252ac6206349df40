"""What makes no sense is refused; tolerance, units, restrictions and cardinalities give exactly the standard's answers."""

import re
from pathlib import Path

import ifcopenshell
import ifcopenshell.guid
import pytest
from elementpath.regex import RegexError, translate_pattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hezhu.engines.findings import Verdict
from hezhu.engines.review import ids
from hezhu.engines.review.ids.document import Restriction
from hezhu.engines.review.ids.values import compile_value, near, pattern

FRAME = """<ids xmlns="http://standards.buildingsmart.org/IDS" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<info><title>t</title></info><specifications><specification name="s" ifcVersion="{version}">
<applicability minOccurs="{least}" maxOccurs="unbounded"><entity><name><simpleValue>{entity}</simpleValue></name></entity></applicability>
<requirements>{requirement}</requirements></specification></specifications></ids>"""


def write(folder: Path, requirement: str, entity: str = "IFCWALL", version: str = "IFC4", least: str = "1") -> Path:
    path = folder / "spec.ids"
    path.write_text(FRAME.format(requirement=requirement, entity=entity, version=version, least=least), "utf-8")
    return path


def attribute(name: str, value: str = "", cardinality: str = "required") -> str:
    held = f"<value>{value}</value>" if value else ""
    return f'<attribute cardinality="{cardinality}"><name><simpleValue>{name}</simpleValue></name>{held}</attribute>'


def prop(value: str, data_type: str = "IFCLENGTHMEASURE") -> str:
    held = f"<value>{value}</value>" if value else ""
    names = "<propertySet><simpleValue>P</simpleValue></propertySet><baseName><simpleValue>x</simpleValue></baseName>"
    return f'<property dataType="{data_type}">{names}{held}</property>'


def simple(text: str) -> str:
    return f"<simpleValue>{text}</simpleValue>"


def restricted(base: str, *facets: tuple[str, str]) -> str:
    return f'<xs:restriction base="xs:{base}">' + "".join(f'<xs:{n} value="{v}"/>' for n, v in facets) + "</xs:restriction>"


@pytest.mark.parametrize(
    ("requirement", "entity", "reason"),
    [
        (attribute("Name"), "IFCWAL", "没有这个类：IFCWAL"),
        (attribute("Name"), "IfcWall", "全部大写"),
        (attribute("Nam"), "IFCWALL", "没有这个字段"),
        (attribute("OverallHeight"), "IFCWALL", "永远不能满足：IFCWALL 没有字段 OverallHeight"),
        (attribute("OwnerHistory", simple("x")), "IFCWALL", "是对象或列表"),
        (prop("", "IFCLENGHT"), "IFCWALL", "没有这个数据类型：IFCLENGHT"),
        (prop(simple("1,5")), "IFCWALL", "“1,5”不能是所要求的值"),
        (prop(simple("1.0"), "IFCINTEGER"), "IFCWALL", "整数"),
        (prop(simple("TRUE"), "IFCBOOLEAN"), "IFCWALL", "小写的 true 或 false"),
        (prop(restricted("string", ("pattern", ".*"))), "IFCWALL", "与数据类型不符"),
        (prop(restricted("double", ("pattern", ".*"))), "IFCWALL", "xs:pattern 只能用于文字"),
        (prop(restricted("double", ("minInclusive", "2"), ("maxInclusive", "1"))), "IFCWALL", "永远不能满足：下限 2，上限 1"),
        (attribute("Name", restricted("string", ("minLength", "3"), ("maxLength", "2"))), "IFCWALL", "永远不能满足：长度"),
        (attribute("Name", restricted("string", ("pattern", "["))), "IFCWALL", "写错了"),
        ("<entity><name><simpleValue>IFCSLAB</simpleValue></name></entity>", "IFCWALL", "永远不能满足：IFCWALL 不会是 IFCSLAB"),
        (attribute("Name", cardinality="maybe"), "IFCWALL", "cardinality=“maybe”"),
        ("<attribute/>", "IFCWALL", "attribute 缺少 name"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, requirement, entity, reason):
    with pytest.raises(ids.IdsInvalid) as caught:
        ids.load(write(tmp_path, requirement, entity))
    assert reason in caught.value.reason
    assert caught.value.place.startswith("第 ")


def test_occurrences_are_one_of_three(tmp_path):
    with pytest.raises(ids.IdsInvalid, match="minOccurs=2"):
        ids.load(write(tmp_path, attribute("Name"), least="2"))


@pytest.mark.parametrize(
    ("value", "asked", "holds"),
    [
        (1.000002, "1", True),
        (1.0000021, "1", False),
        (-1.000002, "-1", True),
        (1e-6, "0", True),
        (1.1e-6, "0", False),
        (float("nan"), "0", False),
        (float("inf"), "0", False),
    ],
)
def test_numbers_are_equal_within_one_millionth(value, asked, holds):
    assert near(value, asked) is holds


@pytest.mark.parametrize(
    ("facets", "value", "holds"),
    [
        ((("minExclusive", ("0",)),), 0.0, False),
        ((("minInclusive", ("0",)), ("maxInclusive", ("1",))), 1.0, True),
        ((("maxInclusive", ("1",)),), 1.0000001, False),
        ((("enumeration", ("1", "2")),), 2.0000001, True),
        ((("pattern", ("a+", "b+")),), "bb", True),
        ((("pattern", ("a+",)),), "aab", False),
        ((("totalDigits", ("3",)),), 12.34, False),
        ((("fractionDigits", ("2",)),), 12.34, True),
        ((("length", ("2",)),), "墙体", True),
    ],
)
def test_restrictions(facets, value, holds):
    assert compile_value(Restriction("string", facets))(value) is holds


def wall_with(value, millimetres: bool = True, description: str | None = None) -> ifcopenshell.file:
    file = ifcopenshell.file(schema="IFC4")
    unit = file.create_entity("IfcSIUnit", UnitType="LENGTHUNIT", Prefix="MILLI" if millimetres else None, Name="METRE")
    file.create_entity("IfcUnitAssignment", Units=[unit])
    wall = file.create_entity("IfcWall", GlobalId=ifcopenshell.guid.new(), Description=description)
    measure = file.create_entity("IfcLengthMeasure", value)
    single = file.create_entity("IfcPropertySingleValue", Name="x", NominalValue=measure)
    pset = file.create_entity("IfcPropertySet", GlobalId=ifcopenshell.guid.new(), Name="P", HasProperties=[single])
    file.create_entity(
        "IfcRelDefinesByProperties",
        GlobalId=ifcopenshell.guid.new(),
        RelatedObjects=[wall],
        RelatingPropertyDefinition=pset,
    )
    return file


def verdict(file: ifcopenshell.file, path: Path) -> Verdict:
    columns = ids.columns_of(file.to_string().encode(), file.schema_identifier)
    (finding,) = ids.check_columns(columns, ids.load(path))
    return finding.verdict


@pytest.mark.parametrize(("millimetres", "expected"), [(True, Verdict.PASS), (False, Verdict.FAIL)])
def test_values_are_compared_in_metres(tmp_path, millimetres, expected):
    assert verdict(wall_with(2000.0, millimetres), write(tmp_path, prop(simple("2")))) is expected


@pytest.mark.parametrize(
    ("cardinality", "description", "expected"),
    [
        ("required", None, Verdict.FAIL),
        ("optional", None, Verdict.PASS),
        ("optional", "", Verdict.FAIL),
        ("optional", "b", Verdict.FAIL),
        ("optional", "a", Verdict.PASS),
        ("prohibited", "a", Verdict.FAIL),
        ("prohibited", "b", Verdict.PASS),
    ],
)
def test_cardinalities(tmp_path, cardinality, description, expected):
    path = write(tmp_path, attribute("Description", simple("a"), cardinality))
    assert verdict(wall_with(1.0, description=description), path) is expected


def test_relations_in_a_circle_end(tmp_path):
    file = wall_with(1.0)
    wall = file.by_type("IfcWall")[0]
    file.create_entity("IfcRelAggregates", GlobalId=ifcopenshell.guid.new(), RelatingObject=wall, RelatedObjects=[wall])
    whole = "<partOf><entity><name><simpleValue>IFCBUILDING</simpleValue></name></entity></partOf>"
    assert verdict(file, write(tmp_path, whole)) is Verdict.FAIL


# Pieces of XSD patterns, among them all that mean something else in Python, or nothing
PIECES = [
    "a",
    "b",
    "1",
    "墙",
    "-",
    ".",
    "*",
    "+",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "^",
    "$",
    ",",
    "\\",
    "\\d",
    "\\.",
    "\\i",
    "\\p{L}",
]
PIECES += ["[a-b]", "[^a]", "[a-z-[b]]", "{2}", "{1,}", "(a|b)", "(?", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text("ab1-.墙\n\r^$(", max_size=5))
@settings(max_examples=400, deadline=None)
def test_a_pattern_means_what_xml_schema_says(text, value):
    """Patterns that are taken as they are, against the translation of every pattern by elementpath."""
    try:
        wanted = re.compile(translate_pattern(text, back_references=False, lazy_quantifiers=False, anchors=False))
    except (RegexError, re.error):
        with pytest.raises(ValueError):
            pattern(text)
        return
    assert bool(pattern(text).fullmatch(value)) is bool(wanted.fullmatch(value))


# Arguments that stand where they should not
STRAY = ["$", "*", "#1", "#99999", "'x'", "''", ".T.", ".U.", "1", "1.", "-1e400", "()", "(#1)", "((1))", "NaN", '"0F"']
STRAY += ["IFCLABEL('a')", "IFCLABEL()", "IFCLABEL($)", "IFCLENGTHMEASURE(5)", "(IFCLABEL('a'),$)"]


@given(st.lists(st.tuples(st.integers(min_value=0), st.sampled_from(STRAY)), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_misplaced_argument_is_no_crash(tmp_path, changes):
    head, _, body = wall_with(1.0, description="a").to_string().partition("DATA;")
    parts = re.split(r"(?<=[(,])([^(),;]*)(?=[),])", body)
    for place, written in changes:
        parts[2 * (place % (len(parts) // 2)) + 1] = written
    asked = attribute("Description") + prop(simple("2")) + "<material/>"
    document = ids.load(write(tmp_path, asked))
    (finding,) = ids.check_columns(ids.columns_of(f"{head}DATA;{''.join(parts)}".encode(), "IFC4"), document)
    assert finding.verdict is Verdict.FAIL
