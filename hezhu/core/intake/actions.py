"""What people do at the intake door: receive, map, commit, correct, replay, abandon, withdraw, drop."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.errors import HezhuError
from hezhu.core.files.actions import keep, local_path
from hezhu.core.intake import withdrawal
from hezhu.core.intake.commit import Entry, commit_now, judge, nothing_told, open_file, readable, register_of
from hezhu.core.intake.contracts import References, contract_for, contract_of
from hezhu.core.intake.errors import BatchClosed, CorrectionRefused, MappingUnusable, NothingToReplay, TooManyInRequest
from hezhu.core.intake.models import Batch, QuarantinedRow, SourceRun
from hezhu.core.intake.quarantine import Sealer, corrected, replace_in, sealed_records, suggestions_of, write_fixed
from hezhu.core.intake.tally import changed, tally
from hezhu.core.jobs.actions import defer
from hezhu.core.numbering import add_series, next_number
from hezhu.core.register.declare import Register
from hezhu.engines import intake as engine
from hezhu.engines.intake import Sheet, Stream, Validated, propose_mapping

SERIES = add_series("intake", "DR-{year}-{number:05d}")
JOB = "intake.commit"
AT_ONCE_ROWS = 3_000
"""A batch of so many rows is committed within the request; a larger one becomes a job with a progress bar."""
REQUEST_ROWS = 10_000
_ROWS_AT_ONCE = 5_000


def receive(register: Register, upload: Any, *, by: User, sheet: str = "", source: str = "") -> Batch:
    """Keep a sheet, propose its mapping and open a batch to look at; nothing enters the register yet.

    Raises NotAllowed, the file errors, SheetUnreadable.
    """
    require(by, register.permission("import"))
    with transaction.atomic():
        file = keep(upload, by=by, purpose="sheet")
        rows = open_file(local_path(file), contract_of(register), sheet=sheet or None)
        return _open(register, rows, by=by, source=source or gettext("表格导入"), file=file, total=_counted(rows))


KEPT_BYTES = 200 * 1024 * 1024
"""A file up to this size is kept on the platform; of a larger one its name, size and digest are."""


def take_file(
    register: Register,
    path: Path,
    *,
    by: User,
    source: str,
    name: str = "",
    mapping: Mapping[str, Any] | None = None,
    run: SourceRun | None = None,
    full: bool = False,
    at: Any = nothing_told,
) -> Batch:
    """A file on this machine, of any size, received and committed in one step: for commands and sources.

    ``mapping`` is what a source declares; without it the titles propose one. Raises NotAllowed, the file errors, SheetUnreadable,
    MappingUnusable, RegisterConflict, RegisterBusy; nothing is written then, and the batch is left as dropped.
    """
    require(by, register.permission("import"))
    stream = open_file(path, contract_for(register, mapping or {}))
    named, size = name or path.name, path.stat().st_size
    with transaction.atomic():
        file = keep(path, by=by, purpose="sheet", name=named) if size <= KEPT_BYTES else None
        origin = {"name": named, "bytes": size, "sha256": file.file.sha256 if file else sha256_of(path)}
        batch = _open(register, stream, by=by, source=source, file=file, origin=origin, run=run)
        if mapping is not None:
            batch.mapping = dict(mapping)
            batch.save(update_fields=["mapping"])
    try:
        _check_complete(batch)
        return commit_now(batch, by=by, at=at, path=path, full=full)
    except HezhuError:
        batch.state = Batch.State.DROPPED
        batch.save(update_fields=["state"])
        raise


def sha256_of(path: Path) -> str:
    """The digest of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(register: Register, rows: Stream, *, by: User, source: str, **what: Any) -> Batch:
    proposal = propose_mapping(rows.columns, contract_of(register))
    return Batch.objects.create(
        number=next_number(SERIES, demo=by.is_demo),
        register=register.slug,
        source=source,
        sheet=rows.title,
        mapping={"columns": proposal.mapping.columns, "shifts": proposal.mapping.shifts, "titles": list(rows.columns)},
        unit=by.unit,
        created_by=by,
        division=by.division,
        is_demo=by.is_demo,
        **what,
    )


def _counted(rows: Stream) -> int:
    """How many rows a stream has; reads it to its end, so that a file that breaks off is refused here. Raises SheetUnreadable."""
    with readable():
        return sum(sheet.height for sheet in rows.read())


def choose_mapping(batch: Batch, columns: Mapping[str, str], *, by: User) -> None:
    """Set field → title for a batch that has not entered yet. Raises MappingUnusable when a title serves two fields or is unknown."""
    _require(batch, by, Batch.State.READY)
    register = register_of(batch)
    contract = contract_of(register)
    if unknown := [name for name in columns if name not in contract.by_name]:
        raise MappingUnusable(reason=gettext("没有这个字段：%(names)s") % {"names": "、".join(unknown)})
    titles = list(columns.values())
    if twice := sorted({title for title in titles if titles.count(title) > 1}):
        raise MappingUnusable(reason=gettext("一列只能对应一个字段：%(names)s") % {"names": "、".join(twice)})
    shifts = {name: shift for name, title in columns.items() if (shift := engine.unit_shift(contract.by_name[name], title))}
    batch.mapping = {**batch.mapping, "columns": dict(columns), "shifts": shifts}
    batch.save(update_fields=["mapping"])


