"""Programs get access by a person's consent, keep it by rotating tokens, and lose it at once when it is taken back."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from hezhu.core.errors import NotAllowed
from hezhu.core.oauth import actions
from hezhu.core.oauth.models import OAuthClient, OAuthCode, OAuthToken

BACK = "http://localhost:8080/back"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def public(administrator) -> OAuthClient:
    return actions.register_client("测试看图", [BACK], confidential=False, by=administrator, reason="测试")[0]


@pytest.fixture
def server_side(administrator) -> tuple[OAuthClient, str]:
    return actions.register_client("测试平台", ["https://example.com/back"], confidential=True, by=administrator, reason="测试")


def asked(client: OAuthClient, **changes: str) -> str:
    values = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uris[0],
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    return "/oauth2/authorize?" + urlencode({name: value for name, value in values.items() if value})


def agreed(browser: Client, client: OAuthClient, **changes: str) -> str:
    """The code that the consent page gives."""
    answer = browser.post(asked(client, **changes), {"answer": "agree"})
    assert answer.status_code == 302, answer.content.decode()[:300]
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


def exchanged(client: OAuthClient, code: str, status: int = 200, **changes: str):
    values = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": code,
        "redirect_uri": client.redirect_uris[0],
        "code_verifier": VERIFIER,
    } | changes
    answer = Client().post("/oauth2/token", values)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def who(token: str) -> tuple[int, str]:
    answer = Client().get("/foundation/1.1/current-user", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.json().get("id", "")


@pytest.fixture
def browser(firm_user) -> Client:
    client = Client()
    client.force_login(firm_user)
    return client


def test_the_public_doors(client, db) -> None:
    versions = client.get("/foundation/versions").json()["versions"]
    assert [(row["api_id"], row["version_id"], row["api_base_url"]) for row in versions] == [
        ("foundation", "1.0", "http://testserver/foundation/1.0"),
        ("foundation", "1.1", "http://testserver/foundation/1.1"),
        ("bcf", "3.0", "http://testserver/bcf/3.0"),
    ]
    for version in ("1.0", "1.1"):
        assert client.get(f"/foundation/{version}/auth").json() == {
            "oauth2_auth_url": "http://testserver/oauth2/authorize",
            "oauth2_token_url": "http://testserver/oauth2/token",
            "http_basic_supported": False,
            "supported_oauth2_flows": ["authorization_code_grant"],
        }
    assert client.get("/foundation/1.1/current-user").status_code == 401
    assert client.get("/foundation/2.0/auth").status_code in (302, 404)


def test_a_person_gives_a_program_access(browser, public) -> None:
    page = browser.get(asked(public))
    assert "“测试看图”请求以您的身份访问" in page.content.decode()
    assert f"form-action 'self' {BACK.removesuffix('/back')}" in page["Content-Security-Policy"]
    assert OAuthCode.objects.count() == 0
    tokens = exchanged(public, agreed(browser, public))
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert who(tokens["access_token"]) == (200, "firm")
    row = OAuthToken.objects.get()
    assert tokens["access_token"] not in (row.access_digest, row.refresh_digest)
    assert row.access_digest == hashlib.sha256(tokens["access_token"].encode()).hexdigest()
    assert Client().get("/bcf/3.0/projects", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code == 200
    assert Client().get("/api/v1/bim/cases/", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code == 401


def test_a_desktop_program_listens_on_any_port(browser, public) -> None:
    address = "http://localhost:49152/back"
    tokens = exchanged(public, agreed(browser, public, redirect_uri=address), redirect_uri=address)
    assert who(tokens["access_token"]) == (200, "firm")


def test_a_refusal_gives_nothing(browser, public) -> None:
    answer = browser.post(asked(public), {"answer": "refuse"})
    assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["access_denied"]
    assert OAuthCode.objects.count() == 0


def test_nobody_is_asked_without_signing_in(client, public) -> None:
    answer = client.get(asked(public))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/oauth2/authorize")


def test_consent_needs_the_csrf_token(public, firm_user) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(firm_user)
    assert strict.post(asked(public), {"answer": "agree"}).status_code == 403
    assert OAuthCode.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost:8080/other"},
        {"redirect_uri": "http://localhost.evil.example:8080/back"},
        {"redirect_uri": "http://user@localhost:8080/back"},
        {"redirect_uri": "https://evil.example/back"},
        {"client_id": "unknown"},
        {"response_type": "token"},
        {"code_challenge": "", "code_challenge_method": ""},
    ],
)
def test_a_wrong_request_sends_nobody_anywhere(browser, public, changes) -> None:
    for answer in (browser.get(asked(public, **changes)), browser.post(asked(public, **changes), {"answer": "agree"})):
        assert answer.status_code in (400, 302)
        assert "evil.example" not in answer.get("Location", "")
        assert "code=" not in answer.get("Location", "")
    assert OAuthCode.objects.count() == 0


def test_a_code_works_once_and_not_for_long(browser, public) -> None:
    code = agreed(browser, public)
    exchanged(public, code)
    assert exchanged(public, code, status=400)["error"] == "invalid_grant"
    late = agreed(browser, public)
    OAuthCode.objects.update(issued_at=timezone.now() - timedelta(minutes=2))
    assert exchanged(public, late, status=400)["error"] == "invalid_grant"
    assert OAuthToken.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "w" * 64}, {"code_verifier": ""}, {"redirect_uri": "http://localhost:8080/other"}]
)
def test_a_stolen_code_is_worth_nothing(browser, public, changes) -> None:
    exchanged(public, agreed(browser, public), status=400, **changes)
    assert OAuthToken.objects.count() == 0


def test_a_confidential_program_needs_its_secret(browser, server_side) -> None:
    client, secret = server_side
    code = agreed(browser, client, code_challenge="", code_challenge_method="")
    values = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uris[0]}
    wrong = Client().post("/oauth2/token", values | {"client_id": client.client_id, "client_secret": "no"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    basic = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    right = Client().post("/oauth2/token", values, headers={"Authorization": f"Basic {basic}"})
    assert who(right.json()["access_token"]) == (200, "firm")


def refreshed(client: OAuthClient, token: str) -> dict:
    values = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client.client_id}
    return Client().post("/oauth2/token", values).json()


def test_a_refresh_token_works_once_and_a_copy_ends_everything(browser, public) -> None:
    first = exchanged(public, agreed(browser, public))
    second = refreshed(public, first["refresh_token"])
    assert who(first["access_token"])[0] == 401
    assert who(second["access_token"]) == (200, "firm")
    assert refreshed(public, first["refresh_token"])["error"] == "invalid_grant"
    assert who(second["access_token"])[0] == 401
    assert refreshed(public, second["refresh_token"])["error"] == "invalid_grant"


def test_another_program_cannot_refresh(browser, public, administrator) -> None:
    tokens = exchanged(public, agreed(browser, public))
    other = actions.register_client("另一个", [BACK], confidential=False, by=administrator, reason="测试")[0]
    assert "error" in refreshed(other, tokens["refresh_token"])
    assert who(tokens["access_token"]) == (200, "firm")


def test_access_ends(browser, public, firm_user, administrator) -> None:
    tokens = exchanged(public, agreed(browser, public))
    Client().post("/oauth2/revoke", {"token": tokens["refresh_token"], "client_id": public.client_id})
    assert who(tokens["access_token"])[0] == 401
    tokens = exchanged(public, agreed(browser, public))
    assert "测试看图" in browser.get("/account/programs/").content.decode()
    browser.post("/account/programs/", {"client": public.pk})
    assert who(tokens["access_token"])[0] == 401
    tokens = exchanged(public, agreed(browser, public))
    OAuthToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert who(tokens["access_token"])[0] == 401
    tokens = exchanged(public, agreed(browser, public))
    firm_user.is_active = False
    firm_user.save()
    assert who(tokens["access_token"])[0] == 401
    firm_user.is_active = True
    firm_user.save()
    actions.revoke_client(public, by=administrator, reason="不再使用")
    assert who(tokens["access_token"])[0] == 401
    assert "error" in refreshed(public, tokens["refresh_token"])


@pytest.mark.parametrize("who", ["city_officer", "firm_user", "auditor"])
def test_only_the_administrator_registers(request, who, client, db) -> None:
    user = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        actions.register_client("x", [BACK], confidential=False, by=user, reason="测试")
    client.force_login(user)
    assert client.get("/account/clients/").status_code == 403
    assert OAuthClient.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/back",
        "https://*.example.com/",
        "javascript:alert(1)",
        "https://example.com/#x",
        "https://u:p@example.com/",
        "x",
    ],
)
def test_an_unsafe_redirect_address_is_refused(administrator, address) -> None:
    with pytest.raises(actions.ClientWrong) as refused:
        actions.register_client("x", [address], confidential=False, by=administrator, reason="测试")
    assert refused.value.data["problems"][0]["value"] == address
    assert OAuthClient.objects.count() == 0


def test_the_page_shows_a_secret_once(client, administrator) -> None:
    client.force_login(administrator)
    said = {"name": "测试平台", "redirect_uris": "https://example.com/back", "confidential": "on", "reason": "联调"}
    page = client.post("/account/clients/", said).content.decode()
    row = OAuthClient.objects.get()
    assert row.client_id in page
    assert "client_secret" in page
    assert "client_secret" not in client.get("/account/clients/").content.decode()
    client.post(f"/account/clients/{row.pk}/stop/", {"reason": "停"})
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_worlds_do_not_mix(public, demo_officer) -> None:
    demo = Client()
    demo.force_login(demo_officer)
    assert demo.get(asked(public)).status_code == 400
