"""Why a model file cannot be read."""

from __future__ import annotations


class ModelUnreadable(Exception):
    """The file cannot be taken as a building model.

    ``code`` is stable and short (``empty``, ``not-ifc``, ``truncated``, ``unknown-schema``, ``too-large``, ``zip-bomb``,
    ``zip-content``, ``no-project``, ``corrupt``, ``missing``). ``message`` is a Chinese sentence that names the place and
    the remedy.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
