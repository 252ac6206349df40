"""Columns find their fields."""

import pytest

from hezhu.engines.intake import How, Sheet, UnusableMapping, propose_mapping, validate
from tests.engines.intake.workbooks import FIRMS


def proposed(*titles):
    return {match.column: match.field for match in propose_mapping(titles, FIRMS).matches}


def test_titles_aliases_and_decorations_match():
    assert proposed("*统一社会信用代码（必填）", "单 位 名 称：", "所属县区", "注册资本(元)") == {
        "*统一社会信用代码（必填）": "credit_code",
        "单 位 名 称：": "name",
        "所属县区": "division",
        "注册资本(元)": "capital_yuan",
    }


def test_a_similar_title_is_proposed_but_not_sure():
    proposal = propose_mapping(("统一社会信用代码", "企业名称", "企业成立日期"), FIRMS)
    assert [match.how for match in proposal.matches] == [How.EXACT, How.EXACT, How.SIMILAR]
    assert proposal.matches[2].note == "名称相近，请确认"
    assert not proposal.is_sure


def test_unknown_columns_are_named():
    proposal = propose_mapping(("统一社会信用代码", "企业名称", "备注"), FIRMS)
    assert proposal.unused == ("备注",)
    assert proposal.is_sure


def test_missing_required_columns_are_named():
    proposal = propose_mapping(("企业名称",), FIRMS)
    assert proposal.missing == ("统一社会信用代码",)
    with pytest.raises(UnusableMapping, match="必填列没有对上：统一社会信用代码。请为它们指定列，或下载模板对照"):
        validate(Sheet.from_records([{"企业名称": "甲"}]), FIRMS)


def test_two_columns_of_one_field_are_told():
    proposal = propose_mapping(("企业名称", "企业名称（第 2 列）", "单位名称", "信用代码"), FIRMS)
    assert proposal.mapping.columns["name"] == "企业名称"
    assert [match.note for match in proposal.matches if match.field is None] == [
        "与“企业名称”是同一项，只用前一列",
        "与“企业名称”是同一项，只用前一列",
    ]
    assert not proposal.is_sure


def test_a_larger_unit_in_the_title_moves_the_point():
    proposal = propose_mapping(("信用代码", "企业名称", "注册资本（万元）"), FIRMS)
    assert proposal.mapping.shifts == {"capital_yuan": 4}
    assert proposal.matches[2].note == "由万元换算为元"


def test_a_unit_of_another_kind_is_told():
    proposal = propose_mapping(("信用代码", "企业名称", "注册资本（平方米）"), FIRMS)
    assert proposal.mapping.shifts == {}
    assert proposal.matches[2].note == "列名中的单位“平方米”与登记单位“元”不同，请核对"
