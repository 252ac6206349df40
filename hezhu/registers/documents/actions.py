"""Filing documents: the one way a file enters 图档库, from a page or from a room above (a certificate that a case issued)."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require, require_division
from hezhu.core.errors import BadInput, Refusal
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.registers.documents.models import Document
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.projects.models import Project, UnitBuilding


class AlreadyWithdrawn(Refusal):
    code = "document-withdrawn"
    title = _("图档已作废")
    message = _("“%(name)s”第 %(version)s 版已作废，不能再改。")


class HasContent(Refusal):
    code = "document-has-file"
    title = _("这一版已有文件")
    message = _("“%(name)s”第 %(version)s 版已有文件。文件不能替换，请登记新版本。")


class AnotherProject(Refusal):
    code = "document-of-another-project"
    title = _("编号已用于别的项目")
    message = _("图档编号 %(number)s 已用于别的项目，请换一个编号。")


def file_document(
    attachment: Attachment | None,
    *,
    number: str,
    name: str,
    kind: str,
    by: User | None,
    division: str,
    is_demo: bool,
    project: Project | None = None,
    building: UnitBuilding | None = None,
    enterprise: Enterprise | None = None,
    stage: str = "",
    discipline: str = "",
    archive_class: str = "",
    retention: str = Document.Retention.LONG,
    dated_on: date | None = None,
    origin: str = "",
    reason: str = "",
) -> Document:
    """File a document and return it: a number that is new starts at version 1, a known one gets the next version, which becomes the current.

    The same content under the same number is filed once: filing it again (a job run twice) returns the version that is there. The caller
    has checked that ``by`` may do what the document comes from; ``by`` is None for the platform itself. Raises AnotherProject.

    Without a ``reason`` the change carries that of the act it is part of (``reason_of_change`` around the call); with one, its own.
    """
    told = reason_of_change(by, reason, origin or "图档库") if reason else nullcontext()
    with transaction.atomic(), told:
        _hold(number, is_demo)
        known = list(Document.objects.filter(number=number, is_demo=is_demo).order_by("-version")[:1])
        if known and known[0].project_id != (project.pk if project else None):
            raise AnotherProject(number=number)
        if known and attachment and known[0].attachment and known[0].attachment.file_id == attachment.file_id:
            return known[0]
        Document.objects.filter(number=number, is_demo=is_demo, state=Document.State.CURRENT).update(
            state=Document.State.SUPERSEDED, updated_at=timezone.now()
        )
        return Document.objects.create(
            number=number,
            version=known[0].version + 1 if known else 1,
            name=name,
            kind=kind,
            project=project,
            building=building,
            enterprise=enterprise,
            stage=stage,
            discipline=discipline,
            archive_class=archive_class,
            retention=retention,
            dated_on=dated_on or timezone.localdate(),
            origin=origin,
            attachment=attachment,
            division=division,
            is_demo=is_demo,
            source=origin or "图档库",
        )


def attach(document: Document, attachment: Attachment, *, by: User) -> Document:
    """Put the file of a document that was registered without one. Raises NotAllowed, HasContent, AlreadyWithdrawn."""
    require(by, "documents.change", document)
    require_division(by, document.division)
    with transaction.atomic(), reason_of_change(by, str(_("上传文件"))):
        row = Document.objects.select_for_update().get(pk=document.pk)
        if row.state == Document.State.WITHDRAWN:
            raise AlreadyWithdrawn(name=row.name, version=row.version)
        if row.attachment_id:
            raise HasContent(name=row.name, version=row.version)
        row.attachment = attachment
        row.save(update_fields=["attachment", "updated_at"])
    return row


def new_version(document: Document, attachment: Attachment, *, by: User, reason: str) -> Document:
    """File the next version of a document with its new content; the one before is kept and marked as superseded."""
    require(by, "documents.add")
    require(by, "documents.change", document)
    require_division(by, document.division)
    said: dict[str, Any] = {
        name: getattr(document, name)
        for name in ("number", "name", "kind", "project", "building", "enterprise", "stage", "discipline", "archive_class")
    }
    return file_document(
        attachment,
        by=by,
        division=document.division,
        is_demo=document.is_demo,
        retention=document.retention,
        reason=reason,
        **said,
    )


def withdraw(document: Document, *, by: User, reason: str) -> None:
    """Declare a version void; its file is kept. Raises NotAllowed, BadInput without a reason, AlreadyWithdrawn."""
    require(by, "documents.change", document)
    require_division(by, document.division)
    if len(reason.strip()) < 4:
        raise BadInput(problems=[{"field": "reason", "value": reason, "reason": str(_("写明作废理由，至少 4 个字"))}])
    with transaction.atomic(), reason_of_change(by, reason.strip()):
        row = Document.objects.select_for_update().get(pk=document.pk)
        if row.state == Document.State.WITHDRAWN:
            raise AlreadyWithdrawn(name=row.name, version=row.version)
        row.state = Document.State.WITHDRAWN
        row.save(update_fields=["state", "updated_at"])


def set_aside(number: str, *, is_demo: bool, state: Document.State) -> None:
    """Mark what is current under a number as superseded or void, because the act that made it was replaced or revoked; the file is kept."""
    Document.objects.filter(number=number, is_demo=is_demo, state=Document.State.CURRENT).update(
        state=state, updated_at=timezone.now()
    )


def _hold(number: str, is_demo: bool) -> None:
    """One filing at a time under one number, so that two versions never get the same number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"document:{number}:{is_demo}"])
