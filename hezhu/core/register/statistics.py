"""Tells the planner how a register's filter columns go together, so that a combination that hardly occurs is not searched row by row.

Without it PostgreSQL takes columns for independent and walks the newest rows in vain; measured on a million rows: 293 ms against 65 ms.
"""

from __future__ import annotations

from django.db import connection, models

from hezhu.core.register.declare import Register, registers

MOST_COLUMNS = 8


def facets(register: Register) -> list[str]:
    """The columns of ``register`` that are filtered by equality, as the database names them."""
    columns = []
    for name in dict.fromkeys(("division", *register.filters, "is_demo")):
        field = register.model._meta.get_field(name)
        if (
            isinstance(field, models.Field)
            and not field.is_relation
            and not isinstance(field, models.DateField)
            and not hasattr(field, "base_field")
        ):
            columns.append(str(field.column))
    return columns[:MOST_COLUMNS]


def ensure() -> None:
    """Create the statistics that are missing; there are at most as many as registers."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for register in registers:
            table = register.model._meta.db_table
            columns = ", ".join(quote(column) for column in facets(register))
            name = quote(f"{table}_facets")
            cursor.execute(f"CREATE STATISTICS IF NOT EXISTS {name} (mcv) ON {columns} FROM {quote(table)}")
