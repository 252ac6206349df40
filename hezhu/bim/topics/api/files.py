"""Binary bodies, both ways (Foundation API 1.9)."""

from __future__ import annotations

from email.message import Message

from django.http import FileResponse, HttpRequest

from hezhu.core.files.actions import open_file
from hezhu.core.files.errors import FileMissing
from hezhu.core.files.models import Attachment

PICTURES = {"image/png", "image/jpeg"}


def uploaded(request: HttpRequest, name: str) -> tuple[str, bytes]:
    """Name and content of what was sent: the body itself, named by Content-Disposition, or the one file of a form."""
    if request.FILES:
        upload = next(iter(request.FILES.values()))
        return upload.name or name, upload.read()
    message = Message()
    message["Content-Disposition"] = request.headers.get("Content-Disposition", "attachment")
    content = request.body
    if not content:
        raise FileMissing()
    return message.get_filename() or name, content


def file_answer(file: Attachment) -> FileResponse:
    """The file; only pictures are shown in place, everything else is saved."""
    media_type = file.file.media_type
    response = FileResponse(
        open_file(file), as_attachment=media_type not in PICTURES, filename=file.name, content_type=media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
