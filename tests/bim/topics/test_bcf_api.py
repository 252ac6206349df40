"""The BCF API 3.0: every service, its rights, its conditions and its queries."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from hezhu.bim.topics import talk
from hezhu.bim.topics.actions import Said, raise_topic
from hezhu.bim.topics.api import bcf_api
from hezhu.bim.topics.models import Topic, TopicComment, TopicViewpoint
from hezhu.core.access.models import ApiKey, User
from tests.engines.bcf import book
from tests.engines.bcf.test_api_json import POST

SCHEMAS = Path(os.environ.get("BCF_API_SCHEMAS", "absent"))
"""buildingSMART's BCF-API/Schemas (CC BY-ND: not kept here)."""
ROUTES = [
    (path, method)
    for path, methods in bcf_api.get_openapi_schema()["paths"].items()
    for method in methods
    if method in {"get", "post", "put", "delete"}
]
NEW = {"topic_type": "碰撞", "topic_status": "Open", "title": "梁与风管", "priority": "高", "labels": ["结构", "暖通"]}


class Api:
    """Calls as a program does: with a key, JSON in and out."""

    def __init__(self, user: User, project) -> None:
        self.client, self.root = Client(), f"/bcf/3.0/projects/{project.number}"
        self.key = {"Authorization": f"Bearer {ApiKey.issue(user, 'test')}"}

    def __call__(self, method: str, path: str, body: object = None, status: int = 200, **headers: str):
        options = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(self.client, method)(f"{self.root}{path}", headers=self.key | headers, **options)
        assert answer.status_code == status, answer.content.decode()[:500]
        return answer

    def get(self, path: str, **options):
        return self("get", path, **options).json()


@pytest.fixture
def api(firm_user, project) -> Api:
    return Api(firm_user, project)


def valid(body: object, schema: str) -> None:
    """Checks against the official schema where it is at hand."""
    if SCHEMAS.is_dir():
        from jsonschema import Draft4Validator, RefResolver

        path = SCHEMAS / schema
        resolver = RefResolver(
            path.as_uri(), None, handlers={"file": lambda uri: json.loads(Path(uri.removeprefix("file://")).read_text())}
        )
        found = _modern(json.loads(path.read_text()))
        for item in body if isinstance(body, list) else [body]:
            Draft4Validator(found, resolver=resolver).validate(item)
            assert not {
                name
                for name, value in item.items()
                if value is None and found["properties"].get(name, {}).get("type") == "string"
            }


def _modern(schema: dict) -> dict:
    """Draft 3 says ``required`` beside the property."""
    needed = [name for name, part in schema.get("properties", {}).items() if part.get("required") is True]
    properties = {name: {k: v for k, v in part.items() if k != "required"} for name, part in schema.get("properties", {}).items()}
    return {key: value for key, value in schema.items() if key != "$schema"} | {
        "properties": properties,
        **({"required": needed} if needed else {}),
    }


def test_projects_and_extensions(api, project) -> None:
    body = api.client.get("/bcf/3.0/projects", headers=api.key).json()
    assert body == [
        {
            "project_id": project.number,
            "name": project.name,
            "authorization": {"project_actions": ["createTopic", "createDocument"]},
        }
    ]
    valid(body, "Project/project_GET.json")
    words = api.get("/extensions")
    valid(words, "Project/extensions_GET.json")
    assert words["topic_status"] == ["Open", "In Progress", "Resolved", "Closed"]
    assert words["users"] == ["firm"]
    assert "createComment" in words["topic_actions"]
    assert api("put", "", {"name": "x"}, status=403).json()["message"]


def test_a_topic_from_birth_to_end(api) -> None:
    made = api("post", "/topics", NEW | {"guid": book.FULL, "due_date": "2026-12-01T10:00:00+08:00"}, status=201).json()
    valid(made, "Collaboration/Topic/topic_GET.json")
    assert (made["guid"], made["server_assigned_id"], made["creation_author"]) == (book.FULL, "T-1", "firm")
    assert made["due_date"] == "2026-12-01T02:00:00Z"
    assert "modified_date" not in made
    assert api("post", "/topics", NEW | {"guid": book.FULL}, status=409).json()["code"] == "bcf-guid-taken"
    changed = api("put", f"/topics/{book.FULL}", NEW | {"topic_status": "Closed"}).json()
    assert (changed["topic_status"], changed["modified_author"]) == ("Closed", "firm")
    assert "due_date" not in changed
    with_rights = api.get(f"/topics/{book.FULL}?includeAuthorization=true")
    assert with_rights["authorization"]["topic_actions"][-1] == "delete"
    api("delete", f"/topics/{book.FULL}")
    api("get", f"/topics/{book.FULL}", status=404)
    assert Topic.objects.count() == 0


