"""A project with its accounts, and ways to take BCF files in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hezhu.bim.topics import importing
from hezhu.bim.topics.actions import Said, raise_topic
from hezhu.bim.topics.importing import Taken
from hezhu.bim.topics.models import Topic
from hezhu.engines import bcf
from tests.bim.conftest import case, engines, kept_in, queued, submission  # noqa: F401
from tests.engines.bcf import book

Take = Callable[..., Taken]


@pytest.fixture
def take(project, city_officer, tmp_path: Path) -> Take:
    """Writes topics into a file and takes it into the project."""

    def taken(*topics: bcf.Topic, version: str = "3.0", **head: object) -> Taken:
        with bcf.open_bcf(book.write(tmp_path / "in.bcf", *topics, version=version, **head)) as file:
            return importing.take(file, project, by=city_officer)

    return taken


@pytest.fixture
def topic(project, firm_user) -> Topic:
    """A topic that the firm raised."""
    return raise_topic(project, Said("走廊净高不足", labels=["建筑"], priority="高"), by=firm_user)
