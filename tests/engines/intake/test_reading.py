"""Files of every kind become a sheet, or say why not."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from hezhu.engines.intake import Flaw, FlawKind, Limits, UnreadableSheet, read_sheet
from tests.engines.intake.workbooks import CODES, FIRMS, saved, with_part, without_formula_values, workbook

HEADER = ["统一社会信用代码", "企业名称", "成立日期", "注册资本", "职工人数", "本地企业"]


def rows(sheet):
    return sheet.frame.rows()


def test_xlsx_cells_become_texts_with_their_lines():
    content = workbook(
        HEADER, [CODES[0], "甲", date(2020, 1, 5), 3, 12, True], [], ["x", "乙", datetime(2020, 1, 5, 13, 4), 3.25, None, False]
    )
    sheet = read_sheet(content, FIRMS)
    assert sheet.columns == tuple(HEADER)
    assert rows(sheet) == [
        (2, CODES[0], "甲", "2020-01-05 00:00:00", "3", "12", "true"),
        (4, "x", "乙", "2020-01-05 13:04:00", "3.25", None, "false"),
    ]
    assert (sheet.blank_rows, sheet.header_line, sheet.format, sheet.title) == (1, 1, "xlsx", "企业")


def test_title_rows_above_the_header_are_passed_over():
    sheet = read_sheet(workbook(["海宁市企业名单"], ["填报单位：海宁市建设局"], HEADER, [CODES[0], "甲"]), FIRMS)
    assert sheet.header_line == 3
    assert rows(sheet)[0][:3] == (4, CODES[0], "甲")


def test_a_title_row_does_not_become_part_of_the_titles():
    sheet = read_sheet(workbook(["海宁市企业名单"], ["企业名称", "别的列"], ["甲", "乙"]), FIRMS)
    assert sheet.columns == ("企业名称", "别的列")


def test_a_sheet_that_starts_away_from_the_corner_keeps_its_lines():
    book = openpyxl.Workbook()
    page = book.active
    for column, title in enumerate(HEADER[:2]):
        page.cell(3, 2 + column, title)
    page["B4"], page["C4"] = 1234567890123456, "甲"
    sheet = read_sheet(saved(book), FIRMS)
    assert rows(sheet) == [(4, "1234567890123456", "甲")]
    assert sheet.flaws == (Flaw(4, "统一社会信用代码", FlawKind.LONG_NUMBER, "1234567890123456"),)


def test_two_level_header_with_merged_cells():
    book = openpyxl.Workbook()
    page = book.active
    page.append(["企业", None, "成立日期"])
    page.append(["名称", "统一社会信用代码", None])
    page.append(["甲", CODES[0], date(2020, 1, 5)])
    page.merge_cells("A1:B1")
    page.merge_cells("C1:C2")
    sheet = read_sheet(saved(book), FIRMS)
    assert sheet.columns == ("企业名称", "统一社会信用代码", "成立日期")
    assert rows(sheet) == [(3, "甲", CODES[0], "2020-01-05 00:00:00")]


def test_a_vertically_merged_cell_stands_for_all_its_rows():
    book = openpyxl.Workbook()
    page = book.active
    for row in (["行政区划代码", "企业名称"], ["330402", "甲"], [None, "乙"], [None, "丙"], [None, "丁"]):
        page.append(row)
    page.merge_cells("A2:A4")
    sheet = read_sheet(saved(book), FIRMS)
    assert [row[1] for row in rows(sheet)] == ["330402", "330402", "330402", None]


def test_repeated_and_missing_titles_are_numbered():
    sheet = read_sheet(workbook(["企业名称", "企业名称", None, "住所"], ["甲", "乙", "丙", "丁"]), FIRMS)
    assert sheet.columns == ("企业名称", "企业名称（第 2 列）", "（第 3 列）", "住所")
    assert sheet.repeated == ("企业名称",)


def test_the_first_worksheet_with_a_header_is_taken():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本表由各县填报"])
    data = book.create_sheet("数据")
    data.append(["企业名称"])
    data.append(["甲"])
    sheet = read_sheet(saved(book), FIRMS)
    assert (sheet.title, sheet.other_sheets) == ("数据", ("说明",))
    with pytest.raises(UnreadableSheet, match="没有名为“附件”的工作表"):
        read_sheet(saved(book), FIRMS, sheet="附件")


def test_formula_without_value_error_value_and_long_number_are_flaws():
    book = openpyxl.Workbook()
    page = book.active
    page.append(["统一社会信用代码", "企业名称", "职工人数"])
    page.append([CODES[0], '=A2&"甲"', 5])
    page.append([3304022506180101, "乙", "#N/A"])
    page["C3"].data_type = "e"
    sheet = read_sheet(without_formula_values(saved(book)), FIRMS)
    assert sheet.flaws == (
        Flaw(2, "企业名称", FlawKind.FORMULA_WITHOUT_VALUE, '=A2&"甲"'),
        Flaw(3, "统一社会信用代码", FlawKind.LONG_NUMBER, "3304022506180101"),
        Flaw(3, "职工人数", FlawKind.ERROR_VALUE, "#N/A"),
    )


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
def test_csv_encodings(encoding, told):
    sheet = read_sheet("企业名称,住所\n甲,南湖区\n".encode(encoding), FIRMS)
    assert sheet.encoding == told
    assert rows(sheet) == [(2, "甲", "南湖区")]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_csv_separators(separator):
    sheet = read_sheet(f"企业名称{separator}住所\r\n甲{separator}南湖区\r\n".encode(), FIRMS)
    assert rows(sheet) == [(2, "甲", "南湖区")]


def test_csv_with_title_row_blank_line_quotes_and_short_record():
    content = '企业名单\n\n企业名称,住所,法定代表人\n甲,"南湖区,一号\n二楼",周\n\n乙\n'.encode()
    sheet = read_sheet(content, FIRMS)
    assert rows(sheet) == [(4, "甲", "南湖区,一号\n二楼", "周"), (6, "乙", None, None)]
    assert sheet.blank_rows == 1


def test_csv_record_longer_than_the_header_is_a_flaw_of_its_row():
    records = ["企业名称,住所"] + ["甲,南湖区"] * 300 + ["乙,南湖区,一号,二楼"]
    sheet = read_sheet("\n".join(records).encode(), FIRMS)
    assert sheet.height == 301
    assert sheet.flaws == (Flaw(302, "", FlawKind.EXTRA_CELLS, "一号、二楼"),)


def test_csv_with_a_loose_quote_is_still_read():
    sheet = read_sheet('企业名称,住所\n甲,5" 管\n乙,南湖\n'.encode(), FIRMS)
    assert rows(sheet) == [(2, "甲", '5" 管'), (3, "乙", "南湖")]


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", "empty", "文件是空的（0 字节）。请检查是否选对了文件"),
        (b"\n\n", "empty", "文件里没有内容。请检查是否选对了文件"),
        (b"%PDF-1.7 ...", "not-a-sheet", "文件是PDF，不是表格。请上传 .xlsx 或 .csv"),
        (b"\x89PNG\r\n\x1a\n", "not-a-sheet", "文件是图片，不是表格。请上传 .xlsx 或 .csv"),
        (b"ISO-10303-21;\nHEADER;", "not-a-sheet", "文件是IFC 模型，不是表格。请上传 .xlsx 或 .csv"),
        (b"MZ\x90\x00\x03\x00\x00", "not-a-sheet", "文件不是表格：内容不是文字。请上传 .xlsx 或 .csv"),
        (
            b"<html><table><tr><td>1</td></tr></table></html>",
            "web-page",
            "文件内容是网页或 XML，只是扩展名像表格。请用表格软件打开，另存为 .xlsx 再上传",
        ),
        (b"\xff\xfea", "not-a-sheet", "文件不是表格：内容不是文字。请上传 .xlsx 或 .csv"),
        (
            b"\x81\x20\x81",
            "encoding",
            "文字编码无法识别，既不是 UTF-8 也不是 GB 18030。请用表格软件另存为 .xlsx 或 UTF-8 的 .csv",
        ),
        (b"a,b\n1,2\n", "no-header", "文件前 30 行里没有找到表头。表头至少要有：统一社会信用代码、企业名称。请下载模板对照"),
        (
            '企业名称,住所\n"甲,一号\n乙,二号\n'.encode(),
            "open-quote",
            "第 2 行的引号没有配对，后面的行都被并进了一格。请补上或删去这个引号",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "truncated",
            "工作簿打不开：设有密码，或文件已损坏。请取消密码、另存为 .xlsx 后再上传",
        ),
        (b"PK\x03\x04 broken", "truncated", "文件不完整或已损坏，可能没有传完。请重新保存后再上传"),
    ],
)
def test_files_that_are_no_sheet(content, code, message):
    with pytest.raises(UnreadableSheet) as raised:
        read_sheet(content, FIRMS)
    assert (raised.value.code, str(raised.value)) == (code, message)


def test_a_truncated_workbook_is_refused():
    content = workbook(HEADER, *([CODES[0], f"甲{number}"] for number in range(500)))
    for size in (len(content) // 2, len(content) - 10):
        with pytest.raises(UnreadableSheet) as raised:
            read_sheet(content[:size], FIRMS)
        assert raised.value.code == "truncated"


def test_another_zip_is_refused():
    content = with_part(workbook(["a"]), "xl/workbook.xml", lambda xml: xml)
    renamed = content.replace(b"xl/workbook.xml", b"xl/workbook.xmz")
    with pytest.raises(UnreadableSheet) as raised:
        read_sheet(renamed, FIRMS)
    assert raised.value.code == "not-a-workbook"


def test_a_zip_bomb_is_not_opened():
    bomb = with_part(workbook(HEADER), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 400_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableSheet) as raised:
        read_sheet(bomb, FIRMS)
    assert raised.value.code == "zip-bomb"


def test_a_bomb_that_lies_about_its_size_is_not_opened():
    bomb = with_part(workbook(HEADER), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 400_000_000)
    with zipfile.ZipFile(BytesIO(bomb)) as archive:
        true_size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    lying = bomb.replace(true_size, (1000).to_bytes(4, "little"))
    with pytest.raises(UnreadableSheet) as raised:
        read_sheet(lying, FIRMS)
    assert raised.value.code == "zip-bomb"


@pytest.mark.parametrize("reference", [b"XFD1048576", b"A99999999", b"CV900000"])
def test_two_cells_far_apart_are_not_opened(reference):
    far = with_part(
        workbook(HEADER),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="1048576"><c s="0" r=\'' + reference + b'\' t="n"><v>1</v></c></row></sheetData>'
        ),
    )
    with pytest.raises(UnreadableSheet) as raised:
        read_sheet(far, FIRMS)
    assert raised.value.code == "too-wide"


def test_limits_of_size_rows_and_columns():
    with pytest.raises(UnreadableSheet, match="超过上限 10 字节"):
        read_sheet("企业名称\n甲\n乙\n".encode(), FIRMS, limits=Limits(bytes=10))
    with pytest.raises(UnreadableSheet, match="表格超过 1 行"):
        read_sheet("企业名称\n甲\n乙\n".encode(), FIRMS, limits=Limits(rows=1))
    with pytest.raises(UnreadableSheet, match="表格有 3 列，超过上限 2 列"):
        read_sheet("企业名称,a,b\n甲,1,2\n".encode(), FIRMS, limits=Limits(columns=2))
    with pytest.raises(UnreadableSheet, match="第 2 行有单元格超过 5 字"):
        read_sheet("企业名称,a\n很长的企业名称,1\n".encode(), FIRMS, limits=Limits(cell_characters=5))


def test_a_file_on_disk_is_read(tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text("企业名称\n甲\n", encoding="gb18030")
    assert rows(read_sheet(path, FIRMS)) == [(2, "甲")]


def test_without_a_contract_the_first_full_row_is_the_header():
    assert read_sheet(b",,\na,b,\n1,2,3\n").columns == ("a", "b", "（第 3 列）")
