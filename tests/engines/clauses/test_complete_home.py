"""Every clause of dwellings, accessibility and the model itself has its cases."""

from __future__ import annotations

import pytest
import yaml

from hezhu.engines.review.pack import rulepacks_folder
from tests.engines.clauses.battery import lacking

FILES = (
    "cn-base.yaml",
    "cn-base/dwelling.yaml",
    "cn-base/flats.yaml",
    "cn-base/accessibility.yaml",
    "cn-base/rooms.yaml",
    "cn-base/services.yaml",
)


@pytest.mark.parametrize("name", FILES)
def test_no_case_is_missing(name: str) -> None:
    rows = yaml.safe_load((rulepacks_folder() / "clauses" / name).read_text(encoding="utf-8"))["clauses"]
    assert lacking([row["id"] for row in rows]) == []
