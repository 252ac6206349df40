"""The task pages: what they show, to whom, and that they fit the house's speed."""

from datetime import date
from decimal import Decimal

import pytest

from hezhu.programme.actions import ReportContent, SubTaskContent, close_instance, decompose, submit_report
from hezhu.programme.models import Bulletin, Closure, DutyFiling, MonthlyReport, Reminder, SubTask

OCTOBER = date(2026, 10, 1)
GOOD = ReportContent(Decimal(60), Decimal(18), "认定第三批 3 家。", "缺公布文件")
PAGES = [
    "/tasks/",
    "/tasks/?by=unit",
    "/tasks/?by=due&light=late",
    "/tasks/?q=示范企业",
    "/tasks/rule/",
    "/tasks/plan/",
    "/tasks/notes/",
    "/tasks/notes/?kind=alias",
    "/tasks/duties/",
    "/tasks/reports/",
    "/tasks/bulletins/",
    "/tasks/JX-12/",
    "/tasks/JX-12/?year=2024",
    "/tasks/jx-31/",
    "/tasks/JX-02-1/",
]


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(client, plan, lead_officer, page):
    client.force_login(lead_officer)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_an_expert_is_turned_away(client, plan, expert, page):
    client.force_login(expert)
    assert client.get(page).status_code == 403


def test_signed_out_goes_to_the_sign_in(client, plan):
    response = client.get("/tasks/")
    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


def test_list_shows_all_requirements_in_eight_groups(client, plan, lead_officer):
    client.force_login(lead_officer)
    response = client.get("/tasks/")
    assert [len(group.rows) for group in response.context["groups"]] == [1, 6, 5, 4, 7, 3, 3, 4]
    assert response.context["groups"][0].title == "一、加强组织保障"
    assert {tab["light"]: tab["count"] for tab in response.context["tabs"]} == {
        "late": 21,
        "watch": 0,
        "ok": 0,
        "done": 0,
        "open": 12,
    }
    assert client.get("/tasks/?light=open").context["count"] == 12
    assert [row.requirement.code for g in client.get("/tasks/?q=引导基金").context["groups"] for row in g.rows] == ["JX-07"]
    assert client.get("/tasks/?by=unit").context["groups"][0].title == "市建设局"


def test_own_shows_what_the_unit_leads_or_assists(client, plan, finance_officer):
    client.force_login(finance_officer)
    codes = [row.requirement.code for g in client.get("/tasks/?own=1").context["groups"] for row in g.rows]
    assert codes == ["JX-03", "JX-07", "JX-14", "JX-26", "JX-27", "JX-28"]


def test_unknown_task_and_year(client, plan, lead_officer):
    client.force_login(lead_officer)
    for page in ("/tasks/JX-99/", "/tasks/JX-12/?year=2019", "/tasks/JX-12/?year=x", "/tasks/reports/9/", "/tasks/subtasks/9/"):
        assert client.get(page).status_code == 404


def test_task_page_explains_its_light(client, instance, lead_officer):
    client.force_login(lead_officer)
    page = text(client.get("/tasks/JX-08/"))
    assert "为什么是逾期" in page
    assert "逾期 327 天" in page
    assert "附件仅市建设局，正文L20为市建设局、市经信局" in page
    assert "仅正文列名" in page
    assert "口径待确认" in page


def test_task_page_counts_its_queries(client, yearly, lead_officer, django_assert_max_num_queries):
    client.force_login(lead_officer)
    for month in range(1, 11):
        submit_report(yearly, date(2026, month, 1), GOOD, by=lead_officer)
    with django_assert_max_num_queries(45):
        client.get("/tasks/JX-12/")
    with django_assert_max_num_queries(16):
        client.get("/tasks/")


def post_report(client, act="submit", **fields):
    data = {"month": "2026-10", "progress": "60", "text": "认定 3 家。", "problems": "", "act": act, **fields}
    return client.post("/tasks/JX-12/report/", data)


