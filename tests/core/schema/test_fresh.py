"""An empty database gets its tables at once; it must be the same as after every migration, one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def outline(way: str, folder: Path) -> dict[str, list[list[str]]]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"HEZHU_VAR": str(folder), "XDG_RUNTIME_DIR": str(folder / "run")}
    command = [sys.executable, "-m", "tests.core.schema.outline", way]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    return outline("fresh", tmp_path_factory.mktemp("fresh"))


def test_a_fresh_database_has_tables_triggers_and_the_whole_record(fresh):
    assert ["bim", "0001_initial"] in fresh["migrations"]
    assert any(row[0] == "projects_project" and row[1] == "search_grams" and row[8] == "ALWAYS" for row in fresh["columns"])
    assert any(row[0] == "projects_project" for row in fresh["triggers"])


@pytest.mark.skipif(not os.environ.get("CI"), reason="all migrations one by one take minutes: CI=true runs it")
def test_it_is_the_same_as_after_every_migration(fresh, tmp_path):
    plain = outline("plain", tmp_path)
    for name, rows in plain.items():
        assert fresh[name] == rows, name
