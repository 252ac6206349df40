"""``hezhu pack``: what is listed and shown, and the data requirements made from the table of needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hezhu import cli
from hezhu.engines import ifc
from hezhu.engines.findings import Verdict
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review import load_pack
from hezhu.engines.review.ids.check import check, load
from hezhu.engines.review.methods import registry
from hezhu.engines.review.needs import load_needs, write_ids
from hezhu.engines.review.pack import PackInvalid, rulepacks_folder
from tests.engines.ifc.drawing import Drawing, rectangle

SHIPPED = rulepacks_folder() / "ids" / "jiaxing-data-requirements.ids"


def test_every_method_says_what_it_needs() -> None:
    assert set(registry._METHODS) - set(load_needs().methods) == set()
    assert load_needs().unknown(load_pack()) == []


def test_the_shipped_file_is_what_the_command_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run ``hezhu pack ids --out rulepacks/ids/jiaxing-data-requirements.ids`` when this fails. Descriptions may lag behind."""
    assert cli.main(["pack", "ids", "--out", str(tmp_path / "made.ids")]) == 0
    assert "条规格" in capsys.readouterr().out
    made, shipped = load(tmp_path / "made.ids"), load(SHIPPED)
    assert [(s.identifier, s.applicability, s.requirements) for s in made.specifications] == [
        (s.identifier, s.applicability, s.requirements) for s in shipped.specifications
    ]


def test_a_specification_says_which_clauses_and_engines_use_it() -> None:
    used = load_needs().of(load_pack())
    assert "GB 55038-2025 4.1.7" in used["flat-zone"][0]
    assert used["site-place"] == ([], ["日照分析"])
    text = write_ids(load_needs(), load_pack())
    assert "用于：日照分析。" in text
    assert 'ifcVersion="IFC2X3 IFC4 IFC4X3_ADD2"' in text


def test_only_what_a_pack_uses_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packs = copied(tmp_path, monkeypatch)
    (packs / "clauses" / "small.yaml").write_text(
        "title: 小\nversion: 1\njurisdiction: 测试\neffective_from: 2020-01-01\nrecognition: recognition/cn-rooms.yaml\nclauses:\n"
        "  - {id: a, standard: 测试, clause: '1', title: 甲, text: 甲, method: lift-count, status: to-be-confirmed,"
        " effective_from: 2020-01-01, source: 测试}\n",
        encoding="utf-8",
    )
    needs = packs / "needs.yaml"
    text = needs.read_text(encoding="utf-8")
    needs.write_text(text[: text.index("engines:\n")] + "engines: {}\n", encoding="utf-8")
    assert set(load_needs().of(load_pack("small"))) == {"storey-level", "lift-name"}


def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(rulepacks_folder(), tmp_path / "packs")
    monkeypatch.setenv("HEZHU_RULEPACKS", str(tmp_path / "packs"))
    return tmp_path / "packs"


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "asked.ids"
    path.write_text(write_ids(load_needs(), load_pack()), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        (set(), set()),
        ({"missing-room-function"}, {("room-function", "202-04")}),
        ({"missing-fire-rating"}, {("wall-fire-rating", "2F-XQ-1E")}),
        ({"narrow-door", "low-railing", "small-bedroom"}, set()),
    ],
    ids=["clean", "room", "wall", "faults of size"],
)
def test_the_sample_fails_where_data_is_missing_and_only_there(
    tmp_path: Path, asked: Path, fault: set[str], failed: set[tuple[str, str]]
) -> None:
    model = ifc.read(write_sample(tmp_path / "house.ifc", fault, storeys=2))
    found = {(f.rule.rpartition(":")[2], f.subject.name) for f in check(model, asked) if f.verdict is Verdict.FAIL}
    assert found == failed


def test_a_bare_model_fails_every_requirement_that_concerns_it(tmp_path: Path, asked: Path) -> None:
    drawn = Drawing()
    drawn.storey("1F", 0.0)
    drawn.room("1F", "101", rectangle(0, 0, 3, 3))
    drawn.room("1F", "卧室", rectangle(3, 0, 6, 3))
    drawn.door("1F", 1.0, 0.0, 1.0, Name="防火门")
    drawn.element("IfcWall", "1F", [drawn.box(0, 0, 0, 3, 0.2, 3)], Name="墙")
    drawn.element("IfcRailing", "1F", [drawn.box(0, 0, 0, 3, 0.2, 1)], Name="栏杆")
    drawn.element("IfcTransportElement", "1F", [drawn.box(0, 0, 0, 3, 0.2, 1)])
    drawn.add("IfcSite")
    failed = {f.rule.rpartition(":")[2] for f in check(drawn.read(tmp_path), asked) if f.verdict is Verdict.FAIL}
    assert failed == set(load_needs().specifications) - {"room-function", "storey-level"}


def test_the_list_and_the_clauses_of_a_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["pack", "list", "--json"]) == 0
    listed = {(row["kind"], row["name"]): row for row in json.loads(capsys.readouterr().out)}
    assert listed["条文", "cn-base"]["clauses"] == len(load_pack().clauses)
    assert listed["建筑面积", "gbt50353-2013"]["status"] == "to-be-confirmed"
    assert cli.main(["pack", "list"]) == 0
    assert "碰撞  default" in capsys.readouterr().out
    assert cli.main(["pack", "show", "--date", "2021-01-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    ids = {row["id"] for row in told["rows"]}
    assert "gb55019-2.2.2-passage-width" not in ids
    assert told["in_force"] == len(ids) < len(load_pack().clauses)
    assert cli.main(["pack", "show", "--date", "2026-11-23"]) == 0
    text = capsys.readouterr().out
    assert "2.2.2  无障碍通道净宽  待核  width >= 1.2 m" in text


def test_a_screen_gets_the_ids_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["pack", "ids"]) == 0
    assert capsys.readouterr().out.startswith('<?xml version="1.0" encoding="utf-8"?>\n<ids ')


def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["pack", "show", "none"]) == 2
    assert "没有名为“none”的条文包" in capsys.readouterr().err
    assert cli.main(["pack", "ids", "--out", str(tmp_path / "no" / "x.ids")]) == 2
    assert "没有完成" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["pack", "show", "--date", "today"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  lift-count: [storey-level, lift-name]", "  lift-count: [lifts]", "“lift-count”引用了没有定义的规格 lifts"),
        ("words: private", "words: nobody", "没有功能组“nobody”"),
        ("asks: [{attribute: LongName}]", "asks: [{value: x}]", "规格 room-function 的 asks"),
        ("purpose:", "aim:", "缺少字段 'purpose'"),
        ("engines:", "engines: [", "读不出来"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str) -> None:
    table = copied(tmp_path, monkeypatch) / "needs.yaml"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        write_ids(load_needs(), load_pack())
    assert words in str(caught.value)


def test_an_unlisted_method_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    table = copied(tmp_path, monkeypatch) / "needs.yaml"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("  lift-count: [storey-level, lift-name]\n", ""), encoding="utf-8")
    assert cli.main(["pack", "ids"]) == 0
    assert "没有登记这些方法，未写入：lift-count" in capsys.readouterr().err
