"""The words for figures and states: one glossary for tiles, lists and target pages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hezhu.core.ui.templatetags.hezhu import LAMPS, figure
from hezhu.engines.indicators import State, Why

if TYPE_CHECKING:
    from hezhu.portal.cards import Card
    from hezhu.programme.models import Target


def state_word(state: str) -> str:
    """达标, 办结, 正常, 预警, 未达, 待定: the house's words for lamps."""
    return str(LAMPS[state])


def source_word(card: Card) -> str:
    """Where the figure comes from."""
    return {
        "computed": _("登记库计算"),
        "entered": _("人工填报"),
        "closed-task": _("任务办结"),
        "none": _("暂无数据"),
    }[card.source.value]


def number(value: Decimal | None, decimals: int) -> str:
    """A number as read: thousands commas, fixed decimals, − for minus."""
    return figure(value, decimals)


def value_text(card: Card) -> str:
    """The figure itself; 待定 where a target cannot be judged for want of a base, 已办结 and 未办结 for milestones."""
    if card.target.op == "done":
        return _("已办结") if card.state == State.DONE else _milestone_text(card)
    if card.judgement.why == Why.NO_BASIS or card.value is None:
        return _("待定")
    return number(card.value, card.decimals)


def _milestone_text(card: Card) -> str:
    if card.value is None:
        return _("待定")
    if card.goal.done_at > 1:
        return f"{number(card.value, 0)} / {number(card.goal.done_at, 0)}"
    return _("未办结")


def goal_text(target: Target, unit: str) -> str:
    """≥35%, 1–2 个, 提高 10%, 办结, 逐年提高; empty where the plan names no measure."""
    if target.op == "done":
        return _("办结")
    if target.op == "trend":
        return _("逐年提高")
    if target.value is None:
        return ""
    space = "" if unit == "%" else " "
    value = figure(target.value)
    if target.op == "between":
        return f"{value}–{figure(target.value_max)}{space}{unit}"
    if target.op == "delta>=":
        return _("提高 %(value)s%%") % {"value": value}
    sign = "" if target.op == "==" else "≥"
    return f"{sign}{value}{space}{unit}"


def gap_text(card: Card) -> str:
    """超 3.2 个百分点, 差 4,158 名, 口径 3 种，须选定, 刚好达到."""
    judgement = card.judgement
    if judgement.why == Why.NO_BASIS:
        return _("读法 3 种，须选定")
    if judgement.why == Why.NO_VALUE:
        return _("还没有填报") if card.definition is None else _("没有可计算的行")
    if judgement.why == Why.NO_EARLIER_VALUE:
        return _("缺上年数")
    if card.source.value == "closed-task" and card.figure is not None:
        return _("登记库 %(found)s / %(wanted)s") % {
            "found": number(card.figure.value, 0),
            "wanted": number(card.goal.done_at, 0),
        }
    if judgement.gap is None or (card.target.op == "done" and card.state == State.DONE):
        return ""
    amount = number(abs(judgement.gap), card.decimals)
    if not Decimal(amount.replace(",", "")):
        return _("与目标持平") if card.target.op != "trend" else _("与上年持平")
    above = judgement.gap > 0
    if card.unit == "%":
        words = _("超 %(amount)s 个百分点") if above else _("差 %(amount)s 个百分点")
        if card.target.op == "trend":
            words = _("比上年高 %(amount)s 个百分点") if above else _("比上年低 %(amount)s 个百分点")
    else:
        words = _("超 %(amount)s %(unit)s") if above else _("差 %(amount)s %(unit)s")
    return words % {"amount": amount, "unit": card.unit}


def why_text(card: Card) -> str:
    """Why the state is what it is, in one sentence."""
    judgement, due = card.judgement, card.goal.due
    texts = {
        Why.REACHED: _("已达到目标值。"),
        Why.ABOVE_RANGE: _("多于原文所写的上限，按达标计。"),
        Why.PAST_DUE: _("时限 %(due)s 已过，仍未达到。"),
        Why.ON_PACE: _("时间已过 %(elapsed)s%%，完成 %(progress)s%%，跟得上时间进度。"),
        Why.BEHIND_PACE: _("时间已过 %(elapsed)s%%，只完成 %(progress)s%%，落后于时间进度。"),
        Why.DONE: _("已办结。"),
        Why.NOT_DONE: _("时限 %(due)s 未到，还没有办结。"),
        Why.RISING: _("不低于上年。"),
        Why.FALLING: _("低于上年。"),
        Why.NO_VALUE: _("没有登记库能给出这个数，也还没有人填报。") if card.definition is None else _("分母为 0，无法计算。"),
        Why.NO_BASIS: _("缺基期：“提高”有三种读法，要先选定基期年、基期值和读法。"),
        Why.NO_EARLIER_VALUE: _("只有一期数据，看不出方向。"),
        Why.NO_GOAL: _("原文没有规定数值，只记录，不判定。"),
        Why.NO_DUE: _("原文没有规定时限，未达到时不判定。"),
    }
    return texts[judgement.why] % {
        "due": due.isoformat() if due else "",
        "elapsed": f"{(judgement.elapsed or 0) * 100:.1f}",
        "progress": f"{(judgement.progress or 0) * 100:.1f}",
    }
