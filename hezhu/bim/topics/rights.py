"""Who may do what with topics. Readers need ``bim.view``; those who submit or decide may write; a topic's author or an office deletes."""

from __future__ import annotations

from typing import Any

from hezhu.bim.topics.models import Topic, TopicComment, projects_of
from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import OFFICES, found, require
from hezhu.core.errors import NotAllowed
from hezhu.registers.projects.models import Project

WRITERS = ("bim.submit", "bim.decide")
TOPIC_ACTIONS = (
    "update",
    "updateBimSnippet",
    "updateRelatedTopics",
    "updateDocumentReferences",
    "updateFiles",
    "createComment",
    "createViewpoint",
)


def project_for(user: Any, number: str) -> Project:
    """The project by its number, for a reader of its topics; NotAllowed without the right, NotThere out of scope."""
    require(user, "bim.view")
    return found(projects_of(user), number=number)


def writes(user: User) -> bool:
    """Whether the account's role takes part in the talk."""
    return user.role != Role.AUDITOR and any(user.may(permission) for permission in WRITERS)


def require_writer(user: User, project: Project) -> None:
    """Raise NotAllowed unless ``user`` may write topics of ``project``."""
    if not writes(user) or not projects_of(user).filter(pk=project.pk).exists():
        raise NotAllowed(permission=" | ".join(WRITERS))


def may_delete(user: User, author: str) -> bool:
    return writes(user) and (author == user.username or (user.role in OFFICES and user.may("bim.decide")))


def project_actions(user: User) -> list[str]:
    return ["createTopic", "createDocument"] if writes(user) else []


def topic_actions(user: User, topic: Topic | None = None) -> list[str]:
    """What the account may do with topics in general, or with ``topic``."""
    if not writes(user):
        return []
    return [*TOPIC_ACTIONS, *(["delete"] if topic is not None and may_delete(user, topic.creation_author) else [])]


def comment_actions(user: User, comment: TopicComment | None = None) -> list[str]:
    """Only the one who wrote a comment changes it; one that stands with a finding nobody."""
    if comment is None or not writes(user) or comment.finding_comment_id is not None:
        return []
    return ["update", "delete"] if comment.author == user.username else []
