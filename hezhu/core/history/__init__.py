"""Change history: database triggers write every insert, update and delete; this names who, why and from where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory


@contextmanager
def reason_of_change(by: Any, reason: str = "", source: str = "") -> Iterator[None]:
    """Every row written inside carries the account, the reason and the source (form, batch, job, command)."""
    with pghistory.context(user=getattr(by, "pk", None), reason=reason, source=source):
        yield
