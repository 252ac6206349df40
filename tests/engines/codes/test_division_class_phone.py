"""行政区划代码, GB/T 51269 class codes, telephone numbers."""

import pytest

from hezhu.engines.codes import InvalidCode, classification, division, phone


def test_jiaxing_has_seven_counties_and_seventy_two_towns():
    codes = division.divisions_within("330400")
    assert sum(len(code) == 6 for code in codes) == 8
    assert sum(len(code) == 9 for code in codes) == 72


def test_names():
    assert division.name_of("330481") == "海宁市"
    assert division.name_of("330481101", full=True) == "嘉兴市海宁市许村镇"
    assert division.name_of("330482") == "平湖市"
    assert division.name_of("110101") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330481", "330481"),
        ("海宁市", "330481"),
        ("海宁", "330481"),
        ("嘉兴市海宁市", "330481"),
        ("浙江省嘉兴市海宁市许村镇", "330481101"),
        ("南湖", "330402"),
        ("南湖街道", "330402010"),
        ("杭州市", None),
    ],
)
def test_find_code(text, code):
    assert division.find_code(text) == code


def test_an_address_names_a_county_only_when_it_names_one():
    assert division.named_in("浙江省嘉兴市秀洲区王江泾镇") == "330411"
    assert division.named_in("海宁市与桐乡市交界") is None
    assert division.named_in("杭州市") is None


@pytest.mark.parametrize(
    ("text", "scope", "reason"),
    [
        ("330412", "330400", "不在嘉兴七县（市、区）代码内"),
        ("330481001", "330402", "不在嘉兴市南湖区的代码内"),
        ("3304", None, "应为 6、9 或 12 位，现为 4 位"),
        ("030412", None, "第 1 位不能是 0"),
        ("海宁市", None, "应为数字代码，现为“海宁市”"),
    ],
)
def test_division_reasons(text, scope, reason):
    assert division.explain(text, scope=scope).reason == reason


def test_division_elsewhere_is_accepted_by_shape():
    assert division.explain("330106") is None


def test_class_code_parts():
    code = classification.parse("30-01.02.03.04")
    assert (code.table, code.table_label, code.major, code.middle, code.minor, code.detail) == (
        "30",
        "建筑产品",
        "01",
        "02",
        "03",
        "04",
    )
    levels = [classification.parse(text).level for text in ("14-01.00.00", "14-01.02.00", "14-01.02.03", "14-01.02.03.04")]
    assert levels == ["大类", "中类", "小类", "细类"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("30-1.2.3", "应写作 30-01.02.03 或 30-01.02.03.04，现为“30-1.2.3”"),
        (
            "99-01.02.03",
            "第 1–2 位应为分类表号（10、11、12、13、14、15、20、21、22、30、31、32、33、40、41），现为 99",
        ),
    ],
)
def test_class_code_reasons(text, reason):
    with pytest.raises(InvalidCode) as raised:
        classification.parse(text)
    assert str(raised.value) == reason


@pytest.mark.parametrize("text", ["13800008000", "0573-82051234", "057382051234", "021-12345678-801"])
def test_phones(text):
    assert phone.explain(text.replace("12345678", "52345678")) is None


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("1380000800", "手机号应为 11 位，现为 10 位", None),
        ("138OOOO8000", "应为 11 位手机号，或带区号的固定电话如 0573-82051234", "13800008000"),
        ("+86 138 0000 8000", "含全角字符、空格或小写字母，应写作 13800008000", "13800008000"),
        ("(0573)82051234", "含全角字符、空格或小写字母，应写作 0573-82051234", "0573-82051234"),
    ],
)
def test_phone_reasons(text, reason, suggestion):
    problem = phone.explain(text)
    assert (problem.reason, problem.suggestion) == (reason, suggestion)