def commit(batch: Batch, *, by: User) -> Batch:
    """Take a batch in: at once when it is small, else as a job. Raises BatchClosed, MappingUnusable, RegisterConflict."""
    _require(batch, by, Batch.State.READY)
    _check_complete(batch)
    if batch.total <= AT_ONCE_ROWS:
        return commit_now(batch, by=by)
    with transaction.atomic():
        batch.state = Batch.State.WORKING
        batch.job = defer(
            JOB,
            by=by,
            title=gettext("导入 %(number)s") % {"number": batch.number},
            url=reverse("intake:batch", args=[batch.pk]),
            division=batch.division,
            once=f"intake:{batch.pk}",
            batch_id=batch.pk,
            user_id=by.pk,
        )
        batch.save(update_fields=["state", "job"])
    return batch


def commit_at_once(batch: Batch, *, by: User) -> Batch:
    """Take a batch in without a job, whatever its size: for a command that waits. Raises BatchClosed, MappingUnusable, RegisterConflict."""
    _require(batch, by, Batch.State.READY)
    _check_complete(batch)
    return commit_now(batch, by=by)


def _check_complete(batch: Batch) -> None:
    contract = contract_of(register_of(batch))
    mapped = batch.mapping["columns"]
    missing = [each.label for each in contract.fields if contract.is_required(each) and each.name not in mapped]
    if missing:
        raise MappingUnusable(
            reason=gettext("必填列没有对上：%(labels)s。为它们指定列，或下载模板对照。") % {"labels": "、".join(missing)}
        )


def take_in(register: Register, records: Iterable[Mapping[str, Any]], *, by: User, source: str) -> Batch:
    """Rows that are already named by field or label, as an API call or a feed brings them: received and committed in one step.

    Raises NotAllowed, TooManyInRequest, MappingUnusable, RegisterConflict.
    """
    require(by, register.permission("import"))
    plain = [{name: None if value is None else str(value) for name, value in record.items()} for record in records]
    if len(plain) > REQUEST_ROWS:
        raise TooManyInRequest(limit=REQUEST_ROWS, actual=len(plain))
    with transaction.atomic():
        sheet = Stream.of(Sheet.from_records(plain))
        mapped = propose_mapping(sheet.columns, contract_of(register)).mapping.columns
        kept = sealed_records(plain, Sealer(register, mapped))
        batch = _open(register, sheet, by=by, source=source, records=kept)
        _check_complete(batch)
        return commit_now(batch, by=by)


def correct(row: QuarantinedRow, replacement: Mapping[str, str], *, by: User) -> QuarantinedRow:
    """Write what a row should say; it is checked at once and waits for the replay. Raises CorrectionRefused with the problems left.

    ``replacement`` is field → text. The row as it came is never changed.
    """
    batch = row.batch
    _require(batch, by, Batch.State.DONE)
    if row.state == QuarantinedRow.State.REPLAYED:
        raise BatchClosed(number=batch.number, state=row.get_state_display())
    register = register_of(batch)
    contract = contract_of(register)
    given = {name: text.strip() for name, text in replacement.items() if name in contract.by_name}
    replace_in(row, given, Sealer(register, batch.mapping["columns"]))
    refused = _judge_corrected(batch, [row], by).refused
    row.handled_by, row.handled_at = by, timezone.now()
    if refused:
        sealed, _hidden = Sealer(register, batch.mapping["columns"]).sealed(refused[0])
        raise CorrectionRefused(line=row.line, problems=[problem.as_dict() for problem in sealed.problems])
    row.state = QuarantinedRow.State.FIXED
    with transaction.atomic():
        row.save(update_fields=["replacement", "sealed", "state", "handled_by", "handled_at"])
        changed(batch)
    return row


def adopt_suggestions(batch: Batch, *, by: User) -> int:
    """Correct every open row whose problems all come with a suggestion; returns how many."""
    _require(batch, by, Batch.State.DONE)
    register = register_of(batch)
    sealer = Sealer(register, batch.mapping["columns"])
    adopted = 0
    for rows in _in_parts(batch.quarantine.filter(state=QuarantinedRow.State.OPEN)):
        hopeful = []
        for row in rows:
            suggestions = suggestions_of(row)
            if suggestions and all(suggestions.values()):
                replace_in(row, {name: str(text) for name, text in suggestions.items()}, sealer)
                hopeful.append(row)
        if not hopeful:
            continue
        refused = {each.line for each in _judge_corrected(batch, hopeful, by).refused}
        fixed = [row for row in hopeful if row.line not in refused]
        with transaction.atomic():
            write_fixed(fixed, by=by)
            changed(batch)
        adopted += len(fixed)
    tally(batch)
    return adopted


