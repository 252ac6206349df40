"""Handing out files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from hezhu.core.access.scoping import found
from hezhu.core.files.actions import local_path
from hezhu.core.files.models import Attachment
from hezhu.core.files.store import CHUNK_BYTES


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The content of an attachment the account may see."""
    return serve(request, found(Attachment.objects.visible_to(request.user).select_related("file"), pk=pk))


def serve(request: HttpRequest, attachment: Attachment, *, inline: bool = False) -> HttpResponseBase:
    """The response with a file's content, for views that have checked access by their own row. Part requests (RFC 9110) work."""
    stored = attachment.file
    etag = f'"{stored.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = _content(request, local_path(attachment), stored.size, etag)
    if response.status_code != 416:
        response["Content-Type"] = stored.media_type
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    response["Content-Disposition"] = content_disposition_header(not inline, attachment.name) or "attachment"
    return response


def _content(request: HttpRequest, path: Path, size: int, etag: str) -> HttpResponseBase:
    wanted = request.headers.get("Range", "")
    if not wanted or request.headers.get("If-Range", etag) != etag:
        return FileResponse(path.open("rb"))
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted.strip())
    if match is None or wanted.strip() == "bytes=-":
        return FileResponse(path.open("rb"))  # several parts or an unknown unit: the whole content is a valid answer
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(int(last), size - 1) if first and last else size - 1
    if start >= size or start > stop:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_slice(path, start, stop), status=206)
    response["Content-Range"] = f"bytes {start}-{stop}/{size}"
    response["Content-Length"] = str(stop - start + 1)
    return response


def _slice(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = stop - start + 1
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