def test_what_is_wrong_is_told_as_the_specification_says(api) -> None:
    body = api("post", "/topics", NEW | {"topic_status": "Later"}, status=422).json()
    assert body["message"] == body["detail"]
    assert body["problems"][0] == {
        "field": "topic_status",
        "value": "Later",
        "reason": "不在本项目的可选值内",
        "remedy": "Open、In Progress、Resolved、Closed",
    }
    assert api("post", "/topics", {}, status=422).json()["problems"] == [
        {"field": "title", "reason": "缺少这一项", "allowed": None}
    ]
    assert Topic.objects.count() == 0


def test_two_programs_change_one_topic(api) -> None:
    guid = api("post", "/topics", NEW, status=201).json()["guid"]
    first = api("get", f"/topics/{guid}")["ETag"]
    api("get", f"/topics/{guid}", status=304, **{"If-None-Match": first})
    answer = api("put", f"/topics/{guid}", NEW | {"title": "甲"}, **{"If-Match": first})
    refused = api("put", f"/topics/{guid}", NEW | {"title": "乙"}, status=412, **{"If-Match": first}).json()
    assert refused["code"] == "bcf-version-mismatch"
    assert api.get(f"/topics/{guid}")["title"] == "甲"
    api("put", f"/topics/{guid}", NEW | {"title": "丙"}, **{"If-Match": answer["ETag"]})
    seen = api("get", f"/topics/{guid}?includeAuthorization=true")["ETag"]
    api("put", f"/topics/{guid}", NEW | {"title": "丁"}, **{"If-Match": seen})
    api("delete", f"/topics/{guid}", status=412, **{"If-Match": first})
    assert Topic.objects.get().title == "丁"


@pytest.fixture
def many(project, firm_user, city_officer) -> None:
    raise_topic(project, Said("一", type="碰撞", labels=["结构"], assigned_to="firm"), by=firm_user)
    raise_topic(project, Said("二", type="意见", labels=["暖通", "电气"], status="Closed"), by=city_officer)
    third = raise_topic(project, Said("三's", type="问题"), by=city_officer)
    talk.say(raise_topic(project, Said("四", type="碰撞"), by=firm_user), "好", by=city_officer)
    Topic.objects.filter(pk=third.pk).update(creation_date="2015-12-05T00:00:00Z")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", "三's 一 二 四"),
        ("$orderby=server_assigned_id desc", "四 三's 二 一"),
        ("$orderby=modified_date desc&$top=1", "四"),
        ("$orderby=server_assigned_id&$skip=1&$top=2", "二 三's"),
        ("$filter=topic_type eq '碰撞'", "一 四"),
        ("$filter=topic_type ne '碰撞'", "三's 二"),
        ("$filter=assigned_to eq 'firm' and topic_status eq 'Open'", "一"),
        ("$filter=creation_date gt 2015-12-05T00:00:00+01:00 and topic_status eq 'Closed'", "二"),
        ("$filter=creation_date le 2015-12-05T00:00:00Z", "三's"),
        ("$filter=labels/any(label: label eq '结构') or labels/any(l: l eq '电气')", "一 二"),
        ("$filter=not (topic_type eq '碰撞' or topic_type eq '意见')", "三's"),
        ("$filter=title eq '三''s'", "三's"),
        ("$filter=contains(title,'三')", "三's"),
        ("$filter=topic_type in ('意见','问题')", "三's 二"),
        ("$filter=assigned_to eq null", "三's 二 四"),
        ("$filter=creation_author eq 'city'", "三's 二"),
    ],
)
def test_queries_of_odata(api, many, query, titles) -> None:
    encoded = "&".join(
        f"{name}={quote(value)}" for name, _eq, value in (part.partition("=") for part in query.split("&") if part)
    )
    assert " ".join(topic["title"] for topic in api.get(f"/topics?{encoded}")) == titles


@pytest.mark.parametrize(
    "query",
    [
        "$filter=title",
        "$filter=password eq 'x'",
        "$filter=title eq 'x",
        "$filter=title eq x",
        "$filter=creation_date gt 'soon'",
        "$filter=" + "(" * 100,
        "$filter=" + "not " * 100 + "title eq 'x'",
        "$filter=title eq 'x' garbage",
        "$orderby=title;drop",
        "$top=-1",
        "$skip=x",
    ],
)
def test_a_query_that_cannot_be_read_is_refused(api, query) -> None:
    name, _eq, value = query.partition("=")
    assert api("get", f"/topics?{name}={quote(value)}", status=400).json()["code"] == "odata-query-wrong"


