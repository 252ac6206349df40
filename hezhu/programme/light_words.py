"""The words for lights: what each question reads like, and what the answer was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.programme.lights import Answer, Judgement, Light, Question

LABELS: Mapping[Light, Any] = {
    Light.LATE: gettext_lazy("逾期"),
    Light.WATCH: gettext_lazy("预警"),
    Light.OK: gettext_lazy("正常"),
    Light.DONE: gettext_lazy("办结"),
    Light.OPEN: gettext_lazy("待定"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of 为什么是…: the question, the answer in short, and whether it decided."""

    question: str
    yes: bool
    answer: str
    decisive: bool


def explain(judgement: Judgement) -> list[Line]:
    """The questions that were asked, worded. Whether a task has begun is only worth a line when it has not."""
    asked = [answer for answer in judgement.answers if answer.yes or answer.question is not Question.NOT_YET_OPEN]
    return [Line(_question(answer), answer.yes, _answer(answer), answer.decisive) for answer in asked]


def month_list(months: list[Any]) -> str:
    """9月、10月 — or, for a long run, from–to with the count."""
    if len(months) > 3:
        return _("%(first)s 至 %(last)s 共 %(count)s 个月") % {
            "first": f"{months[0]:%Y-%m}",
            "last": f"{months[-1]:%Y-%m}",
            "count": len(months),
        }
    return "、".join(f"{month:%Y-%m}" for month in months)


def _question(answer: Answer) -> str:
    data = answer.data
    if answer.question is Question.CLOSED:
        return _("已办结？")
    if answer.question is Question.NOT_YET_OPEN:
        return _("还没有开始（%(day)s 起）？") % {"day": data["opens_on"].isoformat()}
    if answer.question is Question.PAST_DUE:
        return _("已过时限（%(day)s）？") % {"day": data["due_on"].isoformat()}
    if answer.question is Question.SILENT:
        return _("连续 %(limit)s 个月未报月报？") % {"limit": data["limit"]}
    if answer.question is Question.NO_BASIS:
        return _("基期或口径未定？")
    if answer.question is Question.UNKNOWN:
        return _("完成率还没有填报？")
    if answer.question is Question.MONTH_MISSED:
        return _("有 %(limit)s 个月未报月报？") % {"limit": data["limit"]}
    return _("完成率低于时间进度？")


def _answer(answer: Answer) -> str:
    data, yes = answer.data, answer.yes
    if answer.question is Question.CLOSED:
        return _("%(day)s 办结") % {"day": data["closed_on"].isoformat()} if yes else ""
    if answer.question is Question.PAST_DUE:
        words = _("逾期 %(days)s 天") if yes else _("剩 %(days)s 天")
        return words % {"days": data["days"]}
    if answer.question in (Question.SILENT, Question.MONTH_MISSED):
        return _silence(data)
    if answer.question is Question.NO_BASIS:
        return _("缺基期：%(targets)s") % {"targets": "、".join(data["targets"])} if yes else ""
    if answer.question is Question.BEHIND:
        sign = "<" if yes else "≥"
        return f"{data['completion']:.1f}% {sign} {data['elapsed']:.1f}%"
    return ""


def _silence(data: Mapping[str, Any]) -> str:
    if data["months"]:
        return _("%(months)s 未报") % {"months": month_list(data["months"])}
    if data["last"]:
        return _("%(month)s 已报") % {"month": f"{data['last']:%Y-%m}"}
    return _("还没有应报的月份")
