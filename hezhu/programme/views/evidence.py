"""Evidence files of a form: those kept already and those sent with it."""

from __future__ import annotations

from django.http import HttpRequest

from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment

MOST_FILES = 20


def evidence_of(request: HttpRequest, *, division: str, kept: list[Attachment]) -> list[Attachment]:
    """The files of this form: what was ``kept`` and still ticked, then each new one. Raises the file errors of core.files."""
    ticked = set(request.POST.getlist("keep"))
    files = [attachment for attachment in kept if str(attachment.pk) in ticked]
    for upload in request.FILES.getlist("files")[:MOST_FILES]:
        files.append(keep(upload, by=request.user, purpose="evidence", division=division))
    return files
