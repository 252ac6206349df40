"""Every error is told in its reader's form, in Chinese, and a fault of ours gives nothing away."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from hezhu.core.access.models import User

pytestmark = pytest.mark.urls("tests.core.errors.urls")
REFERENCE = re.compile(r"\d{4}-\d{4}-[2-9A-Z]{3}")


@pytest.fixture
def browser(city_officer: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(city_officer)
    return client


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ("refusal", 409, "施工许可 A1 已关闭，不能停工。"),
        ("bad-input", 422, "有填写项需要改正。"),
        ("not-allowed", 403, "这里只对安全审计员开放"),
        ("denied", 403, "这里不对你的账号开放"),
        ("not-there", 404, "这条记录不存在，或不在您的管辖范围内。"),
        ("http404", 404, "这条记录不存在，或不在您的管辖范围内。"),
        ("suspicious", 400, "平台看不懂这个请求。"),
        ("crash", 500, "平台没能完成这一步。"),
        ("database", 503, "数据库暂时连不上，稍后再试。"),
    ],
)
def test_pages(browser: Client, fault: str, status: int, sentence: str) -> None:
    response = browser.get(f"/fail/{fault}")
    text = response.content.decode()
    assert response.status_code == status
    assert f"<h2>{sentence}</h2>" in text
    assert 'lang="zh-CN"' in text
    assert "secret" not in text
    assert "Traceback" not in text
    assert bool(REFERENCE.search(text)) is (status >= 500)
    assert ('<nav aria-label="主导航">' in text) is (status < 500 and status != 400)


def test_no_such_page(browser: Client) -> None:
    response = browser.get("/no/such/page")
    assert response.status_code == 404
    assert "没有这个页面。" in response.content.decode()


def test_a_denied_page_says_who_you_are(browser: Client) -> None:
    text = browser.get("/fail/not-allowed").content.decode()
    assert "市试点办（测试领导小组办公室）" in text
    assert "嘉兴市" in text


def test_problems_are_listed_and_escaped(browser: Client) -> None:
    text = browser.get("/fail/bad-input").content.decode()
    assert "&lt;b&gt;十&lt;/b&gt;" in text
    assert "<b>十</b>" not in text
    assert "写成 10" in text


def test_the_way_back_is_ours_only(browser: Client) -> None:
    assert "回上一页" in browser.get("/fail/refusal", headers={"Referer": "http://testserver/tasks/"}).content.decode()
    assert "elsewhere" not in browser.get("/fail/refusal", headers={"Referer": "http://elsewhere.example/"}).content.decode()


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"Accept": "application/json"}, {"X-Requested-With": "XMLHttpRequest"}]
)
def test_programs_get_problem_json(browser: Client, headers: dict[str, str]) -> None:
    response = browser.get("/fail/refusal", headers=headers)
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    assert response.json() == {
        "type": "about:blank#permit-closed",
        "code": "permit-closed",
        "title": "不能这样做",
        "status": 409,
        "detail": "施工许可 A1 已关闭，不能停工。",
    }


def test_a_browser_that_also_takes_json_gets_the_page(browser: Client) -> None:
    response = browser.get("/fail/refusal", headers={"Accept": "text/html,application/json;q=0.9"})
    assert response["Content-Type"].startswith("text/html")


def test_htmx_never_swaps_a_refused_form_for_json(browser: Client) -> None:
    response = browser.get("/fail/bad-input", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Reswap"]) == (422, "none")
    assert json.loads(response["HX-Trigger"]) == {"toast": {"text": "有填写项需要改正。", "kind": "act"}}
    assert response["HX-Trigger"].isascii()


def test_a_crash_is_logged_under_its_reference(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = browser.get("/fail/crash", headers={"Accept": "application/json"})
    reference = response.json()["reference"]
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert f"problem {reference}: GET /fail/crash" in caplog.text
    assert "ZeroDivisionError: secret detail" in caplog.text


def test_a_page_for_nobody_has_no_frame(db: None) -> None:
    response = Client(raise_request_exception=False).get("/public/none")
    assert response.status_code == 404
    assert "主导航" not in response.content.decode()


def test_an_expired_page_says_so(city_officer: User, settings) -> None:
    settings.CSRF_FAILURE_VIEW = "hezhu.core.errors.handlers.csrf_failure"
    client = Client(enforce_csrf_checks=True)
    client.force_login(city_officer)
    response = client.post("/fail/refusal")
    assert response.status_code == 403
    assert "这一页的校验码已过期，没有提交。" in response.content.decode()


class TestApi:
    def test_a_refusal(self, browser: Client) -> None:
        response = browser.get("/api/test/fail/refusal")
        assert (response.status_code, response["Content-Type"], response.json()["code"]) == (
            409,
            "application/problem+json",
            "permit-closed",
        )

    def test_an_invalid_body_names_each_field(self, browser: Client) -> None:
        response = browser.post("/api/test/rows", {"area_m2": "十"}, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (422, "bad-input")
        assert response.json()["problems"] == [
            {"field": "name", "reason": "缺少这一项", "allowed": None},
            {"field": "area_m2", "reason": "应为数字", "allowed": None},
        ]

    def test_the_frameworks_own_refusal(self, browser: Client) -> None:
        response = browser.get("/api/test/http")
        assert (response.status_code, response.json()["detail"]) == (418, "请求未完成：茶壶")

    @pytest.mark.parametrize(("address", "status"), [("fail/http404", 404), ("fail/crash", 500), ("none", 404)])
    def test_all_else(self, browser: Client, address: str, status: int) -> None:
        response = browser.get(f"/api/test/{address}")
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        assert response.json()["status"] == status


def test_the_page_of_a_fault_asks_no_database(city_officer: User, monkeypatch: pytest.MonkeyPatch, rf) -> None:
    """As when the server is down: the request's account cannot even be read."""
    from hezhu.core.errors import NotThere
    from hezhu.core.errors.answers import answer
    from hezhu.core.errors.handlers import server_error

    class Gone:
        @property
        def is_authenticated(self) -> bool:
            from django.db import OperationalError

            raise OperationalError("gone")

    request = rf.get("/")
    request.user = Gone()
    assert server_error(request).status_code == 500
    response = answer(request, NotThere())
    assert response.status_code == 404
    assert "主导航" not in response.content.decode()


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("handler400", "hezhu.core.errors.handlers.bad_request"),
        ("handler403", "hezhu.core.errors.handlers.permission_denied"),
        ("handler404", "hezhu.core.errors.handlers.not_found"),
        ("handler500", "hezhu.core.errors.handlers.server_error"),
    ],
)
def test_the_product_uses_these_handlers(name: str, setting: str) -> None:
    from hezhu.config import urls

    assert getattr(urls, name, None) == setting


def test_the_product_uses_this_csrf_page() -> None:
    from django.conf import settings

    assert settings.CSRF_FAILURE_VIEW == "hezhu.core.errors.handlers.csrf_failure"


@pytest.mark.parametrize("address", ["/jobs/", "/api/v1/jobs/"])
def test_with_the_database_away_the_answer_says_so(browser: Client, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    from django.db import OperationalError
    from django.db.backends.base.base import BaseDatabaseWrapper

    def away(*args: object) -> None:
        raise OperationalError("connection refused at secret-host")

    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "cursor", away)
        patched.setattr(BaseDatabaseWrapper, "ensure_connection", away)
        response = browser.get(address)
    text = response.content.decode()
    assert response.status_code == 503
    assert "数据库暂时连不上，稍后再试。" in text
    assert "secret" not in text
    assert response["Content-Type"].startswith("application/problem+json" if address.startswith("/api/") else "text/html")
