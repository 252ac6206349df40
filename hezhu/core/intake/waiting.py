"""What waits at the door for a person: batches with rows still in quarantine."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.register.declare import registers

_WAITING = Q(quarantine__state__in=[QuarantinedRow.State.OPEN, QuarantinedRow.State.FIXED])


def visible_batches(user: Any) -> QuerySet[Batch]:
    """The batches an account sees: in its scope, of registers into which it may import."""
    slugs = [register.slug for register in registers if user.may(register.permission("import"))]
    return Batch.objects.visible_to(user).filter(register__in=slugs)


def quarantined_batches(user: Any) -> QuerySet[Batch]:
    """Batches with rows in quarantine, each with ``waiting`` rows; the oldest first."""
    counted = visible_batches(user).filter(state=Batch.State.DONE).annotate(waiting=Count("quarantine", filter=_WAITING))
    return counted.filter(waiting__gt=0).order_by("id")
