"""Clause packs: what they hold, what is in force when, and how a wrong one is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from hezhu.engines import review
from hezhu.engines.review.judgement import cannot_judge
from hezhu.engines.review.methods import Method, find_method, registry
from hezhu.engines.review.pack import rulepacks_folder

MINIMAL = {
    "title": "试验",
    "version": "1",
    "jurisdiction": "试验",
    "effective_from": "2020-01-01",
    "recognition": "words.yaml",
    "clauses": [
        {
            "id": "a",
            "standard": "S",
            "clause": "1",
            "title": "t",
            "text": "t",
            "method": "space-area",
            "limits": {"area": {"op": ">=", "value": 5, "unit": "m2"}},
            "status": "confirmed",
            "effective_from": "2020-01-01",
        }
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    clauses = tmp_path / "clauses"
    clauses.mkdir()
    (clauses / "words.yaml").write_text("functions: {bedroom: {label: 卧室, words: [卧室]}}")
    monkeypatch.setenv("HEZHU_RULEPACKS", str(tmp_path))
    return clauses


def write(folder: Path, **changes: object) -> None:
    clause = {key: value for key, value in {**MINIMAL["clauses"][0], **changes}.items() if value is not None}
    (folder / "trial.yaml").write_text(yaml.safe_dump({**MINIMAL, "clauses": [clause]}, allow_unicode=True))


def test_the_base_pack_is_there() -> None:
    assert "cn-base" in review.list_packs()
    pack = review.load_pack()
    assert (pack.name, pack.version, pack.jurisdiction) == ("cn-base", "2026.11.3", "中国")
    assert len(pack.clauses) == 196


def test_every_clause_names_a_method_that_exists_and_a_source() -> None:
    for clause in review.load_pack().clauses:
        assert find_method(clause).name == clause.method
        assert clause.source, clause.id
        assert set(clause.yields_to) <= {other.id for other in review.load_pack().clauses}


def test_no_clause_from_a_standard_claims_to_be_confirmed() -> None:
    confirmed = [clause.id for clause in review.load_pack().clauses if clause.confirmed]
    assert confirmed
    assert all(name.startswith("model-") for name in confirmed)
    assert len(confirmed) == 5


@pytest.mark.parametrize(
    ("on", "height_clause", "count"),
    [
        (dt.date(2025, 4, 30), "gb50096-5.5.2-clear-height-living", 159),
        (dt.date(2025, 5, 1), "gb55038-4.1.2-clear-height-living", 186),
    ],
)
def test_the_date_of_the_project_decides_what_is_in_force(on: dt.date, height_clause: str, count: int) -> None:
    names = [clause.id for clause in review.load_pack().in_force(on)]
    assert [name for name in names if "clear-height-living" in name] == [height_clause]
    assert len(names) == count


def test_the_packs_folder_is_beside_the_package() -> None:
    assert (rulepacks_folder() / "clauses" / "cn-base.yaml").is_file()


def test_an_unknown_pack_is_refused() -> None:
    with pytest.raises(review.PackInvalid, match="没有名为“nowhere”的条文包"):
        review.load_pack("nowhere")
    with pytest.raises(review.PackInvalid, match="没有名为"):
        review.load_pack("../clauses/cn-base")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"standard": None}, "缺少字段 'standard'"),
        ({"status": None}, "缺少字段 'status'"),
        ({"effective_from": "去年"}, "日期应为"),
        ({"limits": {"area": {"op": ">", "value": 5, "unit": "m2"}}}, "op 应为"),
        ({"limits": {"area": {"op": ">=", "value": "五", "unit": "m2"}}}, "could not convert"),
        ({"severity": "huge"}, "huge"),
    ],
)
def test_a_wrong_clause_is_refused_by_name(folder: Path, changes: dict, words: str) -> None:
    write(folder, **changes)
    with pytest.raises(review.PackInvalid) as caught:
        review.load_pack("trial")
    assert "trial.yaml 条文 a" in str(caught.value)
    assert words in str(caught.value)


def test_a_repeated_clause_is_refused(folder: Path) -> None:
    (folder / "trial.yaml").write_text(yaml.safe_dump({**MINIMAL, "clauses": MINIMAL["clauses"] * 2}, allow_unicode=True))
    with pytest.raises(review.PackInvalid, match="条文编号 a 重复"):
        review.load_pack("trial")


def test_a_file_that_is_no_yaml_is_refused(folder: Path) -> None:
    (folder / "trial.yaml").write_text("a: [1")
    with pytest.raises(review.PackInvalid, match=r"trial\.yaml 读不出来"):
        review.load_pack("trial")


def test_an_unknown_method_is_refused(folder: Path) -> None:
    write(folder, method="guess")
    with pytest.raises(review.PackInvalid, match="方法“guess”不存在"):
        find_method(review.load_pack("trial").clauses[0])


def test_a_missing_limit_is_named(folder: Path) -> None:
    write(folder, limits={})
    with pytest.raises(review.PackInvalid, match="需要限值“area”"):
        review.load_pack("trial").clauses[0].limit("area")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("303-卧室1", "bedroom"),
        ("主卧", "bedroom"),
        ("兼起居的卧室", "bedroom_living"),
        ("客餐厅", "living"),
        ("6F-走廊", "corridor"),
        ("过道", "passage"),
        ("楼梯间", "stairwell"),
        ("电梯井1", "lift_shaft"),
        ("管井", "shaft"),
        ("合用前室", "combined_lobby"),
        ("消防电梯前室", "fire_lift_lobby"),
        ("电梯厅", "lift_lobby"),
        ("公共卫生间", "bathroom"),
        ("Bathroom 1", "bathroom"),
        ("WOMENS RR", "bathroom"),
        ("CORRIDOR", "corridor"),
        ("Hall", "passage"),
        ("Banquet Hall A", "assembly"),
        ("Schlafen-1", "bedroom"),
        ("Room", None),
        ("702-04", None),
        ("corridors of power", None),
    ],
)
def test_room_functions_are_recognised_from_names(name: str, key: str | None) -> None:
    function = review.load_pack().recognition.function_of([name])
    assert (function.key if function else None) == key


def test_another_package_can_bring_a_method(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = Method("county-trees", lambda site, clause: (), lambda facts, clause, site: cannot_judge("树"), "没有树")

    class Point:
        name = "county-trees"

        @staticmethod
        def load() -> Method:
            return foreign

    monkeypatch.setattr(registry, "entry_points", lambda group: [Point] if group == "hezhu.review.methods" else [])
    registry._third_party.cache_clear()
    write(folder, method="county-trees")
    assert find_method(review.load_pack("trial").clauses[0]) is foreign
    registry._third_party.cache_clear()
