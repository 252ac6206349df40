"""The pages: what each account sees, and that a hidden case looks like none."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.bim.models import ReviewCase
from tests.bim.conftest import MODEL, STAIR

PATHS = (
    "",
    "findings/",
    "waiting/",
    "stage/",
    "assembly/",
    "assembly/template.csv",
    "elements.json",
    f"properties/{STAIR}/",
    "model.frag",
    "model/",
    "review.html",
    "review.json",
    "review.bcf",
)
POSTS = ("decide/", "conclude/", "rerun/", "withdraw/", "assembly/")


@pytest.mark.parametrize("path", PATHS)
def test_a_case_opens_for_its_office_and_not_for_another_county(client, case, city_officer, haiyan_officer, path) -> None:
    client.force_login(city_officer)
    answer = client.get(f"/bim/{case.number}/{path}")
    assert answer.status_code in (200, 204)
    client.force_login(haiyan_officer)
    assert client.get(f"/bim/{case.number}/{path}").status_code == 404


@pytest.mark.parametrize("path", POSTS)
def test_another_county_changes_nothing(client, case, haiyan_officer, path) -> None:
    client.force_login(haiyan_officer)
    assert client.post(f"/bim/{case.number}/{path}", {"decision": "confirmed", "conclusion": "approve"}).status_code == 404
    case.refresh_from_db()
    assert (case.state, case.undecided) == ("awaiting_decision", 2)


def test_a_demonstration_account_does_not_see_a_real_case(client, case, demo_officer) -> None:
    client.force_login(demo_officer)
    assert client.get(f"/bim/{case.number}/").status_code == 404
    assert case.number not in client.get("/bim/?tab=all").content.decode()


def test_the_desk_shows_each_finding_with_clause_values_and_shape(client, case, city_officer) -> None:
    client.force_login(city_officer)
    worst = case.findings.get(verdict="fail")
    page = client.get(f"/bim/{case.number}/?finding={worst.pk}").content.decode()
    for words in (
        "GB 55037-2022",
        "7.1.4",
        "条文待核",
        "1.06",
        "≥1.10 m",
        "墙面至扶手内缘",
        "缺：房间功能",
        "出具审查意见（剩 2 项）",
    ):
        assert words in page, words
    assert f'data-global-id="{STAIR}"' in page
    assert 'data-shape="{&quot;kind&quot;:&quot;line&quot;' in page
    assert f'data-model-url="/bim/{case.number}/model.frag"' in page


def test_a_picture_that_comes_late_can_still_put_snapshots_into_the_record(client, case, city_officer) -> None:
    client.force_login(city_officer)
    stage = client.get(f"/bim/{case.number}/stage/").content.decode()
    assert f'data-record-url-template="/bim/{case.number}/findings/FINDING/comment/"' in stage


def test_tabs_count_and_filter(client, case, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get(f"/bim/{case.number}/?tab=manual").content.decode()
    assert re.findall(r'<a class="finding[^>]*id="finding-(\d+)"', page) == [str(case.findings.get(verdict="manual").pk)]
    none = client.get(f"/bim/{case.number}/?tab=all&rule=nothing").content.decode()
    assert "这里没有发现" in none


def test_deciding_in_the_page_goes_on_to_the_next(client, case, city_officer) -> None:
    client.force_login(city_officer)
    worst, other = case.findings.get(verdict="fail"), case.findings.get(verdict="manual")
    answer = client.post(
        f"/bim/{case.number}/findings/{worst.pk}/decide/", {"decision": "confirmed"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert f'name="open" value="{other.pk}"' in page
    assert f'id="finding-{worst.pk}" hx-swap-oob="true"' in page
    assert "确认不符合" in page
    worst.refresh_from_db()
    assert worst.decision == "confirmed"


def test_a_firm_sees_its_case_without_the_decision_buttons(client, case, firm_user) -> None:
    client.force_login(firm_user)
    worst = case.findings.get(verdict="fail")
    page = client.get(f"/bim/{case.number}/?finding={worst.pk}").content.decode()
    assert 'name="decision"' not in page
    assert "意见往来" in page
    assert client.post(f"/bim/{case.number}/findings/{worst.pk}/decide/", {"decision": "confirmed"}).status_code == 403
    worst.refresh_from_db()
    assert worst.decision == ""


def test_long_lists_come_in_pages(client, queued, engines, city_officer) -> None:
    from hezhu.core.jobs.actions import run_here
    from hezhu.engines.findings import Verdict
    from tests.bim.conftest import finding

    engines.findings = [finding("door", Verdict.FAIL, f"{number:022d}") for number in range(120)]
    run_here(queued.job)
    client.force_login(city_officer)
    first = client.get(f"/bim/{queued.number}/").content.decode()
    assert first.count('class="finding"') == 50
    assert f"/bim/{queued.number}/findings/?after=50" in first
    last = client.get(f"/bim/{queued.number}/findings/?after=100").content.decode()
    assert last.count('class="finding"') == 20
    assert "after=" not in last.split("hx-trigger")[0].split("hx-get")[-1] or "intersect" not in last


def test_progress_then_the_desk(client, queued, engines, city_officer) -> None:
    from hezhu.core.jobs.actions import run_here

    client.force_login(city_officer)
    assert "机审进度" in client.get(f"/bim/{queued.number}/").content.decode()
    assert client.get(f"/bim/{queued.number}/waiting/").status_code == 204
    run_here(queued.job)
    assert client.get(f"/bim/{queued.number}/waiting/").headers["HX-Redirect"] == f"/bim/{queued.number}/"


def test_a_failed_case_says_why_and_how_to_go_on(client, queued, engines, city_officer) -> None:
    from hezhu.bim.errors import ModelRefused
    from hezhu.core.jobs.actions import run_here

    engines.error = ModelRefused(code="truncated", reason="模型只读到一半，没有出具任何结论")
    run_here(queued.job)
    client.force_login(city_officer)
    page = client.get(f"/bim/{queued.number}/").content.decode()
    assert "模型只读到一半" in page
    assert "重新机审" in page


def test_submitting_in_the_page(client, project, building, submission, city_officer) -> None:
    client.force_login(city_officer)
    url = f"/bim/submit/?project={project.number}"
    assert "1号楼" in client.get(url).content.decode()
    form = {
        "building": building.pk,
        "stage": "drawings",
        "building_kind": "dwelling",
        "judged_on": "2026-03-01",
        "pack": "cn-base",
        "profile": "gbt51129-2017",
    }
    bad = client.post(url, {**form, "model": SimpleUploadedFile("a.ifc", b"hello")})
    assert bad.status_code == 422
    assert "内容是" in bad.content.decode()
    assert ReviewCase.objects.count() == 0
    missing = client.post(url, form)
    assert missing.status_code == 422
    good = client.post(url, {**form, "model": SimpleUploadedFile("a.ifc", MODEL)})
    case = ReviewCase.objects.get()
    assert (good.status_code, good.headers["Location"]) == (302, f"/bim/{case.number}/")


def test_properties_of_one_element(client, case, city_officer) -> None:
    client.force_login(city_officer)
    assert client.get(f"/bim/{case.number}/properties/{STAIR}/").json() == {
        "groups": [{"name": "基本", "rows": [["名称", "LT-1"]]}]
    }
    assert client.get(f"/bim/{case.number}/properties/nobody/").status_code == 404


def test_the_list_counts_by_state_and_finds_by_project(client, case, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get("/bim/").content.decode()
    assert case.number in page
    assert case.number not in client.get("/bim/?tab=approved").content.decode()
    assert case.number in client.get(f"/bim/?tab=all&q={case.project.number}").content.decode()
    assert case.number not in client.get("/bim/?tab=all&division=330421").content.decode()


def test_the_project_hub_shows_way_parties_buildings_and_the_review(client, case, city_officer, haiyan_officer) -> None:
    client.force_login(city_officer)
    page = client.get(f"/projects/{case.project.number}/").content.decode()
    for words in ("法定程序", "五方责任主体", "测试海宁建工有限公司", "周**", "138****8000", "1号楼", case.number, "不符合"):
        assert words in page, words
    assert "13812348000" not in page
    client.force_login(haiyan_officer)
    assert client.get(f"/projects/{case.project.number}/").status_code == 404


def test_a_withdrawn_case_says_so_and_asks_for_nothing(client, case, city_officer) -> None:
    client.force_login(city_officer)
    client.post(f"/bim/{case.number}/withdraw/", {"reason": "换文件"})
    page = client.get(f"/bim/{case.number}/").content.decode()
    assert "已撤回：换文件" in page
    assert "等人决定" not in page
    assert "出具审查意见" not in page


def test_a_concluded_case_shows_the_opinion_and_who_issued_it(client, case, city_officer) -> None:
    client.force_login(city_officer)
    client.post(f"/bim/{case.number}/decide/", {"decision": "confirmed"})
    early = client.post(f"/bim/{case.number}/conclude/", {"conclusion": "approve"})
    assert early.status_code == 409
    client.post(f"/bim/{case.number}/conclude/", {"conclusion": "return", "opinion": "改扶手"})
    page = client.get(f"/bim/{case.number}/").content.decode()
    assert "已退回：改扶手" in page
    assert 'name="decision"' not in page
