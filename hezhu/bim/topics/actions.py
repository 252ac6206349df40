"""What people do to topics: raise, change, delete, and set what belongs to them. Comments are in ``talk``, viewpoints in ``viewing``."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.topics import errors, log, rights
from hezhu.bim.topics.models import TITLE, WORD, Topic, TopicBook, TopicDocument
from hezhu.bim.topics.wording import OPEN, TYPES, offered
from hezhu.core.access.models import User
from hezhu.core.errors import NotAllowed
from hezhu.core.files import purposes
from hezhu.core.files.actions import clean_name, keep
from hezhu.core.files.kinds import Kind
from hezhu.core.history import reason_of_change
from hezhu.registers.projects.models import Project

SNIPPET = ("snippet_type", "is_external", "reference", "reference_schema")
_NO_PAPERS = {Kind.UNKNOWN, Kind.OLD_OFFICE, Kind.XLSM, Kind.HTML}
purposes.add("topic-picture", Kind.PNG, Kind.JPEG, limit_mb=32)
purposes.add("topic-document", *(kind for kind in Kind if kind not in _NO_PAPERS), limit_mb=200)


@dataclass(frozen=True, slots=True)
class Said:
    """The fields of a topic that people set, whole: what is left out is empty."""

    title: str
    type: str = ""
    status: str = ""
    priority: str = ""
    index: int | None = None
    labels: Sequence[str] = ()
    stage: str = ""
    assigned_to: str = ""
    description: str = ""
    due_date: datetime | None = None
    reference_links: Sequence[str] = ()
    snippet: dict[str, Any] | None = field(default=None)


def book_of(project: Project) -> TopicBook:
    """The project's book, locked: topics of one project are numbered one after another. Call within a transaction."""
    TopicBook.objects.get_or_create(project=project)
    return TopicBook.objects.select_for_update().get(project=project)


def raise_topic(
    project: Project,
    said: Said,
    *,
    by: User,
    guid: uuid.UUID | None = None,
    finding: Any = None,
    point: Sequence[float] | None = None,
) -> Topic:
    """A new topic. Raises NotAllowed, TopicWrong, GuidTaken."""
    rights.require_writer(by, project)
    with transaction.atomic(), reason_of_change(by, _("提出议题"), source=_("议题")):
        book = book_of(project)
        values = _checked(project, book, said)
        if guid is not None and Topic.objects.filter(project=project, guid=guid).exists():
            raise errors.GuidTaken(guid=guid)
        now = timezone.now()
        book.last_number += 1
        book.save(update_fields=["last_number"])
        topic = Topic.objects.create(
            project=project,
            guid=guid or uuid.uuid4(),
            number=book.last_number,
            creation_date=now,
            creation_author=by.username,
            content_at=now,
            finding=finding,
            point=None if point is None else list(point),
            division=project.division,
            is_demo=project.is_demo,
            **values,
        )
        log.write(topic, by.username, now, log.created(topic))
    return topic


def change_topic(topic: Topic, said: Said, *, by: User, revision: int | None = None) -> Topic:
    """Set the topic's fields, all of them. ``revision`` is the one that the editor saw; None changes whatever is there.

    Raises NotAllowed, TopicWrong, TopicChanged when someone else changed the topic since.
    """
    rights.require_writer(by, topic.project)
    with transaction.atomic(), reason_of_change(by, _("修改议题"), source=_("议题")):
        row = _locked(topic)
        if revision is not None and revision != row.revision:
            raise errors.TopicChanged(
                who=row.modified_author or row.creation_author,
                at=timezone.localtime(row.modified_date or row.creation_date).strftime("%Y-%m-%d %H:%M"),
            )
        before = log.values_of(row)
        links = (row.index, row.reference_links, row.snippet)
        for name, value in _checked(row.project, None, said, row).items():
            setattr(row, name, value)
        changes = log.differences(before, log.values_of(row))
        if changes or links != (row.index, row.reference_links, row.snippet):
            _stamp(row, by)
            log.write(row, by.username, row.content_at, changes)
    return row


def delete_topic(topic: Topic, *, by: User) -> None:
    """Take a topic away with all that is below it; the change history keeps it. Its author or an office may."""
    rights.require_writer(by, topic.project)
    if not rights.may_delete(by, topic.creation_author):
        raise NotAllowed(permission="bim.decide")
    with transaction.atomic(), reason_of_change(by, _("删除议题"), source=_("议题")):
        topic.delete()


def set_files(topic: Topic, files: Sequence[dict[str, Any]], *, by: User) -> Topic:
    """The models that the topic speaks of, as BCF header files."""
    return _set(topic, by, files=list(files))


def set_related(topic: Topic, related: Sequence[uuid.UUID], *, by: User) -> Topic:
    """The GUIDs of related topics; they may be topics that are not here."""
    kept = [guid for guid in dict.fromkeys(related) if guid != topic.guid]
    return _set(topic, by, related=kept)