def _in_parts(rows: QuerySet[QuarantinedRow]) -> Iterator[list[QuarantinedRow]]:
    """The rows in the order of their lines, some thousand at a time."""
    last = -1
    while part := list(rows.filter(line__gt=last).order_by("line")[:_ROWS_AT_ONCE]):
        yield part
        last = part[-1].line


def _corrected_sheet(batch: Batch, rows: list[QuarantinedRow]) -> Sheet:
    columns = batch.mapping["columns"]
    return Sheet.from_records([corrected(row, columns) for row in rows], lines=[row.line for row in rows])


def _corrected_mapping(batch: Batch, names: Iterable[str]) -> engine.Mapping:
    """The batch's mapping, with a column of its own for each corrected field that the sheet did not bring."""
    columns = batch.mapping["columns"]
    return engine.Mapping({**columns, **{name: name for name in names if name not in columns}}, batch.mapping.get("shifts", {}))


def _judge_corrected(batch: Batch, rows: list[QuarantinedRow], by: User) -> Validated:
    mapping = _corrected_mapping(batch, [name for row in rows for name in row.replacement])
    sheet = _corrected_sheet(batch, rows)
    contract = contract_for(register_of(batch), batch.mapping)
    return judge(contract, sheet, mapping, References(register_of(batch), by, mapping.columns))


def replay(batch: Batch, *, by: User) -> Batch:
    """Send the corrected rows through the door again; what is refused once more stays in quarantine. Raises NothingToReplay."""
    _require(batch, by, Batch.State.DONE)
    fixed = batch.quarantine.filter(state=QuarantinedRow.State.FIXED)
    lines = list(fixed.values_list("line", flat=True))
    if not lines:
        raise NothingToReplay(number=batch.number)
    names = sorted({name for (names,) in fixed.values_list("replacement") for name in names})
    mapping = _corrected_mapping(batch, names)
    columns = tuple(dict.fromkeys([*batch.mapping["titles"], *mapping.columns.values()]))
    stream = Stream(columns, lambda: (_filled(_corrected_sheet(batch, rows), columns) for rows in _in_parts(fixed)))
    with Entry(batch, stream, mapping, by=by) as entry, transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        _require(locked, by, Batch.State.DONE)
        outcome = entry.write(locked, reason=gettext("重放隔离行"))
        locked.quarantine.filter(line__in=lines, state=QuarantinedRow.State.FIXED).update(state=QuarantinedRow.State.REPLAYED)
        locked.inserted += outcome.inserted
        locked.updated += outcome.updated
        locked.unchanged += outcome.unchanged
        locked.save(update_fields=["inserted", "updated", "unchanged"])
        changed(locked)
    tally(locked)
    return locked


def _filled(sheet: Sheet, columns: tuple[str, ...]) -> Sheet:
    """The sheet with every one of ``columns``; rows of the quarantine need not all bring them."""
    absent = [pl.lit(None, pl.String).alias(column) for column in columns if column not in sheet.columns]
    return replace(sheet, frame=sheet.frame.with_columns(absent))


def abandon(batch: Batch, lines: Iterable[int], *, by: User, reason: str) -> int:
    """Give up rows in quarantine, with a reason; they stay as they came. Returns how many."""
    _require(batch, by, Batch.State.DONE)
    waiting = [QuarantinedRow.State.OPEN, QuarantinedRow.State.FIXED]
    with transaction.atomic():
        changed(batch)
        return batch.quarantine.filter(line__in=list(lines), state__in=waiting).update(
            state=QuarantinedRow.State.ABANDONED, handled_by=by, handled_at=timezone.now(), reason=reason[:300]
        )


def withdraw(batch: Batch, *, by: User, reason: str) -> withdrawal.Withdrawn:
    """Take a batch back out: rows it added go, rows it changed become what they were; rows changed since or in use stay."""
    _require(batch, by, Batch.State.DONE)
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        _require(locked, by, Batch.State.DONE)
        done = withdrawal.withdraw(register_of(locked), locked, by=by, reason=reason)
        withdrawal.withdraw_absences(register_of(locked), locked)
        locked.state = Batch.State.WITHDRAWN
        locked.withdrawal = {"removed": done.removed, "restored": done.restored, "kept": done.kept, "reason": reason, "by": by.pk}
        locked.save(update_fields=["state", "withdrawal"])
    return done


def drop(batch: Batch, *, by: User) -> None:
    """Give up a batch before it entered."""
    _require(batch, by, Batch.State.READY)
    batch.state = Batch.State.DROPPED
    batch.save(update_fields=["state"])


def _require(batch: Batch, by: User, *states: str) -> None:
    require(by, register_of(batch).permission("import"), batch)
    if batch.state not in states:
        raise BatchClosed(number=batch.number, state=batch.get_state_display())
