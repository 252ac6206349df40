"""The commands ``hezhu planning`` and ``hezhu sample-site``, and the sample site with its faults."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from hezhu import cli
from hezhu.engines import ifc
from hezhu.engines.findings import Verdict
from hezhu.engines.review.planning import load_planning, run
from hezhu.engines.review.planning.sample import write_site
from hezhu.engines.review.planning.sample_block import FAULTS, sample_site


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("site") / "site.ifc", sample_site())


def test_the_sound_site_fails_nothing_and_its_figures_are_those_of_the_plan(sound: Path) -> None:
    review = run(ifc.read(sound), load_planning())
    assert [finding for finding in review.findings if finding.verdict is Verdict.FAIL] == []
    assert {key: figure.value for key, figure in review.figures.rows.items()} == pytest.approx(
        {
            "site_area": 220 * 120,
            "footprint": 5 * 40 * 14,
            "density": 2800 / 26400,
            "underground_area": 180 * 76,
            "above_area": 5 * 18 * 560,
            "extra_area": 0,
            "counted_area": 50400,
            "far": 1.91,
            "green_area": 115 * 32 + 180 * 28,
            "green_ratio": 8720 / 26400,
            "height": 52.2,
            "storeys": 18,
            "dwellings": 360,
            "parking": 612,
            "bicycles": 1010,
        }
    )
    assert len(review.figures.rows["above_area"].parts) == 90
    assert review.plan.warnings == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_rule(name: str, tmp_path: Path) -> None:
    review = run(ifc.read(write_site(tmp_path / "site.ifc", sample_site([name]))), load_planning())
    expected = Verdict.MANUAL if name.startswith("no-") else Verdict.FAIL
    assert expected in {finding.verdict for finding in review.findings if finding.rule == FAULTS[name].rule}


def test_the_sample_is_the_same_every_time(sound: Path, tmp_path: Path) -> None:
    assert write_site(tmp_path / "again.ifc", sample_site()).read_bytes() == sound.read_bytes()


def test_the_command_writes_every_report(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text("document: 条件 1 号\nfar_max: 1.9\nheight_max_m: 60\n", encoding="utf-8")
    arguments = ["planning", str(sound), "--conditions", str(conditions), "--out", str(tmp_path / "out"), "--json"]
    assert cli.main(arguments) == 1
    told = json.loads(capsys.readouterr().out)
    (far,) = [finding for finding in told["findings"] if finding["rule"] == "far"]
    assert (far["verdict"], far["measured"]["value"], far["required"]["value"]) == ("fail", 1.91, 1.9)
    assert (far["source"]["standard"], far["detail"]["judged_by"]) == ("条件 1 号", "规划条件")
    assert (told["exit"], told["context"]["conditions"], told["context"]["zone"]) == (1, "条件 1 号", "new_town")
    assert set(told["files"]) == {"json", "html", "bcf", "picture", "indicators"}
    page = (tmp_path / "out" / "planning.html").read_text(encoding="utf-8")
    assert "经济技术指标" in page
    assert "条件 1 号" in page
    with zipfile.ZipFile(tmp_path / "out" / "planning.bcf") as bcf:
        assert sum(name.endswith("markup.bcf") for name in bcf.namelist()) == told["counts"]["fail"] + told["counts"]["manual"]
    drawing = ElementTree.parse(tmp_path / "out" / "planning.svg").getroot()
    assert {"1号楼", "18F 52.2 m", "北侧现状住宅", "6F 18.0 m"} <= {element.text for element in drawing.iter() if element.text}
    book = openpyxl.load_workbook(tmp_path / "out" / "indicators.xlsx")
    rows = {row[0]: row for row in book["经济技术指标"].iter_rows(min_row=2, values_only=True)}
    assert rows["容积率"][1:5] == (1.91, None, "≤ 1.9", "不符合")
    assert sum(row[0] == "地上建筑面积" for row in book["构件明细"].iter_rows(values_only=True)) == 90


def test_keys_of_findings_are_distinct(sound: Path) -> None:
    keys = [finding.key for finding in run(ifc.read(sound), load_planning()).findings]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--pack", "absent"], "没有名为“absent”的规划规则包"),
        (["--conditions", "absent.yaml"], "absent.yaml 打不开"),
        (["--date", "2017-01-01"], "自 2018-09-01 起施行"),
    ],
)
def test_what_cannot_be_used_exits_two(sound: Path, extra: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["planning", str(sound), *extra]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_no_model_exits_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.ifc").write_text("nothing", encoding="utf-8")
    assert cli.main(["planning", str(tmp_path / "x.ifc"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit"] == 2


def test_a_building_without_a_site_is_left_to_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sample-model", str(tmp_path / "house.ifc"), "--storeys", "2"]) == 0
    assert cli.main(["planning", str(tmp_path / "house.ifc")]) == 0
    assert "缺 用地红线" in capsys.readouterr().out


def test_the_sample_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sample-site", str(tmp_path / "a.ifc"), "--faults", "steep-ramp"]) == 0
    assert "已生成" in capsys.readouterr().out
    assert cli.main(["sample-site", str(tmp_path / "a.ifc"), "--faults", "moon"]) == 2
    assert "没有这样的缺陷：moon" in capsys.readouterr().err
