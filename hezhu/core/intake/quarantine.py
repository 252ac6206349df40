"""Rows in quarantine without personal numbers in clear: masked where they are read, sealed beside it, whole again for a replay.

A cell is personal when its column is mapped to a personal number or to a person of another register, or when it looks like an identity
or mobile number whatever its column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import connection

from hezhu.core.access.models import User
from hezhu.core.intake.models import QuarantinedRow
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.seal import seal, unseal
from hezhu.core.register.sealed_fields import SealedField
from hezhu.core.register.values import masked
from hezhu.engines.intake import CellProblem, RefusedRow

_SEALED_AS = "quarantine"
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15}|1[3-9][0-9]{9})(?![0-9])")
_PERSONAL_KINDS = ("id-number", "phone")


@dataclass(frozen=True)
class Sealer:
    """Seals the refused rows of one register. ``columns`` is field → title."""

    register: Register
    columns: Mapping[str, str]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Title → kind of mask, for the columns that hold personal numbers."""
        return {self.columns[name]: kind for name, kind in self.fields.items() if name in self.columns}

    @cached_property
    def fields(self) -> dict[str, str]:
        """Field → kind of mask, for every field of the register that a sheet may bring and that holds personal numbers."""
        found = {}
        for name in self.register.form_fields():
            field = self.register.model._meta.get_field(name)
            target = registers.of(field.related_model) if field.is_relation else None  # type: ignore[arg-type]
            if getattr(field, "kind", "") in _PERSONAL_KINDS:
                found[name] = str(field.kind)  # type: ignore[union-attr]
            elif target and any(isinstance(target.model._meta.get_field(key), SealedField) for key in target.key):
                found[name] = "id-number"
        return found

    def sealed(self, row: RefusedRow) -> tuple[RefusedRow, dict[str, Any]]:
        """The row as it may be read, and what of it stays under the seal."""
        hidden: dict[str, str] = {}
        shown: dict[str, str | None] = {}
        for title, text in row.raw.items():
            covered = self.covered(text, self.kinds.get(title)) if text else text
            shown[title] = covered
            if covered != text and text:
                hidden[title] = text
        problems, suggestions = [], {}
        for problem in row.problems:
            kind = self.fields.get(problem.field)
            problems.append(self._problem(problem, kind))
            if problem.suggestion and problems[-1].suggestion != problem.suggestion:
                suggestions[problem.field] = problem.suggestion
        kept = {"raw": hidden, "suggestions": suggestions}
        sealed = {part: _closed(texts) for part, texts in kept.items() if texts}
        return RefusedRow(row.line, shown, tuple(problems)), sealed

    def _problem(self, problem: CellProblem, kind: str | None) -> CellProblem:
        value = self.covered(problem.value, kind)
        suggestion = self.covered(problem.suggestion, kind) if problem.suggestion else problem.suggestion
        reason = problem.reason.replace(problem.value, value) if problem.value and value != problem.value else problem.reason
        return replace(problem, value=value, suggestion=suggestion, reason=_NUMBER.sub(_mask, reason))

    def covered(self, text: str, kind: str | None) -> str:
        """The text as everyone may read it."""
        if kind and text.strip():
            return masked(text.strip(), kind)
        return _NUMBER.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    return masked(found[0], "phone" if len(found[0]) == 11 else "id-number")


def _closed(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: seal(text, _SEALED_AS) for name, text in texts.items()}


def opened(row: QuarantinedRow, part: str) -> dict[str, str]:
    """What ``part`` (raw, suggestions, replacement) of a row says in clear; for the door's own use, never for a page."""
    return {name: str(unseal(text, _SEALED_AS)) for name, text in row.sealed.get(part, {}).items()}


def corrected(row: QuarantinedRow, columns: Mapping[str, str]) -> dict[str, str | None]:
    """The row in clear with its replacements in place; ``columns`` is the batch's mapping field → title."""
    replacement = {**row.replacement, **opened(row, "replacement")}
    return {**row.raw, **opened(row, "raw"), **{columns.get(name, name): text for name, text in replacement.items()}}


def replace_in(row: QuarantinedRow, replacement: Mapping[str, str], sealer: Sealer) -> None:
    """Write what a person says instead into the row, covered as its other cells are; nothing is saved.

    A text that is the mask of what is known stands for it: a form shows masks and sends them back.
    """
    shown, hidden = dict(row.replacement), opened(row, "replacement")
    known = {**opened(row, "suggestions"), **hidden}
    for name, given in replacement.items():
        kind = sealer.fields.get(name)
        text = known[name] if name in known and sealer.covered(known[name], kind) == given else given
        shown[name] = sealer.covered(text, kind) if text else text
        hidden.pop(name, None)
        if shown[name] != text:
            hidden[name] = text
    row.replacement = shown
    others = {part: texts for part, texts in row.sealed.items() if part != "replacement"}
    row.sealed = {**others, "replacement": _closed(hidden)} if hidden else others


def write_fixed(rows: list[QuarantinedRow], *, by: User) -> None:
    """Keep the replacements of many rows, which wait for the replay now; in one statement, for Django's own takes a second for five hundred."""
    table = connection.ops.quote_name(QuarantinedRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} q SET replacement = v.replacement::jsonb, sealed = v.sealed::jsonb, state = %s, handled_by_id = %s, handled_at = now()
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v (id, replacement, sealed) WHERE q.id = v.id AND q.state = %s
            """,  # noqa: S608 - a model's table
            [
                QuarantinedRow.State.FIXED.value,
                by.pk,
                [row.pk for row in rows],
                [json.dumps(row.replacement, ensure_ascii=False) for row in rows],
                [json.dumps(row.sealed, ensure_ascii=False) for row in rows],
                QuarantinedRow.State.OPEN.value,
            ],
        )


def suggestions_of(row: QuarantinedRow) -> dict[str, str | None]:
    """Field → suggestion in clear, for every problem of the row."""
    clear = opened(row, "suggestions")
    return {problem["field"]: clear.get(problem["field"], problem["suggestion"]) for problem in row.present_problems}


def sealed_records(records: list[dict[str, Any]], sealer: Sealer) -> Any:
    """The rows of a call as they are kept: sealed as a whole where the register knows personal numbers."""
    text = json.dumps(records, ensure_ascii=False)
    return {"sealed": seal(text, _SEALED_AS)} if sealer.fields or _NUMBER.search(text) else records


def opened_records(records: Any) -> list[dict[str, Any]]:
    """``sealed_records`` back again."""
    return list(json.loads(str(unseal(records["sealed"], _SEALED_AS)))) if isinstance(records, dict) else records
