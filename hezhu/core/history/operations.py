"""Migration operations that change many things at once: Django draws all related models anew after every single operation, which takes
minutes where a migration makes forty tables with their history triggers. These draw them once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from pgtrigger.compiler import Trigger


class AddTriggers(Operation):
    """Install the triggers of several models: ``triggers`` lists (model, trigger)."""

    reversible = True

    def __init__(self, triggers: Sequence[tuple[str, Trigger]]) -> None:
        self.triggers = list(triggers)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"triggers": self.triggers}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for name, trigger in self.triggers:
            options = state.models[app_label, name.lower()].options
            options["triggers"] = [*options.get("triggers", []), trigger]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for _name, trigger in self.triggers:
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for _name, trigger in reversed(self.triggers):
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"


class RemoveTriggers(Operation):
    """Take the named triggers of several models away, as before columns are added: ``triggers`` lists (model, name of the trigger)."""

    reversible = True

    def __init__(self, triggers: Sequence[tuple[str, str]]) -> None:
        self.triggers = list(triggers)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"triggers": self.triggers}

    def _compiled(self, app_label: str, state: ProjectState) -> list[Trigger]:
        """The triggers as ``state``, which still has them, knows them."""
        return [
            trigger
            for model, name in self.triggers
            for trigger in state.models[app_label, model.lower()].options.get("triggers", [])
            if trigger.name == name
        ]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model, name in self.triggers:
            options = state.models[app_label, model.lower()].options
            options["triggers"] = [trigger for trigger in options.get("triggers", []) if trigger.name != name]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for trigger in self._compiled(app_label, from_state):
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for trigger in self._compiled(app_label, to_state):
            schema_editor.execute(trigger.install_sql, params=None)

    def describe(self) -> str:
        return f"Remove {len(self.triggers)} triggers"


class AddFields(Operation):
    """Add several plain columns to one model: ``fields`` lists (name, field). For relations use Django's own AddField."""

    reversible = True

    def __init__(self, model_name: str, fields: Sequence[tuple[str, Field]]) -> None:
        if any(field.is_relation for _name, field in fields):
            raise ValueError("AddFields takes plain columns only")
        self.model_name, self.fields = model_name, list(fields)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"model_name": self.model_name, "fields": self.fields}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        key = app_label, self.model_name.lower()
        for name, field in self.fields:
            state.models[key].fields[name] = field
        state.reload_model(*key, delay=True)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before = from_state.apps.get_model(app_label, self.model_name)
        after = to_state.apps.get_model(app_label, self.model_name)
        for name, _field in self.fields:
            schema_editor.add_field(before, after._meta.get_field(name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before = from_state.apps.get_model(app_label, self.model_name)
        for name, _field in reversed(self.fields):
            schema_editor.remove_field(before, before._meta.get_field(name))

    def describe(self) -> str:
        return f"Add {len(self.fields)} columns to {self.model_name}"
