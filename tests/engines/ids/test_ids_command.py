"""``hezhu ids``: exit status, what is printed, and what is refused."""

import json
from pathlib import Path

import pytest

from hezhu.cli import main
from hezhu.engines.ifc.sample import write_sample

SHIPPED = Path(__file__).parents[3] / "rulepacks" / "ids" / "jiaxing-data-requirements.ids"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ids-command")
    return {
        "clean": str(write_sample(folder / "clean.ifc", storeys=2)),
        "faulty": str(write_sample(folder / "faulty.ifc", {"missing-fire-rating"}, storeys=2)),
    }


def test_a_model_that_holds_exits_0(models, capsys):
    assert main(["ids", models["clean"], str(SHIPPED), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["verdict"], len(each["failed"])) for each in told["specifications"]] == [("pass", 0)] * 14
    assert [each["name"] for each in told["specifications"]][::13] == ["房间须有功能", "墙、板、门、窗须有分类编码"]


def test_a_model_that_fails_exits_1_and_names_the_element(models, capsys):
    assert main(["ids", models["faulty"], str(SHIPPED)]) == 1
    out = capsys.readouterr().out
    assert "不符合  墙须有耐火极限  1 / " in out
    assert r"属性 Pset_WallCommon.FireRating 须为 形如 [0-9]+(\.[0-9]+)?\s*h" in out


def test_a_wrong_ids_exits_2_with_its_place(models, tmp_path, capsys):
    wrong = tmp_path / "wrong.ids"
    wrong.write_text(SHIPPED.read_text("utf-8").replace('dataType="IFCLABEL"', 'dataType="IFCLABLE"'), "utf-8")
    assert main(["ids", models["clean"], str(wrong), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "ids-invalid"
    assert error["place"] == "第 117 行 ids/specifications/specification[5]/requirements/property"
    assert "没有这个数据类型：IFCLABLE" in error["reason"]


def test_a_model_that_cannot_be_read_exits_2(tmp_path):
    broken = tmp_path / "broken.ifc"
    broken.write_text("no model", "utf-8")
    assert main(["ids", str(broken), str(SHIPPED)]) == 2


def test_reports_are_written_beside_each_other(models, tmp_path, capsys):
    assert main(["ids", models["faulty"], str(SHIPPED), "--out", str(tmp_path / "out")]) == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"ids.json", "ids.html", "ids.bcf", "ids.xlsx"}
    told = json.loads((tmp_path / "out" / "ids.json").read_text("utf-8"))
    assert told["exit"] == 1
    failed = {each["rule"].rpartition(":")[2]: each["failed_count"] for each in told["specifications"] if each["failed_count"]}
    assert failed == {"wall-fire-rating": 1}
    assert "ids.xlsx" in capsys.readouterr().out


def test_reports_that_cannot_be_written_exit_2(models, tmp_path, capsys):
    (tmp_path / "taken").write_text("a file", "utf-8")
    assert main(["ids", models["clean"], str(SHIPPED), "--out", str(tmp_path / "taken"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unwritable"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (lambda text: text.replace("IFCPROJECT(", "IFCPROJECTX("), "no-project"),
        (lambda text: text.replace("IFC4", "IFC9", 1), "unknown-schema"),
        (lambda text: text.replace("#20=", "#19=", 1), "corrupt"),
        (lambda text: text.replace(");\n#30=", ";\n#30=", 1), "corrupt"),
    ],
)
def test_a_model_that_cannot_be_trusted_is_refused(models, tmp_path, capsys, broken, code):
    path = tmp_path / "m.ifc"
    text = Path(models["clean"]).read_text("utf-8")
    assert broken(text) != text
    path.write_text(broken(text), "utf-8")
    assert main(["ids", str(path), str(SHIPPED), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
