"""Drawn models: tolerances, what never counts, clearances, duplicates, several files, and what cannot be checked."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from hezhu import cli
from hezhu.engines import ifc
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.clash import clash, load_clash_pack
from hezhu.engines.review.pack import PackInvalid
from tests.engines.ifc.drawing import Drawing


def drawing() -> Drawing:
    made = Drawing()
    made.storey("1F", 0.0)
    return made


def wall(made: Drawing) -> Any:
    """A wall of 4 m × 0.2 m × 3 m at the origin."""
    return made.element("IfcWall", "1F", [made.box(0, 0, 0, 4, 0.2, 3)], Name="墙")


def pipe(made: Drawing, y0: float, y1: float, x: float = 1.0, side: float = 0.1, name: str = "管") -> Any:
    """A square pipe along y."""
    return made.element("IfcPipeSegment", "1F", [made.box(x, y0, 1, x + side, y1, 1 + side)], Name=name)


def fails(made: Drawing, folder: Path, pack: str = "default") -> list[Finding]:
    result = clash([made.read(folder)], load_clash_pack(pack))
    return [finding for finding in result.findings if finding.verdict is Verdict.FAIL]


@pytest.mark.parametrize(("deep", "found"), [(0.026, True), (0.025, False), (0.024, False), (0.0, False), (-0.01, False)])
def test_a_clash_counts_beyond_its_tolerance(tmp_path: Path, deep: float, found: bool) -> None:
    """机电与建筑: 25 mm."""
    made = drawing()
    own = wall(made)
    other = pipe(made, 0.2 - deep, 2.0)
    findings = fails(made, tmp_path)
    assert len(findings) == int(found)
    for finding in findings:
        assert finding.key == f"clash-mep-architecture:{own.GlobalId}|{other.GlobalId}"
        assert finding.measured is not None
        assert finding.measured.value == pytest.approx(deep)
        assert finding.required is not None
        assert finding.required.value == 0.025
        assert finding.shape is not None
        assert finding.shape.points == ((1.0, round(0.2 - deep, 4), 1.0), (1.1, 0.2, 1.1))
        assert finding.detail["with"]["name"] == "墙"


def test_a_thin_pipe_through_a_wall_counts_although_thinner_than_the_tolerance(tmp_path: Path) -> None:
    made = drawing()
    wall(made)
    pipe(made, -1.0, 2.0, side=0.02)
    (finding,) = fails(made, tmp_path)
    assert finding.measured is not None
    assert finding.measured.value == pytest.approx(0.02)


def test_contained_counts(tmp_path: Path) -> None:
    made = drawing()
    wall(made)
    pipe(made, 0.05, 0.15)
    assert len(fails(made, tmp_path)) == 1


def test_a_door_in_its_wall_never_counts_and_in_another_wall_does(tmp_path: Path) -> None:
    made = drawing()
    host = wall(made)
    door = made.element("IfcDoor", "1F", [made.box(1, 0.02, 0, 2, 0.18, 2)], Name="门")
    assert [finding.title for finding in fails(made, tmp_path)] == ["建筑构件之间碰撞"]
    opening = made.add("IfcOpeningElement", Name="洞")
    made.add("IfcRelVoidsElement", RelatingBuildingElement=host, RelatedOpeningElement=opening)
    made.add("IfcRelFillsElement", RelatingOpeningElement=opening, RelatedBuildingElement=door)
    assert fails(made, tmp_path) == []


def test_connected_pipes_parts_of_one_whole_and_declared_connections_never_count(tmp_path: Path) -> None:
    made = drawing()
    pipes = [pipe(made, 0.0, 1.0, name="甲"), pipe(made, 0.5, 2.0, name="乙")]
    assert len(fails(made, tmp_path)) == 1
    ports = []
    for each in pipes:
        port = made.add("IfcDistributionPort", Name="口")
        made.add("IfcRelNests", RelatingObject=each, RelatedObjects=[port])
        ports.append(port)
    made.add("IfcRelConnectsPorts", RelatingPort=ports[0], RelatedPort=ports[1])
    assert fails(made, tmp_path) == []


@pytest.mark.parametrize("how", ["assembly", "connects"])
def test_relations_of_the_model_excuse(tmp_path: Path, how: str) -> None:
    made = drawing()
    first, second = wall(made), made.element("IfcWindow", "1F", [made.box(1, 0, 1, 2, 0.2, 2)], Name="窗")
    assert len(fails(made, tmp_path)) == 1
    if how == "assembly":
        whole = made.element("IfcElementAssembly", "1F", [], Name="组合")
        made._relate(whole, [first, second])
    else:
        made.add("IfcRelConnectsElements", RelatingElement=first, RelatedElement=second)
    assert fails(made, tmp_path) == []


def test_a_beam_on_a_column_and_a_covering_on_a_wall_never_count(tmp_path: Path) -> None:
    made = drawing()
    wall(made)
    made.element("IfcColumn", "1F", [made.box(6, 0, 0, 6.4, 0.4, 3)], Name="柱")
    made.element("IfcBeam", "1F", [made.box(6.1, 0.1, 2.5, 9, 0.3, 3)], Name="梁")
    made.element("IfcCovering", "1F", [made.box(0, 0.1, 0, 4, 0.22, 3)], Name="饰面")
    assert fails(made, tmp_path) == []
    made.element("IfcWall", "1F", [made.box(6.2, -1, 0, 6.3, 1, 3)], Name="隔墙")
    result = clash([made.read(tmp_path)])
    assert result.excused["梁、柱、基础与板、墙整体相连"] == 2


def test_walls_may_meet_but_not_run_through_one_another(tmp_path: Path) -> None:
    made = drawing()
    made.element("IfcWall", "1F", [made.box(0, 0, 0, 4, 1.0, 3)], Name="甲")
    made.element("IfcWall", "1F", [made.box(3, 0, 0, 6, 1.0, 3)], Name="乙")
    (finding,) = fails(made, tmp_path)
    assert finding.measured is not None
    assert finding.measured.value == pytest.approx(1.0)


@pytest.mark.parametrize(("away", "found"), [(0.049, True), (0.05, False), (0.0, True)])
def test_clearance(tmp_path: Path, away: float, found: bool) -> None:
    made = drawing()
    made.element("IfcBeam", "1F", [made.box(0, 0, 0, 4, 0.2, 3)], Name="梁")
    pipe(made, 0.2 + away, 2.0)
    findings = fails(made, tmp_path, "clearance")
    assert [round(finding.measured.value, 6) for finding in findings if finding.measured] == ([away] if found else [])


@pytest.mark.parametrize(("shift", "groups"), [(0.0, 1), (0.001, 1), (0.0012, 0)])
def test_duplicates_within_1_mm(tmp_path: Path, shift: float, groups: int) -> None:
    """Beyond 1 mm two alike elements are no duplicate but clash."""
    made = drawing()
    for number in range(3 if shift == 0.0 else 2):
        made.element("IfcDoor", "1F", [made.box(shift * number, 0, 0, 1 + shift * number, 0.2, 2)], Name=f"门{number}")
    findings = fails(made, tmp_path)
    assert [finding.rule == "clash-duplicate" for finding in findings] == [bool(groups)]
    if groups:
        assert len(findings[0].detail["elements"]) == (3 if shift == 0.0 else 2)


def test_the_same_place_but_another_shape_or_class_is_no_duplicate(tmp_path: Path) -> None:
    made = drawing()
    made.element("IfcSlab", "1F", [made.box(0, 0, 0, 2, 2, 0.2)], Name="方")
    made.element("IfcSlab", "1F", [made.prism(((0, 0), (2, 0), (2, 2), (1, 1.5), (0, 2)), 0, 0.2)], Name="缺口")
    assert [finding.title for finding in fails(made, tmp_path)] == ["结构构件之间碰撞"]


def test_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    architecture, services = drawing(), drawing()
    wall(architecture)
    architecture.save(tmp_path, "建筑.ifc")
    for _ in range(5):
        services.add("IfcGroup")
    pipe(services, -1.0, 2.0)
    services.save(tmp_path, "机电.ifc")
    out = tmp_path / "out"
    arguments = ["clash", str(tmp_path / "建筑.ifc"), str(tmp_path / "机电.ifc"), "--out", str(out)]
    assert cli.main([*arguments, "--json", "--limit", "1"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["listed"], told["counts"]["fail"], told["pairs_measured"]) == (1, 1, 1)
    assert told["by_rule"] == {"clash-mep-architecture": 1}
    rows = list(csv.reader((out / "clash.csv").open(encoding="utf-8-sig")))
    assert [row[2] for row in rows[1:] if row[0] == "不符合"] == ["机电.ifc"]
    assert (out / "clash.bcf").stat().st_size > 500
    assert len(json.loads((out / "clash.json").read_text(encoding="utf-8"))["findings"]) == 2
    assert cli.main(arguments) == 1
    assert "机电与建筑碰撞  100.0 mm" in capsys.readouterr().out


def test_repeated_global_ids(tmp_path: Path) -> None:
    made = drawing()
    first, second = wall(made), pipe(made, 5.0, 6.0)
    second.GlobalId = first.GlobalId
    path = made.save(tmp_path, "a.ifc")
    within = [f for f in clash([ifc.read(path)]).findings if f.rule == "clash-global-id"]
    assert [(f.title, f.measured.value if f.measured else 0) for f in within] == [("GlobalId 在文件内重复", 2)]
    across = clash([ifc.read(path), ifc.read(made.save(tmp_path, "b.ifc"))])
    assert {f.title for f in across.findings if f.rule == "clash-global-id"} == {"GlobalId 在多个文件中重复"}
    assert [len(group) for group in across.groups] == [2, 2]


def test_models_on_different_bases_are_left_to_a_person(tmp_path: Path) -> None:
    near, far = drawing(), drawing()
    wall(near)
    far.element("IfcPipeSegment", "1F", [far.box(571700, 3403200, 1, 571701, 3403201, 2)], Name="管")
    result = clash([ifc.read(near.save(tmp_path, "a.ifc")), ifc.read(far.save(tmp_path, "b.ifc"))])
    (finding,) = [f for f in result.findings if f.verdict is Verdict.MANUAL]
    assert "坐标基准" in finding.missing[0]
    assert "3450.9 km" in finding.missing[0]


def test_map_conversions_that_differ_are_left_to_a_person(tmp_path: Path) -> None:
    paths = []
    for number in (0, 1):
        made = drawing()
        pipe(made, 3.0 * number, 3.0 * number + 1)
        crs = made.file.create_entity("IfcProjectedCRS", Name="EPSG:4549")
        made.file.create_entity(
            "IfcMapConversion",
            SourceCRS=made.context,
            TargetCRS=crs,
            Eastings=100.0 * number,
            Northings=0.0,
            OrthogonalHeight=0.0,
        )
        paths.append(made.save(tmp_path, f"{number}.ifc"))
    result = clash([ifc.read(path) for path in paths])
    assert ["地理参照" in f.missing[0] for f in result.findings if f.verdict is Verdict.MANUAL] == [True]


def test_a_discipline_without_geometry_is_left_to_a_person(tmp_path: Path) -> None:
    made = drawing()
    wall(made)
    made.element("IfcPipeSegment", "1F", [], Name="无形管")
    findings = clash([made.read(tmp_path)]).findings
    assert [f.missing for f in findings if f.verdict is Verdict.MANUAL] == [("机电专业全部 1 个构件的几何：无形管",)]
    assert [f.method for f in findings if f.verdict is Verdict.NOT_APPLICABLE] == ["模型中没有结构专业的构件"]


def test_what_cannot_be_used_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["clash", str(tmp_path / "none.ifc"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit"] == 2
    made = drawing()
    assert cli.main(["clash", str(made.save(tmp_path)), "--pack", "x"]) == 2
    assert "没有名为“x”的碰撞规则" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["clash", "a.ifc", "--limit", "-1"])


def test_a_model_of_an_older_schema(tmp_path: Path) -> None:
    made = Drawing(schema="IFC2X3")
    made.storey("1F", 0.0)
    wall(made)
    made.element("IfcFlowSegment", "1F", [made.box(1, -1, 1, 1.1, 1, 1.1)], Name="管")
    assert [f.title for f in fails(made, tmp_path)] == ["机电与建筑碰撞"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: hard, tolerance_mm: 10", "kind: soft, tolerance_mm: 10", "kind 应为 hard 或 clearance"),
        ("tolerance_mm: 10", "tolerance_mm: 十", "tolerance_mm 应为正数"),
        ("a: mep, b: structure", "a: mep, b: site", "b 应为 disciplines 中的专业"),
        ("id: mep-architecture", "id: mep-structure", "编号重复"),
        ("relation: fills", "relation: near", "relation 应为"),
        ("share: 0.5", "share: 0", "measuring.share 应为正数"),
        ("title: 碰撞检查（默认）\n", "", "缺少字段"),
        ("disciplines:", "disciplines: [", "读不出来"),
        ("severity: general", "severity: grave", "读不出来"),
    ],
)
def test_a_wrong_pack_is_refused_with_its_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str
) -> None:
    text = (Path(__file__).parents[3] / "rulepacks" / "clash" / "default.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "clash").mkdir()
    (tmp_path / "clash" / "default.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setenv("HEZHU_RULEPACKS", str(tmp_path))
    with pytest.raises(PackInvalid) as caught:
        load_clash_pack()
    assert words in str(caught.value)
