"""Taking a file out of a request. A body over the limit is read to its end but never written to disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from hezhu.core.files import resumable
from hezhu.core.files.actions import clean_name
from hezhu.core.files.errors import FileMissing, FileTooLarge

UPLOADED = "__upload"  # FIELD__upload carries the ids of files that were sent in pieces before the form


class LimitedUpload(FileUploadHandler):
    """Stands before Django's own handlers (FILE_UPLOAD_HANDLERS) and stops them at UPLOAD_LIMIT_BYTES."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT_BYTES:
            if self.request is not None:
                self.request.META["hezhu.refused_upload"] = clean_name(self.file_name or "file")
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def taken(request: HttpRequest, field: str = "file") -> Any:
    """The uploaded file of a form field: sent with the form, or before it in pieces. Both are what ``keep`` takes.

    Raises FileMissing, FileTooLarge for one that was cut off at the limit, NotWhole and UploadGone for one sent in pieces.
    """
    files = taken_all(request, field)
    if not files:
        raise FileMissing()
    return files[-1]


def taken_all(request: HttpRequest, field: str = "files") -> list[Any]:
    """All uploaded files of a form field, those sent in pieces first; an empty list where there is none. Raises as ``taken``."""
    sent = request.FILES.getlist(field)  # reads the body, which may stop at the limit
    if name := request.META.get("hezhu.refused_upload"):
        raise FileTooLarge(name=name, limit=filesizeformat(settings.UPLOAD_LIMIT_BYTES))
    ids = dict.fromkeys(request.POST.getlist(f"{field}{UPLOADED}"))
    return [*(resumable.whole(one, by=request.user) for one in ids if one), *sent]
