"""pytest plugin: gives the tests a database of their own before Django reads its settings."""

from __future__ import annotations

import os
from pathlib import Path

from hezhu.config import embedded

os.environ.setdefault("HEZHU_VAR", str(Path(__file__).resolve().parents[2] / "var" / "test"))
_handle = None


def pytest_configure() -> None:
    """Nothing: the work is done when the plugin is loaded, before pytest-django."""


if not os.environ.get("DATABASE_URL"):
    url, _handle = embedded.start(durable=False)
    os.environ["DATABASE_URL"] = url
worker = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ.setdefault("HEZHU_TEST_DATABASE", f"test_hezhu{worker}")
