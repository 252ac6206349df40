"""Keep a file, open it, and clear what interrupted uploads left."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.template.defaultfilters import filesizeformat

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require_division
from hezhu.core.files import resumable, store
from hezhu.core.files.errors import EmptyFile, EndingMismatch, FileTooLarge, OldOffice, WrongKind
from hezhu.core.files.kinds import Kind, ending, sniff
from hezhu.core.files.models import Attachment, StoredFile
from hezhu.core.files.purposes import PURPOSES, Purpose
from hezhu.core.files.whole import Whole

NAME_LENGTH = 160
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Received:
    """Content as it lies in the incoming folder, measured while it was written."""

    part: Path
    sha256: str
    sm3: str
    size: int


def keep(
    upload: File | IO[bytes] | Path | bytes | Whole,
    *,
    by: User,
    purpose: str,
    name: str | None = None,
    division: str | None = None,
    limit_bytes: int | None = None,
) -> Attachment:
    """Keep a file for ``purpose`` and return its use; equal content is stored once.

    ``division`` defaults to that of the unit of ``by``. The file's kind is told from its content and must be one the purpose
    accepts. Raises FileTooLarge, EmptyFile, WrongKind, OldOffice or EndingMismatch, and NotAllowed for a division the account
    does not serve; nothing is kept then. The caller has checked the permission for what the file is for.
    """
    accepted = PURPOSES[purpose]
    division = division or by.division
    require_division(by, division)
    clean = clean_name(name or getattr(upload, "name", None) or "file")
    limit = min(size for size in (limit_bytes, accepted.limit_bytes, settings.UPLOAD_LIMIT_BYTES) if size)
    received = _receive(upload, clean, limit)
    try:
        if isinstance(upload, Whole):
            upload.compare(received.sha256)
        kind, clean = _accept(received, clean, accepted)
        with transaction.atomic():
            stored = _settle(received, kind)
            kept = Attachment.objects.create(
                file=stored,
                name=clean,
                purpose=purpose,
                uploaded_by=by,
                unit=by.unit,
                division=division,
                is_demo=by.is_demo,
            )
            if isinstance(upload, Whole):
                upload.used()
            return kept
    finally:
        received.part.unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """A file name that is safe to show and to save: no folders, no control or direction characters, at most 160 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    stem, dot, last = name.rpartition(".")
    if dot and len(last) <= 10:
        return f"{stem[: NAME_LENGTH - len(last) - 1]}.{last}" if stem else f"file.{last}"
    return name[:NAME_LENGTH] or "file"


def open_file(attachment: Attachment) -> IO[bytes]:
    """The content, opened for reading. Raises FileLost."""
    return local_path(attachment).open("rb")


def local_path(attachment: Attachment) -> Path:
    """A path on this machine whose content must not be changed; fetched first when the store is a bucket. Raises FileLost."""
    stored = attachment.file
    return store.path_of(stored.key, stored.sha256, attachment.name)


def sweep_orphans(older_than_seconds: float = DAY_SECONDS) -> int:
    """Remove content that no row names: an upload ended between placing it and committing its row. Returns how many."""
    removed = 0
    for key in store.keys_older_than(older_than_seconds):
        sha256 = key.rsplit("/", 1)[-1]
        with transaction.atomic():
            _hold(sha256)
            if not StoredFile.objects.filter(sha256=sha256).exists():
                store.remove(key)
                removed += 1
    store.clear_parts(older_than_seconds)
    resumable.sweep()
    store.trim_cache(7 * DAY_SECONDS)
    return removed


def _chunks(upload: Any) -> Iterator[bytes]:
    if isinstance(upload, Whole):
        upload = upload.path
    if isinstance(upload, bytes):
        upload = BytesIO(upload)
    if isinstance(upload, Path):
        with upload.open("rb") as file:
            yield from iter(lambda: file.read(store.CHUNK_BYTES), b"")
    elif isinstance(upload, File):
        yield from upload.chunks(store.CHUNK_BYTES)
    else:
        yield from iter(lambda: upload.read(store.CHUNK_BYTES), b"")


def _receive(upload: Any, name: str, limit: int) -> Received:
    """Write the content to the incoming folder, once, computing both digests on the way; what lies there already is not copied."""
    part = store.incoming_path()
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    there = isinstance(upload, Whole)
    try:
        if there:
            part.hardlink_to(upload.path)
        with part.open("rb+") if there else part.open("wb") as file:
            for chunk in _chunks(upload):
                size += len(chunk)
                if size > limit:
                    raise FileTooLarge(name=name, limit=filesizeformat(limit))
                sha256.update(chunk)
                sm3.update(chunk)
                if not there:
                    file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise EmptyFile(name=name)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Received(part, sha256.hexdigest(), sm3.hexdigest(), size)


def _accept(received: Received, name: str, purpose: Purpose) -> tuple[Kind, str]:
    """The kind of what came and its final name; a name without an ending gets the kind's own."""
    kind = sniff(received.part, name)
    if kind not in purpose.kinds:
        if kind is Kind.OLD_OFFICE:
            raise OldOffice(name=name)
        allowed = "、".join(sorted(known.label for known in purpose.kinds))
        raise WrongKind(name=name, found=kind.label, allowed=allowed)
    last = ending(name)
    if not last:
        return kind, f"{name}.{kind.endings[0]}"
    if last not in kind.endings:
        raise EndingMismatch(name=name, ending=last, found=kind.label, expected=kind.endings[0])
    return kind, name


def _settle(received: Received, kind: Kind) -> StoredFile:
    """Place the content and its row. The content comes first: a row never names content that is not there."""
    _hold(received.sha256)
    stored = StoredFile(sha256=received.sha256, sm3=received.sm3, size=received.size, media_type=kind.media_type)
    if not store.holds(stored.key, stored.size):
        store.place(received.part, stored.key)
    return StoredFile.objects.get_or_create(
        sha256=stored.sha256, defaults={"sm3": stored.sm3, "size": stored.size, "media_type": stored.media_type}
    )[0]


def _hold(sha256: str) -> None:
    """One transaction at a time handles this content, so that the sweep never removes what an upload just found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)])
