"""Rows are divided into good and refused, and none is lost."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from hezhu.engines.intake import (
    LINE,
    Contract,
    Field,
    Kind,
    Mapping,
    Sheet,
    UnusableMapping,
    propose_mapping,
    read_sheet,
    validate,
)
from tests.engines.intake.workbooks import CODES, FIRMS, firm, workbook


def check(*records, contract=FIRMS, **kwargs):
    return validate(Sheet.from_records(records), contract, **kwargs)


def only_problem(**changes):
    validated = check(firm(**changes))
    assert validated.stats.good == 0
    (row,) = validated.refused
    (problem,) = row.problems
    return problem


def test_good_rows_come_typed_and_in_the_order_of_the_contract():
    validated = check(
        firm(
            0,
            行政区划代码="海宁市",
            企业角色="施工",
            成立日期="2020年1月5日",
            注册资本="1,234.5",
            职工人数="12",
            本地企业="是",
            联系电话="１３８00008000",
        )
    )
    assert validated.refused == []
    assert validated.good.row(0, named=True) == {
        LINE: 1,
        "credit_code": CODES[0],
        "name": "演示企业0",
        "division": "330481",
        "address": None,
        "role": "3",
        "founded": date(2020, 1, 5),
        "capital_yuan": Decimal("1234.50"),
        "staff": 12,
        "local": True,
        "phone": "13800008000",
        "head": None,
    }
    assert validated.good.schema["capital_yuan"] == pl.Decimal(38, 2)
    assert validated.stats.mended == {"division": 1, "role": 1, "phone": 1}


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-18",
        "2025/6/18",
        "2025.6.18",
        "2025年6月18日",
        "20250618",
        "2025-06-18 13:04:00",
        "2025/6/18 9:30",
        "45826",
        "45826.5",
        "２０２５－０６－１８",
    ],
)
def test_dates(text):
    assert check(firm(成立日期=text)).good["founded"][0] == date(2025, 6, 18)


@pytest.mark.parametrize("word", ["无", "无数据", "/", "-", "—", "", "  ", "\u3000", "NULL", None])
def test_words_that_mean_empty(word):
    assert check(firm(法定代表人=word)).good["head"][0] is None


def test_an_empty_word_in_a_required_field_is_named():
    problem = only_problem(企业名称="无")
    assert (problem.field, problem.label, problem.value) == ("name", "企业名称", "无")
    assert (problem.rule, problem.reason, problem.basis) == ("required", "“无”按空值处理，此项必填", "无建议，请补填")
    assert only_problem(企业名称=None).reason == "此项必填，现为空"


def test_a_word_for_empty_is_a_value_where_the_field_knows_it():
    contract = Contract(
        "t", "表", (Field("b", "有无", Kind.BOOLEAN), Field("c", "类别", Kind.CODE_LIST, options={"0": "无", "1": "有"}))
    )
    good = check({"有无": "无", "类别": "无"}, contract=contract).good
    assert good.row(0) == (1, False, "0")


@pytest.mark.parametrize(
    ("column", "value", "rule", "reason"),
    [
        ("统一社会信用代码", "91330481560982H733", "credit-code.check", "第 18 位校验位应为 W，现为 3"),
        ("行政区划代码", "330412", "division.outside", "不在嘉兴七县（市、区）代码内"),
        ("行政区划代码", "330481101", "division.length", "应为 6 位，现为 9 位"),
        ("企业角色", "施公企业", "code-list.unknown", "“施公企业”不在参建企业角色中"),
        ("成立日期", "2027/13/05", "date.month", "月份 13 不存在"),
        ("成立日期", "2025-02-29", "date.day", "2025 年 2 月没有 29 日"),
        ("成立日期", "25/6/18", "date.short-year", "年份应为 4 位，现为“25/6/18”"),
        ("成立日期", "2025年6月", "date.no-day", "“2025年6月”缺日"),
        ("成立日期", "去年", "date.shape", "应为日期如 2025-06-18，现为“去年”"),
        ("成立日期", "1949-09-30", "value.range", "不应早于 1949-10-01"),
        ("注册资本", "约一千万", "number.shape", "应为数字，现为“约一千万”"),
        ("注册资本", "1.2E+8", "number.scientific", "“1.2E+8”是科学计数法，末几位可能已丢"),
        ("注册资本", "-1", "value.range", "不应小于 0 元"),
        ("职工人数", "12.5", "number.integer", "应为整数，现为 12.5"),
        ("职工人数", "100001", "value.range", "不应大于 100000"),
        ("本地企业", "大概", "boolean.shape", "应为是或否，现为“大概”"),
        ("联系电话", "1380000", "phone.length", "手机号应为 11 位，现为 7 位"),
        ("企业名称", "一二三四五六七八九十一二三四五六七八九十一", "text.length", "最多 20 字，现为 21 字"),
        ("企业名称", "=CMD()", "cell.formula-text", "以等号开头，像公式：=CMD()"),
    ],
)
def test_reasons(column, value, rule, reason):
    problem = only_problem(**{column: value})
    assert (problem.label, problem.value, problem.rule, problem.reason) == (column, value, rule, reason)


def test_a_suggestion_comes_with_its_ground():
    problem = only_problem(统一社会信用代码="913304813O7415K267")
    assert (problem.suggestion, problem.basis) == ("91330481307415K267", "改为数字 0，校验相符")


def test_a_wrong_division_is_read_from_the_address():
    problem = only_problem(行政区划代码="330412", 住所="浙江省嘉兴市秀洲区王江泾镇")
    assert (problem.suggestion, problem.basis) == ("330411", "按住所“秀洲区”")


def test_a_text_kept_by_an_export_formula_is_that_text():
    assert check(firm(0, 统一社会信用代码=f'="{CODES[0]}"')).good["credit_code"][0] == CODES[0]


def test_repeated_keys_are_refused_and_name_the_first_line():
    validated = check(firm(0), firm(1), firm(0), firm(0, 企业名称="另一名称"))
    assert validated.good[LINE].to_list() == [1, 2]
    assert [(row.line, row.problems[0].rule, row.problems[0].reason, row.problems[0].basis) for row in validated.refused] == [
        (3, "key.repeated", "与第 1 行完全相同", "可放弃本行"),
        (4, "key.repeated", "与第 1 行统一社会信用代码相同，企业名称不同", "两行只能留一行，请核对"),
    ]


def test_keys_are_compared_after_mending():
    validated = check(firm(3), firm(3, 统一社会信用代码=CODES[3].lower()))
    assert validated.refused[0].problems[0].reason == "与第 1 行完全相同"


def test_a_key_of_two_fields():
    contract = Contract("t", "表", (Field("a", "甲"), Field("b", "乙", Kind.INTEGER), Field("c", "丙")), key=("a", "b"))
    validated = check(
        {"甲": "x", "乙": "1", "丙": "p"},
        {"甲": "x", "乙": "2", "丙": "p"},
        {"甲": "x", "乙": "1.0", "丙": "q"},
        contract=contract,
    )
    assert [(row.line, row.problems[0].reason) for row in validated.refused] == [(3, "与第 1 行甲、乙相同，丙不同")]


def test_every_problem_of_a_row_is_told_and_the_raw_row_is_kept():
    row = firm(0, 统一社会信用代码="x", 成立日期="去年", 备注="没有这一列")
    (refused,) = check(row).refused
    assert [problem.field for problem in refused.problems] == ["credit_code", "founded"]
    assert refused.raw == row
    assert refused.as_dict()["problems"][0]["reason"] == "应为 18 位，现为 1 位"


def test_a_column_in_ten_thousand_yuan_is_converted_exactly():
    validated = check({"信用代码": CODES[0], "企业名称": "甲", "注册资本（万元）": "1234.56789"})
    assert validated.good["capital_yuan"][0] == Decimal("12345678.90")


def test_a_column_in_yuan_is_converted_to_ten_thousand_yuan():
    contract = Contract("t", "表", (Field("a", "投资（万元）", Kind.DECIMAL, unit="万元"), Field("n", "人数", Kind.INTEGER)))
    validated = check({"投资（元）": "12345678.9", "人数": "3"}, {"投资（元）": "49", "人数": "4"}, contract=contract)
    assert validated.good["a"].to_list() == [Decimal("1234.57"), Decimal("0.00")]


def test_a_cell_may_hold_several_codes():
    contract = Contract("t", "表", (Field("roles", "角色", Kind.CODE_LIST, code_list="corp_role", multiple=True),))
    validated = check({"角色": "施工、设计"}, {"角色": "监理；3,瓦工"}, {"角色": None}, contract=contract)
    assert validated.good["roles"].to_list() == [["3", "2"], None]
    assert validated.refused[0].problems[0].reason == "“瓦工”不在参建企业角色中"


def test_references_are_checked_against_known_keys():
    contract = Contract("permits", "许可", (Field("project", "工程项目", Kind.REFERENCE), Field("n", "号")))
    known = {"project": pl.Series(["P1", "P2"])}
    validated = check({"工程项目": "P1", "号": "1"}, {"工程项目": "P9", "号": "2"}, contract=contract, references=known)
    assert validated.good["project"].to_list() == ["P1"]
    assert validated.refused[0].problems[0].reason == "工程项目“P9”没有登记"
    assert check({"工程项目": "P9", "号": "2"}, contract=contract).stats.good == 1


def test_flaws_of_the_file_refuse_the_row():
    sheet = read_sheet(
        workbook(
            ["统一社会信用代码", "企业名称", "注册资本"], [9133010079965505, "甲", 9133010079965505], [CODES[1], "乙", 1e17]
        ),
        FIRMS,
    )
    validated = validate(sheet, FIRMS)
    assert [(row.line, [problem.reason for problem in row.problems]) for row in validated.refused] == [
        (2, ["长数字被存成了数值 9133010079965504，末几位已丢", "整数部分最多 14 位，现为 16 位"]),
        (3, ["整数部分最多 14 位，现为 18 位"]),
    ]


def test_a_row_longer_than_the_header_is_refused_whole():
    validated = validate(read_sheet(f"信用代码,企业名称\n{CODES[0]},甲,乙\n{CODES[1]},丙\n".encode(), FIRMS), FIRMS)
    assert validated.refused[0].problems[0].reason == "本行比表头多出单元格：乙"
    assert validated.good["name"].to_list() == ["丙"]


def test_a_chosen_mapping_is_followed():
    sheet = Sheet.from_records([{"a": CODES[0], "b": "甲"}])
    validated = validate(sheet, FIRMS, Mapping({"credit_code": "a", "name": "b"}))
    assert validated.good["name"].to_list() == ["甲"]
    with pytest.raises(UnusableMapping, match="表中没有列：c"):
        validate(sheet, FIRMS, Mapping({"credit_code": "c", "name": "b"}))


def test_reasons_are_counted():
    validated = check(firm(0, 统一社会信用代码="x"), firm(1, 统一社会信用代码="y", 成立日期="?"), firm(2))
    assert validated.reasons() == [("统一社会信用代码", "credit-code.length", 2), ("成立日期", "date.shape", 1)]


def test_an_empty_sheet_is_neither_good_nor_refused():
    validated = validate(read_sheet("信用代码,企业名称\n,\n".encode(), FIRMS), FIRMS)
    assert (validated.stats.total, validated.stats.good, validated.stats.refused, validated.stats.blank) == (0, 0, 0, 1)


def test_corrected_rows_keep_their_lines():
    sheet = Sheet.from_records([firm(0), firm(1)], lines=[117, 342])
    assert validate(sheet, FIRMS, propose_mapping(sheet.columns, FIRMS).mapping).good[LINE].to_list() == [117, 342]
