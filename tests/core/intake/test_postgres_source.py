"""Another PostgreSQL as a source: asked by a query, in a session that can only read, and with no secret in any message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from hezhu.core.intake.models import Batch
from hezhu.core.intake.sources import actions
from hezhu.registers.enterprises.models import Enterprise
from tests.core.intake.conftest import CODES

pytestmark = pytest.mark.django_db

DATABASE, READER, PASSWORD = "hezhu_source_of_tests", "hezhu_reader_of_tests", "s3cret-of-the-reader"
QUERY = "SELECT code, title, county, kind, remark FROM firms ORDER BY code"


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[dict[str, Any]]:
    """A second database on the server of the tests, with two firms and a role that may read; gone afterwards."""
    told = connection.settings_dict
    where = {
        "host": told["HOST"] or None,
        "port": told["PORT"] or None,
        "user": told["USER"],
        "password": told["PASSWORD"] or None,
    }
    drop = [
        sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(DATABASE)),
        sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(READER)),
    ]
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as admin:
        for statement in drop:
            admin.execute(statement)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(READER), PASSWORD))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(**where, dbname=DATABASE, autocommit=True) as other:
            other.execute("CREATE TABLE firms (code text, title text, county text, kind text, remark text)")
            other.execute(sql.SQL("GRANT ALL ON firms TO {}").format(sql.Identifier(READER)))  # so that only the session forbids
            for n in (0, 1):
                other.execute("INSERT INTO firms VALUES (%s, %s, '海宁市', 'S', 'a,\"b\"')", [CODES[n], f"企业{n}"])
        try:
            yield where
        finally:
            for statement in drop:
                admin.execute(statement)


@pytest.fixture
def source(server, declare, settings, monkeypatch, city_officer):
    """Runs the source with a query and says how it ended."""
    host = server["host"] or "localhost"
    settings.SOURCE_HOSTS = [host.lower()]
    monkeypatch.setenv("HEZHU_SOURCE_USER", READER)
    monkeypatch.setenv("HEZHU_SOURCE_PASSWORD", PASSWORD)

    def run(query=QUERY, host=host):
        told = f"""\
    type: postgres
    host: {host}
    port: {server["port"] or 5432}
    database: {DATABASE}
    customProperties:
      - property: query
        value: |
          {query}
      - property: secret
        value: {{user: HEZHU_SOURCE_USER, password: HEZHU_SOURCE_PASSWORD}}"""
        declare(server=told)
        return actions.run_here("firms", by=city_officer)

    return run


def firms_there(server):
    with psycopg.connect(**server, dbname=DATABASE) as other:
        return other.execute("SELECT count(*) FROM firms").fetchone()[0]


def test_the_answer_of_the_query_comes_in_and_again_without_a_change(source, server):
    run = source()
    assert (run.state, run.error_message) == ("done", "")
    assert list(Enterprise.objects.order_by("name").values_list("name", "role", "source")) == [
        ("企业0", "3", "firms"),
        ("企业1", "3", "firms"),
    ]
    assert source(QUERY + " -- all of them").batches.get().unchanged == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("WITH x AS (DELETE FROM firms RETURNING *) SELECT code, title, county, kind, remark FROM x", "read-only"),
        (
            "SELECT code, title, county, kind, remark FROM firms) TO STDOUT; DELETE FROM firms; COPY (SELECT 1",
            "multiple commands",
        ),
        ("SELECT 1) TO PROGRAM 'touch /tmp/never' --", "syntax error"),
        ("SELECT set_config('transaction_read_only', 'off', false)", "read-write mode"),
        ("SELECT * FROM nothing_of_that_name", "nothing_of_that_name"),
        ("SELEC 1", "syntax error"),
    ],
)
def test_a_query_that_writes_or_fails_is_named_and_nothing_is_written(source, server, query, said):
    run = source(query)
    assert (run.state, run.error_code) == ("failed", "source-away")
    assert said in run.error_message
    assert (firms_there(server), Enterprise.objects.count(), Batch.objects.count()) == (2, 0, 0)


def test_no_message_holds_a_secret(source, monkeypatch, settings):
    monkeypatch.setenv("HEZHU_SOURCE_USER", "no_such_reader_here")
    run = source()
    assert (run.state, run.error_code) == ("failed", "source-away")
    assert "no_such_reader_here" not in run.error_message
    assert PASSWORD not in run.error_message
    monkeypatch.delenv("HEZHU_SOURCE_PASSWORD")
    assert source().error_code == "source-secret"
    assert "HEZHU_SOURCE_PASSWORD" in source().error_message
    settings.SOURCE_HOSTS = []
    assert source(host="elsewhere.example").error_code == "source-host"
