"""Remembers what the embedded database was prepared from, so that a second start need not prepare it again.

The mark lies inside the database's own folder: a database that is removed takes its mark along.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from hezhu.config.embedded import data_folder

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "hezhu/**/migrations/*.py",
    "hezhu/programme/data/*",
    "hezhu/programme/seed.py",
    "hezhu/portal/demo/*",
    "hezhu/engines/simulate/*",
    "rulepacks/**/*",
)


def _mark() -> Path:
    return data_folder() / "postgres" / "hezhu-prepared"


def fingerprint(*, demo: bool) -> str:
    """SHA-256 over the names and contents of everything tables, plan and demonstration city are made from."""
    digest = hashlib.sha256(b"demo" if demo else b"plain")
    digest.update(f"{os.environ.get('HEZHU_CITY', '')} {os.environ.get('HEZHU_RULEPACKS', '')}".encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(*, demo: bool) -> bool:
    """Whether the database was prepared from exactly these sources."""
    try:
        return _mark().read_text() == fingerprint(demo=demo)
    except OSError:
        return False


def keep_mark(*, demo: bool) -> None:
    """Write the mark after everything was committed."""
    _mark().write_text(fingerprint(demo=demo))
