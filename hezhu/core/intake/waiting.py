"""What waits at the door for a person: batches with rows still in quarantine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.intake.tally import HELD
from hezhu.core.register.declare import registers
from hezhu.core.register.origins import BatchTold


def visible_batches(user: Any) -> QuerySet[Batch]:
    """The batches an account sees: in its scope, of registers into which it may import."""
    slugs = [register.slug for register in registers if user.may(register.permission("import"))]
    return Batch.objects.visible_to(user).filter(register__in=slugs)


def told_batches(numbers: Iterable[str], user: Any) -> dict[str, BatchTold]:
    """For the origins of a row: those of the batches that ``user`` sees, with the file each came from."""
    rows = visible_batches(user).filter(number__in=list(numbers)).select_related("file")
    return {
        row.number: BatchTold(row.get_absolute_url(), row.file.name if row.file else str(row.origin.get("name", "")))
        for row in rows
    }


def quarantined_batches(user: Any) -> QuerySet[Batch]:
    """Batches with rows in quarantine, the oldest first; ``tally.held`` says how many."""
    waits = QuarantinedRow.objects.filter(batch=OuterRef("pk"), state__in=HELD)
    return visible_batches(user).filter(Exists(waits), state=Batch.State.DONE).order_by("id")
