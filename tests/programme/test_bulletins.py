"""Bulletins: numbers without gaps, frozen content, the same words in page, .docx and PDF."""

import re
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation
from docx import Document

from hezhu.core import documents
from hezhu.core.errors import NotAllowed
from hezhu.programme import bulletin_files
from hezhu.programme.actions import ReportContent, SubTaskContent, decompose, issue_bulletin, record_progress, submit_report
from hezhu.programme.bulletin_sections import sections
from hezhu.programme.errors import Problems
from hezhu.programme.models import Bulletin

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def reported(yearly, lead_officer, haiyan_officer):
    content = ReportContent(Decimal(60), Decimal(3), "认定 3 家。", "缺公布文件")
    submit_report(yearly, date(2026, 9, 1), content, by=lead_officer)
    submit_report(yearly, date(2026, 10, 1), content, by=lead_officer)
    subtask = decompose(yearly, SubTaskContent("培育 4 家", "县住建局", date(2026, 12, 1), Decimal(4), "家"), by=haiyan_officer)
    record_progress(subtask, by=haiyan_officer, current_value=Decimal(1))
    return yearly


@pytest.fixture
def bulletin(reported, city_officer):
    return issue_bulletin(*OCTOBER, by=city_officer)


def table(bulletin, title):
    return next(section for section in sections(bulletin.content) if section.title == title)


def test_numbers_follow_each_other(reported, city_officer, demo_officer):
    numbers = [issue_bulletin(*OCTOBER, by=city_officer).number for _ in range(2)]
    assert numbers == ["TB-2026-001", "TB-2026-002"]
    demo = issue_bulletin(*OCTOBER, by=demo_officer)
    assert (demo.number, demo.is_demo) == ("演示-TB-2026-001", True)
    assert "演示数据" in sections(demo.content)[0].sentences[-1]


def test_tables_per_unit_and_county(bulletin):
    units = table(bulletin, "各牵头单位")
    assert units.rows[0] == ("市建设局", "24", "0", "0", "1", "18", "5", "1", "1", "100.0%")
    assert units.rows[-1] == ("合计", "33", "0", "0", "1", "21", "11", "1", "1", "100.0%")
    counties = {row[0]: row[1:] for row in table(bulletin, "各县（市、区）").rows}
    assert counties["海盐县"] == ("1", "0", "0", "25.0%", "0")
    assert counties["桐乡市"] == ("未分解", "0", "0", "—", "0")
    assert len(counties) == 7


def test_sentence_and_attention(bulletin):
    overall = sections(bulletin.content)[0].sentences
    assert overall[0] == (
        "截至 2026-10-31，任务清单 32 个序号、33 条要求：办结 0 条，正常 0 条，预警 1 条，逾期 21 条，待定 11 条。"
    )
    assert overall[1] == "亮灯由规则第 1 版算出。该规则待市试点办确认。"
    attention = table(bulletin, "逾期和预警任务")
    assert len(attention.rows) == 22
    assert attention.rows[0][0] == "1"
    assert attention.rows[0][5] == "逾期 1400 天"
    assert table(bulletin, "各单位反映的问题").rows == (("12", "市建设局", "2026-10", "缺公布文件"),)


def test_content_is_frozen(bulletin, reported, lead_officer):
    before = bulletin.content
    submit_report(reported, date(2026, 11, 1), ReportContent(Decimal(99), None, "更多。", "新问题"), by=lead_officer)
    assert Bulletin.objects.get().content == before


def test_an_issuer_who_reads_english_issues_the_same_document(reported, city_officer):
    with translation.override("zh-hans"):
        chinese = issue_bulletin(date(2026, 10, 1), date(2026, 10, 31), by=city_officer)
    with translation.override("en"):
        english = issue_bulletin(date(2026, 10, 1), date(2026, 10, 31), by=city_officer)
        written = "\n".join(paragraph.text for paragraph in Document(BytesIO(bulletin_files.docx(english))).paragraphs)
    assert english.title == chinese.title == "嘉兴市智能建造试点工作通报（2026年10月）"
    assert english.content == chinese.content
    assert english.title in written


def test_docx(bulletin):
    document = Document(BytesIO(bulletin_files.docx(bulletin)))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0] == "嘉兴市智能建造试点工作通报（2026年10月）"
    assert words[1].startswith("TB-2026-001　嘉兴市智能建造国家试点工作领导小组办公室")
    first = document.tables[0]
    assert [cell.text for cell in first.rows[0].cells][:2] == ["牵头单位", "任务"]
    assert [cell.text for cell in first.rows[1].cells] == list(table(bulletin, "各牵头单位").rows[0])
    assert [cell.text for cell in document.tables[1].rows[4].cells] == list(table(bulletin, "各县（市、区）").rows[3])
    assert document.core_properties.title == words[0]


def unicode_of(pdf):
    """Every character the PDF's fonts map back to Unicode: what a reader can select, search and copy."""
    found = set()
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            stream = zlib.decompress(packed)
        except zlib.error:
            continue
        if b"beginbfchar" in stream or b"beginbfrange" in stream:
            for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", stream):
                found.update(bytes.fromhex(code.decode()).decode("utf-16-be", "ignore"))
    return found


def test_pdf_text_can_be_taken_out(bulletin):
    readable = unicode_of(bulletin_files.pdf(bulletin))
    words = {sign for section in sections(bulletin.content) for row in section.rows for cell in row for sign in cell}
    assert len(words) > 200
    assert (words | set(bulletin.title)) - readable - {" ", "　"} == set()


def test_pdf_is_one(bulletin):
    made = bulletin_files.pdf(bulletin)
    assert made[:5] == b"%PDF-"
    assert b"/FontFile" in made or b"/ObjStm" in made
    assert made == bulletin_files.pdf(bulletin)


def test_no_pdf_without_a_chinese_font(bulletin, monkeypatch):
    monkeypatch.setattr(documents, "FAMILIES", ("No Such Family",))
    documents.fonts.cache_clear()
    with pytest.raises(documents.NoChineseFont):
        bulletin_files.pdf(bulletin)
    documents.fonts.cache_clear()


def test_any_period(reported, city_officer):
    made = issue_bulletin(date(2026, 9, 15), date(2026, 12, 31), by=city_officer)
    assert made.title == "嘉兴市智能建造试点工作通报（2026-09-15 至 2026-12-31）"
    assert made.content["judged_on"] == "2026-11-23"
    with pytest.raises(Problems):
        issue_bulletin(date(2026, 11, 24), date(2026, 12, 31), by=city_officer)
    with pytest.raises(Problems):
        issue_bulletin(date(2026, 10, 2), date(2026, 10, 1), by=city_officer)
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize("account", ["lead_officer", "haiyan_officer", "firm_user", "auditor"])
def test_only_the_office_issues(reported, account, request):
    with pytest.raises(NotAllowed):
        issue_bulletin(*OCTOBER, by=request.getfixturevalue(account))
    assert not Bulletin.objects.exists()
