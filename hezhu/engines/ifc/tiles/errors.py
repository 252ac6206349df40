"""What the tiles refuse, each with its way out."""

from __future__ import annotations


class TilesRefused(Exception):
    """``code`` is stable: ``no-placement``, ``crs-unknown``, ``crs-offset``, ``crs-datum``, ``outside-crs``, ``placement-form``, ``no-shapes``.

    ``message`` is a Chinese sentence with the remedy.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
