"""Large files in pieces: begin, send a piece at an offset, ask how far it came, give up; what is left lying is swept.

A piece counts only when it is whole, its checksum fits and it is on disk: after a lost connection, a reload or a killed server the
sender asks for the offset and goes on from there.
"""

from __future__ import annotations

import os
import shutil
import uuid
import zlib
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.core.errors import NotThere
from hezhu.core.files import errors, store
from hezhu.core.files.models import PartialUpload
from hezhu.core.files.whole import Whole

PIECE_BYTES = 8 * 1024 * 1024
MOST_UPLOADS = 20
KEPT = timedelta(days=7)
SPARE_BYTES = 256 * 1024 * 1024


def begin(*, by: User, name: str, size: int, fingerprint: str = "") -> PartialUpload:
    """A new upload, or the account's own unfinished one of the same file: same name, size and fingerprint.

    Raises EmptyFile, FileTooLarge, UploadQuota, NoRoom before a byte is sent.
    """
    from hezhu.core.files.actions import clean_name

    name = clean_name(name)
    if size < 1:
        raise errors.EmptyFile(name=name)
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise errors.FileTooLarge(name=name, limit=filesizeformat(settings.UPLOAD_LIMIT_BYTES))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two begins of one account do not pass the quota together
        if fingerprint:
            same = (
                PartialUpload.objects.filter(owner=by, name=name, size=size, fingerprint=fingerprint)
                .order_by("-touched_at")
                .first()
            )
            if same is not None and (path_of(same).exists() or same.received == 0):
                return same
        _within_quota(by, size)
        return PartialUpload.objects.create(owner=by, name=name, size=size, fingerprint=fingerprint[:80])


def _within_quota(by: User, size: int) -> None:
    held = PartialUpload.objects.filter(owner=by).aggregate(count=Count("pk"), size=Sum("size"))
    if held["count"] >= MOST_UPLOADS or (held["size"] or 0) + size > settings.UPLOAD_QUOTA_BYTES:
        limit, so_far = filesizeformat(settings.UPLOAD_QUOTA_BYTES), filesizeformat(held["size"] or 0)
        raise errors.UploadQuota(count=held["count"], held=so_far, limit=limit)
    if shutil.disk_usage(store.incoming_folder()).free < size + SPARE_BYTES:
        raise errors.NoRoom(size=filesizeformat(size))


def upload_of(user: Any, pk: str | uuid.UUID) -> PartialUpload:
    """The account's own upload; NotThere for any other."""
    try:
        key = pk if isinstance(pk, uuid.UUID) else uuid.UUID(str(pk))
    except ValueError:
        raise NotThere() from None
    row: PartialUpload = found(PartialUpload.objects.filter(owner=user), pk=key)
    return row


def path_of(upload: PartialUpload) -> Path:
    """Where its bytes lie; the name is made of the id alone."""
    return store.incoming_folder() / f"{upload.pk.hex}.upload"


def add_piece(upload: PartialUpload, stream: IO[bytes], *, offset: int, length: int, crc32: int | None = None) -> PartialUpload:
    """Puts ``length`` bytes of ``stream`` at ``offset``, which must be where the last piece ended.

    The row's lock lasts while the piece is written, so of two that send at once the second is told the new offset. Raises
    WrongOffset, FileTooLarge, PieceDamaged (also for a stream that ends early): the offset has not moved then.
    """
    if not 0 < length <= PIECE_BYTES:
        raise errors.FileTooLarge(name=upload.name, limit=filesizeformat(PIECE_BYTES))
    with transaction.atomic():
        row = PartialUpload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            raise NotThere()
        if offset != row.received or offset + length > row.size:
            raise errors.WrongOffset(offset=row.received)
        _write(path_of(row), stream, offset, length, crc32)
        row.received = offset + length
        row.save(update_fields=["received", "touched_at"])
    return row


def _write(path: Path, stream: IO[bytes], offset: int, length: int, crc32: int | None) -> None:
    left, check = length, 0
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    with os.fdopen(descriptor, "r+b") as file:
        file.truncate(offset)  # what a killed server wrote beyond the row's offset
        file.seek(offset)
        while left and (chunk := stream.read(min(store.CHUNK_BYTES, left))):
            left -= len(chunk)
            check = zlib.crc32(chunk, check)
            file.write(chunk)
        if left or (crc32 is not None and check != crc32):
            file.truncate(offset)
            raise errors.PieceDamaged(offset=offset)
        file.flush()
        os.fsync(file.fileno())


def whole(pk: str, *, by: Any) -> Whole:
    """The finished upload of an account, to be kept. Raises UploadGone, NotWhole."""
    try:
        row = upload_of(by, pk)
    except NotThere:
        raise errors.UploadGone() from None
    path = path_of(row)
    if not row.is_whole:
        raise errors.NotWhole(name=row.name, received=filesizeformat(row.received), size=filesizeformat(row.size))
    if not path.is_file() or path.stat().st_size != row.size:
        raise errors.UploadGone()
    return Whole(row.pk, row.name, path, row.size)


def give_up(upload: PartialUpload) -> None:
    """Forgets an upload and its bytes."""
    path = path_of(upload)
    with transaction.atomic():
        upload.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def sweep() -> int:
    """Forgets uploads nobody went on with for a week, and bytes without a row. Returns how many files were removed."""
    PartialUpload.objects.filter(touched_at__lt=timezone.now() - KEPT).delete()
    names = {pk.hex for pk in PartialUpload.objects.values_list("pk", flat=True)}
    removed = 0
    for path in store.incoming_folder().glob("*.upload"):
        if path.stem not in names and timezone.now().timestamp() - path.stat().st_mtime > 3600:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
