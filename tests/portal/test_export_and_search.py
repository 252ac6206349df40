"""Files hold what the page shows; search finds by name and code what the account may see."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db


def lines_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_rows_as_csv_and_xlsx(as_, city_officer, prefab_city):
    client = as_(city_officer)
    lines = lines_of(client.get("/targets/T08/rows.csv?rows=counted"))
    assert lines[0][:4] == ["项目", "单体名称", "施工许可发证日期", "建筑面积（㎡）"]
    assert lines[0][-6:] == ["县（市、区）", "新开工装配式建筑面积", "新建建筑面积", "是否计入", "原因", "来源"]
    assert [line[-6] for line in lines[1:]] == ["海盐县", "海宁市"]
    book = load_workbook(io.BytesIO(client.get("/targets/T08/rows.xlsx").content))
    values = list(book.active.values)
    assert len(values) == 6
    assert sum(row[-5] for row in values[1:]) == 2000


def test_a_county_exports_its_own_rows_and_a_firm_none(as_, haining_officer, firm_user, prefab_city):
    assert len(lines_of(as_(haining_officer).get("/targets/T08/rows.csv"))) == 4
    assert as_(firm_user).get("/targets/T08/rows.csv").status_code == 403


def test_an_entered_target_or_another_ending_is_not_there(as_, city_officer, plan):
    client = as_(city_officer)
    assert client.get("/targets/T13/rows.csv").status_code == 404
    assert client.get("/targets/T08/rows.pdf").status_code == 404


def test_all_targets_as_csv(as_, city_officer, prefab_city):
    lines = lines_of(as_(city_officer).get("/overview.csv"))
    assert len(lines) == 48
    share = next(line for line in lines if line[0] == "T08")
    assert share[2:7] == ["40.0", "%", "≥35%", "超 5.0 个百分点", "达标"]


def test_a_name_that_looks_like_a_formula_is_written_as_text(as_, city_officer, plan, make_building):
    make_building(project={"name": "=1+1"}, is_prefab=True)
    lines = lines_of(as_(city_officer).get("/targets/T08/rows.csv"))
    assert lines[1][0] == "'=1+1"


def test_search_by_code_leads_to_the_page(as_, city_officer, plan):
    client = as_(city_officer)
    assert client.get("/search/?q=t08")["Location"] == "/targets/T08/"
    assert client.get("/search/?q=JX-03")["Location"] == "/tasks/JX-03/"


def test_search_finds_records_tasks_and_targets(as_, city_officer, prefab_city):
    groups = {
        group.label: [hit.title for hit in group.hits] for group in as_(city_officer).get("/search/?q=装配式").context["groups"]
    }
    assert "装配式建筑面积占新建建筑面积比例" in groups["试点目标"]
    projects = {group.label: group for group in as_(city_officer).get("/search/?q=项目1").context["groups"]}
    assert [hit.title for hit in projects["项目"].hits] == ["项目1"]


def test_search_shows_a_firm_nothing_of_others(as_, other_firm_user, prefab_city):
    assert "项目" not in {group.label for group in as_(other_firm_user).get("/search/?q=项目1").context["groups"]}


def test_one_character_is_too_short(as_, city_officer, plan):
    assert "至少写两个字" in as_(city_officer).get("/search/?q=海").content.decode()
