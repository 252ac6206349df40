"""What a batch has in quarantine, counted once and kept: a hundred thousand rows are not counted anew for every page.

Everything that changes rows of the quarantine calls ``changed``. A tally is of one count of changes; one that is behind is counted again when it is
asked for, and kept only if nothing changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F

from hezhu.core.intake.models import Batch, QuarantinedRow

UNIQUENESS = ("key.repeated",)
CONSISTENCY = ("reference.unknown", "register.check", "scope.division", "scope.elsewhere", "code.retired")
REASONS_KEPT = 8
_STATES = QuarantinedRow.State
HELD = (_STATES.OPEN.value, _STATES.FIXED.value)


def changed(batch: Batch) -> None:
    """Rows of the batch's quarantine were added or changed; call it in the transaction that does so."""
    Batch.objects.filter(pk=batch.pk).update(changes=F("changes") + 1)


def tally(batch: Batch) -> dict[str, Any]:
    """``states`` (state → rows), ``suggested`` (open rows with a suggestion for every problem), ``unique`` and ``consistent`` (held rows refused for
    these), ``reasons`` ([label, rule, rows], most rows first, replayed rows left out)."""
    now, kept = Batch.objects.values_list("changes", "tally").get(pk=batch.pk)
    if kept and kept["changes"] == now:
        return dict(kept)
    counted = {"changes": now, **_counted(batch)}
    Batch.objects.filter(pk=batch.pk, changes=now).update(tally=counted)
    return counted


def held(batches: Iterable[Batch], what: str = "") -> int:
    """Rows that wait in the quarantine of the batches, all or those refused for ``what`` (unique, consistent)."""
    tallies = [tally(batch) for batch in batches]
    return sum(each[what] if what else sum(each["states"].get(state, 0) for state in HELD) for each in tallies)


def _counted(batch: Batch) -> dict[str, Any]:
    table = QuarantinedRow._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT q.state, count(*),
                count(*) FILTER (WHERE jsonb_path_exists(q.problems, %s::jsonpath)),
                count(*) FILTER (WHERE jsonb_path_exists(q.problems, %s::jsonpath)),
                count(*) FILTER (WHERE q.state = %s AND NOT jsonb_path_exists(
                    CASE WHEN q.still = '[]' THEN q.problems ELSE q.still END, '$[*] ? (@.suggestion == null || @.suggestion == "")'))
            FROM {table} q WHERE q.batch_id = %s GROUP BY 1
            """,  # noqa: S608 - a model's table
            [_one_of(UNIQUENESS), _one_of(CONSISTENCY), _STATES.OPEN.value, batch.pk],
        )
        rows = cursor.fetchall()
        cursor.execute(
            f"""
            SELECT problem ->> 'label', problem ->> 'rule', count(*)
            FROM {table} q, jsonb_array_elements(q.problems) AS problem
            WHERE q.batch_id = %s AND q.state <> %s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %s
            """,  # noqa: S608 - a model's table
            [batch.pk, _STATES.REPLAYED.value, REASONS_KEPT],
        )
        reasons = [list(row) for row in cursor.fetchall()]
    waiting = [row for row in rows if row[0] in HELD]
    return {
        "states": {row[0]: row[1] for row in rows},
        "unique": sum(row[2] for row in waiting),
        "consistent": sum(row[3] for row in waiting),
        "suggested": sum(row[4] for row in rows),
        "reasons": reasons,
    }


def _one_of(rules: tuple[str, ...]) -> str:
    return "$[*] ? (" + " || ".join(f'@.rule == "{rule}"' for rule in rules) + ")"


class CountedPages(Paginator):
    """Pages of rows whose number is known."""

    def __init__(self, rows: Any, a_page: int, known: int) -> None:
        super().__init__(rows, a_page)
        self._known = known

    @property
    def count(self) -> int:
        return self._known
