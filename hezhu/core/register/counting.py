"""How many rows each register holds about one row, told by one statement for all of them."""

from __future__ import annotations

from typing import Any

from django.db import connection

from hezhu.core.register.everywhere import scope_of
from hezhu.core.register.links import COUNTED_UP_TO, Link
from hezhu.core.register.prepared import fetch


def counts(links: list[Link], row: Any, user: Any) -> list[int]:
    """For each of ``links`` how many rows ``user`` sees that lead to ``row``, counted up to COUNTED_UP_TO + 1."""
    quote = connection.ops.quote_name
    branches: list[str] = []
    params: list[Any] = []
    for place, link in enumerate(links):
        scope, values = scope_of(link.register, user), link.values(row)
        if scope is None or not values:
            continue
        meta = link.register.model._meta
        columns = {field.name: str(field.column) for field in meta.concrete_fields}
        leads = " OR ".join(f"{quote(meta.db_table)}.{quote(columns[name])} = %s" for name in values)
        branches.append(
            f"(SELECT {place}, count(*) FROM ({scope[0]} AND ({leads}) LIMIT {COUNTED_UP_TO + 1}) s)"  # noqa: S608
        )
        params += [*scope[1], *values.values()]
    found = [0] * len(links)
    if branches:
        for place, number in fetch(" UNION ALL ".join(branches), params):
            found[place] = number
    return found
