"""Reports of a checked IDS: what they list, what they count, and that a million failed objects neither fill memory nor disk."""

import io
import json
import re
import subprocess
import sys
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from bcf.v3 import model as mdl
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review import ids
from hezhu.engines.review.ids.reports import write_ids_bcf, write_ids_html, write_ids_json, write_ids_sheet
from hezhu.engines.review.reports.workbook import Workbook
from tests.engines.ids.many_failures import many_failures

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "rulepacks" / "ids" / "jiaxing-data-requirements.ids"
COUNT = 1_000_000
MIB = 1024 * 1024
_MILLION = """
import resource, sys
from pathlib import Path
from hezhu.engines.review.ids import reports
from tests.engines.ids.many_failures import many_failures
folder, count = Path(sys.argv[1]), int(sys.argv[2])
checked = many_failures(count)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, limit, listed in (("ids.json", reports.LISTED, checked), ("all.json", None, many_failures(count // 10))):
    with (folder / name).open("w", encoding="utf-8") as out:
        reports.write_ids_json(listed, out, 1, limit)
reports.write_ids_html(checked, folder / "ids.html", "ids.xlsx")
reports.write_ids_bcf(checked, folder / "ids.bcf", "ids.xlsx")
reports.write_ids_sheet(checked, folder / "ids.xlsx")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_million_failures_stay_small(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", _MILLION, str(tmp_path), str(COUNT)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    # A list of the findings alone would take more than 500 MiB.
    assert int(told.stdout) * 1024 < 150 * MIB
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes["ids.json"] < MIB
    assert sizes["ids.html"] < MIB / 4
    assert sizes["ids.bcf"] < MIB / 4
    assert sizes["ids.xlsx"] < 20 * MIB
    with (tmp_path / "all.json").open(encoding="utf-8") as lines:
        assert sum('"global_id"' in line for line in lines) == COUNT // 10
    with zipfile.ZipFile(tmp_path / "ids.xlsx") as book, book.open("xl/worksheets/sheet2.xml") as sheet:
        rows, tail = 0, b""
        while block := sheet.read(MIB):
            rows += (tail + block).count(b"<row>")
            tail = block[-4:]
        assert rows == COUNT + 1


def read(checked, limit):
    out = io.StringIO()
    write_ids_json(checked, out, 1, limit)
    return json.loads(out.getvalue())


def test_json_counts_all_and_lists_the_first_of_each_requirement():
    told = read(many_failures(5000), 20)
    walls, doors = told["specifications"]
    assert told["counts"] == {"fail": 5000, "manual": 0, "pass": 0, "na": 1}
    assert (walls["verdict"], walls["applicable"], walls["failed_count"], walls["listed"]) == ("fail", 5005, 5000, 38)
    assert walls["failed_by_requirement"] == [5000, 500]
    names = [each["name"] for each in walls["failed"]]
    assert names[:21] == [f"墙 {number} <a&b>" for number in (*range(1, 21), 30)]
    assert names[-1] == "墙 200 <a&b>"
    assert walls["failed"][9] == {
        "global_id": "0000000000000000000010",
        "class": "IfcWall",
        "name": "墙 10 <a&b>",
        "storey": "1F",
        "measured": "V",
        "missing": ["字段 Tag"],
        "failed_requirements": ["字段 Tag 须填写", "字段 Name 须为 W"],
    }
    assert (doors["verdict"], doors["failed_count"], doors["failed"]) == ("na", 0, [])
    assert len(read(many_failures(5000), None)["specifications"][0]["failed"]) == 5000


def test_html_says_how_many_are_left_out(tmp_path):
    page = write_ids_html(many_failures(5000), tmp_path / "ids.html", "ids.xlsx", limit=20).read_text("utf-8")
    assert page.count("<br><small>IfcWall ") == 38
    assert "每项要求最多列 20 个对象，其余 4,962 个未列出；全部 5,000 个见同时生成的 ids.xlsx。" in page
    assert "墙 1 &lt;a&amp;b&gt;" in page
    assert "5,000 / 5,005 个不符合" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_bcf_groups_by_requirement(tmp_path):
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    path = write_ids_bcf(many_failures(5000), tmp_path / "ids.bcf", "ids.xlsx", limit=30, at=at)
    parser = XmlParser(config=ParserConfig(fail_on_unknown_properties=True))
    with zipfile.ZipFile(path) as archive:
        markups = [parser.from_bytes(archive.read(n), mdl.Markup).topic for n in archive.namelist() if n.endswith("markup.bcf")]
        views = [parser.from_bytes(archive.read(n), mdl.VisualizationInfo) for n in archive.namelist() if n.endswith(".bcfv")]
    assert [(topic.index, topic.title) for topic in markups] == [
        (1, "墙须有编号：字段 Tag 须填写"),
        (2, "墙须有编号：字段 Name 须为 W"),
    ]
    assert "适用 5,005 个对象，500 个不符合。" in markups[1].description
    assert "视点只选中前 30 个；全部见同时生成的 ids.xlsx。" in markups[1].description
    assert [len(view.components.selection.component) for view in views] == [30, 30]
    assert views[1].components.selection.component[1].ifc_guid == "0000000000000000000020"
    assert len({uuid.UUID(topic.guid) for topic in markups}) == 2


def test_the_sheet_lists_everything(tmp_path):
    book = openpyxl.load_workbook(write_ids_sheet(many_failures(50), tmp_path / "ids.xlsx"))
    assert book.sheetnames == ["汇总", "不符合"]
    assert [tuple(row) for row in book["汇总"].values] == [
        ("规格", "编号", "结论", "适用的对象", "不符合的对象", "要求", "不符合该要求"),
        ("墙须有编号", "walls", "不符合", 55, 50, "字段 Tag 须填写", 50),
        ("墙须有编号", "walls", "不符合", 55, 50, "字段 Name 须为 W", 5),
        ("门须有名称", "doors", "不适用", 0, 0, "字段 Name 须为 W", 0),
    ]
    rows = list(book["不符合"].values)
    assert len(rows) == 51
    assert rows[10] == (
        "墙须有编号", "walls", "0000000000000000000010", "IfcWall", "墙 10 <a&b>", "1F", "V", "字段 Tag", "字段 Tag 须填写；字段 Name 须为 W",
    )  # fmt: skip


@pytest.mark.parametrize(("rows", "sheets"), [(0, [1]), (3, [4]), (4, [4, 2]), (7, [4, 4, 2])])
def test_a_long_table_goes_on_in_the_next_sheet(tmp_path, rows, sheets):
    with Workbook(tmp_path / "long.xlsx", max_rows=4) as book:
        book.write("表", ("n",), ((number,) for number in range(rows)))
    found = openpyxl.load_workbook(tmp_path / "long.xlsx")
    assert [sheet.max_row for sheet in found] == sheets
    assert found.sheetnames == ["表", "表 2", "表 3"][: len(sheets)]
    assert [row[0] for sheet in found for row in list(sheet.values)[1:]] == list(range(rows))


def test_cells_keep_their_kind_and_cannot_be_formulas(tmp_path):
    with Workbook(tmp_path / "kinds.xlsx") as book:
        book.write("a&b", ("一",), [("=1+1", " x ", "\x07a\n<b>", 1, 2.5, True, "")])
    sheet = openpyxl.load_workbook(tmp_path / "kinds.xlsx")["a&b"]
    assert [cell.value for cell in sheet[2]] == ["=1+1", " x ", "a\n<b>", 1, 2.5, True, None]
    assert sheet["A2"].data_type == "s"


def test_a_real_model_gives_all_four(tmp_path):
    path = write_sample(tmp_path / "m.ifc", {"missing-fire-rating", "missing-room-function"}, storeys=2)
    document = ids.load(SHIPPED)
    checked = ids.check_document(ids.read_columns(path), document, path.name)
    failed = {outcome.specification.identifier: len(outcome.failed) for outcome in checked.outcomes if len(outcome.failed)}
    assert failed == {"room-function": 1, "wall-fire-rating": 1}
    bcf = write_ids_bcf(checked, tmp_path / "ids.bcf")
    with zipfile.ZipFile(bcf) as archive:
        views = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".bcfv")]
    assert len(views) == len(failed)
    assert re.search(r'IfcGuid="[0-9A-Za-z_$]{22}"', views[0])
    page = write_ids_html(checked, tmp_path / "ids.html").read_text("utf-8")
    assert "没有问题的规格" in page
