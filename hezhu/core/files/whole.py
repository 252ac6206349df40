"""A file that came in pieces and is complete: ``keep`` takes it where it lies, without a second copy."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from hezhu.core.files.errors import DigestDiffers
from hezhu.core.files.models import PartialUpload


@dataclass(frozen=True, slots=True)
class Whole:
    """``expected``: the SHA-256 its sender announced, empty where none was."""

    id: uuid.UUID
    name: str
    path: Path
    size: int
    expected: str = ""

    def compare(self, sha256: str) -> None:
        """Raises DigestDiffers where the sender announced another digest."""
        if self.expected and self.expected != sha256:
            raise DigestDiffers(name=self.name, expected=self.expected[:16], actual=sha256[:16])

    def used(self) -> None:
        """Forgets the upload when the transaction that keeps it commits; a refusal later leaves it to be sent again with the form."""
        PartialUpload.objects.filter(pk=self.id).delete()
        transaction.on_commit(lambda: self.path.unlink(missing_ok=True))
