"""The words topics use: what a project offers, and how known words of BCF read on a Chinese page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hezhu.bim.topics.models import TopicBook
from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.engines.review.reports.words import SEVERITIES
from hezhu.registers.projects.models import PARTIES, Project

OPEN, CLOSED = "Open", "Closed"
ISSUE = "问题"
TYPES = (ISSUE, "碰撞", "意见", "请求", "说明", "不符合", "需人工")
STATUSES = (OPEN, "In Progress", "Resolved", CLOSED)
PRIORITIES = ("高", "中", "低", *SEVERITIES.values())
DISCIPLINES = ("总图", "建筑", "结构", "给排水", "暖通", "电气", "装配式")
STAGES = ("方案", "初设", "施工图", "深化", "施工", "竣工")
# What ends a topic, in the words of the tools that are met.
CLOSED_WORDS = frozenset({"closed", "done", "resolved & closed", "关闭", "已关闭", "完成", "已完成"})
SHOWN: dict[str, Any] = {
    "open": _("打开"),
    "in progress": _("处理中"),
    "resolved": _("已解决"),
    "closed": _("已关闭"),
    "reopened": _("重新打开"),
    "undefined": _("未定"),
    "active": _("打开"),
    "high": _("高"),
    "medium": _("中"),
    "normal": _("中"),
    "low": _("低"),
    "critical": _("紧急"),
    "issue": _("问题"),
    "clash": _("碰撞"),
    "comment": _("意见"),
    "request": _("请求"),
    "information": _("说明"),
    "error": _("错误"),
    "warning": _("警告"),
}
EVENTS: dict[str, Any] = {
    "topic_created": _("提出议题"),
    "title_updated": _("标题改为"),
    "description_updated": _("说明改为"),
    "description_removed": _("删去说明"),
    "status_updated": _("状态改为"),
    "type_updated": _("类型改为"),
    "priority_updated": _("优先级改为"),
    "priority_removed": _("取消优先级"),
    "due_date_updated": _("期限改为"),
    "due_date_removed": _("取消期限"),
    "assigned_to_updated": _("交给"),
    "assigned_to_removed": _("取消负责人"),
    "label_added": _("加标签"),
    "label_removed": _("去标签"),
    "stage_added": _("阶段定为"),
    "stage_updated": _("阶段改为"),
    "stage_removed": _("取消阶段"),
    "comment_created": _("发表意见"),
    "comment_text_updated": _("意见内容"),
    "viewpoint_updated": _("意见附视点"),
    "viewpoint_removed": _("意见取消视点"),
    "viewpoint_added": _("加视点"),
}


def shown(word: str) -> str:
    """A word of BCF in the reader's language where it is known; itself where not."""
    return str(SHOWN.get(word.strip().lower(), word))


def is_closed(status: str) -> bool:
    return status.strip().lower() in CLOSED_WORDS


def offered(project: Project, book: TopicBook | None = None) -> dict[str, list[str]]:
    """The words a topic of the project may take, in the API's names; what the project brought itself stands last."""
    if book is None:
        book = TopicBook.objects.filter(project=project).first() or TopicBook(project=project)
    return {
        "topic_type": _joined(TYPES, book.types),
        "topic_status": _joined(STATUSES, book.statuses),
        "priority": _joined(PRIORITIES, book.priorities),
        "topic_label": _joined(DISCIPLINES, book.labels),
        "stage": _joined(STAGES, book.stages),
        "users": _joined(participants(project), book.users),
        "snippet_type": _joined((".ifc", ".csv", ".json"), book.snippet_types),
    }


def participants(project: Project) -> list[str]:
    """User names of those who take part: accounts of the project's parties and of the bodies that review its models."""
    from hezhu.bim.models import ReviewCase

    parties = {getattr(project, f"{party}_id") for party in PARTIES}
    bodies = set(ReviewCase.objects.filter(project=project).values_list("review_body", flat=True))
    units = {pk for pk in parties | bodies if pk}
    people = User.objects.filter(unit__in=units, is_active=True, is_demo=project.is_demo).exclude(role=Role.AUDITOR)
    return list(people.order_by("username").values_list("username", flat=True)[:500])


def _joined(usual: Any, brought: list[str]) -> list[str]:
    return list(dict.fromkeys([*usual, *brought]))


def names_of(users: set[str], project: Project, *, with_unit: bool = True) -> dict[str, str]:
    """User name → name of the person (and their unit), for those who have an account in the project's world."""
    people = User.objects.filter(username__in=users, is_demo=project.is_demo).select_related("unit")
    return {person.username: f"{person.display_name} · {person.unit}" if with_unit else person.display_name for person in people}
