"""What a source holds now, as files on this machine. Only folders, hosts and database files that the operator allows are touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg
from django.conf import settings
from django.utils.translation import gettext

from hezhu.core.intake.errors import HostNotAllowed, SecretMissing, SourceAway, SourceInvalid
from hezhu.core.intake.sources.declare import Source
from hezhu.core.intake.sources.pull import pull

_SHEETS = {".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".parquet", ".xlsx", ".xls"}


@dataclass(frozen=True)
class Fetched:
    """A file to take in; ``name`` is how it is called in the batch."""

    path: Path
    name: str


@contextmanager
def fetched(source: Source) -> Iterator[list[Fetched]]:
    """The files of a source, for the length of the block. Raises SourceAway, HostNotAllowed, SecretMissing, SourceInvalid, and those of ``pull``."""
    if not source.can_be_fetched:
        raise SourceAway(name=source.name, reason=gettext("这个来源的文件在页面上交，平台不去取"))
    if source.kind == "local":
        yield _local(source)
        return
    with TemporaryDirectory(prefix="hezhu-source-") as folder:
        to = Path(folder)
        if source.kind == "api":
            yield [Fetched(pull(source, to / f"{source.name}.json"), f"{source.name}.json")]
        elif source.kind == "duckdb":
            yield [Fetched(_duckdb(source, to / f"{source.name}.parquet"), f"{source.name}.parquet")]
        else:
            yield [Fetched(_postgres(source, to / f"{source.name}.csv"), f"{source.name}.csv")]


def allowed_path(source: Source, text: str) -> Path:
    """A path inside the folders the operator opened; links that lead out are not followed. Raises HostNotAllowed."""
    path = Path(text)
    resolved = (path if path.is_absolute() else settings.SOURCE_FOLDERS[0] / path).resolve()
    if not any(resolved.is_relative_to(folder) for folder in settings.SOURCE_FOLDERS):
        raise HostNotAllowed(name=source.name, place=text, setting="HEZHU_SOURCE_FOLDERS")
    return resolved


def _local(source: Source) -> list[Fetched]:
    """One file, or every sheet of a folder in the order of names."""
    if not source.server.get("path"):
        raise SourceInvalid(name=source.name, reason=gettext("servers[0] 要写 path：来源文件夹里的文件或文件夹"))
    path = allowed_path(source, str(source.server.get("path", "")))
    if path.is_dir():
        files = [each for each in sorted(path.iterdir()) if each.suffix.lower() in _SHEETS and each.is_file()]
        return [Fetched(allowed_path(source, str(each)), each.name) for each in files]
    if not path.is_file():
        raise SourceAway(name=source.name, reason=gettext("没有文件 %(path)s") % {"path": source.place})
    return [Fetched(path, path.name)]


def _secret(source: Source, key: str) -> str:
    variable = str((source.options.get("secret") or {}).get(key, ""))
    if not variable:
        return ""
    if variable not in os.environ:
        raise SecretMissing(name=source.name, variable=variable)
    return os.environ[variable]


def _query(source: Source) -> str:
    query = str(source.options.get("query") or "").strip().rstrip(";")
    if not query:
        raise SourceInvalid(name=source.name, reason=gettext("数据库来源要在 servers[0].customProperties 写 query"))
    return query


def _postgres(source: Source, to: Path) -> Path:
    """The answer of a query of another PostgreSQL, streamed. The session can only read, and the query is one statement."""
    host = str(source.server.get("host", ""))
    if host.lower() not in settings.SOURCE_HOSTS:
        raise HostNotAllowed(name=source.name, place=host, setting="HEZHU_SOURCE_HOSTS")
    where: dict[str, Any] = {"host": host, "port": source.server.get("port", 5432), "dbname": source.server.get("database")}
    secrets = {"user": _secret(source, "user"), "password": _secret(source, "password")}
    where |= {name: told or None for name, told in secrets.items()}
    options = "-c default_transaction_read_only=on -c statement_timeout=1800000"
    # The line break ends a comment in the query, so that what stands behind the query always counts.
    statement = f"COPY (\n{_query(source)}\n) TO STDOUT WITH (FORMAT csv, HEADER)"
    try:
        with psycopg.connect(**where, options=options, connect_timeout=10) as connection:
            _check_one_statement(connection, statement)
            with connection.cursor() as cursor, to.open("wb") as file, cursor.copy(statement.encode()) as copy:
                for piece in copy:
                    file.write(piece)
    except psycopg.Error as error:
        raise SourceAway(name=source.name, reason=_without(secrets, str(error).splitlines()[0])[:200]) from error
    return to


def _check_one_statement(connection: psycopg.Connection[Any], statement: str) -> None:
    """Have the server parse the text as one statement: the extended protocol takes no second one. Raises psycopg.Error."""
    connection.execute("SELECT 1")  # opens the transaction, which is read-only
    answer = connection.pgconn.prepare(b"", statement.encode())
    if answer.status != psycopg.pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.SyntaxError(psycopg.pq.error_message(answer))


def _without(secrets: dict[str, str], text: str) -> str:
    """A server's message without what the operator keeps secret: it names the user that was refused."""
    for told in secrets.values():
        text = text.replace(told, "•••") if told else text
    return text


def _duckdb(source: Source, to: Path) -> Path:
    """The answer of a query of a DuckDB file, opened for reading and cut off from everything else."""
    path = allowed_path(source, str(source.server.get("database", "")))
    if not path.is_file():
        raise SourceAway(name=source.name, reason=gettext("没有文件 %(path)s") % {"path": source.place})
    try:
        with duckdb.connect(str(path), read_only=True, config={"memory_limit": "400MB"}) as connection:
            target = str(to).replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{to.parent}']; SET enable_external_access = false")
            connection.execute(f"COPY ({_query(source)}) TO '{target}' (FORMAT parquet)")
    except duckdb.Error as error:
        raise SourceAway(name=source.name, reason=str(error).splitlines()[0][:200]) from error
    return to
