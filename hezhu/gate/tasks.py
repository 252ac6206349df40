"""Chores of the gates."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hezhu.core.jobs.registry import periodic
from hezhu.engines.gate.rules import rules
from hezhu.gate.models import GateRequest
from hezhu.gate.writing import claim_held

AT_ONCE = 5_000


@periodic("gate.claim", cron="23 * * * *")
def claim() -> None:
    """Once an hour: passes whose people came into the register by another door."""
    with transaction.atomic():
        claim_held()


@periodic("gate.forget", cron="41 3 * * *")
def forget() -> None:
    """Once a night: calls older than the days they are kept. Passes and attendance stay."""
    until = timezone.now() - timedelta(days=rules().keep_days)
    while old := list(GateRequest.objects.filter(received_at__lt=until).values_list("pk", flat=True)[:AT_ONCE]):
        GateRequest.objects.filter(pk__in=old).delete()
