"""Statements over all registers at once, planned once for a connection.

A search or a count over thirty registers takes the planner longer than the rows take to be read, and its plan hardly depends on the values:
each branch goes by one index. So they are prepared, and their plan is the general one.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection, transaction


def fetch(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """All rows of ``sql``, whose values stand as ``%s``."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        own = connection.connection
        own.prepare_threshold = 0  # Django turns preparing off; its own cursors do not prepare whatever stands here
        with connection.wrap_database_errors, psycopg.Cursor(own) as prepared:
            return prepared.execute(sql, params, prepare=True).fetchall()
