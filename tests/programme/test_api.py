"""The programme's API: what it gives, to whom, and that a denied call changes nothing."""

from datetime import date
from decimal import Decimal

import pytest

from hezhu.core.access.models import ApiKey
from hezhu.programme.actions import ReportContent, submit_report
from hezhu.programme.models import MonthlyReport

BASE = "/api/v1/programme"
SENT = {"code": "JX-12", "month": "2026-10-17", "progress": "60", "text": "认定 3 家。"}


@pytest.fixture
def ask(client):
    def asking(user, method, path, body=None):
        headers = {"Authorization": f"Bearer {ApiKey.issue(user, '测试')}"}
        call = getattr(client, method)
        return (
            call(f"{BASE}{path}", body, content_type="application/json", headers=headers)
            if body
            else call(f"{BASE}{path}", headers=headers)
        )

    return asking


def test_requirements(ask, plan, lead_officer):
    rows = ask(lead_officer, "get", "/requirements").json()
    assert len(rows) == 33
    one = ask(lead_officer, "get", "/requirements/jx-10").json()
    assert one["units_text"] == "市建设局、市统计局（数据提供单位）"
    assert {"unit": "市统计局", "role": "data"} in one["units"]
    assert one["targets"] == ["M05"]
    assert ask(lead_officer, "get", "/requirements/JX-99").status_code == 404


def test_instances_with_lights(ask, plan, lead_officer):
    rows = {row["code"]: row for row in ask(lead_officer, "get", "/instances").json()}
    assert len(rows) == 33
    assert (rows["JX-08"]["light"], rows["JX-08"]["elapsed"]) == ("late", 100.0)
    assert rows["JX-08"]["why"][-1] == {
        "question": "已过时限（2025-12-31）？",
        "yes": True,
        "answer": "逾期 327 天",
        "decisive": True,
    }
    assert len(ask(lead_officer, "get", "/instances?year=2024").json()) == 12


def test_targets(ask, plan, lead_officer):
    rows = {row["code"]: row for row in ask(lead_officer, "get", "/targets").json()}
    assert len(rows) == 47
    assert rows["T04"]["basis"] is None
    assert (rows["T13"]["value"], rows["T13"]["unit"]) == ("20000.0000", "名")


def test_sending_a_report(ask, yearly, lead_officer, evidence):
    paper = evidence(lead_officer)
    answer = ask(lead_officer, "post", "/reports", {**SENT, "evidence": [paper.pk]})
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["month"], answer.json()["unit"]) == ("submitted", "2026-10-01", "市建设局")
    assert list(MonthlyReport.objects.get().evidence.all()) == [paper]
    again = ask(lead_officer, "post", "/reports", SENT)
    assert (again.status_code, again.json()["code"]) == (409, "report-locked")


def test_a_draft_over_the_api(ask, yearly, lead_officer, city_officer):
    assert ask(lead_officer, "post", "/reports", {**SENT, "draft": True}).json()["state"] == "draft"
    assert len(ask(lead_officer, "get", "/reports").json()) == 1
    assert ask(city_officer, "get", "/reports").json() == []


def test_problems_are_named(ask, yearly, lead_officer):
    answer = ask(lead_officer, "post", "/reports", {**SENT, "progress": "101", "text": ""})
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json()["problems"]] == ["progress", "text"]
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize("account", ["finance_officer", "firm_user", "auditor", "expert", "reviewer", "administrator"])
def test_denied_calls_change_nothing(ask, yearly, account, request):
    assert ask(request.getfixturevalue(account), "post", "/reports", SENT).status_code == 403
    assert not MonthlyReport.objects.exists()


def test_anothers_evidence_is_not_there(ask, yearly, haiyan_officer, haining_officer, evidence):
    foreign = evidence(haining_officer)
    assert ask(haiyan_officer, "post", "/reports", {**SENT, "evidence": [foreign.pk]}).status_code == 404
    assert not MonthlyReport.objects.exists()


def test_reports_are_scoped(ask, yearly, haiyan_officer, haining_officer, lead_officer, firm_user):
    submit_report(yearly, date(2026, 10, 1), ReportContent(Decimal(50), None, "海盐"), by=haiyan_officer)
    assert [row["text"] for row in ask(haiyan_officer, "get", "/reports").json()] == ["海盐"]
    assert ask(haining_officer, "get", "/reports").json() == []
    assert ask(firm_user, "get", "/reports").json() == []
    assert len(ask(lead_officer, "get", "/reports?code=jx-12&month=2026-10-05&state=submitted").json()) == 1
    assert ask(lead_officer, "get", "/reports?state=returned").json() == []


@pytest.mark.parametrize("path", ["/requirements", "/requirements/JX-08", "/instances", "/reports"])
def test_an_expert_is_refused(ask, plan, expert, path):
    assert ask(expert, "get", path).status_code == 403


def test_nobody_without_a_key(client, plan):
    assert client.get(f"{BASE}/requirements").status_code == 401
    assert client.post(f"{BASE}/reports", SENT, content_type="application/json").status_code == 401
