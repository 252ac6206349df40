"""Django's ``migrate``, with a short way for an empty database; see ``core.schema.fresh``."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from hezhu.core.schema.fresh import create, is_empty


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        connection = connections[options["database"]]
        if whole and is_empty(connection):
            create(connection)
        super().handle(*args, **options)
