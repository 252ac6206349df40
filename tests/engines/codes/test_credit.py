"""统一社会信用代码, GB 32100."""

from random import Random

import pytest
from stdnum.cn import uscc

from hezhu.engines.codes import InvalidCode, credit

WELL_KNOWN = ("914403001922038216", "91330100799655058B", "91440300708461136T", "9144030071526726XG")


@pytest.mark.parametrize("code", WELL_KNOWN)
def test_codes_of_well_known_firms_are_valid(code):
    assert credit.explain(code) is None
    assert credit.parse(code).body_check_agrees is True


def test_weights_are_those_of_the_standard():
    assert credit.WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def test_check_character_agrees_with_an_independent_implementation():
    random = Random(7)
    for _ in range(200):
        code = credit.generate(random, division="330481")
        assert uscc.calc_check_digit(code[:17]) == code[17]
        assert uscc.is_valid(code)


def test_village_collectives_whose_code_starts_with_n_are_accepted():
    first_17 = "N2330402MF0123456"
    code = first_17 + credit.check_character(first_17)
    assert not uscc.is_valid(code)
    assert credit.explain(code) is None
    assert credit.parse(code).department_label == "农业"


def test_parse_names_the_parts():
    code = credit.parse("914403001922038216")
    assert (code.department, code.department_label, code.organisation_kind) == ("9", "市场监管", "1")
    assert (code.division, code.body, code.check) == ("440300", "192203821", "6")


def test_wrong_check_character_names_position_expected_and_actual():
    problem = credit.explain("91330481560982H733")
    assert problem.rule == "credit-code.check"
    assert problem.reason == "第 18 位校验位应为 W，现为 3"
    assert problem.position == 18
    assert problem.suggestion is None
    assert problem.basis == "无建议，请对照营业执照或登记证书"


def test_letter_o_for_zero_is_suggested_when_the_check_character_agrees():
    problem = credit.explain("913304813O7415K267")
    assert problem.reason == "第 10 位不用字母 O，应为数字 0"
    assert problem.suggestion == "91330481307415K267"
    assert problem.basis == "改为数字 0，校验相符"


def test_letter_i_in_the_division_is_named_as_a_digit():
    problem = credit.explain("9I44030019220382I6")
    assert problem.reason == "第 2 位不用字母 I，应为数字 1"
    assert problem.suggestion == "914403001922038216"


def test_letter_o_is_not_suggested_when_the_check_character_disagrees():
    problem = credit.explain("91330O81560982H733")
    assert problem.reason == "第 6 位应为数字，现为字母 O"
    assert problem.suggestion is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "应为 18 位，现为 0 位"),
        ("91440300192203821", "应为 18 位，现为 17 位"),
        ("440301103097413", "现为 15 位，像是旧工商注册号，应填 18 位统一社会信用代码"),
        ("914403A01922038216", "第 7 位应为数字，现为字母 A"),
        ("91440300192203Z216", "第 15 位不能是字母 Z，代码只用数字和除 I、O、S、V、Z 外的大写字母"),
        ("9144030019220382-6", "第 17 位不能是“-”，代码只用数字和除 I、O、S、V、Z 外的大写字母"),
    ],
)
def test_reasons(text, reason):
    assert credit.explain(text).reason == reason


@pytest.mark.parametrize(
    "text", ["９１４４０３００1922038216", " 914403001922038216", "9144 0300 1922 0382 16", "9144030071526726xg"]
)
def test_width_blanks_and_case_are_mended(text):
    problem = credit.explain(text)
    assert problem.rule == "credit-code.spelling"
    assert credit.explain(problem.suggestion) is None


def test_parse_raises_with_the_problem():
    with pytest.raises(InvalidCode, match="第 18 位校验位应为 6，现为 3") as raised:
        credit.parse("914403001922038213")
    assert raised.value.problem.position == 18
