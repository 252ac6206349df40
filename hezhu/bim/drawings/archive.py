"""What a certified review owes 图档库: the approved models and the machine's reports. The certificate itself comes by ``registers.documents.filing``.

Each file also stands as an ``ArchiveDeposit`` of the review, which keeps its content from being removed and says what the certificate
was given on.
"""

from __future__ import annotations

from hezhu.bim.drawings import rounds
from hezhu.bim.drawings.models import ArchiveDeposit, DrawingReview
from hezhu.bim.models import ReviewCase
from hezhu.core.cases.models import CaseDocument
from hezhu.registers.documents.actions import file_document
from hezhu.registers.documents.models import Document

Kind = ArchiveDeposit.Kind
FILED_AS = {Kind.MODEL: Document.Kind.MODEL, Kind.REPORT: Document.Kind.REPORT}


def hand_in(review: DrawingReview, document: CaseDocument) -> list[ArchiveDeposit]:
    """The approved model and machine report of every building and discipline, and the certificate itself. Runs again without harm."""
    assert document.attachment is not None
    rows = []
    for case in rounds.current_cases(review):
        rows += _files_of(case, review, document)
    for row in rows:
        _file(row, review)
    rows.append(
        ArchiveDeposit(
            review=review,
            document=document,
            kind=Kind.CERTIFICATE,
            title=f"{document.title} {document.number}",
            attachment=document.attachment,
        )
    )
    return ArchiveDeposit.objects.bulk_create(rows, ignore_conflicts=True)


def _files_of(case: ReviewCase, review: DrawingReview, document: CaseDocument) -> list[ArchiveDeposit]:
    label = rounds.label_of(case)
    files = [(Kind.MODEL, case.model_version.model_file, f"{label} V{case.version}")]
    report = case.reports.filter(name__endswith=".html").first()
    if report is not None:
        files.append((Kind.REPORT, report, f"{label} {case.number}"))
    return [
        ArchiveDeposit(
            review=review,
            document=document,
            kind=kind,
            title=title,
            discipline=case.discipline,
            building=case.building,
            attachment=attachment,
        )
        for kind, attachment, title in files
    ]


def _file(row: ArchiveDeposit, review: DrawingReview) -> Document:
    """One document a place and kind: after a change of the design the next certificate files its next version."""
    case = review.case
    place = f"{row.building.code if row.building else ''}-{row.discipline}".strip("-")
    return file_document(
        row.attachment,
        number=f"{case.number}-{place}-{row.kind}",
        name=row.title,
        kind=FILED_AS[Kind(row.kind)],
        by=None,
        division=case.division,
        is_demo=case.is_demo,
        project=review.project,
        building=row.building,
        stage=Document.Stage.CONSTRUCTION_DRAWING,
        discipline=row.discipline,
        origin=case.number,
    )
