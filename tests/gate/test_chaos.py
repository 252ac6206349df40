"""A short trial by kill -9; five minutes of it by hand: ``python -m tests.gate.chaos --seconds 300 --folder FOLDER``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 30


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_counted_twice(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "XDG_RUNTIME_DIR", "HEZHU_TEST_DATABASE"}}
    command = [sys.executable, "-m", "tests.gate.chaos", "--seconds", str(SECONDS), "--folder", str(tmp_path / "var")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "nothing acknowledged was lost or counted twice" in done.stdout
