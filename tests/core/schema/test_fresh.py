"""An empty database gets its tables at once; it must be the same as after every migration, one by one."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VERIFIED = Path(__file__).with_name("verified.json")


def outline(way: str, folder: Path) -> dict[str, list[list[str]]]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"HEZHU_VAR": str(folder), "XDG_RUNTIME_DIR": str(folder / "run")}
    command = [sys.executable, "-m", "tests.core.schema.outline", way]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    return outline("fresh", tmp_path_factory.mktemp("fresh"))


def test_a_fresh_database_has_tables_triggers_and_the_whole_record(fresh):
    assert ["bim", "0001_initial"] in fresh["migrations"]
    assert any(row[0] == "projects_project" and row[1] == "search_grams" and row[8] == "ALWAYS" for row in fresh["columns"])
    assert any(row[0] == "projects_project" for row in fresh["triggers"])


def digest(*parts: bytes) -> str:
    made = hashlib.sha256()
    for part in parts:
        made.update(hashlib.sha256(part).digest())
    return made.hexdigest()


def as_bytes(found):
    return json.dumps(found, sort_keys=True, ensure_ascii=False).encode()


def inputs() -> str:
    """What the tables after every migration hang on: the migrations, the packages, and how they are outlined."""
    files = [
        *sorted((ROOT / "hezhu").rglob("migrations/*.py")),
        ROOT / "requirements-dev.lock",
        ROOT / "tests/core/schema/outline.py",
    ]
    return digest(*(str(path.relative_to(ROOT)).encode() + path.read_bytes() for path in files))


@pytest.mark.skipif(not os.environ.get("CI"), reason="all migrations one by one take minutes: CI=true runs it")
def test_it_is_the_same_as_after_every_migration(fresh, tmp_path):
    """All migrations one by one take four minutes, and with the same migrations and packages they make the same tables: what they made is kept
    as a digest. A fresh database must match it; where it does not, or a migration changed, they run again.
    HEZHU_RECORD_SCHEMA=1 keeps the new digest.
    """
    if json.loads(VERIFIED.read_text()) == {"inputs": inputs(), "outline": digest(as_bytes(fresh))}:
        return
    plain = outline("plain", tmp_path)
    for name, rows in plain.items():
        assert fresh[name] == rows, name
    if os.environ.get("HEZHU_RECORD_SCHEMA"):
        assert fresh == plain
        VERIFIED.write_text(json.dumps({"inputs": inputs(), "outline": digest(as_bytes(plain))}, indent=1) + "\n")
