"""Two evaluations side by side, the sheets they are written to, and the command."""

import csv
import json

import openpyxl
import pytest

from hezhu.engines.prefab import ItemInput, Provenance, Stage, compare, load_profile, quantities_from_model, rate
from hezhu.engines.prefab.command import main
from hezhu.engines.prefab.evaluation import Evaluation
from tests.engines.prefab.drawn import Block, column


def block(folder, cast=(), dropped=(), added=(), unsaid=(), high=3.0):
    """Four columns of 0.5 × 0.5 m, precast but for those named."""
    drawn = Block()
    for number in (1, 2, 3, 4, *added):
        made = column(drawn, (number, 0, 0, number + 0.5, 0.5, high if number == 4 else 3.0))
        made.Name = f"KZ-{number}"
        if number not in unsaid:
            drawn.said(made, Prefabricated=number not in cast)
        if number in dropped:
            drawn.file.remove(made)
    folder.mkdir()
    return drawn.save(folder)


def evaluation(path, stage=Stage.DESIGN, profile="gbt51129-2017"):
    from hezhu.engines.ifc import read

    scoring = load_profile(profile)
    inputs = quantities_from_model(read(path), scoring, "dwelling")
    return Evaluation(path.name, stage, rate(inputs, scoring, "dwelling"), inputs)


def test_what_became_cast_on_the_way_to_completion(tmp_path):
    """4 of 4 columns precast becomes 2 of 4: 30 points become 23.3."""
    before = evaluation(block(tmp_path / "a"))
    after = evaluation(block(tmp_path / "b", cast=(2, 3)), Stage.COMPLETION)
    found = compare(before, after)
    item = found.items[0]
    assert (item.share_before, item.share_after, item.score_before, item.score_after) == (1.0, 0.5, 30.0, 23.3)
    assert [(c.kind.label, c.name, c.numerator_before, c.numerator_after) for c in item.changes] == [
        ("由计入变为不计入", "KZ-2", pytest.approx(0.75), 0.0),
        ("由计入变为不计入", "KZ-3", pytest.approx(0.75), 0.0),
    ]
    assert (found.stage_before, found.stage_after) == ("design", "completion")
    assert (found.rate_before, found.rate_after, found.points) == (30.0, 23.3, -6.7)
    assert [i.id for i in found.items if i.differs] == ["q1a"]


def test_every_kind_of_change(tmp_path):
    before = evaluation(block(tmp_path / "a", cast=(1,), unsaid=(3,)))
    after = evaluation(block(tmp_path / "b", unsaid=(2,), added=(5,), high=3.2))
    assert [(c.kind.label, c.name) for c in compare(before, after).items[0].changes] == [
        ("由不计入变为计入", "KZ-1"),
        ("变为没有说明", "KZ-2"),
        ("补上说明", "KZ-3"),
        ("新增构件", "KZ-5"),
        ("尺寸变化", "KZ-4"),
    ]
    gone = compare(after, before).items[0].changes
    assert ("构件没有了", "KZ-5") in [(c.kind.label, c.name) for c in gone]


def test_the_same_model_differs_in_nothing(tmp_path):
    one = evaluation(block(tmp_path / "a"))
    found = compare(one, one)
    assert (found.points, [item.id for item in found.items if item.differs]) == (0.0, [])


def test_new_global_ids_pair_by_storey_class_and_name(tmp_path):
    before = evaluation(block(tmp_path / "a"))
    path = block(tmp_path / "b", cast=(2,))
    text = path.read_text("utf-8")
    for row in before.inputs["q1a"].elements:
        text = text.replace(row.global_id, row.global_id[:-2] + "zz")
    path.write_text(text, "utf-8")
    assert [(c.kind.label, c.name) for c in compare(before, evaluation(path)).items[0].changes] == [("由计入变为不计入", "KZ-2")]


