"""The entered sheet: reading, every kind of mistake, and joining it with the model."""

import zipfile

import openpyxl
import pytest

from hezhu.engines.prefab import ItemInput, Provenance, SheetInvalid, merge, quantities_from_sheet, sheet_template

HEAD = "编号,评价项,分子,分母,比例,采用,功能缺少,备注\n"


def sheet(tmp_path, *lines, name="sheet.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes((HEAD + "\n".join(lines)).encode(encoding))
    return path


def test_rows_become_inputs(tmp_path):
    path = sheet(
        tmp_path,
        'q3d,管线分离,"1,200",2000,,,,机电算量',
        "q2d,,,,75%,,,",
        "deco,,,,,是,,",
        ",集成厨房,,,,,是,学校",
        "q1a,,,,,,,没有填",
    )
    found = quantities_from_sheet(path)
    assert found == {
        "q3d": ItemInput(Provenance.SHEET, numerator=1200.0, denominator=2000.0, note="机电算量"),
        "q2d": ItemInput(Provenance.SHEET, ratio=0.75),
        "deco": ItemInput(Provenance.SHEET, adopted=True),
        "q3b": ItemInput(Provenance.SHEET, absent=True, note="学校"),
    }
    assert found["q3d"].share == 0.6


def test_a_gb18030_sheet_and_an_xlsx_are_read_alike(tmp_path):
    csv_path = sheet(tmp_path, "q3d,管线分离,6,10,,,,", encoding="gb18030")
    book = openpyxl.Workbook()
    book.active.append(["编号", "分子", "分母"])
    book.active.append(["q3d", 6, 10])
    xlsx = tmp_path / "sheet.xlsx"
    book.save(xlsx)
    assert quantities_from_sheet(csv_path)["q3d"].share == quantities_from_sheet(xlsx)["q3d"].share == 0.6


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q9,,1,2,,,,", "第 2 行“编号”：没有评价项“q9”；可填：q1a、q1b"),
        ("q3d,,1 米,2,,,,", "第 2 行“分子”：“1 米”不是数字；只填数字，不带单位"),
        ("q3d,,-1,2,,,,", "第 2 行“分子”：应是不小于 0 的数，现为 -1"),
        ("q3d,,nan,2,,,,", "第 2 行“分子”：应是不小于 0 的数，现为 nan"),
        ("q3d,,5,,,,,", "第 2 行“分母”：分子与分母要一起填，或者只填比例"),
        ("q3d,,5,0,,,,", "第 2 行“分母”：应大于 0，现为 0"),
        ("q3d,,5,4,,,,", "第 2 行“分子”：5 大于分母 4；核对两个数是否填反"),
        ("q3d,,1,2,0.6,,,", "第 2 行“比例”：0.6 与分子、分母之比 0.5000 不一致；只留一种"),
        ("q3d,,,,75,,,", "第 2 行“比例”：应在 0～1 之间（或写成百分数，如 75%），现为 75"),
        ("deco,,,,,大概,,", "第 2 行“采用”：“大概”看不懂；填 是 或 否"),
        ("deco,,1,1,,,,", "第 2 行“采用”：全装修只能填 是 或 否"),
        ("q3d,,,,,是,,", "第 2 行“采用”：管线分离按比例计分，不填“采用”，改填分子与分母"),
        ("q3d,,1,2,,,是,", "第 2 行“功能缺少”：填了“是”就不能再填数量；删去其中一个"),
    ],
)
def test_a_mistake_names_line_field_and_remedy(tmp_path, line, message):
    with pytest.raises(SheetInvalid) as caught:
        quantities_from_sheet(sheet(tmp_path, line))
    assert message in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(SheetInvalid) as caught:
        quantities_from_sheet(sheet(tmp_path, "q3d,,x,2,,,,", "q2d,,1,2,,,,", "q2d,,1,2,,,,", "q8,,1,2,,,,"))
    assert [(p.line, p.field) for p in caught.value.problems] == [(2, "分子"), (4, "编号"), (5, "编号")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "填报表：是空的"),
        ("a.csv", "姓名,年龄\n甲,3".encode(), "第 1 行“表头”：没有“编号”或“评价项”一栏"),
        ("a.csv", HEAD.encode(), "没有填任何评价项"),
        ("a.csv", b"\xff\xff\xff\x81", "文字编码不是 UTF-8 或 GB18030"),
        ("a.xlsx", b"PK not a workbook", "a.xlsx 打不开，不是完好的表格文件"),
        ("a.pdf", b"%PDF", "a.pdf 的类型不支持；请用 .csv 或 .xlsx"),
    ],
)
def test_files_that_are_no_sheet(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SheetInvalid) as caught:
        quantities_from_sheet(path)
    assert message in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SheetInvalid, match=r"找不到文件 none\.csv"):
        quantities_from_sheet(tmp_path / "none.csv")


def test_the_template_can_be_filled_in_and_read(tmp_path):
    path = tmp_path / "template.csv"
    text = sheet_template()
    assert text.count("\r\n") == 12
    path.write_text(text.replace("q3d,管线分离,,,", "q3d,管线分离,3,4,"), "utf-8", newline="")
    assert {key: item.share for key, item in quantities_from_sheet(path).items()} == {"q3d": 0.75}


def test_the_sheet_counts_where_the_model_is_silent():
    known = ItemInput(Provenance.MODEL, numerator=4.0, denominator=10.0)
    partly = ItemInput(Provenance.MODEL, numerator=4.0, denominator=10.0, silent=("a",))
    nothing = ItemInput(Provenance.MODEL, missing="模型没有管线")
    entered = ItemInput(Provenance.SHEET, ratio=0.9)
    merged = merge(
        {"q1a": known, "q1b": partly, "q3d": nothing, "q3a": known},
        {"q1a": entered, "q1b": entered, "q3d": entered, "q2a": entered},
    )
    assert {key: (item.provenance, item.share) for key, item in merged.items()} == {
        "q1a": (Provenance.MODEL, 0.4),
        "q1b": (Provenance.SHEET, 0.9),
        "q3d": (Provenance.SHEET, 0.9),
        "q3a": (Provenance.MODEL, 0.4),
        "q2a": (Provenance.SHEET, 0.9),
    }
    assert merged["q1a"].other == entered
    assert merged["q1b"].other == partly
    assert merged["q2a"].other is None


def test_a_sheet_that_is_too_long_or_too_large_is_refused_whole(tmp_path):
    with pytest.raises(SheetInvalid, match="超过 1000 行"):
        quantities_from_sheet(sheet(tmp_path, *["q3d,,1,2,,,,"] * 1000))
    with pytest.raises(SheetInvalid, match="超过 4 MB"):
        quantities_from_sheet(sheet(tmp_path, "q3d,,1,2,,,," + "x" * 2**22))


def test_a_workbook_that_unpacks_too_large_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 2**20))
    with pytest.raises(SheetInvalid, match="解压后过大"):
        quantities_from_sheet(path)
