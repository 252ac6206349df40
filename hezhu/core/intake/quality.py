"""The quality of what a source brought, in the five dimensions of GB/T 36344-2018 that a register can tell (completeness, validity, timeliness,
uniqueness, consistency), counted by the database over all its rows; every number names the rows behind it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from hezhu.core.intake.contracts import contract_of
from hezhu.core.intake.models import Absence, Batch, QuarantinedRow, SourceRun
from hezhu.core.intake.sources.declare import Source
from hezhu.core.intake.tally import HELD, held
from hezhu.core.intake.waiting import visible_batches
from hezhu.core.register import catalogue
from hezhu.core.register.declare import Register
from hezhu.engines.intake import Field

SCOPES_KEPT = 7


@dataclass(frozen=True, slots=True)
class Measure:
    """One number: ``bad`` of ``total`` rows fail; ``what`` and ``of`` name them to the page that lists them."""

    name: str
    what: str
    of: str
    bad: int
    total: int

    @property
    def share(self) -> float | None:
        """Per cent of rows that are right; None when there are none."""
        return 100 * (self.total - self.bad) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Quality:
    """The five dimensions of one source."""

    rows: int
    completeness: list[Measure]
    validity: Measure
    uniqueness: Measure
    consistency: Measure
    absent: Measure
    latest: datetime | None
    late_days: float | None


def quality_of(source: Source, user: Any) -> Quality:
    """As far as ``user`` sees the rows and batches."""
    fields = _fields(source)
    counted = _counted(source, user)
    total = counted["all"]
    completeness = [Measure(each.label, "empty", each.name, int(counted[f"empty_{each.name}"]), total) for each in fields]
    batches = list(latest_batches(source, user))
    brought = total + held(batches)
    latest = _runs(source, user).values_list("finished_at", flat=True).first()
    age = (timezone.now() - latest).total_seconds() / 86_400 if latest else None
    late = max(0.0, age - source.within_days) if age is not None and source.within_days is not None else None
    return Quality(
        total,
        completeness,
        Measure(gettext("合规"), "held", "", brought - total, brought),
        Measure(gettext("不重复"), "held", "unique", held(batches, "unique"), brought),
        Measure(gettext("与别处一致"), "held", "consistent", held(batches, "consistent"), brought),
        Measure(gettext("来源仍在列"), "absent", "", counted["absent"], total),
        latest,
        late,
    )


def fields_of(source: Source) -> dict[str, Field]:
    """The fields that the source brings, by name."""
    return {each.name: each for each in _fields(source)}


def _fields(source: Source) -> list[Field]:
    taken = {name for name in source.columns.values() if name}
    return [each for each in contract_of(source.register).fields if each.name in taken]


def _counted(source: Source, user: Any) -> dict[str, int]:
    """Rows, absent rows and, for each field, rows in which it is empty. Counted once as long as the register and the marks stay as they are: with a
    million rows that takes a second, and after a run ``warm`` has done it before anyone looks."""
    run = _runs(source, user).first()
    key = _key(source, user) if run is not None else ""
    if run is not None and key in run.counted:
        return dict(run.counted[key])
    empty = {f"empty_{each.name}": Count("pk", filter=_empty(source, each.name)) for each in _fields(source)}
    counted = {name: int(rows) for name, rows in rows_of(source, user).aggregate(all=Count("pk"), **empty).items()}
    counted["absent"] = absent_rows(source, user).count()
    if run is not None and key:
        kept = dict(list(run.counted.items())[-SCOPES_KEPT:])
        SourceRun.objects.filter(pk=run.pk).update(counted={**kept, key: counted})
    return counted


def _runs(source: Source, user: Any) -> QuerySet[SourceRun]:
    """Runs that ended well, the latest first."""
    return SourceRun.objects.visible_to(user).filter(source=source.name, state=SourceRun.State.DONE)


def _key(source: Source, user: Any) -> str:
    """Changes with every write of the register and every mark; "" where rows have no history to tell by."""
    events: Any = source.register.event_model()
    if events is None:
        return ""
    newest = events._default_manager.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    marks = Absence.objects.filter(register=source.register.slug).aggregate(last=Max("pk"), ended=Max("ended_at"), n=Count("pk"))
    scope = (user.role, user.divisions, user.unit_id, user.is_demo)
    said = (sorted(source.columns.items()), scope, newest, *marks.values())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def warm(source: Source, user: Any) -> None:
    """Count what the page of the source will ask for."""
    _counted(source, user)


def known(source: Source, user: Any, what: str, of: str = "") -> int:
    """How many rows the number ``what`` (all, empty, absent) opens to."""
    return _counted(source, user)[f"empty_{of}" if what == "empty" else what]


def last_run_of(register: Register, user: Any) -> catalogue.Quality | None:
    """For the catalogue of registers: how much of what the register's declared source last brought was right; None before its first run."""
    run = SourceRun.objects.visible_to(user).filter(register=register.slug, state=SourceRun.State.DONE).first()
    total = run.batches.aggregate(rows=Sum("total"))["rows"] if run is not None else 0
    if run is None or not total:
        return None
    waiting = held(run.batches.all())
    words = gettext("有效 %(share)s%%") % {"share": f"{100 * (total - waiting) / total:.1f}"}
    may_look = user.may(register.permission("import"))
    url = reverse("intake:source", args=[run.source]) if may_look else reverse("register:list", args=[register.slug])
    return catalogue.Quality(words, url, "watch" if waiting else "reached")


