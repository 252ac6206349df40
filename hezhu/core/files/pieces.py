"""Sending a large file in pieces, for the page's own script and for other clients with a session.

POST /files/uploads/ {name, size, fingerprint} → 201 {id, offset, piece}; HEAD or GET /files/uploads/ID/ → Upload-Offset;
PUT /files/uploads/ID/ with Upload-Offset and Upload-Checksum (crc32 in hex) → 204 with the new Upload-Offset; DELETE gives it up.
"""

from __future__ import annotations

import json
import uuid
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from hezhu.core.access.models import User
from hezhu.core.files import errors, resumable
from hezhu.core.files.models import PartialUpload

OFFSET, CHECKSUM = "Upload-Offset", "Upload-Checksum"
MOST_BODY = 4096


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begins an upload, or finds the unfinished one of the same file."""
    try:
        asked = json.loads(request.read(MOST_BODY))
        name, size, fingerprint = str(asked["name"]), int(asked["size"]), str(asked.get("fingerprint", ""))
    except (ValueError, KeyError, TypeError):
        raise errors.FileRefused(problems=[{"field": "size", "reason": "JSON {name, size}"}]) from None
    row = resumable.begin(by=cast(User, request.user), name=name, size=size, fingerprint=fingerprint[:80])
    return _answer(row, JsonResponse({"id": str(row.pk), "offset": row.received, "piece": resumable.PIECE_BYTES}, status=201))


@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def piece(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far an upload came, its next piece, or its end. Only its owner finds it."""
    row = resumable.upload_of(request.user, pk)
    if request.method == "DELETE":
        resumable.give_up(row)
        return HttpResponse(status=204)
    if request.method == "PUT":
        try:
            row = _put(request, row)
        except errors.WrongOffset as refusal:
            row.refresh_from_db()
            return _answer(row, HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8"))
        return _answer(row, HttpResponse(status=204))
    return _answer(row, JsonResponse({"id": str(row.pk), "offset": row.received, "size": row.size, "name": row.name}))


def _put(request: HttpRequest, row: PartialUpload) -> PartialUpload:
    offset, checksum, length = (
        request.headers.get(OFFSET, ""),
        request.headers.get(CHECKSUM, ""),
        request.headers.get("Content-Length", ""),
    )
    if not (offset.isdigit() and length.isdigit() and len(offset) < 19 and len(length) < 19):
        raise errors.WrongOffset(offset=row.received)
    try:
        crc32 = int(checksum, 16) if checksum else None
    except ValueError:
        raise errors.PieceDamaged(offset=row.received) from None
    return resumable.add_piece(row, request, offset=int(offset), length=int(length), crc32=crc32)  # type: ignore[arg-type]


def _answer(row: PartialUpload, response: HttpResponse) -> HttpResponse:
    response[OFFSET] = str(row.received)
    response["Cache-Control"] = "no-store"
    return response