def test_report_form_sends_with_files(client, yearly, lead_officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(lead_officer)
    assert "2026年10月" in text(client.get("/tasks/JX-12/report/?month=2026-10"))
    response = post_report(client, files=[open_pdf()])
    assert response.status_code == 302
    report = MonthlyReport.objects.get()
    assert (report.state, report.progress, report.month) == ("submitted", 60, OCTOBER)
    assert [file.name for file in report.evidence.all()] == ["通知.pdf"]


def open_pdf():
    from io import BytesIO

    file = BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    file.name = "通知.pdf"
    return file


def test_report_form_keeps_what_was_typed(client, yearly, lead_officer):
    client.force_login(lead_officer)
    response = post_report(client, progress="140", text="已写的话")
    assert response.status_code == 422
    assert "写 0 到 100 之间的数，现为 140" in text(response)
    assert "已写的话" in text(response)
    assert not MonthlyReport.objects.exists()


def test_a_wrong_file_keeps_nothing(client, yearly, lead_officer, settings, tmp_path):
    from io import BytesIO

    settings.MEDIA_ROOT = tmp_path
    client.force_login(lead_officer)
    wrong = BytesIO(b"MZ\x90\x00 not a document")
    wrong.name = "证明.pdf"
    response = post_report(client, files=[wrong])
    assert response.status_code == 422
    assert not MonthlyReport.objects.exists()


def test_draft_and_autosave(client, yearly, lead_officer):
    client.force_login(lead_officer)
    saved = client.post("/tasks/JX-12/report/autosave/", {"month": "2026-10", "text": "先记", "year": "2026"})
    assert "自动保存" in text(saved)
    draft = MonthlyReport.objects.get()
    assert (draft.state, draft.text) == ("draft", "先记")
    assert "先记" in text(client.get("/tasks/JX-12/report/?month=2026-10"))
    assert post_report(client, act="draft", text="再记").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("draft", "再记")


def test_autosave_never_touches_a_sent_report(client, yearly, lead_officer):
    submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    client.force_login(lead_officer)
    answer = client.post("/tasks/JX-12/report/autosave/", {"month": "2026-10", "text": "改"})
    assert "草稿没有保存" in text(answer)
    assert MonthlyReport.objects.get().text == GOOD.text


def test_another_bureau_is_refused_by_page(client, yearly, finance_officer):
    client.force_login(finance_officer)
    assert client.get("/tasks/JX-12/report/").status_code == 403
    assert post_report(client).status_code == 403
    assert not MonthlyReport.objects.exists()


def test_office_decides_by_page(client, yearly, lead_officer, city_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    client.force_login(city_officer)
    assert [row.pk for row in client.get("/tasks/reports/").context["reports"]] == [report.pk]
    assert "缺公布文件" in text(client.get(f"/tasks/reports/{report.pk}/"))
    assert client.post(f"/tasks/reports/{report.pk}/decide/", {"act": "return", "reason": ""}).status_code == 422
    report.refresh_from_db()
    assert report.state == "submitted"
    assert client.post(f"/tasks/reports/{report.pk}/decide/", {"act": "return", "reason": "缺文件"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.decision_reason) == ("returned", "缺文件")


@pytest.mark.parametrize(("account", "status"), [("lead_officer", 403), ("haining_officer", 403), ("firm_user", 403)])
def test_others_do_not_decide(client, yearly, lead_officer, account, status, request):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    client.force_login(request.getfixturevalue(account))
    assert client.post(f"/tasks/reports/{report.pk}/decide/", {"act": "accept"}).status_code == status
    report.refresh_from_db()
    assert report.state == "submitted"


def test_a_county_report_is_hidden_from_another_county(client, yearly, haiyan_officer, haining_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=haiyan_officer)
    client.force_login(haining_officer)
    assert client.get(f"/tasks/reports/{report.pk}/").status_code == 404
    assert client.post(f"/tasks/reports/{report.pk}/withdraw/", {"reason": "撤"}).status_code == 404
    assert "认定第三批" not in text(client.get("/tasks/JX-12/"))
    report.refresh_from_db()
    assert report.state == "submitted"


def test_a_firm_sees_tasks_but_no_work(client, yearly, haining_officer, firm_user):
    submit_report(yearly, OCTOBER, GOOD, by=haining_officer)
    decompose(yearly, SubTaskContent("县里的事", "县住建局", date(2026, 12, 1)), by=haining_officer)
    client.force_login(firm_user)
    page = text(client.get("/tasks/JX-12/"))
    assert "认定第三批" not in page
    assert "县里的事" not in page
    assert client.get("/tasks/").status_code == 200


def test_breaking_down_by_page(client, yearly, haiyan_officer, haining_officer, city_officer):
    client.force_login(haiyan_officer)
    data = {"title": "培育 4 家", "responsible": "县住建局", "due_on": "2026-12-15", "target_value": "4", "target_unit": "家"}
    response = client.post("/tasks/JX-12/subtasks/new/", data)
    row = SubTask.objects.get()
    assert response.url == f"/tasks/subtasks/{row.pk}/"
    steps = {
        "act": "steps",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "0",
        "steps-0-title": "摸底",
        "steps-0-starts_on": "2026-01-05",
        "steps-0-due_on": "2026-03-01",
    }
    assert client.post(response.url, steps).status_code == 302
    assert [step.title for step in row.steps.all()] == ["摸底"]
    assert client.post(response.url, {**steps, "steps-0-due_on": "2026-12-31"}).status_code == 422
    assert client.post(response.url, {"act": "progress", "current_value": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.progress == 25
    assert client.post(response.url, {"act": "revise", **data, "title": "培育 5 家", "reason": ""}).status_code == 422
    assert client.post(response.url, {"act": "revise", **data, "title": "培育 5 家", "reason": "上调"}).status_code == 302
    client.force_login(city_officer)
    assert "培育 5 家" in text(client.get("/tasks/JX-12/"))
    assert client.post(response.url, {"act": "progress", "current_value": "4"}).status_code == 422
    client.force_login(haining_officer)
    assert client.get(response.url).status_code == 404
    assert client.post(f"{response.url}withdraw/", {"reason": "撤"}).status_code == 404
    row.refresh_from_db()
    assert (row.progress, row.withdrawn_at) == (25, None)
    client.force_login(haiyan_officer)
    assert client.post(f"{response.url}withdraw/", {"reason": "并入"}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_closing_and_reminding_by_page(client, instance, city_officer, lead_officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(city_officer)
    assert client.get("/tasks/JX-08/close/").status_code == 200
    assert client.get("/tasks/JX-08/remind/").status_code == 200
    lead = instance.requirement.lead_unit_id
    assert client.post("/tasks/JX-08/remind/", {"unit": lead, "text": "请报月报"}).status_code == 302
    assert Reminder.objects.get().text == "请报月报"
    assert client.post("/tasks/JX-08/close/", {"closed_on": "2025-11-03", "summary": "公布 31 家"}).status_code == 422
    assert not Closure.objects.exists()
    data = {"closed_on": "2025-11-03", "summary": "公布 31 家", "files": [open_pdf()]}
    assert client.post("/tasks/JX-08/close/", data).status_code == 302
    assert Closure.objects.get().evidence.count() == 1
    assert "为什么是办结" in text(client.get("/tasks/JX-08/"))
    client.force_login(lead_officer)
    assert client.post("/tasks/JX-08/reopen/", {"reason": "撤"}).status_code == 403
    assert Closure.objects.exists()
    client.force_login(city_officer)
    assert client.post("/tasks/JX-08/reopen/", {"reason": "名单有误"}).status_code == 302
    assert not Closure.objects.exists()


def test_filing_a_duty_by_page(client, plan, city_officer, lead_officer):
    client.force_login(lead_officer)
    data = {"duty": "E01", "period": "2025Q4", "filed_on": "2025-12-30"}
    assert client.post("/tasks/duties/", data).status_code == 403
    assert not DutyFiling.objects.exists()
    client.force_login(city_officer)
    assert client.post("/tasks/duties/", data).status_code == 302
    assert DutyFiling.objects.get().period == "2025Q4"
    assert client.post("/tasks/duties/", data).status_code == 422


def test_english(client, plan, lead_officer):
    client.force_login(lead_officer)
    assert client.get("/tasks/", headers={"accept-language": "en"}).status_code == 200


def test_bulletin_pages(client, yearly, lead_officer, city_officer, demo_officer):
    submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    client.force_login(lead_officer)
    assert client.post("/tasks/bulletins/new/", {"period_start": "2026-10-01", "period_end": "2026-10-31"}).status_code == 403
    assert not Bulletin.objects.exists()
    client.force_login(city_officer)
    assert 'value="2026-10-01"' in text(client.get("/tasks/bulletins/new/"))
    assert client.post("/tasks/bulletins/new/", {"period_start": "2026-10-31", "period_end": "2026-10-01"}).status_code == 422
    made = client.post("/tasks/bulletins/new/", {"period_start": "2026-10-01", "period_end": "2026-10-31", "title": ""})
    assert made.url == "/tasks/bulletins/TB-2026-001/"
    page = text(client.get(made.url))
    assert "嘉兴市智能建造试点工作通报（2026年10月）" in page
    assert "缺公布文件" in page
    assert "data-print" in page
    client.force_login(demo_officer)
    assert client.get(made.url).status_code == 404
    assert client.get("/tasks/bulletins/").context["bulletins"].count() == 0


def test_closed_task_offers_no_report(client, yearly, lead_officer, city_officer, evidence):
    close_instance(yearly, closed_on=date(2026, 9, 1), summary="公布", evidence=[evidence(city_officer)], by=city_officer)
    client.force_login(lead_officer)
    assert "填报 10 月月报" not in text(client.get("/tasks/JX-12/"))
    assert post_report(client).status_code == 422
    assert not MonthlyReport.objects.exists()