def rows_of(source: Source, user: Any) -> QuerySet[Any]:
    """The register's rows that this source wrote last."""
    rows: QuerySet[Any] = source.register.model.objects.visible_to(user)
    return rows.filter(source=source.name)


def _empty(source: Source, name: str) -> Q:
    field: Any = source.register.model._meta.get_field(name)
    condition = Q(**{f"{name}__isnull": True})
    if hasattr(field, "base_field"):
        return condition | Q(**{name: []})
    if getattr(field, "digest", "") and not field.null:  # a sealed column: its digest is empty where it is
        return condition | Q(**{field.digest: ""})
    texts = field.get_internal_type() in ("CharField", "TextField")
    return condition | Q(**{name: ""}) if texts and not field.is_relation else condition


def empty_rows(source: Source, user: Any, name: str) -> QuerySet[Any]:
    """Rows of the source in which a field is empty."""
    return rows_of(source, user).filter(_empty(source, name)).order_by("-pk")


def absent_rows(source: Source, user: Any) -> QuerySet[Any]:
    """Rows of the source that its whole list no longer names."""
    gone = Absence.objects.filter(register=source.register.slug, row=OuterRef("pk"), ended_at=None)
    return rows_of(source, user).filter(Exists(gone)).order_by("-pk")


def latest_batches(source: Source, user: Any) -> QuerySet[Batch]:
    """The batches whose quarantine counts: of a file that came again and again only the latest."""
    batches = visible_batches(user).filter(source=source.name, state=Batch.State.DONE)
    return Batch.objects.filter(pk__in=batches.order_by("origin__name", "-pk").distinct("origin__name").values("pk"))


def held_rows(source: Source, user: Any) -> QuerySet[QuarantinedRow]:
    """Rows of the source that still wait in quarantine."""
    # The batches by their numbers, mostly one: rows then come in the order of the index and are not sorted.
    return QuarantinedRow.objects.filter(
        batch__in=list(latest_batches(source, user).values_list("pk", flat=True)), state__in=HELD
    )


def by_rules(rows: QuerySet[QuarantinedRow], rules: tuple[str, ...]) -> QuerySet[QuarantinedRow]:
    """Those of ``rows`` refused by one of the rules."""
    condition = Q()
    for rule in rules:
        condition |= Q(problems__contains=[{"rule": rule}])
    return rows.filter(condition)
