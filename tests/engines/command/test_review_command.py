"""``hezhu review``: exit status, summary, report files, refusals."""

import json

import pytest

from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.prefab import sheet_template
from hezhu.engines.review.command import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("command")
    write_sample(path / "clean.ifc", storeys=3)
    write_sample(path / "faulty.ifc", {"narrow-door", "missing-fire-rating", "missing-room-function"}, storeys=3)
    return path


@pytest.fixture(scope="module")
def shipped_ids():
    from hezhu.engines.review.pack import rulepacks_folder

    return str(rulepacks_folder() / "ids" / "jiaxing-data-requirements.ids")


def test_nothing_failed_is_zero(folder, shipped_ids, capsys):
    assert main([str(folder / "clean.ifc"), "--ids", shipped_ids, "--json", "--date", "2026-11-23"]) == 0
    out = capsys.readouterr().out
    summary = json.loads(out)
    assert out.count("\n") == 1
    assert (summary["counts"]["fail"], summary["counts"]["manual"], summary["exit"]) == (0, 0, 0)
    assert summary["ids"] == ["jiaxing-data-requirements.ids"]
    assert summary["context"] == {"building_kind": "dwelling", "on": "2026-11-23", "height_m": None, "new_build": True}
    assert summary["assembly"]["is_prefab_building"] is True
    assert summary["assembly"]["unknowns"] == ["管线分离"]
    assert summary["files"] == {}


def test_something_failed_is_one_and_reports_are_written(folder, shipped_ids, tmp_path, capsys):
    out = tmp_path / "new" / "reports"
    assert main([str(folder / "faulty.ifc"), "--ids", shipped_ids, "--out", str(out)]) == 1
    assert sorted(path.name for path in out.iterdir()) == ["review.bcf", "review.html", "review.json"]
    data = json.loads((out / "review.json").read_text("utf-8"))
    wrong = {(f["rule"], f["subject"]["name"]) for f in data["findings"] if f["verdict"] in ("fail", "manual")}
    assert wrong == {
        ("gb55038-4.1.14-door-width", "303-卧室1-门"),
        ("model-space-function", "302-04"),
        ("ids:jiaxing-data-requirements:room-function", "302-04"),
        ("ids:jiaxing-data-requirements:wall-fire-rating", "3F-XQ-1E"),
    }
    table = capsys.readouterr().out
    assert "不符合 3  需人工 1" in table
    assert "计为装配式建筑，A 级" in table


def test_the_sheet_fills_what_the_model_does_not_say(folder, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(sheet_template().replace("q3d,管线分离,,,", "q3d,管线分离,600,1000,"), "utf-8", newline="")
    main([str(folder / "clean.ifc"), "--json"])
    without = json.loads(capsys.readouterr().out)["assembly"]
    main([str(folder / "clean.ifc"), "--sheet", str(sheet), "--json"])
    entered = json.loads(capsys.readouterr().out)["assembly"]
    assert (without["is_lower_bound"], entered["is_lower_bound"]) == (True, False)
    assert entered["groups"]["Q3"] == without["groups"]["Q3"] + 5.0
    assert entered["rate"] == pytest.approx(without["rate"] + 5.0)


def test_clauses_of_another_kind_and_date(folder, capsys):
    main([str(folder / "clean.ifc"), "--kind", "public", "--date", "2015-01-01", "--json"])
    context = json.loads(capsys.readouterr().out)["context"]
    assert (context["building_kind"], context["on"]) == ("public", "2015-01-01")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"this is no model at all", "not-ifc")],
)
def test_a_model_that_cannot_be_read_is_two(tmp_path, capsys, content, code):
    path = tmp_path / "bad.ifc"
    path.write_bytes(content)
    assert main([str(path), "--json"]) == 2
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert (answer["error"]["code"], answer["exit"]) == (code, 2)
    assert captured.err.startswith("没有出具任何结论：")


def test_a_missing_model_is_two(tmp_path, capsys):
    assert main([str(tmp_path / "none.ifc")]) == 2
    assert "没有出具任何结论" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pack", "nowhere"], "没有名为“nowhere”的条文包"),
        (["--profile", "nowhere"], "没有评分规则“nowhere”"),
        (["--sheet", "none.csv"], "找不到文件 none.csv"),
        (["--ids", "none.ids"], "数据要求文件 none.ids 不合格：文件打不开"),
    ],
)
def test_what_else_cannot_be_read_is_two(folder, capsys, arguments, message):
    assert main([str(folder / "clean.ifc"), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_two(folder, tmp_path, capsys):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", "utf-8")
    assert main([str(folder / "clean.ifc"), "--out", str(blocked)]) == 2
    assert "报告写不进" in capsys.readouterr().err


def test_a_wrong_date_is_told(folder, capsys):
    with pytest.raises(SystemExit) as caught:
        main([str(folder / "clean.ifc"), "--date", "23.11.2026"])
    assert caught.value.code == 2
    assert "“23.11.2026”不是日期" in capsys.readouterr().err
