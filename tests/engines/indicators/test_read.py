"""A definition that names what does not exist, or compares what cannot be compared, is refused with every problem at once."""

from __future__ import annotations

import pytest

from hezhu.engines.indicators import DefinitionError, read_indicator, read_indicators


def problems(entry: dict, schema: dict) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as error:
        read_indicator(entry, schema)
    return error.value.problems


def test_unknown_table_names_those_there_are(schema, prefab_share):
    assert problems(prefab_share | {"table": "houses"}, schema) == (
        "T08 table：没有登记库“houses”；可用：projects、buildings、enterprises。",
    )


def test_unknown_column_and_misspelt_key_are_named_together(schema, titled_firms):
    entry = titled_firms | {"where": [{"column": "title", "op": "has", "value": "x"}]}
    assert problems(entry, schema) == (
        "T03 where 第 1 条：登记库 enterprises 没有列“title”；可用：credit_code、titles、titled_on。",
    )
    (only,) = problems(titled_firms | {"wher": []}, schema)
    assert only.startswith("T03 wher：没有这一项；可用：columns、")


def test_units_must_match(schema, prefab_share):
    entry = prefab_share | {"denominator": {"label": "造价", "measure": {"sum": "cost_wan_yuan"}}}
    assert problems(entry, schema) == ("T08 denominator：分子单位是“m2”，分母单位是“wan_yuan”，不能相比。",)


def test_percentage_needs_the_scale(schema, prefab_share):
    assert problems(prefab_share | {"scale": 1}, schema) == ("T08 scale：单位是 % 的比例，scale 须为 100。",)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ({"column": "is_new", "op": "eq", "value": 1}, "列“is_new”是 boolean，value“1”不是。"),
        ({"column": "area_m2", "op": "ge", "value": "100"}, "列“area_m2”是 decimal，value“100”不是。"),
        ({"column": "area_m2", "op": "contains", "value": "1"}, "op“contains”不能用于 decimal 列“area_m2”。"),
        ({"column": "name", "op": "eq", "value": ["a", "b"]}, "op“eq”只要一个 value。"),
        ({"column": "name", "op": "null", "value": "a"}, "op“null”不带 value。"),
        ({"column": "name", "op": "in", "value": []}, "value 是空的。"),
    ],
)
def test_tests_are_checked_against_the_column(schema, prefab_share, test, said):
    assert problems(prefab_share | {"where": [test]}, schema) == (f"T08 where 第 1 条：{said}",)


def test_sum_of_a_text_and_period_on_a_flag(schema, prefab_share):
    entry = prefab_share | {
        "numerator": {"measure": {"sum": "name"}},
        "denominator": None,
        "scale": 1,
        "unit": "个",
        "period": {"grain": "year", "column": "is_new"},
    }
    assert problems(entry, schema) == (
        "T08 period：列“is_new”是 boolean，须是日期，或存年份的整数。",
        "T08 numerator.measure：列“name”是 string，不能累加。",
    )


def test_a_target_is_defined_once(schema, titled_firms):
    with pytest.raises(DefinitionError) as error:
        read_indicators([titled_firms, titled_firms], schema)
    assert error.value.problems == ("T03：定义了两次，请只留一条。",)


def test_digest_changes_with_what_is_counted_only(schema, titled_firms):
    first = read_indicator(titled_firms, schema)
    same = dict(reversed(titled_firms.items())) | {"title": "示范企业数", "notes": ["另一种说法"]}
    assert read_indicator(same, schema).digest == first.digest
    narrower = titled_firms | {"where": [*titled_firms["where"], {"column": "titled_on", "op": "not_null"}]}
    assert read_indicator(narrower, schema).digest != first.digest
