"""A topic of a file beside the stored one: the same, older, newer, or changed on both sides."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.topics.models import TITLE, WORD, Topic
from hezhu.engines import bcf
from hezhu.engines.bcf.markup_writing import NO_STATUS, NO_TYPE

LABELS = {
    "title": gettext_lazy("标题"),
    "type": gettext_lazy("类型"),
    "status": gettext_lazy("状态"),
    "priority": gettext_lazy("优先级"),
    "index": gettext_lazy("次序"),
    "labels": gettext_lazy("标签"),
    "stage": gettext_lazy("阶段"),
    "assigned_to": gettext_lazy("负责人"),
    "description": gettext_lazy("说明"),
    "due_date": gettext_lazy("期限"),
    "reference_links": gettext_lazy("链接"),
    "snippet": gettext_lazy("BIM 片段"),
    "document_references": gettext_lazy("文档"),
    "related": gettext_lazy("相关议题"),
    "files": gettext_lazy("模型文件"),
}
_LINES = re.compile(r"\r\n?")


class Judged(Enum):
    SAME = "same"
    UPDATE = "update"
    OLDER = "older"
    CONFLICT = "conflict"


def unfit(topic: bcf.Topic) -> str:
    """Why the topic cannot be kept as it is; empty when it can."""
    if len(topic.title) > TITLE:
        return _("标题超过 %(count)d 个字") % {"count": TITLE}
    words = (
        topic.type,
        topic.status,
        topic.priority,
        topic.stage,
        topic.assigned_to,
        topic.creation_author,
        topic.modified_author,
    )
    people = (name for comment in topic.comments for name in (comment.author, comment.modified_author))
    if any(len(word) > WORD for word in (*words, *topic.labels, *people)):
        return _("类型、状态、标签或用户名超过 %(count)d 个字") % {"count": WORD}
    return ""


def own_fields_of(topic: bcf.Topic) -> dict[str, Any]:
    """The fields of a file's topic as they would be stored."""
    named = {name: getattr(topic, name) for name in LABELS}
    named["type"], named["status"] = topic.type or NO_TYPE, topic.status or NO_STATUS
    named["description"] = _LINES.sub("\n", topic.description)
    return named


def judge(row: Topic, topic: bcf.Topic, ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[Judged, str]:
    """What is to become of ``topic``, and why."""
    if _plain(ours) == _plain(theirs):
        return Judged.SAME, ""
    fields = changed_words(ours, theirs)
    there = topic.modified_date or topic.creation_date
    known = row.exchanged_modified
    changed_here = row.exchanged_at != row.content_at
    if known is not None and (there < known or (there == known and changed_here)):
        return Judged.OLDER, _("平台上的更新：%(fields)s") % {"fields": fields}
    if changed_here:
        return Judged.CONFLICT, _("上次交换之后两边都改过：%(fields)s。平台上的保留") % {"fields": fields}
    if there == known:
        return Judged.CONFLICT, _("修改时间相同而内容不同：%(fields)s。平台上的保留") % {"fields": fields}
    return Judged.UPDATE, fields


def changed_words(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """The fields that differ, each with ours and theirs."""
    mine, other = _plain(ours), _plain(theirs)
    return "；".join(
        f"{LABELS[name]} {_brief(mine[name])} → {_brief(other[name])}" for name in LABELS if mine[name] != other[name]
    )


def _brief(value: Any) -> str:
    if value in (None, "", ()):
        return "—"
    if isinstance(value, tuple):
        return "、".join(_brief(item) for item in value)[:80]
    if isinstance(value, bcf.HeaderFile):
        return value.filename or value.reference
    if isinstance(value, bcf.DocumentReference):
        return value.description or value.url or value.document
    if isinstance(value, bcf.Snippet):
        return value.reference
    return f"“{str(value)[:60]}”"


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what a way through BCF 2.1 changes: the order of labels, and the place of a file named by hand."""
    snippet = fields["snippet"]
    return fields | {
        "labels": tuple(sorted(fields["labels"])),
        "description": fields["description"].strip(),
        "snippet": replace(snippet, load=None) if snippet is not None else None,
    }
