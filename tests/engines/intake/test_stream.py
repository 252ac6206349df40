"""A file read in parts says what the same file says read at once; one that breaks off says so, wherever it does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from hezhu.engines.intake import Contract, Field, Kind, Limits, UnreadableSheet, open_stream, read_sheet

CONTRACT = Contract(
    "firms", "企业库", (Field("code", "编号"), Field("name", "名称"), Field("area", "面积", Kind.DECIMAL)), key=("code",)
)
SMALL = Limits(whole_bytes=10, block_bytes=300, block_rows=7, long_sheet_bytes=10)


def rows(count: int) -> list[dict[str, str]]:
    return [
        {"编号": f"A{n:04}", "名称": f'第"{n}"家，\n有限公司' if n % 5 == 0 else f"第{n}家", "面积": f"{n}.5"}
        for n in range(count)
    ]


def as_csv(records, quote=True, end="\n") -> str:
    lines = ["编号,名称,面积"]
    for row in records:
        lines.append(
            ",".join(
                f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(s in cell for s in '",\n') else cell for cell in row.values()
            )
        )
    return end.join(lines) + end


def both(tmp_path, content: bytes, name="f.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    whole = read_sheet(path, CONTRACT)
    stream = open_stream(path, CONTRACT, limits=SMALL)
    sheets = list(stream.read())
    assert all(sheet.columns == stream.columns for sheet in sheets)
    parts = pl.concat([sheet.frame for sheet in sheets])
    return whole, stream, sheets, parts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimited_text_in_parts(tmp_path, encoding, end):
    whole, stream, sheets, parts = both(tmp_path, as_csv(rows(200), end=end).encode(encoding))
    assert len(sheets) > 10
    assert parts.equals(whole.frame)
    assert (stream.header_line, stream.encoding) == (whole.header_line, whole.encoding)


def test_a_title_above_and_blank_lines_keep_the_lines_right(tmp_path):
    text = "企业名册,,\n" + as_csv(rows(60)) + "\n,,\n\nA9999,最后,1\n"
    whole, _stream, sheets, parts = both(tmp_path, text.encode())
    assert parts.equals(whole.frame)
    assert sum(sheet.blank_rows for sheet in sheets) == whole.blank_rows
    assert parts["编号"][-1] == "A9999"


def test_quotes_that_do_not_pair_cut_no_record(tmp_path):
    lines = ["编号,名称,面积", *[f'A{n:04},{n} 寸 5" 管,{n}' if n in (20, 90) else f"A{n:04},第{n}家,{n}" for n in range(200)]]
    whole, _stream, _sheets, parts = both(tmp_path, ("\n".join(lines) + "\n").encode())
    assert parts.height == whole.frame.height == 200
    assert parts.equals(whole.frame)


def test_longer_records_are_flaws_of_their_lines(tmp_path):
    text = as_csv(rows(100)).replace("A0077,第77家,77.5", "A0077,第77家,77.5,多,余")
    whole, _stream, sheets, _parts = both(tmp_path, text.encode())
    assert [(f.line, f.kind, f.shown) for s in sheets for f in s.flaws] == [(f.line, f.kind, f.shown) for f in whole.flaws]
    assert len(whole.flaws) == 1


@pytest.mark.parametrize("form", ["array", "lines", "pretty"])
def test_json_in_parts(tmp_path, form):
    records = rows(100)
    records[90]["备注"] = "只在后面出现"
    text = {
        "array": json.dumps(records, ensure_ascii=False),
        "lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in records),
        "pretty": json.dumps(records, ensure_ascii=False, indent=2),
    }[form]
    path = tmp_path / "f.json"
    path.write_text(text)
    stream = open_stream(path, CONTRACT, limits=SMALL)
    parts = pl.concat([sheet.frame for sheet in stream.read()])
    assert stream.columns == ("编号", "名称", "面积", "备注")
    assert parts.height == 100
    assert parts.filter(pl.col("备注").is_not_null()).to_dicts() == [{"__line": 91, **records[90]}]
    if form == "array":
        assert parts.equals(read_sheet(path, CONTRACT).frame)


def test_parquet_in_parts(tmp_path):
    out = BytesIO()
    pl.DataFrame(rows(100)).with_columns(pl.col("面积").cast(pl.Float64)).write_parquet(out, row_group_size=13)
    whole, stream, sheets, parts = both(tmp_path, out.getvalue(), "f.parquet")
    assert (stream.format, len(sheets) > 5) == ("parquet", True)
    assert parts.equals(whole.frame)


def test_a_long_workbook_row_by_row(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["企业名册"])
    page.append(["编号", "名称", "面积"])
    for row in rows(60):
        page.append([row["编号"], row["名称"], float(row["面积"]) if int(row["编号"][1:]) % 2 else 12])
    page.merge_cells("B20:B22")
    page["C30"] = "=C29*2"
    out = BytesIO()
    book.save(out)
    whole, stream, sheets, parts = both(tmp_path, out.getvalue(), "f.xlsx")
    assert (stream.title, stream.header_line, len(sheets)) == (whole.title, whole.header_line, 9)
    assert parts.equals(whole.frame)
    assert [flaw for sheet in sheets for flaw in sheet.flaws] == list(whole.flaws)
    assert whole.flaws[0].shown == "=C29*2"


def fault(tmp_path, content: bytes, name="f.csv") -> UnreadableSheet:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableSheet) as raised:
        list(open_stream(path, CONTRACT, limits=SMALL).read())
    return raised.value


def test_a_file_that_stops_half_way_is_named(tmp_path):
    text = as_csv(rows(99)).encode()
    assert fault(tmp_path, text[:-6]).code == "truncated"
    assert fault(tmp_path, (as_csv(rows(99)) + "A1").encode()).code == "truncated"
    gbk = as_csv(rows(99)).encode("gb18030")
    cut = gbk.index("第98家".encode("gb18030")) + 1
    assert fault(tmp_path, gbk[:cut]).code in ("encoding", "truncated")
    assert fault(tmp_path, text + b"\0" * 500).code == "truncated"
    whole = json.dumps(rows(99), ensure_ascii=False).encode()
    for cut in (len(whole) - 1, len(whole) // 2):
        assert fault(tmp_path, whole[:cut], "f.json").code in ("truncated", "encoding")
    out = BytesIO()
    pl.DataFrame(rows(100)).write_parquet(out)
    assert fault(tmp_path, out.getvalue()[:-40], "f.parquet").code == "truncated"


def test_a_quote_never_closed_is_named(tmp_path):
    text = as_csv(rows(5)) + 'A9,"没有右引号,1\n' + "".join(f"B{n:05},第{n}家,{n}\n" for n in range(2000))
    assert fault(tmp_path, text.encode()).code in ("open-quote", "long-cell")


def test_a_sparse_file_of_five_gigabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.truncate(5 * 1024**3)
    with pytest.raises(UnreadableSheet, match="内容不是文字"):
        open_stream(path, CONTRACT)
    path.write_bytes(as_csv(rows(10)).encode())
    os.truncate(path, 5 * 1024**3)
    with pytest.raises(UnreadableSheet, match="空字节"):
        open_stream(path, CONTRACT)


READ = """
import re, sys
from pathlib import Path
from hezhu.engines.intake import Contract, Field, Limits, open_stream
contract = Contract("firms", "企业库", (Field("code", "编号"), Field("name", "名称")), key=("code",))
stream = open_stream(Path(sys.argv[1]), contract)
print(sum(sheet.height for sheet in stream.read()), re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])
"""


def test_a_large_file_takes_no_more_memory_than_a_part_of_it(tmp_path):
    path = tmp_path / "f.csv"
    block = "".join(f"A{n:06},第{n}家企业有限公司,{n}.5,浙江省嘉兴市海宁市硖石街道人民路\n" for n in range(100_000))
    with path.open("w", encoding="gb18030") as file:
        file.write("编号,名称,面积,住所\n")
        for _ in range(30):
            file.write(block)
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    count, peak = map(int, done.stdout.split())
    assert count == 3_000_000
    assert path.stat().st_size > 150_000_000
    assert peak < 400_000, f"{peak} KB"
