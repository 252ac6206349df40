"""Documents issued on cases come into 图档库 by themselves, and follow what becomes of them there."""

from __future__ import annotations

from django.utils import timezone

from hezhu.core.cases.models import CaseDocument
from hezhu.registers.documents.actions import file_document, set_aside
from hezhu.registers.documents.models import Document
from hezhu.registers.projects.models import Project

PROJECT = "project"  # the kind of the case's subject that names a project by its number


def follow(document: CaseDocument) -> None:
    """File a document that was issued; mark it superseded once another replaced it, void once it was revoked."""
    case = document.case
    if document.replaced_by_id is not None:
        set_aside(document.number, is_demo=case.is_demo, state=Document.State.SUPERSEDED)
        return
    if document.revoked_at is not None:
        set_aside(document.number, is_demo=case.is_demo, state=Document.State.WITHDRAWN)
        return
    file_document(
        document.attachment,
        number=document.number,
        name=document.title,
        kind=document.content.get("filed_as") or Document.Kind.DECISION,
        by=document.issued_by,
        division=case.division,
        is_demo=case.is_demo,
        project=project_of(document),
        stage=document.content.get("stage", ""),
        retention=Document.Retention.PERMANENT,
        dated_on=timezone.localtime(document.issued_at).date(),
        origin=case.number,
    )


def project_of(document: CaseDocument) -> Project | None:
    """The project that the case is about; None for a case about something else."""
    subject = document.case.subjects.filter(kind=PROJECT).first()
    if subject is None:
        return None
    return Project.objects.filter(number=subject.key, is_demo=document.case.is_demo).first()
