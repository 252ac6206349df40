"""Kinds of work that exist for the tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from hezhu.core.access.models import User
from hezhu.core.jobs.actions import defer
from hezhu.core.jobs.models import Job
from hezhu.core.jobs.registry import KINDS
from tests.core.jobs import work  # noqa: F401 - declares the kinds


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace the work of the kind "test.work" by a function."""

    def replace(function: Callable) -> None:
        monkeypatch.setitem(KINDS, "test.work", function)

    return replace


@pytest.fixture(autouse=True)
def empty_queue(db: None) -> None:
    """A test with real transactions elsewhere may have left jobs, for the queue's tables are not Django's to empty."""
    ProcrastinateJob.objects.all()._raw_delete("default")


@pytest.fixture
def waiting(city_officer: User) -> Job:
    """The only job in the queue."""
    return defer("test.work", by=city_officer, title="测试事项", url="/bim/1/", number=7)
