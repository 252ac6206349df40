"""Change history: database triggers write every insert, update and delete; this names who, why and from where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
from django.db import models

ModelClass = TypeVar("ModelClass", bound=type[models.Model])


def keeps_history(**options: Any) -> Callable[[ModelClass], ModelClass]:
    """Class decorator: every insert, update and delete of the model is recorded by a trigger, bulk writes too.

    ``options`` go to ``pghistory.track`` (fields, exclude).
    """
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options)


@contextmanager
def reason_of_change(by: Any, reason: str = "", source: str = "", undoes: str = "") -> Iterator[None]:
    """Every row written inside carries the account, the reason and the source (form, batch, job, command); ``undoes`` names
    the batch that is being taken back."""
    said = {"user": getattr(by, "pk", None), "reason": reason, "source": source, "undoes": undoes}
    with pghistory.context(**{name: value for name, value in said.items() if value not in (None, "")}):
        yield
