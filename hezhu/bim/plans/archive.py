"""What an approved plan application owes 图档库: its models and the sheet of figures. The opinion itself comes by ``registers.documents.filing``."""

from __future__ import annotations

from hezhu.bim.plans.models import PlanVersion
from hezhu.core.files.models import Attachment
from hezhu.registers.documents.actions import file_document
from hezhu.registers.documents.models import Document

SHEET = "indicators.xlsx"


def hand_in(version: PlanVersion) -> list[Document]:
    """The site model, the building models and the sheet of an approved version. A version approved after a correction files its next version."""
    filed = [_file(version, version.site_model, "site", Document.Kind.MODEL, Document.Discipline.SITE)]
    for order, model in enumerate(version.building_models.order_by("pk"), start=1):
        filed.append(_file(version, model, f"building-{order}", Document.Kind.MODEL, Document.Discipline.ARCHITECTURE))
    sheet = version.reports.filter(name__endswith=SHEET).first()
    if sheet is not None:
        filed.append(_file(version, sheet, "sheet", Document.Kind.REPORT, ""))
    return filed


def _file(version: PlanVersion, attachment: Attachment, part: str, kind: str, discipline: str) -> Document:
    case = version.application.case
    return file_document(
        attachment,
        number=f"{case.number}-{part}",
        name=attachment.name[:200],
        kind=kind,
        by=None,
        division=case.division,
        is_demo=case.is_demo,
        project=version.application.project,
        stage=Document.Stage.SCHEME,
        discipline=discipline,
        origin=case.number,
    )
