"""The whole record of a case as a PDF: what it is, where it stands, its clock, every step with its words and files, its documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.core.cases.documents import verification_url
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.cases.story import Story, story_of
from hezhu.core.documents import fonts

TEMPLATE = Path(__file__).parent / "record.typ"


def printed_record(case: Case, *, by: User) -> bytes:
    """The record as it stands now, for the account that prints it. The caller has checked that ``by`` may see the case.

    Raises NoChineseFont where no PDF can be made.
    """
    import typst

    found, families = fonts()
    with translation.override(settings.LANGUAGE_CODE):
        words = {**_words(case, by), "fonts": families}
    return typst.compile(TEMPLATE.read_bytes(), font_paths=found, sys_inputs={"record": json.dumps(words, ensure_ascii=False)})


def _words(case: Case, by: User) -> dict[str, Any]:
    now = timezone.localtime()
    tables = [
        _table(_("参与方"), [_("角色"), _("单位"), _("人员")], _parties(case)),
        _table(_("办件对象"), [_("名称"), _("编号"), _("说明")], [[row.name, row.key, row.note] for row in case.subjects.all()]),
        _table(_("计时"), [_("起"), _("止"), _("状态"), _("计入工作日")], _clock(story_of(case))),
        _table(_("协办意见"), [_("单位"), _("事项"), _("期限"), _("意见"), _("内容"), _("答复")], _opinions(case)),
        _table(_("办理记录"), [_("时间"), _("步骤"), _("意见和附件"), _("办理人")], _steps(case)),
        _table(_("文书"), [_("文书"), _("文号"), _("出具日期"), _("现行状态"), _("核验地址")], _documents(case)),
    ]
    return {
        "title": _("办件记录"),
        "number": case.number,
        "demo": _("演示数据") if case.is_demo else "",
        "facts": _facts(case),
        "tables": [table for table in tables if table["rows"]],
        "foot": _("%(who)s 于 %(when)s 打印，内容以平台现行记录为准。")
        % {"who": f"{by} · {by.unit}", "when": f"{now:%Y-%m-%d %H:%M}"},
    }


def _table(title: str, head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "head": head, "rows": [[str(cell) for cell in row] for row in rows]}


def _facts(case: Case) -> list[list[str]]:
    limit = case.declared.limit
    facts = [
        [_("事项"), str(case.declared.label)],
        [_("名称"), case.title],
        [_("申请单位"), case.unit.name],
        [_("申请时间"), f"{timezone.localtime(case.opened_at):%Y-%m-%d %H:%M}"],
        [_("状态"), case.state_label],
        [_("承办人"), str(case.officer or "—")],
        [_("办理期限"), str(case.due_on or "—")],
    ]
    if limit is not None:
        status = "" if limit.confirmed else _("（待核）")
        facts.append([_("法定期限"), _("%(days)d 个工作日") % {"days": limit.days} + f"，{limit.source}{status}"])
    if case.closed_at:
        facts.append([_("办结时间"), f"{timezone.localtime(case.closed_at):%Y-%m-%d %H:%M}"])
    if case.follows:
        facts.append([_("原办件"), case.follows.number])
    later = case.followed_by.order_by("id").last()
    return [*facts, [_("另案"), later.number]] if later else facts


def _parties(case: Case) -> list[list[str]]:
    return [
        [row.label, row.unit.name, str(row.user or "")]
        for row in case.parties.filter(until=None).select_related("unit", "user", "case")
    ]


def _clock(story: Story | None) -> list[list[str]]:
    if story is None:
        return []
    rows = [
        [
            str(one.since),
            str(one.until or _("至今")),
            one.label if one.runs else _("暂停：%(state)s") % {"state": one.label},
            str(one.days),
        ]
        for one in story.stretches
    ]
    return [*rows, ["", "", _("已用 / 期限"), f"{story.used} / {story.limit}"]]


def _opinions(case: Case) -> list[list[str]]:
    rows = case.tasks.filter(kind=CaseTask.Kind.OPINION).select_related("unit", "done_by").order_by("id")
    return [
        [
            task.unit.name if task.unit else "",
            task.title,
            str(task.due_on or ""),
            task.get_answer_display() if task.answer or not task.done_at else _("已取消"),
            task.text,
            f"{task.done_by or ''} {timezone.localtime(task.done_at):%Y-%m-%d %H:%M}" if task.done_at else "",
        ]
        for task in rows
    ]


def _steps(case: Case) -> list[list[str]]:
    rows = case.steps.select_related("by", "unit").prefetch_related("files__file")
    return [[f"{timezone.localtime(step.at):%Y-%m-%d %H:%M}", step.label, _said(step), _who(step)] for step in rows]


def _said(step: CaseStep) -> str:
    files = [f"{file.name}（SHA-256 {file.file.sha256[:16]}…）" for file in step.files.all()]
    return "\n".join(part for part in (step.text, *files) if part)


def _who(step: CaseStep) -> str:
    return f"{step.by} · {step.unit}" if step.by else str(step.unit or _("平台"))


def _documents(case: Case) -> list[list[str]]:
    return [
        [row.title, row.number, f"{timezone.localtime(row.issued_at):%Y-%m-%d}", row.standing_label, verification_url(row)]
        for row in case.documents.all()
    ]