def test_different_profiles_do_not_compare(tmp_path):
    path = block(tmp_path / "a")
    with pytest.raises(ValueError, match=r"两次评价的评分表不同（gbt51129-2017、db33t1165-2019），不能比较"):
        compare(evaluation(path), evaluation(path, profile="db33t1165-2019"))


def test_a_sheet_that_decided_is_named(tmp_path):
    before = evaluation(block(tmp_path / "a"))
    given = {**before.inputs, "q1a": ItemInput(Provenance.SHEET, ratio=0.5, other=before.inputs["q1a"])}
    after = Evaluation("x", Stage.DESIGN, rate(given, load_profile()), given)
    item = compare(before, after).items[0]
    assert (item.decided_by_sheet, item.changes, item.differs) == (True, (), True)


def test_the_command_writes_what_it_found(tmp_path, capsys):
    design, built = block(tmp_path / "a"), block(tmp_path / "b", cast=(2, 3))
    out = tmp_path / "out"
    done = main([str(built), "--stage", "completion", "--compare", str(design), "--kind", "dwelling", "--out", str(out)])
    printed = capsys.readouterr().out
    assert done == 0
    assert "drawing.ifc：评价（竣工验收后），GB/T 51129-2017 装配式建筑评价标准（待核）" in printed
    assert "柱、支撑、承重墙、延性墙板等竖向构件：100.0% → 50.0%，得分 30 → 23.3，2 个构件变化" in printed
    assert "装配率 30.0% → 23.3%，-6.7 个百分点" in printed
    with (out / "assembly.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["构件"], row["计入情况"], row["分子"], row["构件量"], row["单位"]) for row in rows][:2] == [
        ("KZ-1", "计入分子", "0.75", "0.75", "m³"),
        ("KZ-2", "只计分母", "0.0", "0.75", "m³"),
    ]
    book = openpyxl.load_workbook(out / "assembly.xlsx", read_only=True)
    assert book.sheetnames == ["评价项", "楼层", "构件", "变化"]
    assert [[cell.value for cell in row][3:6] for row in book["变化"].iter_rows(min_row=2)] == [
        ["KZ-2", rows[1]["GlobalId"], "由计入变为不计入"],
        ["KZ-3", rows[2]["GlobalId"], "由计入变为不计入"],
    ]
    data = json.loads((out / "assembly.json").read_text("utf-8"))
    assert (data["format"], data["stage"], data["comparison"]["points"]) == ("hezhu-assembly/1", "completion", -6.7)
    assert data["items"]["q1a"]["storeys"] == [{"storey": "1F", "numerator": 1.5, "denominator": 3.0}]


def test_the_command_answers_in_json(tmp_path, capsys):
    assert main([str(block(tmp_path / "a")), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["stage"], data["rate"]["items"][0]["score"]) == ("design", 30.0)
    assert len(data["items"]["q1a"]["elements"]) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.ifc"], "没有出具任何结论："),
        (["{model}", "--profile", "nowhere"], "没有评分规则“nowhere”"),
        (["{model}", "--sheet", "missing.csv"], "找不到文件 missing.csv"),
        (["{model}", "--compare", "missing.ifc"], "没有出具任何结论："),
        (["{model}", "--out", "{model}/sub"], "换一个目录再试"),
    ],
)
def test_what_cannot_be_read_is_told_without_a_traceback(tmp_path, capsys, arguments, words):
    model = block(tmp_path / "a")
    assert main([argument.format(model=model) for argument in arguments]) == 2
    assert words in capsys.readouterr().err


def test_names_that_look_like_formulas_stay_text(tmp_path):
    drawn = Block()
    made = column(drawn, (0, 0, 0, 1, 1, 3), True)
    made.Name = '=HYPERLINK("x")'
    assert main([str(drawn.save(tmp_path)), "--out", str(tmp_path / "out")]) == 0
    assert '\'=HYPERLINK(""x"")' in (tmp_path / "out" / "assembly.csv").read_text("utf-8-sig")