def set_references(topic: Topic, references: Sequence[dict[str, Any]], *, by: User) -> Topic:
    """The document references: {guid, document_guid | url, description}. Raises TopicWrong."""
    seen: set[str] = set()
    for reference in references:
        document, url = reference.get("document_guid"), reference.get("url")
        if bool(document) == bool(url):
            raise _wrong("document_guid", _("document_guid 和 url 须填一个，且只填一个"))
        if document and not TopicDocument.objects.filter(project=topic.project, guid=document).exists():
            raise _wrong("document_guid", _("项目里没有这份文档"), str(document))
        if reference["guid"] in seen:
            raise errors.GuidTaken(guid=reference["guid"])
        seen.add(reference["guid"])
    return _set(topic, by, document_references=list(references))


def put_snippet(topic: Topic, content: bytes, name: str, *, by: User) -> Topic:
    """The file of the topic's BIM snippet, which then is not external and is named by the file (BCF API 3.0, 3.2.7)."""
    if not topic.snippet:
        raise _wrong("bim_snippet", _("议题没有 BIM 片段，先在议题里填写"))
    rights.require_writer(by, topic.project)
    with transaction.atomic(), reason_of_change(by, _("上传 BIM 片段"), source=_("议题")):
        kept = keep(content, by=by, purpose="topic-document", name=name, division=_division(by, topic.project))
        return _set(topic, by, snippet={**topic.snippet, "is_external": False, "reference": kept.name}, snippet_file=kept)


def add_document(
    project: Project, content: Any, name: str, *, by: User, guid: uuid.UUID | None = None, description: str = ""
) -> TopicDocument:
    """A document of the project. Raises NotAllowed, GuidTaken, and what the file room refuses."""
    rights.require_writer(by, project)
    with transaction.atomic(), reason_of_change(by, _("上传议题文档"), source=_("议题")):
        if guid is not None and TopicDocument.objects.filter(project=project, guid=guid).exists():
            raise errors.GuidTaken(guid=guid)
        kept = keep(content, by=by, purpose="topic-document", name=name, division=_division(by, project))
        return TopicDocument.objects.create(
            project=project,
            guid=guid or uuid.uuid4(),
            file=kept,
            filename=clean_name(name)[:WORD],
            description=description,
            division=project.division,
            is_demo=project.is_demo,
        )


def _division(by: User, project: Project) -> str:
    return project.division


def _set(topic: Topic, by: User, **values: Any) -> Topic:
    rights.require_writer(by, topic.project)
    with transaction.atomic(), reason_of_change(by, _("修改议题"), source=_("议题")):
        row = _locked(topic)
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            _stamp(row, by)
    return row


def _stamp(row: Topic, by: User) -> None:
    now = timezone.now()
    row.modified_date = row.content_at = now
    row.modified_author = by.username
    row.revision += 1
    row.save()


def _locked(topic: Topic) -> Topic:
    return Topic.objects.select_for_update(of=("self",)).select_related("project").get(pk=topic.pk)


def _checked(project: Project, book: TopicBook | None, said: Said, before: Topic | None = None) -> dict[str, Any]:
    """The fields as they are kept. A word must be one that the project offers, or the one the topic has already."""
    words = offered(project, book)
    problems: list[dict[str, Any]] = []
    if not said.title.strip():
        problems.append({"field": "title", "label": _("标题"), "reason": _("没有填写")})
    if len(said.title) > TITLE:
        problems.append({"field": "title", "label": _("标题"), "reason": _("超过 %(count)d 个字") % {"count": TITLE}})
    values = {
        "type": said.type or (before.type if before else TYPES[0]),
        "status": said.status or (before.status if before else OPEN),
        "priority": said.priority,
        "stage": said.stage,
        "assigned_to": said.assigned_to,
    }
    names = {"type": "topic_type", "status": "topic_status", "assigned_to": "users"}
    for name, value in values.items():
        key = names.get(name, name)
        if value and value not in words[key] and value != (getattr(before, name) if before else ""):
            problems.append(_unknown(key if name != "assigned_to" else "assigned_to", value, words[key]))
    kept = before.labels if before else []
    problems += [
        _unknown("labels", each, words["topic_label"])
        for each in said.labels
        if each not in words["topic_label"] and each not in kept
    ]
    if said.snippet is not None and not all(name in said.snippet for name in SNIPPET):
        problems.append({"field": "bim_snippet", "reason": _("四项须填全"), "remedy": "、".join(SNIPPET)})
    if problems:
        raise errors.TopicWrong(problems=problems)
    return {
        **values,
        "title": said.title.strip(),
        "index": said.index,
        "labels": list(dict.fromkeys(said.labels)),
        "description": said.description.strip(),
        "due_date": said.due_date,
        "reference_links": list(said.reference_links),
        "snippet": said.snippet,
    }


def _unknown(name: str, value: str, known: Sequence[str]) -> dict[str, Any]:
    return {"field": name, "value": value, "reason": _("不在本项目的可选值内"), "remedy": "、".join(known[:40])}


def _wrong(name: str, reason: str, value: str = "") -> errors.TopicWrong:
    return errors.TopicWrong(problems=[{"field": name, "value": value, "reason": reason}])
