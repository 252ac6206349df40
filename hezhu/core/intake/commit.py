"""What happens when rows enter: validate, stage, write and quarantine, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from hezhu.core.access.models import User
from hezhu.core.files.actions import local_path
from hezhu.core.history import reason_of_change
from hezhu.core.intake.contracts import contract_of, known_references
from hezhu.core.intake.errors import MappingUnusable, SheetUnreadable
from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.intake.sealing import with_seals
from hezhu.core.intake.upsert import Outcome, Upsert
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.sealed_fields import sealed_fields
from hezhu.engines.intake import (
    LINE,
    CellProblem,
    Contract,
    Mapping,
    RefusedRow,
    Sheet,
    UnreadableSheet,
    UnusableMapping,
    Validated,
    read_sheet,
    validate,
)

_QUARANTINED_AT_ONCE = 2_000


@dataclass(frozen=True)
class Judged:
    """A sheet judged for a register: ``validated`` with relations as primary keys."""

    validated: Validated
    mapping: Mapping


def register_of(batch: Batch) -> Register:
    register = registers.get(batch.register)
    assert register is not None, batch.register
    return register


def sheet_of(batch: Batch, contract: Contract) -> Sheet:
    """The batch's rows as they came. Raises SheetUnreadable."""
    if batch.records is not None:
        return Sheet.from_records(batch.records)
    assert batch.file is not None
    return read(local_path(batch.file), contract, sheet=batch.sheet or None)


def read(path: Path, contract: Contract, *, sheet: str | None = None) -> Sheet:
    """``engines.intake.read_sheet`` with its refusal as the platform's. Raises SheetUnreadable."""
    try:
        return read_sheet(path, contract, sheet=sheet)
    except UnreadableSheet as error:
        raise SheetUnreadable(reason=str(error)) from error


def judge(register: Register, sheet: Sheet, mapping: Mapping, user: Any) -> Judged:
    """Validate a sheet for ``user``: relations must name rows that ``user`` sees. Raises MappingUnusable."""
    contract = contract_of(register)
    columns = {name: column for name, column in mapping.columns.items() if column in sheet.columns}
    known = known_references(register, user, sheet.frame, columns)
    keys = {name: pl.Series(list(names), dtype=pl.String) for name, names in known.items()}
    try:
        validated = validate(sheet, contract, mapping, references=keys)
    except UnusableMapping as error:
        raise MappingUnusable(reason=str(error)) from error
    relations = [
        pl.col(name).replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.Int64)
        for name, names in known.items()
    ]
    return Judged(replace(validated, good=validated.good.with_columns(relations)), mapping)


def write(batch: Batch, sheet: Sheet, judged: Judged, *, by: User, reason: str) -> Outcome:
    """Good rows into the register and refused ones into quarantine, together or not at all."""
    register = register_of(batch)
    sealed = sealed_fields(register.model)
    good = with_seals(judged.validated.good, sealed)
    digests = {field.name: field.digest for field in sealed if field.digest}
    upsert = Upsert(
        register=register,
        batch=batch,
        mapped=(*judged.mapping.columns, *(digests[name] for name in judged.mapping.columns if name in digests)),
        key=tuple(digests.get(name, name) for name in contract_of(register).key),
        divisions=by.divisions,
    )
    with transaction.atomic(), reason_of_change(by, reason, batch.number):
        outcome = upsert.run(good)
        refused = [*judged.validated.refused, *_refused_by_register(sheet, judged.mapping, outcome.refused)]
        _quarantine(batch, refused)
    return outcome


def _refused_by_register(sheet: Sheet, mapping: Mapping, problems: dict[int, CellProblem]) -> Iterable[RefusedRow]:
    if not problems:
        return
    for raw in sheet.frame.filter(pl.col(LINE).is_in(list(problems))).iter_rows(named=True):
        line = raw.pop(LINE)
        problem = problems[line]
        value = raw.get(mapping.columns.get(problem.field, "")) or ""
        yield RefusedRow(line, raw, (replace(problem, value=value),))


def _quarantine(batch: Batch, refused: list[RefusedRow]) -> None:
    """Keep refused rows; one that is already kept (a replay) stays open with what is wrong now."""
    kept = (
        {row.line: row for row in batch.quarantine.filter(line__in=[row.line for row in refused])} if batch.committed_at else {}
    )
    fresh = []
    for row in refused:
        problems = [problem.as_dict() for problem in row.problems]
        if row.line in kept:
            kept[row.line].still, kept[row.line].state = problems, QuarantinedRow.State.OPEN
        else:
            fresh.append(QuarantinedRow(batch=batch, line=row.line, raw=dict(row.raw), problems=problems))
    QuarantinedRow.objects.bulk_create(fresh, batch_size=_QUARANTINED_AT_ONCE)
    QuarantinedRow.objects.bulk_update(kept.values(), ["still", "state"], batch_size=_QUARANTINED_AT_ONCE)


def commit_now(batch: Batch, *, by: User, at: Any = lambda fraction, stage=None: None) -> Batch:
    """Take the whole batch in and mark it done. Safe to run again: a batch already done is left as it is.

    Raises SheetUnreadable, MappingUnusable, RegisterConflict; nothing is written then.
    """
    if batch.state == Batch.State.DONE:
        return batch
    register = register_of(batch)
    at(0.05, gettext("读取表格"))
    sheet = sheet_of(batch, contract_of(register))
    at(0.3, gettext("校验"))
    judged = judge(register, sheet, Mapping(batch.mapping["columns"], batch.mapping.get("shifts", {})), by)
    at(0.6, gettext("入库"))
    started = time.perf_counter()
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        if locked.state not in (Batch.State.READY, Batch.State.WORKING):
            return locked
        outcome = write(locked, sheet, judged, by=by, reason=gettext("导入"))
        stats = judged.validated.stats
        locked.total, locked.blank, locked.validate_seconds = stats.total, stats.blank, stats.seconds
        locked.inserted, locked.updated, locked.unchanged = outcome.inserted, outcome.updated, outcome.unchanged
        locked.commit_seconds = time.perf_counter() - started
        locked.state, locked.committed_at = Batch.State.DONE, timezone.now()
        locked.save()
    return locked
