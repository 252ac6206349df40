"""Prints the outline of a new database as JSON: ``python -m tests.core.schema.outline fresh|plain`` in a data folder of its own (HEZHU_VAR)."""

from __future__ import annotations

import json
import os
import sys

QUESTIONS = {
    "columns": """SELECT table_name, column_name, udt_name, is_nullable, column_default, character_maximum_length, numeric_precision,
        numeric_scale, is_generated, generation_expression, is_identity FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """SELECT proname, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'""",
    "migrations": "SELECT app, name FROM django_migrations",
}


def main(way: str) -> None:
    """Make the tables by ``way`` and print what the database says of itself."""
    from hezhu.config import embedded

    handle = embedded.use()
    try:
        import django

        django.setup()
        from django.db import connection, connections

        from hezhu.config.commands import migrate_now
        from hezhu.core.schema.management.commands import migrate

        if way == "plain":
            migrate.is_empty = lambda connection: False
        migrate_now()
        found = {}
        with connection.cursor() as cursor:
            for name, question in QUESTIONS.items():
                cursor.execute(question)
                found[name] = sorted([str(value) for value in row] for row in cursor.fetchall())
        json.dump(found, sys.stdout)
        connections.close_all()
    finally:
        embedded.stop(handle)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
    main(sys.argv[1])