def test_comments(api, topic) -> None:
    root = f"/topics/{topic.guid}/comments"
    made = api("post", root, {"comment": "请改", "guid": book.COMMENT}, status=201).json()
    valid(made, "Collaboration/Comment/comment_GET.json")
    assert (made["guid"], made["author"], made["topic_guid"]) == (book.COMMENT, "firm", str(topic.guid))
    api("post", root, {"comment": " "}, status=422)
    api("post", root, {"comment": "x", "guid": book.COMMENT}, status=409)
    api("post", root, {"comment": "x", "viewpoint_guid": book.VIEW}, status=404)
    changed = api("put", f"{root}/{book.COMMENT}", {"comment": "请改到 2.6 m"}).json()
    assert (changed["comment"], changed["modified_author"]) == ("请改到 2.6 m", "firm")
    assert api.get(f"{root}?includeAuthorization=true")[0]["authorization"] == {"comment_actions": ["update", "delete"]}
    assert [row["comment"] for row in api.get(f"{root}?$filter=author%20eq%20'firm'")] == ["请改到 2.6 m"]
    kinds = [action["type"] for event in api.get(f"{root}/{book.COMMENT}/events") for action in event["actions"]]
    assert kinds == ["comment_created", "comment_text_updated", "comment_text_updated"]
    api("delete", f"{root}/{book.COMMENT}")
    assert api.get(root) == []


def test_only_its_author_changes_a_comment(api, topic, city_officer) -> None:
    comment = talk.say(topic, "官方意见", by=city_officer)
    api("put", f"/topics/{topic.guid}/comments/{comment.guid}", {"comment": "改掉"}, status=403)
    api("delete", f"/topics/{topic.guid}/comments/{comment.guid}", status=403)
    assert TopicComment.objects.get().text == "官方意见"


def test_viewpoints(api, topic) -> None:
    root = f"/topics/{topic.guid}/viewpoints"
    made = api("post", root, POST | {"guid": book.VIEW}, status=201).json()
    valid(made, "Collaboration/Viewpoint/viewpoint_GET.json")
    assert "components" not in made
    assert made["snapshot"] == {"snapshot_type": "png"}
    assert made["perspective_camera"] == POST["perspective_camera"]
    one = f"{root}/{book.VIEW}"
    assert api.get(one) == made
    assert api.get(f"{one}/selection") == {"selection": POST["components"]["selection"]}
    assert api.get(f"{one}/coloring")["coloring"][0]["color"] == "FF0000"
    assert api.get(f"{one}/visibility") == {"visibility": POST["components"]["visibility"]}
    snapshot = api("get", f"{one}/snapshot")
    assert (snapshot["Content-Type"], b"".join(snapshot.streaming_content)) == ("image/png", book.PNG)
    bitmap = api("get", f"{one}/bitmaps/{made['bitmaps'][0]['guid']}")
    assert (bitmap["Content-Type"], b"".join(bitmap.streaming_content)) == ("image/jpeg", book.JPG)
    api("post", root, POST | {"guid": book.VIEW}, status=409)
    api("post", f"/topics/{topic.guid}/comments", {"viewpoint_guid": book.VIEW, "guid": book.COMMENT}, status=201)
    assert api("delete", one, status=409).json()["code"] == "bcf-viewpoint-used"
    api("put", f"/topics/{topic.guid}/comments/{book.COMMENT}", {"comment": "不用看了"})
    api("delete", one)
    assert TopicViewpoint.objects.count() == 0


def test_a_hostile_snapshot_is_refused(api, topic) -> None:
    svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
    body = POST | {"snapshot": {"snapshot_type": "png", "snapshot_data": svg}}
    assert api("post", f"/topics/{topic.guid}/viewpoints", body, status=422).json()["code"] == "bcf-viewpoint-wrong"
    assert (
        api.client.post(
            f"{api.root}/topics/{topic.guid}/viewpoints", data="{" * 5000, content_type="application/json", headers=api.key
        ).status_code
        == 422
    )
    assert TopicViewpoint.objects.count() == 0


def test_what_belongs_to_a_topic(api, topic) -> None:
    root = f"/topics/{topic.guid}"
    files = [{"ifc_project": "0J$yPqHBD12v72y4qF6XcD", "filename": "a.ifc", "date": "2026-11-01T00:00:00Z", "reference": "x"}]
    assert api("put", f"{root}/files", files).json() == files == api.get(f"{root}/files")
    related = [{"related_topic_guid": book.SMALL}]
    assert api("put", f"{root}/related_topics", related).json() == related == api.get(f"{root}/related_topics")
    document = api.client.post(
        f"{api.root}/documents?guid={book.DOCUMENT}",
        data="净高".encode(),
        content_type="application/octet-stream",
        headers=api.key | {"Content-Disposition": 'attachment; filename="a.txt"'},
    )
    assert (document.status_code, document.json()) == (201, {"guid": book.DOCUMENT, "filename": "a.txt"})
    assert b"".join(api("get", f"/documents/{book.DOCUMENT}").streaming_content) == "净高".encode()
    made = api("post", f"{root}/document_references", {"document_guid": book.DOCUMENT, "description": "要求"}, status=201).json()
    api("post", f"{root}/document_references", {"document_guid": book.SMALL}, status=422)
    api("post", f"{root}/document_references", {"document_guid": book.DOCUMENT, "url": "https://x"}, status=422)
    put = api("put", f"{root}/document_references/{made['guid']}", {"url": "https://example.com/a.pdf"}).json()
    assert api.get(f"{root}/document_references") == [put] == [{"guid": made["guid"], "url": "https://example.com/a.pdf"}]
    snippet = {"snippet_type": ".json", "is_external": True, "reference": "https://x", "reference_schema": "https://y"}
    api("put", root, NEW | {"bim_snippet": snippet})
    sent = api.client.put(
        f"{api.root}{root}/snippet",
        data=b'{"a": 1}',
        content_type="application/octet-stream",
        headers=api.key | {"Content-Disposition": 'attachment; filename="s.json"'},
    ).json()
    assert (sent["bim_snippet"]["is_external"], sent["bim_snippet"]["reference"]) == (False, "s.json")
    assert b"".join(api("get", f"{root}/snippet").streaming_content) == b'{"a": 1}'


