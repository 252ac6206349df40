"""Whatever a sheet brings: good + refused = total, and the words agree with the column checks."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hezhu.engines.intake import Contract, Field, Kind, Sheet, validate
from hezhu.engines.intake.cells import BLANKS, reader_of
from tests.engines.intake.workbooks import CODES, FIRMS

VALUES = {
    Kind.INTEGER: ["12", "1,200", "12.0", "12.5", "+3", "-4", "1e3", "１２", "9" * 15, "9" * 16, "12元", ""],
    Kind.DECIMAL: ["12.345", "￥1,200", "-0.5", "1.", ".5", "1.2.3", "12 元", "9" * 15 + ".99", "1E5"],
    Kind.DATE: [
        "2025-06-18",
        "2025/6/18",
        "2025年6月18日",
        "2025.2.29",
        "20250618",
        "20251318",
        "45826",
        "45826.25",
        "9999-12-31",
        "25-6-1",
        "2025-06-18 13:04",
        "2025-06-18T13:04:05.123",
        "0999-01-01",
        "2025-6-31",
        "9999-12-32",
        "1000/1/1",
        "2025年6月",
    ],
    Kind.CODE_LIST: ["施工", "3", "施", "施工、设计", "施工，2；监理", "施工、", "、", "施工、瓦工", "施工,,3"],
    Kind.CREDIT_CODE: [*CODES, CODES[3].lower(), CODES[0].replace("9", "９"), "9144 03001922038216"],
    Kind.ID_NUMBER: ["11010519491231002X", "11010519491231002x", "1101051949123100２X"],
    Kind.PHONE: ["13800008000", "8613800008000", "+86 13800008000", "0573-82051234", "(0573)82051234", "138－0000"],
    Kind.PERMIT_NUMBER: ["3304022506180101-SX-001", "3304022506180101—sx-001"],
    Kind.CLASS_CODE: ["30-01.02.03", "30–01.02.03.04", "99-01.02.03"],
    Kind.BOOLEAN: ["是", "否", "true", "0", "不知道"],
    Kind.DIVISION: ["330402", "海宁市", "330402010", "33040", "330106", "南湖"],
}
FIELDS = [
    *(Field("f", "字段", kind) for kind in (Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.BOOLEAN, Kind.DIVISION)),
    Field("f", "字段", Kind.DECIMAL, unit="元"),
    *(Field("f", "字段", kind) for kind in (Kind.CREDIT_CODE, Kind.ID_NUMBER, Kind.PHONE, Kind.PERMIT_NUMBER, Kind.CLASS_CODE)),
    Field("f", "字段", Kind.INTEGER, unit="元"),
    Field("f", "字段", Kind.DIVISION, scope="330400", division_digits=None),
    Field("f", "字段", Kind.CODE_LIST, code_list="corp_role"),
    Field("f", "字段", Kind.CODE_LIST, code_list="corp_role", multiple=True, unit="多选"),
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.kind}-{field.unit or field.scope or ''}")
@pytest.mark.parametrize("shift", [0, 4, -4])
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_reader_gives_no_value_exactly_where_it_has_words(field, shift, data):
    reader = reader_of(field, shift=shift if field.kind in (Kind.INTEGER, Kind.DECIMAL) else 0)
    near = st.sampled_from(VALUES.get(field.kind, ["施工", "3", "施"]))
    text = st.one_of(
        near, st.text(max_size=8), st.tuples(near, st.sampled_from(["", " ", "x", "0", "-", "日", "元", "、", ","])).map("".join)
    )
    texts = [text.strip(BLANKS) for text in data.draw(st.lists(text, min_size=1, max_size=10))]
    texts *= data.draw(st.sampled_from([1, 20]))  # repeated texts are worked out once
    column = pl.DataFrame({"t": texts}, schema={"t": pl.String}).select(reader.column(pl.col("t")))["t"]
    assert [(text, value is not None) for text, value in zip(texts, column.to_list(), strict=True)] == [
        (text, reader.explain(text) is None) for text in texts
    ]


CELLS = {
    "统一社会信用代码": [*CODES, "x", "", None, "913304813O7415K267", CODES[0].replace("9", "９")],
    "企业名称": ["甲", "乙", "无", "", None, "很" * 30, "=1+1"],
    "行政区划代码": ["330402", "海宁", "330412", None, "杭州"],
    "企业角色": ["施工", "3", "99", "建筑师", None],
    "成立日期": ["2020-01-05", "43835", "1900/1/1", "明天", None],
    "注册资本": ["100", "-5", "一百", None],
}


@settings(max_examples=80, deadline=None)
@given(st.lists(st.fixed_dictionaries({column: st.sampled_from(values) for column, values in CELLS.items()}), max_size=25))
def test_good_and_refused_make_the_total(records):
    sheet = Sheet.from_records(records) if records else Sheet.from_records([dict.fromkeys(CELLS)])
    validated = validate(sheet, FIRMS)
    lines = sorted([*validated.good["__line"].to_list(), *(row.line for row in validated.refused)])
    assert lines == list(range(1, sheet.height + 1))
    assert validated.stats.total == validated.stats.good + validated.stats.refused == sheet.height
    assert all(row.problems and row.problems[0].rule != "row.unexplained" for row in validated.refused)
    assert validated.good["credit_code"].is_unique().all()


def test_a_contract_names_its_mistakes():
    with pytest.raises(ValueError, match="the key names no field: b"):
        Contract("t", "表", (Field("a", "甲"),), key=("b",))
    with pytest.raises(ValueError, match="two fields have one name"):
        Contract("t", "表", (Field("a", "甲"), Field("a", "乙")))
    with pytest.raises(ValueError, match="needs code_list or options"):
        Field("a", "甲", Kind.CODE_LIST)
