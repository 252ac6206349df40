"""Values and requirements in Chinese words."""

import pytest

from hezhu.engines.findings import Quantity, Requirement, Verdict
from hezhu.engines.review.reports import measured_text, reason_text, required_text
from tests.engines.reports.review_stub import door


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity(0.655, "m"), "0.655 m"),
        (Quantity(4.9012, "m2"), "4.901 m²"),
        (Quantity(3432.44, "m2"), "3,432.44 m²"),
        (Quantity(0.4, "ratio"), "40.0%"),
        (Quantity(1325, "count"), "1,325 个"),
        (Quantity(True), "是"),
        (Quantity("乙级"), "乙级"),
        (None, ""),
    ],
)
def test_measured(quantity, text):
    assert measured_text(quantity) == text


@pytest.mark.parametrize(
    ("requirement", "text"),
    [
        (Requirement(">=", 0.8, unit="m"), "≥ 0.800 m"),
        (Requirement("<=", 18, unit="count"), "≤ 18 个"),
        (Requirement("between", 2, 18, "count"), "2 个～18 个"),
        (Requirement("in", ["甲级", "乙级"]), "甲级、乙级 之一"),
        (Requirement("present", "字段 LongName"), "字段 LongName 须填写"),
        (Requirement("absent"), "不得出现"),
        (Requirement("matches", "[0-9]+h"), "形如 [0-9]+h"),
        (None, ""),
    ],
)
def test_required(requirement, text):
    assert required_text(requirement) == text


def test_reasons():
    assert reason_text(door(1)) == "实测 0.655 m，要求 ≥ 0.800 m"
    assert reason_text(door(1, Verdict.MANUAL)) == "缺：门扇几何"
    assert reason_text(door(1, Verdict.PASS)) == "实测 0.655 m"
