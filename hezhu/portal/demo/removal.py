"""Taking the demonstration out again: every row that says is_demo, every row that hangs on one, and their history.

Told from the models themselves, so that what a later room adds is removed too.
"""

# ruff: noqa: S608 - only names of tables and columns, taken from the models and quoted, are put into statements

from __future__ import annotations

from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

Models = list[type[models.Model]]


def remove() -> None:
    """Delete it all in one transaction: stopped half-way, nothing is gone. Stored content that nothing names any more is swept later.

    Foreign keys are checked at the end of the transaction, so that rows marked is_demo go in any order; those that hang on them go before.
    A real row that leads to a demonstration row would make it fail: the two never mix.
    """
    marked, hanging = _marked(), _hanging()
    # The triggers would write a history of the removal of what leaves no history.
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        for model in [*marked, *hanging]:
            _forget(cursor, model)
        for model in [*hanging, *marked]:
            cursor.execute(f"DELETE FROM {_table(model)} t WHERE {condition(model)}")


def _own() -> Models:
    """Every model with a table that is ours, history aside."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
    ]


def _marked() -> Models:
    return [model for model in _own() if _says_so(model)]


def _hanging() -> Models:
    """Models without the mark whose rows lead to marked ones, the furthest first."""
    distance: dict[type[models.Model], int] = {}

    def measure(model: type[models.Model], above: tuple[type[models.Model], ...] = ()) -> int:
        """Steps to a marked model; 0 where none is reached."""
        if model in distance:
            return distance[model]
        steps = []
        for field in _leading(model):
            target = field.related_model
            if _says_so(target):
                steps.append(1)
            elif target not in (*above, model) and (further := measure(target, (*above, model))):
                steps.append(further + 1)
        distance[model] = max(steps, default=0)
        return distance[model]

    found = [model for model in _own() if not _says_so(model) and measure(model)]
    return sorted(found, key=lambda model: -distance[model])


def _says_so(model: Any) -> bool:
    return any(field.name == "is_demo" for field in model._meta.concrete_fields)


def _leading(model: type[models.Model]) -> list[Any]:
    """The relations that a table holds itself."""
    return [field for field in model._meta.concrete_fields if field.is_relation and field.related_model is not None]


def condition(model: type[models.Model], alias: str = "t", above: tuple[type[models.Model], ...] = ()) -> str:
    """SQL: whether a row of ``model`` is of the demonstration, by its own mark or by that of a row it leads to."""
    if _says_so(model):
        return f"{alias}.is_demo"
    ways = []
    for field in _leading(model):
        target: Any = field.related_model
        if target in (*above, model):
            continue
        further = condition(target, alias + "x", (*above, model))
        if further != "false":
            key = _quoted(field.target_field.column)
            ways.append(
                f"{alias}.{_quoted(field.column)} IN (SELECT {alias}x.{key} FROM {_table(target)} {alias}x WHERE {further})"
            )
    return " OR ".join(f"({way})" for way in ways) or "false"


def _forget(cursor: Any, model: type[models.Model]) -> None:
    """Delete the history of the rows that will go, and of demonstration rows that went before."""
    for relation in model._meta.related_objects:
        events: Any = relation.related_model
        if not hasattr(events, "pgh_tracked_model") or events.pgh_tracked_model is not model:
            continue
        gone = f"e.pgh_obj_id IN (SELECT t.{_quoted(model._meta.pk.column)} FROM {_table(model)} t WHERE {condition(model)})"
        if _says_so(events):
            gone = f"e.is_demo OR {gone}"
        cursor.execute(f"DELETE FROM {_table(events)} e WHERE {gone}")


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
