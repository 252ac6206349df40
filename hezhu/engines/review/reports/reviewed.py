"""What a report needs of a review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from hezhu.engines.findings import Finding


class Reviewed(Protocol):
    """A finished review: its findings, and a summary that is ready for JSON."""

    @property
    def findings(self) -> Sequence[Finding]:
        """Every finding, in the order of the rules."""

    def summary(self) -> dict[str, Any]:
        """Model facts, pack, counts by verdict, seconds."""
