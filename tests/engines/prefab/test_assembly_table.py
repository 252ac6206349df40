"""The table of clues: every entry has a source, and a wrong table is refused in words."""

import copy

import pytest

from hezhu.engines.prefab import ProfileInvalid
from hezhu.engines.prefab.clues import Clues, entries
from hezhu.engines.prefab.profile import read_table
from tests.engines.prefab.drawn import Block

TABLE = read_table("model-quantities")
ROWS = list(entries(TABLE))


@pytest.mark.parametrize(("place", "row"), ROWS, ids=[place for place, _ in ROWS])
def test_every_entry_names_a_source(place, row):
    assert row["source"] in TABLE["sources"]
    assert all(isinstance(key, str) for key in row), "YAML reads yes and no as booleans"


def test_every_source_says_whether_someone_held_it():
    assert {row["status"] for row in TABLE["sources"].values()} <= {"confirmed", "to-be-confirmed"}
    assert all("印本" in TABLE["sources"][name]["title"] for name in ("gbt51129", "gbt51129-notes"))


def test_every_statement_says_what_to_add():
    assert all(statement["ask"] and statement["clues"] for statement in TABLE["statements"].values())
    assert len(ROWS) > 80


def test_every_statement_that_is_asked_exists():
    asked = [row["when"] for row in TABLE["vertical_members"]]
    assert set(asked) <= set(TABLE["statements"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"property": "X"}, "statements.masonry 第 1 条 没有写明来源"),
        ({"source": "hearsay", "property": "X"}, "statements.masonry 第 1 条 没有写明来源"),
        ({"source": "platform", "propety": "X"}, "statements.masonry 第 1 条 没有写明看什么；可用："),
    ],
)
def test_a_wrong_clue_stops_the_evaluation(tmp_path, change, words):
    table = copy.deepcopy(TABLE)
    table["statements"]["masonry"]["clues"][0] = change
    with pytest.raises(ProfileInvalid, match=words):
        Clues(Block().read(tmp_path), table)
