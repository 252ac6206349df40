"""The HTML report: whole in one file, escaped, grouped and short however long the review is."""

import re
from dataclasses import replace

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.prefab import ItemInput, Provenance, load_profile, rate
from hezhu.engines.review.reports import write_html
from tests.engines.reports.review_stub import StubReview, door


def _page(tmp_path, findings, **more):
    return write_html(StubReview(findings), tmp_path / "review.html", **more).read_text("utf-8")


def test_it_is_chinese_self_contained_and_escaped(tmp_path):
    page = _page(tmp_path, [replace(door(1), subject=Subject("x" * 22, "IfcDoor", "<script>alert(1)</script>"))])
    assert '<html lang="zh-CN">' in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "楼&lt;1&gt;" in page
    assert re.findall(r'(?:src|href)="', page) == []


def test_a_row_says_what_was_measured_and_asked(tmp_path):
    page = _page(tmp_path, [door(1)])
    for text in ("门1", "3F", "0.655 m", "≥ 0.800 m", "由门的几何形体量取", "GB 55038-2025 4.1.14", "待核", "强制性条文"):
        assert text in page


def test_a_long_rule_is_cut_and_counted(tmp_path):
    findings = [door(n) for n in range(60_000)] + [door(n, Verdict.MANUAL) for n in range(60_000, 100_000)]
    page = _page(tmp_path, findings)
    assert page.count("<tr><td><span") == 100
    assert "每类最多列 50 行，其余 99,900 行见同时生成的 review.json。" in page
    assert "不符合 60,000，需人工 40,000" in page
    assert len(page) < 100_000


def test_rules_without_trouble_take_one_line(tmp_path):
    page = _page(tmp_path, [replace(door(n, Verdict.PASS), rule="quiet", title="安静的规则") for n in range(3)])
    assert "没有问题的规则" in page
    assert page.count("安静的规则") == 1


def test_a_review_without_rules_says_so(tmp_path):
    assert "没有可执行的规则，本报告不含任何结论。" in _page(tmp_path, [])


def test_the_assembly_rate_is_shown_with_source_and_gap(tmp_path):
    inputs = {"q1a": ItemInput(Provenance.SHEET, ratio=0.8, other=ItemInput(Provenance.MODEL, numerator=4.0, denominator=10.0))}
    page = _page(tmp_path, [], assembly=rate(inputs, load_profile()))
    for text in ("装配率", "30.0 / 30", "填报表（模型为 40.0%）", "待定 / 6", "缺：模型和填报表都没有给出", "Q1 30/50"):
        assert text in page
