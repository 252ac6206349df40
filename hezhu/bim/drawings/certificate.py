"""The 审查合格书: what it says, how long it stands, and what comes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.drawings import archive, kinds, rounds
from hezhu.bim.drawings.models import Assignment, DrawingReview
from hezhu.bim.life.kinds import Discipline
from hezhu.core.access.models import User
from hezhu.core.cases.documents import Paper, issue
from hezhu.core.cases.models import Case, CaseDocument
from hezhu.core.numbering import add_series
from hezhu.registers.documents.models import Document

CERTIFICATES = add_series("bim-drawings-certificate", "SH-{year}-{number:04d}")


def valid_until(today: date) -> date:
    """The last day a certificate of today stands."""
    months = kinds.term("certificate").length
    year, month = divmod(today.month - 1 + months, 12)
    year += today.year
    for day in range(today.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, today.day if today.day < 28 else 28)


def give(case: Case, by: User, *, conditions: Sequence[str] = ()) -> Mapping[str, Any]:
    """Issues the certificate, in place of the one that stands if there is one, and hands everything in to the archive.

    After a change of the design the former certificate's ``conditions`` go on, the new ones come after them.
    """
    former = _standing(case)
    kept = former.content.get("conditions", ()) if former else ()
    return _give(case, by, list(dict.fromkeys([*kept, *conditions])), "")


def correct(case: Case, by: User, why: str) -> Mapping[str, Any]:
    """Issues the certificate again with what is now right, and ``why``; its conditions stay."""
    former = _standing(case)
    return _give(case, by, former.content.get("conditions", ()) if former else (), why)


def _standing(case: Case) -> CaseDocument | None:
    document: CaseDocument | None = case.documents.filter(replaced_by=None, revoked_at=None).last()
    return document


def _give(case: Case, by: User, conditions: Sequence[str], why: str) -> Mapping[str, Any]:
    review: DrawingReview = case.drawings
    former = _standing(case)
    document = issue(
        case,
        _paper(case, review, by, conditions, why),
        by=by,
        series=CERTIFICATES,
        issuer=review.review_body,
        valid_until=valid_until(timezone.localdate()),
        replaces=former,
    )
    deposits = archive.hand_in(review, document)
    return {"document": document.number, "replaces": former.number if former else "", "deposits": len(deposits)}


def conditions_of(text: str) -> list[str]:
    """The conditions a certificate is given under: one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _paper(case: Case, review: DrawingReview, by: User, conditions: Sequence[str], why: str) -> Paper:
    project = review.project
    cases = rounds.current_cases(review)
    latest = review.latest
    term = kinds.term("certificate")
    facts = [
        (_("项目"), project.name),
        (_("工程项目编号"), project.number),
        (_("建设单位"), project.owner.name if project.owner else _("未登记")),
        (_("设计单位"), case.unit.name),
        (_("审图机构"), review.review_body.name),
        (_("单体"), "、".join(building.name for building in review.buildings.order_by("code"))),
        (_("审查轮次"), _("第 %(number)d 轮") % {"number": latest.number if latest else 1}),
    ]
    paragraphs = [_("经审查，下列各专业施工图模型符合工程建设强制性标准和有关规定，审查合格。")]
    if why.strip():
        paragraphs.append(_("更正说明：%(text)s") % {"text": why.strip()})
    if conditions:
        paragraphs.append(_("施工时须落实下列条件，竣工模型审查时逐条核对："))
        paragraphs += [f"{number}. {condition}" for number, condition in enumerate(conditions, start=1)]
    return Paper(
        title=_("施工图设计文件审查合格书"),
        facts=facts,
        paragraphs=paragraphs,
        head=[_("单体"), _("专业"), _("版本"), _("机审编号"), _("模型文件 SHA-256（前16位）")],
        rows=[
            [
                row.building.name if row.building else _("整个项目"),
                str(Discipline(row.discipline).label),
                f"V{row.version}",
                row.number,
                row.model_version.model_file.file.sha256[:16],
            ]
            for row in cases
        ],
        signers=_signers(review, by),
        sign_page=_("签署页"),
        filed_as=Document.Kind.CERTIFICATE,
        stage=Document.Stage.CONSTRUCTION_DRAWING,
        conditions=conditions,
        foot=_("各专业按 %(on)s 有效的规定审查；规则包中标“待核”的限值尚未与正式文本核对。有效期依据：%(source)s。")
        % {"on": review.judged_on.isoformat(), "source": term.source},
    )


def _signers(review: DrawingReview, by: User) -> list[tuple[str, str]]:
    """An expert of each discipline with the day they finished, then the review body's persons."""
    done = review.assignments.filter(state=Assignment.State.DONE).select_related("expert__user")
    experts = [
        (
            _("%(discipline)s审查") % {"discipline": row.get_discipline_display()},
            f"{row.expert.user} {timezone.localtime(row.finished_at).date().isoformat() if row.finished_at else ''}",
        )
        for row in done
    ]
    return [*experts, (_("项目负责人"), str(review.lead or by)), (_("技术负责人"), ""), (_("法定代表人签发"), "")]
