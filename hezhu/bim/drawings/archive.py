"""The seam to the 图档库: what a certified review owes the library.

Until ``registers/documents`` exists, each file stands as an ``ArchiveDeposit``, which keeps its content from being removed. The
library takes them over by ``ArchiveDeposit.objects.filter(review__case__division=…)`` or, as they come, by appending a callable to
``RECEIVERS``; it hears every new deposit inside the transaction that issues the certificate.
"""

from __future__ import annotations

from collections.abc import Callable

from hezhu.bim.drawings import rounds
from hezhu.bim.drawings.models import ArchiveDeposit, DrawingReview
from hezhu.core.cases.models import CaseDocument

RECEIVERS: list[Callable[[ArchiveDeposit], None]] = []
Kind = ArchiveDeposit.Kind


def hand_in(review: DrawingReview, document: CaseDocument) -> list[ArchiveDeposit]:
    """The approved model and machine report of every building and discipline, and the certificate itself."""
    rows = []
    for case in rounds.current_cases(review):
        label = rounds.label_of(case)
        files = [(Kind.MODEL, case.model_version.model_file, f"{label} V{case.version}")]
        report = case.reports.filter(name__endswith=".html").first()
        if report is not None:
            files.append((Kind.REPORT, report, f"{label} {case.number}"))
        rows += [
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
    assert document.attachment is not None
    rows.append(
        ArchiveDeposit(
            review=review,
            document=document,
            kind=Kind.CERTIFICATE,
            title=f"{document.title} {document.number}",
            attachment=document.attachment,
        )
    )
    made = ArchiveDeposit.objects.bulk_create(rows, ignore_conflicts=True)
    for row in made:
        for receive in RECEIVERS:
            receive(row)
    return made
