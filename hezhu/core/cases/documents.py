"""Documents issued on a case: numbered, dated, printed with a QR that leads to the public page that verifies them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.cases import errors
from hezhu.core.cases.actions import record
from hezhu.core.cases.models import Case, CaseDocument, CaseStep, CaseSubject
from hezhu.core.documents import fonts
from hezhu.core.files.actions import keep
from hezhu.core.history import reason_of_change
from hezhu.core.numbering import next_number

TEMPLATE = Path(__file__).parent / "document.typ"

# Called with a document whenever its standing changed by an act: issued, replaced, revoked; in that act's transaction. 图档库 listens.
LISTENERS: list[Callable[[CaseDocument], None]] = []


@dataclass(frozen=True, slots=True)
class Paper:
    """What a document says: facts as (label, value) lines, paragraphs, a table, who signs, and what is printed small below.

    ``sign_page`` gives the signatures a page of their own with that heading. ``filed_as`` and ``stage`` are the kind and the stage of
    life under which 图档库 files it (``registers.documents.models.Document``). ``conditions`` are what the applicant must still do: kept
    with the document, so that a later step can ask for each; the paragraphs print them.
    """

    title: str
    facts: Sequence[tuple[str, str]] = ()
    paragraphs: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    signers: Sequence[tuple[str, str]] = ()
    foot: str = ""
    sign_page: str = ""
    filed_as: str = "decision"
    stage: str = ""
    conditions: Sequence[str] = ()


def issue(
    case: Case,
    paper: Paper,
    *,
    by: User,
    series: str,
    issuer: Unit,
    valid_until: date | None = None,
    replaces: CaseDocument | None = None,
) -> CaseDocument:
    """Numbers, prints and keeps a document, and records it on the case. Call it from the effect of a move, in its transaction.

    Raises NoChineseFont where no PDF can be made: nothing is issued then.
    """
    with translation.override(settings.LANGUAGE_CODE):
        document = CaseDocument.objects.create(
            case=case,
            number=next_number(series, demo=case.is_demo),
            title=paper.title,
            content={
                "facts": [list(fact) for fact in paper.facts],
                "filed_as": paper.filed_as,
                "stage": paper.stage,
                "conditions": list(paper.conditions),
            },
            issuer=issuer,
            issued_by=by,
            valid_until=valid_until,
        )
        content = pdf(document, paper)
        document.attachment = keep(content, by=by, purpose="report", name=f"{document.number}.pdf", division=case.division)
        document.save(update_fields=["attachment"])
        if replaces is not None:
            replaces.replaced_by = document
            replaces.save(update_fields=["replaced_by"])
            _tell(replaces)
        _tell(document)
        record(case, CaseStep.Kind.DOCUMENT, by, label=f"{paper.title} {document.number}", detail={"document": document.pk})
    return document


def revoke(document: CaseDocument, *, by: User, reason: str) -> None:
    """Takes a document back: the public page says so from then on. The caller has checked that ``by`` may."""
    if not reason.strip():
        raise errors.TextMissing(move=_("撤销"), what=_("理由"), problems=[{"field": "text", "reason": _("没有填写")}])
    with transaction.atomic(), reason_of_change(by, reason, source=str(document.case.declared.label)):
        document.revoked_at, document.revoked_reason = timezone.now(), reason.strip()
        document.save(update_fields=["revoked_at", "revoked_reason"])
        label = f"{_('撤销')} {document.number}"
        record(document.case, CaseStep.Kind.DOCUMENT, by, label=label, text=reason, detail={"document": document.pk})
        _tell(document)


def _tell(document: CaseDocument) -> None:
    for listen in LISTENERS:
        listen(document)


def verification_url(document: CaseDocument) -> str:
    """The full address in the QR: HEZHU_PUBLIC_URL, or the path alone where the platform does not know its own name."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("cases:verify", args=[document.code])


def qr_svg(text: str) -> str:
    """A QR code as SVG, error correction Q so that a stamp over it does not spoil it."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()


def _subject(row: CaseSubject) -> str:
    return "　".join(part for part in (row.name, row.key, row.note) if part)


def pdf(document: CaseDocument, paper: Paper) -> bytes:
    """The document as A4 PDF with its fonts embedded and its text selectable."""
    import typst

    found, families = fonts()
    words: dict[str, Any] = {
        **asdict(paper),
        "number": document.number,
        "issuer": document.issuer.name,
        "issued_on": timezone.localtime(document.issued_at).date().isoformat(),
        "valid_until": document.valid_until.isoformat() if document.valid_until else "",
        "demo": _("演示数据") if document.case.is_demo else "",
        "case": document.case.number,
        "subjects": [_subject(row) for row in document.case.subjects.all()],
        "url": verification_url(document),
        "qr": qr_svg(verification_url(document)),
        "fonts": families,
    }
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=found,
        sys_inputs={"paper": json.dumps(words, ensure_ascii=False)},
        timestamp=int(document.issued_at.timestamp()),
    )
