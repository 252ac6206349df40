"""Every clause on fire, evacuation and civil buildings has its five drawn cases."""

from __future__ import annotations

import pytest
import yaml

from hezhu.engines.review.pack import rulepacks_folder
from tests.engines.clauses.battery import lacking

FILES = ("fire", "evacuation", "enclosure", "civil")


@pytest.mark.parametrize("name", FILES)
def test_no_clause_lacks_a_case(name: str) -> None:
    path = rulepacks_folder() / "clauses" / "cn-base" / f"{name}.yaml"
    assert lacking([row["id"] for row in yaml.safe_load(path.read_text(encoding="utf-8"))["clauses"]]) == []
