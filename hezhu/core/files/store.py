"""Where content lies: a folder, or a bucket with a local cache. A name is complete or absent, also after a power cut."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from hezhu.core.files.errors import FileLost

CHUNK_BYTES = 1024 * 1024
INCOMING = "incoming"


def storage() -> Storage:
    return storages["default"]


def local_root() -> Path | None:
    """The store's folder; None when it is a bucket."""
    place = storage()
    return Path(place.location) if isinstance(place, FileSystemStorage) else None


def cache_folder() -> Path:
    return Path(settings.VAR) / "cache" / "files"


def incoming_path() -> Path:
    """A fresh name for content on its way in, on the same volume as its final place."""
    return incoming_folder() / f"{uuid.uuid4().hex}.part"


def incoming_folder() -> Path:
    """Where content lies on its way in: the store's own volume, or the local cache where the store is a bucket."""
    folder = (local_root() or cache_folder()) / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def place(part: Path, key: str) -> None:
    """Put the finished ``part`` at ``key``; ``part`` is gone afterwards."""
    root = local_root()
    if root is None:
        with part.open("rb") as file:
            storage().save(key, File(file, name=key))
        part.unlink()
        return
    target = root / key
    target.parent.mkdir(parents=True, exist_ok=True)
    part.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    part.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def holds(key: str, size: int) -> bool:
    """Whether complete content of ``size`` bytes lies at ``key``."""
    return storage().exists(key) and storage().size(key) == size


def path_of(key: str, sha256: str, name: str) -> Path:
    """A local path of the content, fetched from the bucket and checked when the store is one. Raises FileLost."""
    root = local_root()
    if root is not None:
        path = root / key
        if not path.is_file():
            raise FileLost(name=name, sha256=sha256)
        return path
    path = cache_folder() / key
    if not path.is_file():
        _fetch(key, sha256, name, path)
    os.utime(path)  # the sweep forgets what was not used for long
    return path


def _fetch(key: str, sha256: str, name: str, path: Path) -> None:
    if not storage().exists(key):
        raise FileLost(name=name, sha256=sha256)
    part = incoming_path()
    digest = hashlib.sha256()
    with storage().open(key, "rb") as source, part.open("wb") as target:
        for chunk in iter(lambda: source.read(CHUNK_BYTES), b""):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != sha256:
        part.unlink()
        raise FileLost(name=name, sha256=sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def keys_older_than(seconds: float) -> Iterator[str]:
    """Keys of all content last placed more than ``seconds`` ago."""
    before = time.time() - seconds
    place = storage()
    for first in _folders(""):
        if len(first) != 2:
            continue
        for second in _folders(first):
            for name in place.listdir(f"{first}/{second}")[1]:
                key = f"{first}/{second}/{name}"
                if place.get_modified_time(key).timestamp() < before:
                    yield key


def _folders(key: str) -> list[str]:
    try:
        return storage().listdir(key)[0]
    except FileNotFoundError:
        return []


def remove(key: str) -> None:
    storage().delete(key)


def clear_parts(seconds: float) -> int:
    """Remove what broken uploads left behind more than ``seconds`` ago; returns how many."""
    before = time.time() - seconds
    folder = (local_root() or cache_folder()) / INCOMING
    stale = [part for part in folder.glob("*.part") if part.stat().st_mtime < before]
    for part in stale:
        part.unlink(missing_ok=True)
    return len(stale)


def trim_cache(seconds: float) -> int:
    """Forget local copies of bucket content unused for ``seconds``; returns how many."""
    before = time.time() - seconds
    stale = [path for path in cache_folder().glob("??/??/*") if path.is_file() and path.stat().st_mtime < before]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
