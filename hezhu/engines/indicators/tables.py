"""The registers as an indicator sees them: tables, typed columns with units, and the links between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

TYPES = ("int64", "decimal", "string", "date", "boolean", "array<string>")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type (one of TYPES), its label, and the unit of its values (m2, wan_yuan, %), empty when it has none."""

    type: str
    label: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to one row of another table: ``column`` holds the key of a row of ``table``."""

    column: str
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """A register. ``relation`` is the table's name in the database, ``key`` its primary key.

    ``division`` (six-digit code) and ``is_demo`` are the columns by which every count is scoped.
    """

    name: str
    label: str
    relation: str
    columns: Mapping[str, Column]
    links: Mapping[str, Link] = field(default_factory=dict)
    key: str = "id"
    division: str = "division"
    is_demo: str = "is_demo"


Schema = Mapping[str, Table]


def find_column(schema: Schema, table: Table, path: str) -> Column | None:
    """The column ``path`` leads to: a column of ``table``, or ``link.column`` of a linked table; None when there is none."""
    head, dot, rest = path.partition(".")
    if not dot:
        return table.columns.get(head)
    link = table.links.get(head)
    if link is None or link.table not in schema or "." in rest:
        return None
    return schema[link.table].columns.get(rest)


def known_paths(schema: Schema, table: Table) -> list[str]:
    """Every path a definition may name, for messages."""
    paths = list(table.columns)
    for name, link in table.links.items():
        if link.table in schema:
            paths += [f"{name}.{column}" for column in schema[link.table].columns]
    return paths


def schema_as_dict(schema: Schema) -> dict[str, dict[str, Any]]:
    """The schema as plain JSON data."""
    return {name: asdict(table) for name, table in schema.items()}


def schema_from_dict(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Table]:
    """The inverse of ``schema_as_dict``."""
    return {
        name: Table(
            **{
                **table,
                "columns": {key: Column(**column) for key, column in table["columns"].items()},
                "links": {key: Link(**link) for key, link in table["links"].items()},
            }
        )
        for name, table in data.items()
    }
