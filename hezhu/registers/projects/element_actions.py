"""Tie records to elements, and untie them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.errors import BadInput
from hezhu.core.history import reason_of_change
from hezhu.registers.projects.elements import GLOBAL_ID, ElementLink
from hezhu.registers.projects.models import Project

MOST = 5000


class LinkWrong(BadInput):
    code = "element-link-wrong"
    message = gettext_lazy("构件关联有需要改正的项，没有保存。")


def link_elements(
    project: Project, global_ids: Iterable[str], *, kind: str, target: str, title: str, by: User, url: str = ""
) -> int:
    """Tie one record to elements; those that are tied already stay. Returns how many are new.

    ``url`` is a path of this platform. Raises NotAllowed, LinkWrong naming each field that is wrong; nothing is tied then.
    """
    require(by, "elements.link", project)
    wanted = list(dict.fromkeys(global_ids))
    _check(wanted, kind, target, title, url)
    with transaction.atomic(), reason_of_change(by, _("关联构件"), source=title[:60]):
        had = ElementLink.objects.filter(project=project, kind=kind, target=target, global_id__in=wanted).count()
        rows = [
            ElementLink(
                project=project,
                global_id=global_id,
                kind=kind,
                target=target,
                title=title,
                url=url,
                added_by=by,
                division=project.division,
                is_demo=project.is_demo,
            )
            for global_id in wanted
        ]
        unique = ["project", "global_id", "kind", "target"]
        ElementLink.objects.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=unique, update_fields=["title", "url"]
        )
    return len(wanted) - had


def unlink_elements(project: Project, global_ids: Iterable[str], *, kind: str, target: str, by: User) -> int:
    """Untie a record from elements; history keeps that it was. Returns how many were tied."""
    require(by, "elements.link", project)
    with transaction.atomic(), reason_of_change(by, _("取消构件关联")):
        rows = ElementLink.objects.filter(project=project, kind=kind, target=target, global_id__in=list(global_ids))
        return rows.delete()[0]


def _check(global_ids: list[str], kind: str, target: str, title: str, url: str) -> None:
    problems = [
        {
            "field": "global_ids",
            "value": value[:40],
            "reason": _("不是 GlobalId（22 位）"),
            "remedy": _("从模型中复制构件的 GlobalId"),
        }
        for value in global_ids
        if not GLOBAL_ID.match(value)
    ][:20]
    if not global_ids or len(global_ids) > MOST:
        problems.append({"field": "global_ids", "reason": _("一次关联 1 至 5000 个构件"), "remedy": _("分几次提交")})
    if kind not in ElementLink.Kind.values:
        known = "、".join(ElementLink.Kind.values)
        problems.append({"field": "kind", "value": kind, "reason": _("没有这个类别"), "remedy": known})
    for name, value, longest in (("target", target, 120), ("title", title, 200)):
        if not value.strip() or len(value) > longest:
            problems.append({"field": name, "reason": _("没有填写，或太长"), "remedy": _("填写后再提交")})
    if url and (not url.startswith("/") or url.startswith("//") or "\\" in url or len(url) > 300):
        problems.append({"field": "url", "value": url[:60], "reason": _("只能是本平台的地址"), "remedy": _("以一个 / 开头")})
    if problems:
        raise LinkWrong(problems=problems)
