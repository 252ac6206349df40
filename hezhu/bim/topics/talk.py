"""Comments on topics. A topic that stands for a finding shares its talk: a comment on either is a comment on both."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.models import CaseFinding, FindingComment
from hezhu.bim.topics import errors, log, rights
from hezhu.bim.topics.models import Topic, TopicComment, TopicViewpoint
from hezhu.core.access.models import User
from hezhu.core.errors import NotAllowed, NotThere
from hezhu.core.history import reason_of_change

_TALK = uuid.UUID("f6f3d6a2-2c1e-5f6b-8d0a-63b1c1a7e0d4")


def say(topic: Topic, text: str, *, by: User, viewpoint: uuid.UUID | None = None, guid: uuid.UUID | None = None) -> TopicComment:
    """Comment on a topic. Raises NotAllowed, CommentEmpty, GuidTaken, NotThere for a viewpoint that is not the topic's."""
    rights.require_writer(by, topic.project)
    text = text.strip()
    if not text and viewpoint is None:
        raise errors.CommentEmpty(problems=[{"field": "comment", "reason": _("没有填写")}])
    with transaction.atomic(), reason_of_change(by, _("发表意见"), source=_("议题")):
        if guid is not None and TopicComment.objects.filter(topic=topic, guid=guid).exists():
            raise errors.GuidTaken(guid=guid)
        now = timezone.now()
        comment = TopicComment.objects.create(
            topic=topic,
            guid=guid or uuid.uuid4(),
            date=now,
            author=by.username,
            text=text,
            viewpoint=_view(topic, viewpoint),
            finding_comment=told_to_finding(topic, text, by),
        )
        log.write(topic, by.username, now, log_of(comment), comment.guid)
        log.touch(topic, by.username, now)
    return comment


def told_to_finding(topic: Topic, text: str, by: User) -> FindingComment | None:
    """The same sentence in the talk on the topic's finding; None where there is no finding or nothing was said."""
    if topic.finding_id is None or not text:
        return None
    return FindingComment.objects.create(finding_id=topic.finding_id, by=by, text=text)


def told_of_finding(said: FindingComment) -> None:
    """A comment on a finding is told to the topics that stand for it."""
    for topic in Topic.objects.filter(finding_id=said.finding_id).select_related("project"):
        take_over(topic, said)


def take_over(topic: Topic, said: FindingComment) -> None:
    """One comment of the finding as the topic's; its GUID is made from it, so that it is taken once."""
    guid = uuid.uuid5(_TALK, str(said.pk))
    if TopicComment.objects.filter(finding_comment=said).exists():
        return
    comment = TopicComment.objects.create(
        topic=topic, guid=guid, date=said.at, author=said.by.username, text=said.text, finding_comment=said
    )
    log.write(topic, comment.author, said.at, log_of(comment), guid)
    log.touch(topic, comment.author, said.at)


def share_talk(topic: Topic, finding: CaseFinding) -> None:
    """Everything said of the finding so far becomes the topic's talk too."""
    for said in finding.comments.select_related("by"):
        take_over(topic, said)


def change(comment: TopicComment, text: str, *, by: User, viewpoint: uuid.UUID | None = None) -> TopicComment:
    """Its author says it better. Raises NotAllowed, CommentFixed, CommentEmpty."""
    _require_own(comment, by)
    text = text.strip()
    if not text and viewpoint is None:
        raise errors.CommentEmpty(problems=[{"field": "comment", "reason": _("没有填写")}])
    with transaction.atomic(), reason_of_change(by, _("修改意见"), source=_("议题")):
        now = timezone.now()
        view = _view(comment.topic, viewpoint)
        actions: list[tuple[str, str | None]] = [("comment_text_updated", text)] if text != comment.text else []
        if view != comment.viewpoint:
            actions.append(("viewpoint_updated", str(view.guid)) if view else ("viewpoint_removed", None))
        if actions:
            comment.text, comment.viewpoint = text, view
            comment.modified_date, comment.modified_author = now, by.username
            comment.save()
            log.write(comment.topic, by.username, now, actions, comment.guid)
            log.touch(comment.topic, by.username, now)
    return comment


def delete(comment: TopicComment, *, by: User) -> None:
    """Its author takes it back; the change history keeps it."""
    _require_own(comment, by)
    with transaction.atomic(), reason_of_change(by, _("删除意见"), source=_("议题")):
        topic = comment.topic
        comment.delete()
        log.touch(topic, by.username, timezone.now())


def log_of(comment: TopicComment) -> list[tuple[str, str | None]]:
    """The events of a new comment."""
    actions: list[tuple[str, str | None]] = [("comment_created", None)]
    if comment.text:
        actions.append(("comment_text_updated", comment.text))
    if comment.viewpoint is not None:
        actions.append(("viewpoint_updated", str(comment.viewpoint.guid)))
    return actions


def _view(topic: Topic, guid: uuid.UUID | None) -> TopicViewpoint | None:
    if guid is None:
        return None
    view = topic.viewpoints.filter(guid=guid).first()
    if view is None:
        raise NotThere()
    return view


def _require_own(comment: TopicComment, by: User) -> None:
    rights.require_writer(by, comment.topic.project)
    if comment.finding_comment_id is not None:
        raise errors.CommentFixed()
    if comment.author != by.username:
        raise NotAllowed(permission="own comment")
