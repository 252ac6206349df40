"""The pages: what each account sees and does, two people at one topic, and 5,000 topics."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hezhu.bim.topics import linking
from hezhu.bim.topics.actions import Said, book_of, raise_topic
from hezhu.bim.topics.models import Topic, TopicComment, TopicImport, TopicViewpoint
from hezhu.core.jobs.actions import run_here
from tests.engines.bcf import book
from tests.engines.bcf.test_api_json import POST


@pytest.fixture
def root(project) -> str:
    return f"/bim/projects/{project.number}"


def form(topic: Topic, **changes: object) -> dict:
    values = {
        "title": topic.title,
        "type": topic.type,
        "status": topic.status,
        "priority": topic.priority,
        "labels": topic.labels,
    }
    return values | {"revision": topic.revision} | changes


def test_the_list_is_empty_then_filters(client, root, project, firm_user, city_officer) -> None:
    client.force_login(firm_user)
    assert "这个项目还没有议题" in client.get(f"{root}/topics/").content.decode()
    raise_topic(project, Said("走廊净高", labels=["建筑"], assigned_to="firm"), by=firm_user)
    raise_topic(project, Said("风管碰梁", type="碰撞", labels=["暖通"]), by=city_officer)
    raise_topic(project, Said("旧事", status="Closed"), by=city_officer)
    page = client.get(f"{root}/topics/").content.decode()
    assert "走廊净高" in page
    assert "旧事" not in page
    assert "旧事" in client.get(f"{root}/topics/?tab=closed").content.decode()
    for query, title, other in (
        ("label=暖通", "风管碰梁", "走廊净高"),
        ("assigned_to=firm", "走廊净高", "风管碰梁"),
        ("type=碰撞", "风管碰梁", "走廊净高"),
        ("q=T-1", "走廊净高", "风管碰梁"),
        ("q=风管", "风管碰梁", "走廊净高"),
    ):
        page = client.get(f"{root}/topics/?{query}").content.decode()
        assert title in page, query
        assert other not in page, query
    assert "没有符合条件的议题" in client.get(f"{root}/topics/?q=没有").content.decode()


def test_a_topic_is_raised_talked_over_and_changed(client, root, project, firm_user) -> None:
    client.force_login(firm_user)
    said = {
        "title": "走廊净高",
        "type": "问题",
        "status": "Open",
        "labels": ["建筑"],
        "due_date": "2026-12-01",
        "description": "见图\r\n二层",
    }
    answer = client.post(f"{root}/topics/new/", said)
    assert answer["Location"] == f"{root}/topics/1/"
    topic = Topic.objects.get()
    assert (timezone.localtime(topic.due_date).isoformat(), topic.description) == ("2026-12-01T18:00:00+08:00", "见图\n二层")
    client.post(f"{root}/topics/1/comment/", {"text": "<b>请看</b>"})
    page = client.get(f"{root}/topics/1/").content.decode()
    assert "&lt;b&gt;请看&lt;/b&gt;" in page
    assert "提出议题" in page
    topic.refresh_from_db()
    client.post(f"{root}/topics/1/change/", form(topic, status="Resolved"))
    assert "状态改为 已解决" in client.get(f"{root}/topics/1/").content.decode()
    assert client.post(f"{root}/topics/new/", said | {"title": ""}).status_code == 422
    assert Topic.objects.count() == 1


def test_two_people_change_one_topic(client, root, topic, firm_user, city_officer) -> None:
    client.force_login(firm_user)
    stale = form(topic, title="我的标题")
    client.force_login(city_officer)
    assert client.post(f"{root}/topics/1/change/", form(topic, title="对方的标题")).status_code == 302
    client.force_login(firm_user)
    answer = client.post(f"{root}/topics/1/change/", stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "city 在" in page
    assert 'value="我的标题"' in page
    assert "对方的标题" in page
    assert Topic.objects.get().title == "对方的标题"
    topic.refresh_from_db()
    assert client.post(f"{root}/topics/1/change/", stale | {"revision": topic.revision}).status_code == 302
    assert Topic.objects.get().title == "我的标题"


def test_files_go_in_and_out(client, root, project, firm_user, tmp_path: Path) -> None:
    client.force_login(firm_user)
    upload = SimpleUploadedFile("a.bcf", book.write(tmp_path / "a.bcf", book.full(), book.small()).read_bytes())
    answer = client.post(f"{root}/topics/import/", {"file": upload})
    row = TopicImport.objects.get()
    assert answer["Location"] == f"{root}/topics/imports/{row.pk}/"
    assert "正在导入" in client.get(answer["Location"]).content.decode()
    run_here(row.job)
    page = client.get(answer["Location"]).content.decode()
    assert "收下" in page
    assert "另收下意见 2 条" in page
    given = client.post(f"{root}/topics/export/", {"version": "2.1", "tab": "all"})
    with zipfile.ZipFile(BytesIO(b"".join(given.streaming_content))) as archive:
        assert sorted(name for name in archive.namelist() if name.endswith("markup.bcf")) == [
            f"{book.FULL}/markup.bcf",
            f"{book.SMALL}/markup.bcf",
        ]
    assert client.post(f"{root}/topics/export/", {"version": "9"}).status_code == 404
    page = client.get(f"{root}/topics/{Topic.objects.get(guid=book.FULL).number}/").content.decode()
    assert 'href="https://example.com/1"' in page
    view = TopicViewpoint.objects.get(guid=book.VIEW)
    picture = client.get(f"{root}/viewpoints/{view.guid}/snapshot")
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")


def test_a_link_that_is_no_web_address_is_not_followed(client, root, topic, firm_user) -> None:
    Topic.objects.update(reference_links=["javascript:alert(1)"])
    client.force_login(firm_user)
    page = client.get(f"{root}/topics/1/").content.decode()
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_a_finding_becomes_a_topic_from_the_desk(client, case, firm_user, other_firm_user) -> None:
    finding = case.findings.get(verdict="fail")
    address = f"/bim/{case.number}/findings/{finding.pk}/topic/"
    client.force_login(other_firm_user)
    assert client.post(address).status_code == 404
    assert Topic.objects.count() == 0
    client.force_login(firm_user)
    first = client.post(address)["Location"]
    assert client.post(address)["Location"] == first
    page = client.get(first).content.decode()
    assert "这里的意见与审查台的往来是同一份记录" in page
    assert Topic.objects.count() == 1
    assert linking.topic_of_finding(finding, by=firm_user).finding == finding


PATHS = ("topics/", "topics/1/", "topics.json", "viewpoints.json", "topics/new/")
POSTS = ("topics/1/change/", "topics/1/comment/", "topics/1/delete/", "topics/new/", "topics/import/", "topics/export/")


@pytest.mark.parametrize("who", ["other_firm_user", "haiyan_officer", "demo_officer", "administrator"])
def test_another_unit_finds_nothing(request, who, client, root, topic) -> None:
    client.force_login(request.getfixturevalue(who))
    before = Topic.objects.values().get()
    for path in PATHS:
        assert client.get(f"{root}/{path}").status_code in (403, 404), path
    for path in POSTS:
        assert client.post(f"{root}/{path}", {"title": "x", "text": "x"}).status_code in (403, 404), path
    for path in ("topics.json", "viewpoints.json"):
        assert client.post(f"{root}/{path}", "{}", content_type="application/json").status_code in (403, 404)
    assert (Topic.objects.values().get(), TopicComment.objects.count(), TopicViewpoint.objects.count()) == (before, 0, 0)


def test_an_auditor_reads_only(client, root, topic, auditor) -> None:
    client.force_login(auditor)
    page = client.get(f"{root}/topics/1/").content.decode()
    assert "发表意见" not in page
    for path in ("topics/1/change/", "topics/1/comment/", "topics/1/delete/", "topics/new/"):
        assert client.post(f"{root}/{path}", {"title": "x", "text": "x"}).status_code == 403, path
    assert TopicComment.objects.count() == 0


def test_the_reviewing_body_takes_part(client, root, topic, case, reviewer, units) -> None:
    client.force_login(reviewer)
    assert client.get(f"{root}/topics/1/").status_code == 404
    case.review_body = units["review_body"]
    case.save()
    assert client.post(f"{root}/topics/1/comment/", {"text": "请补图"}).status_code == 302
    assert TopicComment.objects.get().author == "reviewer"


def test_the_viewer_keeps_views_and_pins_topics(client, root, project, firm_user) -> None:
    client.force_login(firm_user)

    def post(path: str, body: object):
        return client.post(f"{root}/{path}", json.dumps(body), content_type="application/json")

    saved = post("viewpoints.json", {"title": "三层机房", "viewpoint": POST | {"guid": book.VIEW}})
    assert saved.status_code == 201
    assert saved.json()["viewpoint"]["components"]["selection"] == POST["components"]["selection"]
    listed = client.get(f"{root}/viewpoints.json").json()["viewpoints"]
    assert [(row["guid"], row["title"], row["topic"], row["snapshot_url"]) for row in listed] == [
        (book.VIEW, "三层机房", None, f"{root}/viewpoints/{book.VIEW}/snapshot")
    ]
    raised = post("topics.json", {"title": "碰撞", "labels": ["暖通"], "point": [1, 2.5, 3], "viewpoint": POST})
    assert raised.status_code == 201
    (pin,) = client.get(f"{root}/topics.json?open=1").json()["topics"]
    assert (pin["number"], pin["url"], pin["global_ids"], pin["point"]) == (
        "T-1",
        f"{root}/topics/1/",
        [book.WALL],
        [1.0, 2.5, 3.0],
    )
    assert len(client.get(f"{root}/viewpoints.json?topic={pin['guid']}").json()["viewpoints"]) == 1
    assert post("topics.json", {"title": ""}).status_code == 422
    assert post("viewpoints.json", {"viewpoint": {}}).status_code == 422
    assert post("topics.json", []).status_code == 422
    assert post("topics.json", {"title": "x", "viewpoint": {"camera": 1}}).status_code == 422
    assert Topic.objects.count() == 1
    made = client.post(f"{root}/topics/new/?viewpoint={book.VIEW}", {"title": "从视点提出", "type": "问题", "status": "Open"})
    assert TopicViewpoint.objects.get(guid=book.VIEW).topic.get_absolute_url() == made["Location"]


def test_five_thousand_topics_take_few_queries(client, root, project, firm_user, django_assert_max_num_queries) -> None:
    book_of(project)
    now = timezone.now()
    rows = [
        Topic(
            project=project,
            guid=f"00000000-0000-4000-8000-{number:012d}",
            number=number,
            title=f"议题 {number}",
            type="问题",
            status="Open" if number % 3 else "Closed",
            labels=["建筑"],
            creation_date=now,
            creation_author="firm",
            content_at=now,
            division=project.division,
        )
        for number in range(1, 5001)
    ]
    Topic.objects.bulk_create(rows, batch_size=1000)
    client.force_login(firm_user)
    with django_assert_max_num_queries(30):
        page = client.get(f"{root}/topics/").content.decode()
    assert page.count('data-label="标题"') == 50
    assert "3,334" in page
    with django_assert_max_num_queries(12):
        assert len(client.get(f"{root}/topics.json").json()["topics"]) == 5000
