"""公民身份号码, GB 11643."""

from datetime import date
from random import Random

import pytest
from stdnum.cn import ric

from hezhu.engines.codes import identity

ON = date(2026, 11, 23)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_are_valid(number):
    assert identity.explain(number, on=ON) is None


def test_parse_names_the_parts():
    number = identity.parse("11010519491231002X", on=ON)
    assert (number.division, number.born, number.serial, number.sex) == ("110105", date(1949, 12, 31), "002", "女")


def test_check_character_agrees_with_an_independent_implementation():
    random = Random(3)
    for _ in range(100):
        number = identity.generate(random)
        assert ric.calc_check_digit(number) == number[17]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("110105194912310021", "第 18 位校验位应为 X，现为 1"),
        ("11010519491331002X", "第 7–14 位 19491331 不是出生日期"),
        ("11010519490229002X", "第 7–14 位 19490229 不是出生日期"),
        ("11010520491231002X", "第 7–14 位出生日期 20491231 晚于今日"),
        ("1101051949123100X", "应为 18 位，现为 17 位"),
        ("110105491231002", "现为 15 位，是已停用的旧号码，应填 18 位"),
        ("1101O51949123100ZX", "第 5 位应为数字，现为字母 O"),
        ("11010519491231002Y", "第 18 位应为数字或 X，现为字母 Y"),
        ("01010519491231002X", "第 1 位应为数字，现为“0”"),
    ],
)
def test_reasons(text, reason):
    assert identity.explain(text, on=ON).reason == reason


def test_letter_o_is_suggested_as_zero_when_the_check_character_agrees():
    problem = identity.explain("1101O519491231002X", on=ON)
    assert problem.suggestion == "11010519491231002X"
    assert problem.basis == "改为数字，校验相符"


def test_lower_case_x_is_only_a_spelling():
    assert identity.explain("11010519491231002x", on=ON).rule == "id-number.spelling"


def test_digits_lost_to_excel_are_named():
    problem = identity.explain("330402199001011000", on=ON)
    assert problem.reason == "第 18 位校验位应为 3，现为 0"
    assert problem.basis == "号码像被 Excel 存成数值而丢了末几位，请把该列设为文本后重填"