def test_events_tell_the_history(api, topic) -> None:
    api("put", f"/topics/{topic.guid}", NEW | {"title": "走廊净高不足", "labels": ["建筑"], "topic_status": "Closed"})
    events = api.get(f"/topics/{topic.guid}/events")
    valid(events, "Collaboration/Events/topic_event_GET.json")
    assert [action["type"] for action in events[0]["events"]] == [
        "topic_created",
        "title_updated",
        "status_updated",
        "type_updated",
        "priority_updated",
        "label_added",
    ]
    assert events[1]["actions"] == [{"type": "status_updated", "value": "Closed"}, {"type": "type_updated", "value": "碰撞"}]
    found = api.get(f"/topics/events?$filter={quote(chr(39).join(['type eq ', 'label_added', '']))}")
    assert len(found) == 1
    assert api.get("/topics/comments/events") == []


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*guid\}|\{view\}|\{comment\}|\{bitmap\}|\{reference\}", book.FULL, path).replace("{project_id}", "0")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), ROUTES, ids=lambda part: part)
def test_nobody_without_a_token_is_let_in(client, path, method) -> None:
    for headers in ({}, {"Authorization": "Bearer hz_wrong"}, {"Authorization": "Bearer hzo_wrong"}):
        answer = getattr(client, method)(filled(path), headers=headers)
        assert answer.status_code == 401, answer.content.decode()[:300]
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["message"]


@pytest.mark.parametrize("who", ["other_firm_user", "haiyan_officer", "demo_officer", "administrator"])
def test_another_unit_sees_and_changes_nothing(request, who, topic, project) -> None:
    other = Api(request.getfixturevalue(who), project)
    before = Topic.objects.filter(pk=topic.pk).values().get()
    refused = {403, 404}
    for method, path, body in (
        ("get", "", None),
        ("get", "/topics", None),
        ("get", f"/topics/{topic.guid}", None),
        ("get", "/topics/events", None),
        ("post", "/topics", NEW),
        ("put", f"/topics/{topic.guid}", NEW),
        ("delete", f"/topics/{topic.guid}", None),
        ("post", f"/topics/{topic.guid}/comments", {"comment": "x"}),
        ("post", f"/topics/{topic.guid}/viewpoints", POST),
        ("put", f"/topics/{topic.guid}/files", []),
    ):
        options = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(other.client, method)(f"{other.root}{path}", headers=other.key, **options)
        assert answer.status_code in refused, (method, path, answer.status_code)
    assert Topic.objects.filter(pk=topic.pk).values().get() == before
    assert Topic.objects.count() == 1


def test_an_auditor_reads_and_writes_nothing(topic, project, auditor) -> None:
    reader = Api(auditor, project)
    assert reader.get(f"/topics/{topic.guid}?includeAuthorization=true")["authorization"] == {"topic_actions": []}
    reader("put", f"/topics/{topic.guid}", NEW, status=403)
    reader("post", "/topics", NEW, status=403)
    assert Topic.objects.get().title == topic.title


def test_a_firm_does_not_delete_what_an_office_raised(api, project, city_officer) -> None:
    theirs = raise_topic(project, Said("要求"), by=city_officer)
    api("delete", f"/topics/{theirs.guid}", status=403)
    assert Topic.objects.count() == 1


def test_a_session_needs_its_csrf_token(project, firm_user) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(firm_user)
    answer = client.post(f"/bcf/3.0/projects/{project.number}/topics", data=json.dumps(NEW), content_type="application/json")
    assert answer.status_code == 403
    assert Topic.objects.count() == 0


def test_a_page_of_another_origin_may_call_with_a_token_only(client) -> None:
    answer = client.options(
        "/bcf/3.0/projects", headers={"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    )
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
