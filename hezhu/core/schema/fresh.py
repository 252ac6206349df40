"""Tables for an empty database, made from the models as they are.

A migration re-renders every related model for each of its steps, so that the whole history takes minutes on a small machine and tells an
empty database nothing: it has no rows to carry along. The tables of the platform's own apps are therefore created at once, in one
transaction with the record that their migrations are done. Other packages' apps are migrated as usual. ``tests/core/schema`` holds that
both ways lead to the same database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

OWN = "hezhu."


def _own_labels() -> set[str]:
    return {config.label for config in apps.get_app_configs() if config.name.startswith(OWN)}


def is_empty(connection: Any) -> bool:
    """Whether no migration of the platform's own was ever applied here."""
    own = _own_labels()
    return not any(label in own for label, _name in MigrationRecorder(connection).applied_migrations())


def create(connection: Any) -> None:
    """All tables, indexes, constraints and triggers, and the rows that migrations bring along. All of it or nothing."""
    executor = MigrationExecutor(connection)
    own = _own_labels()
    others = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in own]
    executor.migrate(others)
    graph = executor.loader.graph
    plan = executor.migration_plan(graph.leaf_nodes())
    history = [graph.nodes[each.app_label, each.name] for each, _backwards in plan if each.app_label in own]
    with connection.schema_editor(atomic=True) as editor:
        for operation in _steps(history, RunSQL):
            operation.database_forwards("", editor, None, None)
        for model in _models(own):
            editor.create_model(model)
        for statement in editor.deferred_sql:
            editor.execute(statement)
        editor.deferred_sql.clear()
        for model, trigger in pgtrigger.registered():
            if model._meta.app_label in own:
                trigger.install(model, database=connection.alias)
        for operation in _steps(history, RunPython):
            operation.code(apps, editor)
        for migration in history:
            executor.recorder.record_applied(migration.app_label, migration.name)


def _models(own: set[str]) -> Iterator[Any]:
    for model in apps.get_models(include_auto_created=False):
        if model._meta.app_label in own and model._meta.managed and not model._meta.proxy and not model._meta.swapped:
            yield model


def _steps(history: list[Migration], kind: Any) -> Iterator[Any]:
    """The steps of one kind that an empty database needs; an elidable one only carries older rows along."""
    for migration in history:
        yield from (operation for operation in migration.operations if isinstance(operation, kind) and not operation.elidable)
