"""IfcOpenShell's BCF-API client against a running server: it signs in by OAuth, then raises, reads, comments and looks."""

from __future__ import annotations

import json
import threading
from http.server import HTTPServer

import pytest
import requests
from bcf.v3 import bcfapi
from bcf.v3.bcfapi import BcfClient, FoundationClient
from django.test import Client

from hezhu.core.oauth import actions
from hezhu.core.oauth.models import OAuthToken
from tests.engines.bcf import book
from tests.engines.bcf.test_api_json import POST


@pytest.fixture
def foundation(live_server, firm_user, administrator, monkeypatch) -> FoundationClient:
    """The client with a person who agrees in the browser; the client listens on a port of its own."""
    client, secret = actions.register_client(
        "bcf-client", ["http://localhost:8080/back"], confidential=True, by=administrator, reason="联调"
    )
    person = Client()
    person.force_login(firm_user)

    def browse(address: str) -> None:
        path = address.removeprefix(live_server.url)
        person.get(path)
        back = person.post(path, {"answer": "agree"})["Location"]
        threading.Thread(target=requests.get, args=(back,), kwargs={"timeout": 20}).start()

    monkeypatch.setattr(bcfapi.webbrowser, "open", browse)
    monkeypatch.setattr(bcfapi.http.server, "HTTPServer", lambda address, handler: HTTPServer(("127.0.0.1", 0), handler))
    return FoundationClient(client.client_id, secret, f"{live_server.url}/", "back")


@pytest.mark.django_db(transaction=True)
def test_the_client_works_from_signing_in_to_looking(foundation, project) -> None:
    assert foundation.get_auth_methods() == ["authorization_code_grant"]
    foundation.login()
    assert OAuthToken.objects.get().user.username == "firm"
    api = BcfClient(foundation)
    api.set_version(next(version for version in foundation.get_versions() if version["api_id"] == "bcf"))
    assert [row["project_id"] for row in api.get_projects()] == [project.number]
    assert "Open" in api.get_extensions(project.number)["topic_status"]
    status, text = api.create_topic(project.number, json.dumps({"title": "净高不足", "guid": book.FULL}))
    assert (status, json.loads(text)["server_assigned_id"]) == (201, "T-1")
    status, text = api.update_topic(project.number, book.FULL, json.dumps({"title": "净高不足", "topic_status": "Closed"}))
    assert (status, json.loads(text)["topic_status"]) == (200, "Closed")
    assert api.get_topic(project.number, book.FULL)["modified_author"] == "firm"
    status, text = api.create_viewpoints(project.number, book.FULL, json.dumps(POST | {"guid": book.VIEW}))
    assert status == 201
    assert api.get_viewpoint(project.number, book.FULL, book.VIEW)["index"] == 10
    status, text = api.create_comments(project.number, book.FULL, json.dumps({"comment": "已改", "viewpoint_guid": book.VIEW}))
    assert (status, json.loads(text)["author"]) == (201, "firm")
    guid = json.loads(text)["guid"]
    assert api.get_comment(project.number, book.FULL, guid)["comment"] == "已改"
    assert foundation.access_token.startswith("hzo_")
