"""What a file is kept for: each purpose accepts some kinds and no others."""

from __future__ import annotations

from dataclasses import dataclass

from hezhu.core.files.kinds import Kind

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Purpose:
    """``limit_bytes`` None means the platform's own limit (HEZHU_UPLOAD_LIMIT_MB) alone applies."""

    name: str
    kinds: frozenset[Kind]
    limit_bytes: int | None = None


PURPOSES: dict[str, Purpose] = {}


def add(name: str, *kinds: Kind, limit_mb: int | None = None) -> Purpose:
    """Declare a purpose. An app may add its own beside its models; a second declaration must be equal to the first."""
    purpose = Purpose(name, frozenset(kinds), limit_mb * MEBIBYTE if limit_mb else None)
    if PURPOSES.setdefault(name, purpose) != purpose:
        raise ValueError(f"purpose {name!r} is declared twice, differently")
    return purpose


add("model", Kind.IFC, Kind.IFCZIP)
add("ids", Kind.IDS, limit_mb=20)
add("bcf", Kind.BCF, limit_mb=200)
add("sheet", Kind.XLSX, Kind.TEXT, Kind.PARQUET, Kind.JSON, limit_mb=200)
add("photo", Kind.JPEG, Kind.PNG, Kind.WEBP, limit_mb=30)
add(
    "evidence",
    Kind.PDF,
    Kind.DOCX,
    Kind.XLSX,
    Kind.TEXT,
    Kind.PNG,
    Kind.JPEG,
    Kind.WEBP,
    Kind.ZIP,
    Kind.IFC,
    Kind.IFCZIP,
    Kind.BCF,
)
add("viewer", Kind.FRAG, Kind.GLB, Kind.JSON)
add("report", Kind.JSON, Kind.HTML, Kind.BCF, Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.TEXT, Kind.PARQUET, Kind.ZIP, Kind.PNG)
