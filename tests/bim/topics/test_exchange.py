"""BCF files in and out: what is taken, updated, left and why; nothing is lost on the way; the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hezhu.bim.topics import actions, exporting, importing, talk
from hezhu.bim.topics.errors import FileUnreadable
from hezhu.bim.topics.models import Topic, TopicComment, TopicDocument, TopicImport, TopicLog, TopicViewpoint
from hezhu.core.errors import NotAllowed
from hezhu.core.files.errors import WrongKind
from hezhu.core.jobs.actions import run_here
from hezhu.engines import bcf
from tests.engines.bcf import book


def exported(project, path: Path, version: str = "3.0") -> list[bcf.Topic]:
    exporting.write_topics(project, Topic.objects.filter(project=project), path, version)
    return book.read(path)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Topic, TopicComment, TopicViewpoint, TopicDocument, TopicLog))


def as_kept(topic: bcf.Topic, label: str) -> bcf.Topic:
    """What the platform changes: the identity that a server assigns; viewpoints stand in their order."""
    return replace(topic, server_assigned_id=label)


@pytest.mark.parametrize("version", ["3.0", "2.1"])
def test_everything_taken_is_given_out_again(take, project, tmp_path, version) -> None:
    report = take(book.full(), book.small(), version=version)
    assert report.counts == {
        "topic.taken": 2,
        "viewpoint.taken": 2,
        "comment.taken": 2,
        "document.taken": 1,
    }
    path = tmp_path / "out.bcf"
    given = {topic.guid: topic for topic in exported(project, path, version)}
    plain = {} if version == "3.0" else {"server_assigned_id": ""}
    first = book.read(book.write(tmp_path / "again.bcf", book.full(), book.small(), version=version))
    numbers = {row.guid: row.label for row in Topic.objects.all()}
    for topic in first:
        label = next(label for guid, label in numbers.items() if str(guid) == topic.guid)
        assert given[topic.guid] == replace(as_kept(topic, label), **plain)
    with bcf.open_bcf(path) as file:
        full = next(topic for topic in file.topics() if topic.guid == book.FULL)  # type: ignore[union-attr]
        assert full.snippet.load() == b'{"a": 1}'  # type: ignore[union-attr]
        assert full.viewpoints[0].snapshot.load() == book.PNG  # type: ignore[union-attr]
        assert full.viewpoints[0].bitmaps[0].picture.load() == book.JPG  # type: ignore[union-attr]
        assert [document.load() for document in file.documents if document.load] == ["净高 2.6 m".encode()]


def test_the_same_file_twice_changes_nothing(take) -> None:
    take(book.full(), book.small())
    before, states = rows(), list(Topic.objects.order_by("pk").values())
    assert take(book.full(), book.small()).counts == {"topic.unchanged": 2, "viewpoint.unchanged": 2, "comment.unchanged": 2}
    assert rows() == before
    assert list(Topic.objects.order_by("pk").values()) == states
    assert take(book.full(), book.small(), version="2.1").tally["topic.unchanged"] == 2
    assert rows() == before


def test_a_newer_file_updates_and_an_older_is_left(take) -> None:
    take(book.full())
    newer = replace(book.full(), status="Closed", modified_date=book.at(10), modified_author="zhao@example.com")
    report = take(newer)
    assert report.lines[0] | {"number": 1} == {
        "kind": "topic",
        "guid": book.FULL,
        "title": book.full().title,
        "outcome": "updated",
        "reason": "状态 “Open” → “Closed”",
        "number": 1,
    }
    row = Topic.objects.get()
    assert (row.status, row.modified_date, row.modified_author) == ("Closed", book.at(10), "zhao@example.com")
    report = take(book.full())
    assert (report.lines[0]["outcome"], report.lines[0]["reason"]) == ("left", "平台上的更新：状态 “Closed” → “Open”")
    assert Topic.objects.get().status == "Closed"


def test_both_sides_changed_is_a_conflict_and_ours_stays(take, project, city_officer, tmp_path) -> None:
    take(book.full())
    row = Topic.objects.get()
    said = actions.Said(row.title, row.type, "Closed", row.priority, row.index, row.labels, row.stage, row.assigned_to)
    actions.change_topic(row, said, by=city_officer)
    theirs = replace(book.full(), title="另一个标题", modified_date=book.at(11))
    report = take(theirs)
    assert report.lines[0]["outcome"] == "conflict"
    assert report.lines[0]["reason"].startswith(
        "上次交换之后两边都改过：标题 “梁与风管 <碰撞> & “标高”” → “另一个标题”；状态 “Closed” → “Open”"
    )
    assert Topic.objects.get().status == "Closed"
    exported(project, tmp_path / "out.bcf")
    later = replace(theirs, modified_date=Topic.objects.get().modified_date + timedelta(hours=1))
    assert take(later).lines[0]["outcome"] == "updated"
    assert Topic.objects.get().title == "另一个标题"


def test_a_reply_is_taken_even_where_the_topic_is_left(take, project, topic, tmp_path) -> None:
    (given,) = exported(project, tmp_path / "out.bcf")
    reply = bcf.Comment(book.COMMENT, book.at(12), "outside@example.com", "已改", modified_author="")
    report = take(replace(given, comments=(reply,)))
    assert report.counts == {"topic.unchanged": 1, "comment.taken": 1}
    comment = topic.comments.get()
    assert (str(comment.guid), comment.author, comment.date, comment.text) == (
        book.COMMENT,
        "outside@example.com",
        book.at(12),
        "已改",
    )
    better = replace(reply, text="已改到 2.6 m", modified_date=book.at(13), modified_author="outside@example.com")
    assert take(replace(given, comments=(better,))).counts == {"topic.unchanged": 1, "comment.updated": 1}
    assert topic.comments.get().text == "已改到 2.6 m"
    assert take(replace(given, comments=(reply,))).counts == {"topic.unchanged": 1, "comment.left": 1}
    assert topic.comments.get().text == "已改到 2.6 m"


def test_a_bad_topic_is_named_and_the_rest_taken(take) -> None:
    report = take(replace(book.full(), title="长" * 1001), book.small())
    assert report.counts == {"topic.left": 1, "topic.taken": 1}
    assert report.lines[0]["reason"] == "标题超过 1000 个字"
    assert [row.title for row in Topic.objects.all()] == ["最少"]


def test_a_picture_that_is_none_costs_its_viewpoint_only(take) -> None:
    fake = replace(book.view(), bitmaps=(), snapshot=bcf.Picture("png", lambda: b"<script>"))
    report = take(replace(book.full(), viewpoints=(fake,)))
    assert report.counts["viewpoint.left"] == 1
    assert report.counts["topic.taken"] == 1
    assert TopicViewpoint.objects.count() == 0


def test_the_job_takes_a_file_once_and_keeps_its_report(project, city_officer, tmp_path) -> None:
    upload = book.write(tmp_path / "问题.bcf", book.full())
    row = importing.start_import(project, upload, by=city_officer)
    run_here(row.job)
    row.refresh_from_db()
    assert row.counts["topic.taken"] == 1
    assert row.finished_at is not None
    assert importing.run_import(row.pk) is None
    assert Topic.objects.count() == 1


def test_what_is_no_bcf_is_refused_at_the_door(project, city_officer, tmp_path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.bcf", "w") as out:
        out.writestr("bcf.version", '<Version VersionId="1.0"/>')
    with pytest.raises(FileUnreadable) as refused:
        importing.start_import(project, tmp_path / "a.bcf", by=city_officer)
    assert refused.value.code == "bcf-version"
    with pytest.raises(WrongKind):
        importing.start_import(project, b"hello", by=city_officer)
    assert TopicImport.objects.count() == 0


@pytest.mark.parametrize("who", ["auditor", "other_firm_user", "haiyan_officer", "demo_officer", "administrator"])
def test_others_take_nothing_in(request, who, project, tmp_path) -> None:
    with pytest.raises(NotAllowed):
        importing.start_import(project, book.write(tmp_path / "a.bcf", book.full()), by=request.getfixturevalue(who))
    assert (Topic.objects.count(), TopicImport.objects.count()) == (0, 0)


def test_a_finding_and_its_topic_share_their_talk(case, firm_user, city_officer, project, tmp_path, take) -> None:
    from hezhu.bim import actions as desk
    from hezhu.bim.topics import linking

    finding = case.findings.get(verdict="fail")
    desk.comment(finding, by=city_officer, text="先看这里")
    topic = linking.topic_of_finding(finding, by=firm_user)
    assert linking.topic_of_finding(finding, by=firm_user).pk == topic.pk
    assert [comment.text for comment in topic.comments.all()] == ["先看这里"]
    assert topic.point == [0.53, 0.0, 0.0]
    (view,) = topic.viewpoints.all()
    assert view.global_ids == [finding.global_id]
    assert view.content["perspective_camera"]["field_of_view"] == 60.0
    talk.say(topic, "同意", by=firm_user)
    desk.comment(finding, by=city_officer, text="请改")
    assert [comment.text for comment in finding.comments.all()] == ["先看这里", "同意", "请改"]
    assert [comment.text for comment in topic.comments.all()] == ["先看这里", "同意", "请改"]
    (given,) = exported(project, tmp_path / "out.bcf")
    reply = bcf.Comment(book.COMMENT, book.at(12), "outside@example.com", "外部回复")
    take(replace(given, comments=(*given.comments, reply)))
    assert [comment.text for comment in finding.comments.order_by("pk")][-1] == "outside@example.com（BCF）：外部回复"
    assert str(finding.comments.order_by("pk").last().topic_comment.guid) == book.COMMENT
    assert take(replace(given, comments=(*given.comments, reply))).tally["comment.taken"] == 0
    assert finding.comments.count() == 4


def test_a_reply_to_the_review_report_reaches_the_finding(case, take) -> None:
    """review.bcf gives the topic of a finding a GUID made from its key: an answer to it is known without a topic here."""
    from hezhu.engines.review.reports.bcf import topic_guid

    finding = case.findings.get(verdict="fail")
    comment = bcf.Comment(book.COMMENT, book.at(12), "outside@example.com", "已加宽")
    take(replace(book.small(), guid=topic_guid(finding.key), comments=(comment,)))
    assert Topic.objects.get().finding == finding
    assert [said.text for said in finding.comments.all()] == ["outside@example.com（BCF）：已加宽"]
