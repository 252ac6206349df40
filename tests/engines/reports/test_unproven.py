"""Every table and report that names a clause says 待核 where it was not held against the printed standard."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from hezhu import cli
from hezhu.engines.findings import Source
from hezhu.engines.review.planning.sample import write_site
from tests.engines.area.houses import one_storey
from tests.engines.ifc.drawing import Drawing
from tests.engines.planning.battery import cases

MARK = "（待核）"


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.open(encoding="utf-8-sig")))


@pytest.fixture
def wall_and_pipe(tmp_path: Path) -> Path:
    drawing = Drawing()
    drawing.storey("1F", 0.0)
    drawing.element("IfcWall", "1F", [drawing.box(0, 0, 0, 4, 0.2, 3)], Name="墙")
    drawing.element("IfcPipeSegment", "1F", [drawing.box(1, -1, 1, 1.1, 2, 1.1)], Name="管")
    return drawing.save(tmp_path)


def test_only_what_was_not_confirmed_is_marked() -> None:
    assert (Source("GB 1", "1.1").mark, Source("GB 1", "1.1", confirmed=True).mark) == (MARK, "")


def test_the_table_of_clashes(wall_and_pipe: Path, tmp_path: Path) -> None:
    assert cli.main(["clash", str(wall_and_pipe), "--out", str(tmp_path / "out")]) == 1
    head, *found = rows(tmp_path / "out" / "clash.csv")
    column = head.index("依据")
    assert {row[column] for row in found} == {f"碰撞检查（默认） 2026.11.1{MARK}"}


def test_the_parts_of_the_building_area(tmp_path: Path) -> None:
    model = one_storey().save(tmp_path)
    assert cli.main(["area", str(model), "--out", str(tmp_path / "out")]) in (0, 1)
    head, *found = rows(tmp_path / "out" / "parts.csv")
    column = head.index("条号")
    assert [row[column] for row in found] == [f"3.0.1{MARK}", f"3.0.27{MARK}"]


def test_the_sheet_of_planning_figures(tmp_path: Path) -> None:
    spec = next(one.spec for one in cases() if one.rule == "density" and one.name == "pass")
    model = write_site(tmp_path / "site.ifc", spec)
    assert cli.main(["planning", str(model), "--date", "2026-11-23", "--out", str(tmp_path / "out")]) in (0, 1)
    (workbook,) = (tmp_path / "out").glob("*.xlsx")
    sheet = load_workbook(workbook).active
    assert sheet is not None
    head, *found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    sources = [row[head.index("依据")] for row in found if row[head.index("要求")]]
    assert sources
    assert all(str(source).endswith(MARK) for source in sources)


def test_a_review_in_json_and_html(wall_and_pipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cli.main(["review", str(wall_and_pipe), "--date", "2026-11-23", "--out", str(out)])
    data = json.loads((out / "review.json").read_text(encoding="utf-8"))
    text = json.dumps(data, ensure_ascii=False)
    assert '"confirmed": false' in text
    assert "待核" in (out / "review.html").read_text(encoding="utf-8")
