"""The simulated city through the door by command: whole, broken in the ways of the field, mended, replayed."""

from __future__ import annotations

import json

import openpyxl
import polars as pl
import pytest

from hezhu.config.intake import main
from hezhu.core.access.models import User
from hezhu.core.intake import actions
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import registers
from hezhu.engines.simulate.command import main as simulate

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city") / "demo"
    assert not simulate(["--scale", "demo", "--seed", "1", "--out", str(folder)])
    return folder


@pytest.fixture
def run(demo_officer, capsys):
    def command(*arguments):
        capsys.readouterr()
        code = main([*map(str, arguments), "--account", demo_officer.username, "--source", "模拟城市", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def rows_in(folder, slug):
    path = folder / slug if (folder / slug).is_dir() else folder / f"{slug}.parquet"
    return pl.scan_parquet(path / "*.parquet" if path.is_dir() else path).select(pl.len()).collect().item()


def test_the_city_comes_in_whole_and_again_without_a_change(city, run):
    code, told = run("--folder", city)
    assert (code, told["quarantined"]) == (0, 0)
    for slug in ("enterprises", "people", "attendance", "machine-checks"):
        assert registers.get(slug).model.objects.filter(is_demo=True).count() == rows_in(city, slug)
    assert told["total"] == told["inserted"] == sum(batch["total"] for batch in told["batches"])
    code, again = run("--folder", city)
    assert (code, again["unchanged"], again["accepted"]) == (0, told["total"], 0)


def test_broken_files_are_refused_by_name_and_mended_ones_come_in(city, run, tmp_path, demo_officer):
    firms = pl.read_parquet(city / "enterprises.parquet")
    lists = [name for name, dtype in firms.schema.items() if isinstance(dtype, pl.List)]
    flat = firms.with_columns([pl.col(name).list.join("、") for name in lists])
    text = flat.write_csv()

    def refused(content: bytes, name: str, said: str) -> None:
        (tmp_path / name).write_bytes(content)
        code, told = run("enterprises", tmp_path / name)
        assert code == 2
        assert said in told["error"]
        assert registers.get("enterprises").model.objects.count() == 0

    refused(text.replace("credit_code", "代号", 1).encode(), "columns.csv", "必填列没有对上：统一社会信用代码")
    refused(text.encode()[: len(text) // 2 - 40].rsplit(b"\n", 1)[0] + b"\n91330", "half.csv", "像是没有传完")
    refused((city / "enterprises.parquet").read_bytes()[:-100], "half.parquet", "没有传完")
    refused(json.dumps(flat.head(9).to_dicts(), default=str)[:-30].encode(), "half.json", "断了")
    refused("编号,名称\n1,\x00".encode(), "null.csv", "内容不是文字")
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(5 * 1024**3)
    code, told = run("enterprises", tmp_path / "huge.csv")
    assert (code, "内容不是文字" in told["error"]) == (2, True)
    (tmp_path / "huge.csv").unlink()

    (tmp_path / "gbk.csv").write_bytes(text.encode("gb18030"))
    code, told = run("enterprises", tmp_path / "gbk.csv")
    assert (code, told["inserted"]) == (0, firms.height)


def test_a_sheet_with_merged_headers_and_formulas_is_mended_row_by_row(city, run, tmp_path, demo_officer):
    firms = pl.read_parquet(city / "enterprises.parquet").head(6)
    book = openpyxl.Workbook()
    page = book.active
    page.append(["嘉兴市企业名册（演示数据）"])
    page.merge_cells("A1:D1")
    page.append(["企业", None, "登记", None])
    page.merge_cells("A2:B2")
    page.merge_cells("C2:D2")
    page.append(["企业名称", "统一社会信用代码", "县（市、区）", "从业人数"])
    for n, row in enumerate(firms.iter_rows(named=True)):
        page.append([row["name"], row["credit_code"], row["division"], "=SUM(1,2)" if n == 3 else 12])
    book.save(tmp_path / "merged.xlsx")
    code, told = run("enterprises", tmp_path / "merged.xlsx")
    assert (code, told["inserted"], told["quarantined"]) == (1, 5, 1)
    batch = Batch.objects.get(number=told["batches"][0]["number"])
    by = User.objects.get(pk=demo_officer.pk)
    row = batch.quarantine.get()
    assert row.problems[0]["reason"] == "单元格是公式 =SUM(1,2)，文件里没有算好的值"
    actions.correct(row, {"employees": "3"}, by=by)
    after = actions.replay(batch, by=by)
    assert after.inserted == 6
    assert registers.get("enterprises").model.objects.get(credit_code=firms["credit_code"][3]).employees == 3
    done = actions.withdraw(after, by=by, reason="演示完毕")
    assert (done.removed, done.restored, done.kept) == (6, 0, 0)
