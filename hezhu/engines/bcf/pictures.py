"""What a picture is, told from its first bytes."""

from __future__ import annotations

from typing import Literal


def picture_format(content: bytes) -> Literal["png", "jpg"] | None:
    """png or jpg, the two that BCF knows; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "jpg" if content.startswith(b"\xff\xd8\xff") else None
