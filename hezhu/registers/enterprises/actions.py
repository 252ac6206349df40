"""What is known of firms beyond what a file or a form says."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Subquery

from hezhu.core.access.models import Unit
from hezhu.registers.enterprises.models import Enterprise


def join_units(*, demo: bool) -> int:
    """Join firms to the units of the same 统一社会信用代码 that have none yet, so that the unit's accounts see the firm's own rows.

    Looked for from the units, which are few. A code that two units bear joins none of them: a person has to decide. Returns how many.
    """
    waiting = (
        Unit.objects.filter(kind=Unit.Kind.ENTERPRISE, is_demo=demo)
        .exclude(credit_code="")
        .exclude(Exists(Enterprise.objects.filter(unit=OuterRef("pk"))))
    )
    twice = Unit.objects.filter(kind=Unit.Kind.ENTERPRISE, is_demo=demo, credit_code=OuterRef("credit_code"))
    alone = waiting.exclude(Exists(twice.exclude(pk=OuterRef("pk"))))
    codes = list(alone.values_list("credit_code", flat=True))
    unit = Unit.objects.filter(kind=Unit.Kind.ENTERPRISE, is_demo=demo, credit_code=OuterRef("credit_code")).values("pk")[:1]
    return Enterprise.objects.filter(credit_code__in=codes, is_demo=demo, unit=None).update(unit=Subquery(unit))
