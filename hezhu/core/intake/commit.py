"""What happens when rows enter: validate and stage part by part, then write and quarantine in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from hezhu.core.access.models import User
from hezhu.core.files.actions import local_path
from hezhu.core.history import reason_of_change
from hezhu.core.intake.checks import Problems, refuse_staged
from hezhu.core.intake.contracts import References, contract_for
from hezhu.core.intake.errors import MappingUnusable, SheetUnreadable
from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.intake.quarantine import Sealer, opened_records
from hezhu.core.intake.sealing import with_seals
from hezhu.core.intake.staging import REFUSED, Staging, quoted
from hezhu.core.intake.tally import changed, tally
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
    Stream,
    UnreadableSheet,
    UnusableMapping,
    Validated,
    open_stream,
    validate,
)

Tell = Callable[..., None]


def nothing_told(fraction: float, stage: Any = None) -> None:
    """Progress that nobody looks at."""


def register_of(batch: Batch) -> Register:
    register = registers.get(batch.register)
    assert register is not None, batch.register
    return register


def stream_of(batch: Batch, contract: Contract, path: Path | None = None) -> Stream:
    """The batch's rows as they came; ``path`` is where a file lies that was too large to be kept. Raises SheetUnreadable."""
    if batch.records is not None:
        return Stream.of(Sheet.from_records(opened_records(batch.records)))
    if path is None:
        if batch.file is None:
            raise SheetUnreadable(reason=gettext("文件太大，没有保存在平台上。请从命令行再送一次。"))
        path = local_path(batch.file)
    return open_file(path, contract, sheet=batch.sheet or None)


def open_file(path: Path, contract: Contract | None, *, sheet: str | None = None) -> Stream:
    """``engines.intake.open_stream`` with its refusal as the platform's. Raises SheetUnreadable."""
    with readable():
        return open_stream(path, contract, sheet=sheet)


