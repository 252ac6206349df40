"""Sources that are declared on a page, and the files that are handed in for them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.core.errors import NotAllowed, NotThere
from hezhu.core.intake.errors import SourceAway, SourceInvalid, SourceTaken
from hezhu.core.intake.models import DeclaredSource, SourceRun
from hezhu.core.intake.sources import actions
from hezhu.core.intake.sources.declare import source_named
from hezhu.core.intake.sources.fetch import fetched
from tests.core.intake.conftest import YAML
from tests.core.intake.test_sources import rows

pytestmark = pytest.mark.django_db

PAGE_SERVER = "    type: custom"
SECRET = "\n    customProperties: [{property: secret, value: {value: HEZHU_SOURCE_X}}]"


@pytest.fixture
def as_job():
    """Runs what was queued, as the worker does, and reads how it ended."""

    def go(run):
        actions.go(run, source_named(run.source), by=run.created_by)
        run.refresh_from_db()
        return run

    return go


def on_page(name, server=PAGE_SERVER, more="", change=lambda text: text):
    return change(YAML.format(server=server, more=more).replace("id: firms", f"id: {name}"))


def as_upload(text, name="firms.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text.encode(encoding))


def test_a_source_declared_on_a_page_takes_files_that_are_handed_in(declare, city_officer, as_job):
    kept = actions.declare(on_page("paged"), by=city_officer)
    assert (kept.name, source_named("paged").on_page, source_named("paged").is_demo) == ("paged", True, False)
    text = "企业名册,,,,\n" + "\n".join(["code,title,county,kind,remark", *[",".join(row.values()) for row in rows(0, 1)]])
    run = as_job(actions.hand_in("paged", as_upload(text, "一月.csv", "gb18030"), by=city_officer))
    assert (run.state, run.error_message, run.file.name) == ("done", "", "一月.csv")
    batch = run.batches.get()
    assert (batch.total, batch.inserted, batch.source, batch.origin["name"]) == (2, 2, "paged", "一月.csv")
    again = as_job(actions.hand_in("paged", as_upload(text, "二月.csv"), by=city_officer))
    assert again.batches.get().unchanged == 2
    with pytest.raises(SourceAway):
        _fetch("paged")


def _fetch(name):
    with fetched(source_named(name)):
        pass


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (on_page("p", change=lambda text: text.replace("credit_code", "number")), "没有字段：number"),
        (on_page("p", server=PAGE_SERVER + SECRET), "运维以文件申报"),
        (on_page("p", more="  - {property: account, value: root}"), "不写 account"),
        (on_page("P"), "id 是来源的名称"),
        (on_page("p", change=lambda text: text + "a: &a [x]\nb: *a\n"), "不用别名"),
        (on_page("p", change=lambda text: text.replace("name: code", "name: [code]")), "结构不合 ODCS"),
        (on_page("p", change=lambda text: text + "["), "YAML 读不了"),
        ("- 1", "id 是来源的名称"),
        (on_page("p", change=lambda text: text + "#" * 200_000), "文件太大"),
    ],
)
def test_a_wrong_declaration_on_a_page_is_named_and_not_kept(declare, city_officer, text, said):
    with pytest.raises(SourceInvalid) as error:
        actions.declare(text, by=city_officer)
    assert said in str(error.value)
    assert DeclaredSource.objects.count() == 0


def test_who_declares_and_what_another_world_sees(declare, city_officer, haining_officer, demo_officer, auditor, client):
    declare()
    for by in (haining_officer, auditor):
        with pytest.raises(NotAllowed):
            actions.declare(on_page("paged"), by=by)
    with pytest.raises(SourceTaken):
        actions.declare(on_page("firms"), by=city_officer)  # the operator's file
    with pytest.raises(SourceInvalid, match="演示账号"):
        actions.declare(on_page("shown", server="    type: local\n    path: firms.csv"), by=demo_officer)
    assert DeclaredSource.objects.count() == 0
    actions.declare(on_page("shown"), by=demo_officer)
    with pytest.raises(SourceTaken):
        actions.declare(on_page("shown"), by=city_officer)
    with pytest.raises(NotThere):
        actions.hand_in("shown", as_upload("code\n"), by=city_officer)
    assert SourceRun.objects.count() == 0
    client.force_login(city_officer)
    assert client.get("/intake/sources/shown/").status_code == 404
    assert client.post("/intake/sources/shown/declaration/", {"text": on_page("shown")}).status_code == 404
    client.force_login(demo_officer)
    assert client.get("/intake/sources/shown/").status_code == 200
    client.force_login(auditor)
    assert client.get("/intake/sources/new/").status_code == 403


def test_a_declaration_is_changed_and_stopped_on_its_page(declare, city_officer, client):
    client.force_login(city_officer)
    proposed = client.get("/intake/sources/new/?register=people")
    assert "register, value: people" in proposed.context["text"]
    assert client.post("/intake/sources/new/", {"text": proposed.context["text"]}).status_code == 302  # what is proposed is valid
    refused = client.post("/intake/sources/new/", {"text": on_page("paged").replace("enterprises", "nothing")})
    assert (refused.status_code, "nothing" in refused.content.decode()) == (422, True)
    client.post("/intake/sources/new/", {"text": on_page("paged")})
    client.post("/intake/sources/paged/declaration/", {"text": on_page("paged").replace("status: active", "status: retired")})
    assert source_named("paged").is_active is False
    assert [event.pgh_label for event in DeclaredSource.events.rel.related_model.objects.filter(name="paged")] == [
        "insert",
        "update",
    ]
    with pytest.raises(SourceInvalid, match="已停用"):
        actions.hand_in("paged", as_upload("code\n"), by=city_officer)
    assert "已停用" in client.get("/intake/sources/paged/").content.decode()
    renamed = client.post("/intake/sources/paged/declaration/", {"text": on_page("other")})
    assert "id 不能改" in renamed.content.decode()
    assert set(DeclaredSource.objects.values_list("name", flat=True)) == {"my-source", "paged"}
