"""A bulletin as sections of sentences and tables. The page, the .docx and the PDF all print these, so they cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Section:
    """A title, sentences, and a table. ``widths`` are relative; ``right`` are the columns set flush right."""

    title: str
    sentences: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    right: frozenset[int] = frozenset()


def sections(content: dict[str, Any]) -> list[Section]:
    """The printed parts of a frozen bulletin, in order; parts with nothing to say are left out, save the tables per unit and county."""
    parts = [_overall(content), _units(content), _counties(content)]
    for build in (_attention, _closed, _problems, _duties):
        section = build(content)
        if section.rows:
            parts.append(section)
    return parts


def _overall(content: dict[str, Any]) -> Section:
    lights = content["lights"]
    words = _(
        "截至 %(day)s，任务清单 32 个序号、%(total)s 条要求：办结 %(done)s 条，正常 %(ok)s 条，预警 %(watch)s 条，"
        "逾期 %(late)s 条，待定 %(open)s 条。"
    )
    sentences = [words % {"day": content["judged_on"], "total": content["total"], **lights}]
    if content["reminders"]:
        sentences.append(_("期内市试点办催办 %(count)s 次。") % {"count": content["reminders"]})
    if content["rule"]:
        rule = _("亮灯由规则第 %(version)s 版算出。") % content["rule"]
        sentences.append(rule if content["rule"]["confirmed"] else rule + _("该规则待市试点办确认。"))
    if content["is_demo"]:
        sentences.append(_("本通报为演示数据，不代表任何单位的真实工作。"))
    return Section(_("总体情况"), tuple(sentences))


def _units(content: dict[str, Any]) -> Section:
    head = (
        _("牵头单位"),
        _("任务"),
        _("办结"),
        _("正常"),
        _("预警"),
        _("逾期"),
        _("待定"),
        _("应报月报"),
        _("已报"),
        _("报送率"),
    )
    keys = ("tasks", "done", "ok", "watch", "late", "open", "owed", "reported")
    rows = [(row["unit"], *(str(row[key]) for key in keys), _share(row["reported"], row["owed"])) for row in content["units"]]
    total = {key: sum(row[key] for row in content["units"]) for key in keys}
    rows.append((_("合计"), *(str(total[key]) for key in keys), _share(total["reported"], total["owed"])))
    return Section(_("各牵头单位"), (), head, tuple(rows), (5, 2, 2, 2, 2, 2, 2, 3, 2, 3), frozenset(range(1, 10)))


def _counties(content: dict[str, Any]) -> Section:
    head = (_("县（市、区）"), _("子任务"), _("完成"), _("逾期"), _("平均完成率"), _("期内月报"))
    rows = tuple(
        (
            row["county"],
            str(row["subtasks"]) if row["subtasks"] else _("未分解"),
            str(row["done"]),
            str(row["late"]),
            "—" if row["average"] is None else f"{row['average']:.1f}%",
            str(row["reports"]),
        )
        for row in content["counties"]
    )
    return Section(_("各县（市、区）"), (), head, rows, (4, 3, 2, 2, 3, 3), frozenset(range(1, 6)))


def _attention(content: dict[str, Any]) -> Section:
    head = (_("序号"), _("任务要求"), _("牵头单位"), _("时限"), _("亮灯"), _("原因"))
    rows = tuple(
        (_numbered(row), row["text"], row["unit"], row["due_on"], row["word"], row["reason"]) for row in content["attention"]
    )
    return Section(_("逾期和预警任务"), (), head, rows, (3, 14, 4, 4, 2, 6))


def _closed(content: dict[str, Any]) -> Section:
    head = (_("序号"), _("任务要求"), _("牵头单位"), _("办结日期"), _("说明"))
    rows = tuple((_numbered(row), row["text"], row["unit"], row["closed_on"], row["summary"]) for row in content["closed"])
    return Section(_("期内办结"), (), head, rows, (3, 14, 4, 4, 6))


def _problems(content: dict[str, Any]) -> Section:
    head = (_("序号"), _("单位"), _("月份"), _("反映的问题"))
    rows = tuple((row["number"], row["unit"], row["month"], row["problems"]) for row in content["problems"])
    return Section(_("各单位反映的问题"), (), head, rows, (2, 4, 3, 14))


def _duties(content: dict[str, Any]) -> Section:
    head = (_("报送事项"), _("期"), _("截止"), _("情况"))
    rows = tuple((row["name"], row["period"], row["due_on"], row["state"]) for row in content["duties"])
    return Section(_("向住房和城乡建设部报送"), (), head, rows, (6, 3, 4, 5))


def _numbered(row: dict[str, Any]) -> str:
    return f"{row['number']}（{row['year']}）" if row["year"] else row["number"]


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%" if whole else "—"
