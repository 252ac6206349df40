"""How many rows each register holds about one row, told by one statement for all of them."""

from __future__ import annotations

from typing import Any

from django.db import connection

from hezhu.core.access.scoping import scope_key
from hezhu.core.prepared import Values, fetch
from hezhu.core.register import absence
from hezhu.core.register.everywhere import scope_of
from hezhu.core.register.links import COUNTED_UP_TO, Link


def counts(links: list[Link], row: Any, user: Any) -> list[int]:
    """For each of ``links`` how many rows ``user`` sees that lead to ``row``, counted up to COUNTED_UP_TO + 1."""
    quote = connection.ops.quote_name
    branches, put = [], Values()
    thinned = absence.marked(link.register.slug for link in links)
    own = scope_key(user)
    for place, link in enumerate(links):
        scope, values = scope_of(link.register, user, own), link.values(row)
        if scope is None or not values:
            continue
        meta = link.register.model._meta
        columns = {field.name: str(field.column) for field in meta.concrete_fields}
        leads = " OR ".join(f"{quote(meta.db_table)}.{quote(columns[name])} = {put.put(value)}" for name, value in values.items())
        present = absence.condition(link.register, quote(meta.db_table), put) if link.register.slug in thinned else "true"
        branches.append(
            f"(SELECT {place}, count(*) FROM ({put.placed(scope)} AND ({leads}) AND {present} LIMIT {COUNTED_UP_TO + 1}) s)"  # noqa: S608
        )
    found = [0] * len(links)
    if branches:
        for place, number in fetch(" UNION ALL ".join(branches), put.given):
            found[place] = number
    return found
