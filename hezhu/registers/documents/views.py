"""Content of documents: handing it out, taking it in, declaring a version void."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import BadInput, NotThere
from hezhu.core.files.actions import keep
from hezhu.core.files.views import serve
from hezhu.registers.documents import actions
from hezhu.registers.documents.models import Document
from hezhu.registers.documents.purpose import PURPOSE


def _document(request: SignedInRequest, pk: int, verb: str) -> Document:
    require(request.user, f"documents.{verb}")
    return found(Document.objects.visible_to(request.user).select_related("attachment__file"), pk=pk)  # type: ignore[no-any-return]


@require_GET
def content(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file of a document, for everyone who sees the document."""
    document = _document(request, pk, "view")
    if document.attachment is None:
        raise NotThere()
    return serve(request, document.attachment)


@require_POST
def take_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file of a version that has none yet, else the next version."""
    document = _document(request, pk, "change")
    upload = request.FILES.get("file")
    if upload is None:
        raise BadInput(problems=[{"field": "file", "value": "", "reason": _("选择一个文件")}])
    require(request.user, "documents.change", document)
    kept = keep(upload, by=request.user, purpose=PURPOSE, division=document.division)
    if document.attachment_id:
        document = actions.new_version(document, kept, by=request.user, reason=_("上传新版本"))
    else:
        actions.attach(document, kept, by=request.user)
    messages.success(request, _("已保存。"))
    return redirect("register:detail", "documents", document.pk)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _document(request, pk, "change")
    actions.withdraw(document, by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("这一版已作废，文件保留。"))
    return redirect("register:detail", "documents", pk)
