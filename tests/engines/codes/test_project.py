"""工程项目编号, 施工许可证编号 and its siblings, 投资项目代码."""

from datetime import date

import pytest

from hezhu.engines.codes import InvalidCode, project


def test_project_number_parts():
    number = project.parse_project("3304022506180103")
    assert (number.division, number.registered, number.category, number.category_label, number.serial) == (
        "330402",
        date(2025, 6, 18),
        "01",
        "房屋建筑工程",
        "03",
    )


def test_project_number_whose_parts_do_not_read_is_still_accepted():
    number = project.parse_project("3304022513400703")
    assert (number.registered, number.category_label) == (None, None)


def test_build_project():
    assert project.build_project("330481", date(2025, 6, 18), "02", 7) == "3304812506180207"
    with pytest.raises(InvalidCode, match="应为 16 位，现为 17 位"):
        project.build_project("330481", date(2025, 6, 18), "02", 700)


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("330402250618010", "应为 16 位，现为 15 位", None),
        ("33O4022506180103", "第 3 位应为数字，现为字母 O", "3304022506180103"),
        ("33A4022506180103", "第 3 位应为数字，现为字母 A", None),
    ],
)
def test_project_number_reasons(text, reason, suggestion):
    problem = project.explain_project(text)
    assert (problem.reason, problem.suggestion) == (reason, suggestion)


def test_permit_parts():
    permit = project.parse_document("3304022506180103-SX-001")
    assert (permit.project, permit.kind, permit.kind_label, permit.serial) == ("3304022506180103", "SX", "施工许可", "001")
    assert project.parse_document("3304022506180103-HZ-012").kind_label == "施工总包合同"
    assert project.build_document("3304022506180103", "JX", 3) == "3304022506180103-JX-003"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3304022506180103SX001", "应写作“16 位项目编号-SX-3 位序号”，现有 1 段"),
        ("330402250618010-SX-001", "项目编号部分应为 16 位，现为 15 位"),
        ("3304022506180103-HZ-001", "第二段应为 SX，现为“HZ”"),
        ("3304022506180103-SX-1", "末段应为 3 位数字，现为“1”"),
    ],
)
def test_permit_reasons(text, reason):
    assert project.explain_permit(text).reason == reason


def test_permit_dashes_are_only_a_spelling():
    assert project.explain_permit("3304022506180103—sx–001").suggestion == "3304022506180103-SX-001"


def test_investment_code_says_that_the_check_character_is_not_judged():
    code = project.parse_investment("2506-330402-04-01-123456")
    assert (code.period, code.division, code.industry, code.approval, code.serial, code.check) == (
        "2506",
        "330402",
        "04",
        "01",
        "12345",
        "6",
    )
    assert code.check_status == "校验位算法未公开，只核对了写法"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2506-330402-04-123456", "应为 24 位，分段 4-6-2-2-6，现为 4-6-2-6"),
        ("25O6-330402-04-01-123456", "第 3 位应为数字，现为字母 O"),
    ],
)
def test_investment_reasons(text, reason):
    assert project.explain_investment(text).reason == reason