class readable:
    """Turns the engine's UnreadableSheet into SheetUnreadable."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, UnreadableSheet):
            raise SheetUnreadable(reason=str(error), fault=error.code) from error


def judge(contract: Contract, sheet: Sheet, mapping: Mapping, references: References) -> Validated:
    """Validate a part of a file: relations must name rows that the account sees, and come as primary keys. Raises MappingUnusable."""
    known = references.of(sheet.frame)
    keys = {name: pl.Series(list(names), dtype=pl.String) for name, names in known.items()}
    try:
        validated = validate(sheet, contract, mapping, references=keys)
    except UnusableMapping as error:
        raise MappingUnusable(reason=str(error)) from error
    relations = [
        pl.col(name).replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.Int64)
        for name, names in known.items()
    ]
    return replace(validated, good=validated.good.with_columns(relations))


def usable(mapping: Mapping, stream: Stream) -> Mapping:
    """The mapping without columns that the file does not have."""
    return Mapping({name: column for name, column in mapping.columns.items() if column in stream.columns}, mapping.shifts)


class Entry:
    """A stream on its way in: ``with Entry(…)`` validates and stages it part by part, ``write`` puts it into the register.

    Staging stands outside any transaction of its own and touches nothing but temporary tables, so that a file of any length holds no lock.
    Raises SheetUnreadable, MappingUnusable.
    """

    def __init__(self, batch: Batch, stream: Stream, mapping: Mapping, *, by: User, at: Tell = nothing_told) -> None:
        self.stream, self.mapping, self.by, self._at = stream, mapping, by, at
        self.register = register_of(batch)
        self._contract = contract_for(self.register, batch.mapping)
        self._sealed = sealed_fields(self.register.model)
        digests = {field.name: field.digest for field in self._sealed if field.digest}
        mapped = (*mapping.columns, *(digests[name] for name in mapping.columns if name in digests))
        self._staging = Staging(self.register, mapped, tuple(digests.get(name, name) for name in self._contract.key))
        self._sealer = Sealer(self.register, mapping.columns)
        self.total = self.blank = self.refused = 0
        self.seconds = 0.0

    def __enter__(self) -> Self:
        started = time.perf_counter()
        self._staging.__enter__()
        try:
            self._stage()
        except BaseException:
            self._staging.__exit__(None, None, None)
            raise
        self.seconds = time.perf_counter() - started
        return self

    def __exit__(self, *raised: Any) -> None:
        self._staging.__exit__(None, None, None)

    def _stage(self) -> None:
        references = References(self.register, self.by, self.mapping.columns)
        with readable():
            for sheet in self.stream.read():
                validated = judge(self._contract, sheet, self.mapping, references)
                self._staging.add(with_seals(validated.good, self._sealed))
                self._staging.refuse(self._sealer.sealed(row) for row in validated.refused)
                self.total, self.blank = self.total + sheet.height, self.blank + sheet.blank_rows
                self.refused += len(validated.refused)
                said = gettext("校验 %(rows)s 行") % {"rows": f"{self.total:,}"}
                self._at(min(0.55, 0.05 + self.total / 2_000_000), said)
            self._refuse_lines(refuse_staged(self._staging, self._contract, self.by.divisions))
        self._at(0.6, gettext("入库"))

    def write(self, batch: Batch, *, reason: str, full: bool = False) -> Outcome:
        """Good rows into the register and refused ones into quarantine; call it inside the transaction that locks the batch.

        ``full``: the file lists all that its source has, so that rows it does not name are marked absent; not when any row is refused,
        for that one may be the row that seems missing.
        Raises RegisterConflict, RegisterBusy, SheetUnreadable.
        """
        with reason_of_change(self.by, reason, batch.number):
            outcome = Upsert(self._staging, batch, self.by.divisions, full and not self.refused).run()
            with readable():
                self._refuse_lines(outcome.refused)
            _quarantine(batch)
            if self.register.after_intake and (outcome.inserted or outcome.updated):
                self.register.after_intake(batch)
        return outcome

    def _refuse_lines(self, problems: Problems) -> None:
        """Refuse lines after they were staged: their raw rows are read once more."""
        if problems:
            self._staging.refuse(self._sealer.sealed(row) for row in _raw_rows(self.stream, self.mapping, problems))
            self.refused += len(problems)


def _raw_rows(stream: Stream, mapping: Mapping, problems: Problems) -> Iterator[RefusedRow]:
    lines = pl.Series(sorted(problems), dtype=pl.Int64)
    left = len(lines)
    for sheet in stream.read():
        wanted = sheet.frame.filter(pl.col(LINE).is_in(lines.implode()))
        for raw in wanted.iter_rows(named=True):
            line = raw.pop(LINE)
            yield RefusedRow(line, raw, (_with_value(problems[line], raw, mapping),))
        left -= wanted.height
        if not left:
            return


def _with_value(problem: CellProblem, raw: dict[str, Any], mapping: Mapping) -> CellProblem:
    column = mapping.columns.get(problem.field, "")
    return replace(problem, value=raw.get(column) or "") if column else problem


def _quarantine(batch: Batch) -> None:
    """Keep the refused rows; one that is already kept (a replay) stays open with what is wrong now."""
    table, state = quoted(QuarantinedRow._meta.db_table), QuarantinedRow.State.OPEN.value
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (batch_id, line, raw, sealed, problems, still, replacement, state, reason) "  # noqa: S608 - a model's table
            f"SELECT %s, line, raw, sealed, problems, '[]', '{{}}', %s, '' FROM {REFUSED} ORDER BY line "
            "ON CONFLICT (batch_id, line) DO UPDATE SET still = EXCLUDED.problems, state = EXCLUDED.state",
            [batch.pk, state],
        )


def commit_now(batch: Batch, *, by: User, at: Tell = nothing_told, path: Path | None = None, full: bool = False) -> Batch:
    """Take the whole batch in and mark it done. Safe to run again: a batch already done is left as it is.

    Raises SheetUnreadable, MappingUnusable, RegisterConflict, RegisterBusy; nothing is written then.
    """
    if batch.state == Batch.State.DONE:
        return batch
    at(0.02, gettext("读取表格"))
    stream = stream_of(batch, contract_for(register_of(batch), batch.mapping), path)
    mapping = usable(Mapping(batch.mapping["columns"], batch.mapping.get("shifts", {})), stream)
    with Entry(batch, stream, mapping, by=by, at=at) as entry, transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        if locked.state not in (Batch.State.READY, Batch.State.WORKING):
            return locked
        started = time.perf_counter()
        outcome = entry.write(locked, reason=gettext("导入"), full=full)
        locked.total, locked.blank, locked.validate_seconds = entry.total, entry.blank, entry.seconds
        locked.inserted, locked.updated, locked.unchanged = outcome.inserted, outcome.updated, outcome.unchanged
        locked.commit_seconds = time.perf_counter() - started
        locked.state, locked.committed_at = Batch.State.DONE, timezone.now()
        locked.save()
        changed(locked)
    if entry.refused:
        tally(locked)
    return locked
