"""The door in a real browser: a source is declared, its file broken in many ways, mended, replayed and taken back."""

from __future__ import annotations

import re
import time
from pathlib import Path
from random import Random

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from hezhu.engines.codes import credit
from hezhu.engines.simulate import simulate
from tests.e2e.conftest import picture, sign_in

pytestmark = pytest.mark.e2e

SEED = int(time.time())
CODES = [credit.generate(Random(SEED + number), division="330481") for number in range(8)]
TITLES = "社会代码,单位,所在县,类型,备注"
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
name: 演示省平台
servers:
  - {{server: page, type: custom}}
schema:
  - name: firms
    properties:
      - {{name: 社会代码, required: true, primaryKey: true, customProperties: [{{property: field, value: credit_code}}]}}
      - {{name: 单位, required: true, customProperties: [{{property: field, value: name}}]}}
      - {{name: 所在县, required: true, customProperties: [{{property: field, value: division}}]}}
      - name: 类型
        customProperties:
          - {{property: field, value: {field}}}
          - {{property: codes, value: {{S: "3", J: "5"}}}}
          - {{property: retired, value: {{T: {{since: "2025-01-01", now: S}}}}}}
      - {{name: 备注}}
customProperties:
  - {{property: register, value: enterprises}}
"""


def firms(*changes: tuple[int, int, str]) -> list[list[str]]:
    """Eight good rows, with (row, column, text) put in."""
    rows = [[code, f"演示省平台企业{SEED % 10_000}-{n}", "海宁市", "S", ""] for n, code in enumerate(CODES)]
    for row, column, text in changes:
        rows[row][column] = text
    return rows


def as_text(rows: list[list[str]], titles: str = TITLES) -> str:
    return "\n".join([titles, *[",".join(row) for row in rows]]) + "\n"


def declared(page: Page, name: str) -> None:
    """Declare the source on its page: once wrongly, which is told above the text as it was typed, then rightly."""
    page.goto("/intake/sources/")
    page.get_by_role("link", name="申报来源").first.click()
    text = page.get_by_role("textbox", name="声明")
    expect(text).to_have_value(re.compile("apiVersion: v3.1.0"))
    text.fill(CONTRACT.format(name=name, field="kind_of_firm"))
    page.get_by_role("button", name="申报", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("没有字段：kind_of_firm")
    expect(text).to_have_value(re.compile("kind_of_firm"))
    picture(page, "door-1-declare")
    text.fill(CONTRACT.format(name=name, field="role"))
    page.get_by_role("button", name="申报", exact=True).click()
    expect(page.get_by_role("heading", name="演示省平台", level=1)).to_be_visible()


def hand_in(page: Page, name: str, file: Path, content: bytes, runs: int) -> None:
    """Bring the file to the source's page and wait until its run, one of ``runs`` by now, has ended."""
    file.write_bytes(content)
    page.goto(f"/intake/sources/{name}/")
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="上交").click()
    done = page.locator("#runs tbody tr")
    expect(done).to_have_count(runs)
    expect(done.first).to_contain_text(re.compile("已完成|未完成"), timeout=60_000)
    expect(done.first).to_contain_text(file.name)


def run_numbers(page: Page) -> list[str]:
    """Of the newest run: all rows, added, changed, unchanged, in quarantine."""
    return page.locator("#runs tbody tr").first.locator("td.right").all_inner_texts()


def opened(page: Page, link: str | re.Pattern[str]) -> int:
    """Follow a number of the quality panel and say how many rows its page lists; then come back."""
    page.locator("main").get_by_role("link", name=link).first.click()
    rows = page.locator("main tbody tr").count()
    page.go_back()
    return rows


def test_a_source_is_declared_broken_mended_replayed_and_taken_back(page: Page, tmp_path: Path) -> None:
    name = f"province-{SEED}"
    sign_in(page, "chenmin")
    declared(page, name)
    hand_in(page, name, tmp_path / "一月.csv", as_text(firms()).encode(), runs=1)
    assert run_numbers(page) == ["8", "8", "0", "0", "0"]

    hand_in(page, name, tmp_path / "列变了.csv", as_text(firms(), TITLES.replace("单位", "企业名")).encode(), runs=2)
    failed = page.locator("#runs tbody tr").first
    expect(failed).to_contain_text("少了：单位；多了：企业名")
    hand_in(page, name, tmp_path / "断了.csv", (as_text(firms())[:-9] + '"海').encode(), runs=3)
    expect(failed).to_contain_text(re.compile("没有传完|断了|不是文字"))
    assert run_numbers(page) == ["0", "0", "0", "0", "0"]

    broken = firms((0, 1, f"改了名{SEED}"), (1, 3, "T"), (2, 0, CODES[2][:-1] + "Z"), (3, 1, ""), (4, 2, "上海市"))
    head = "浙江省企业名册（演示数据）,,,,\n企业,,,登记,\n"
    hand_in(page, name, tmp_path / "二月.csv", (head + as_text(broken)).encode("gb18030"), runs=4)
    assert run_numbers(page) == ["8", "0", "1", "3", "4"]
    picture(page, "door-2-source")

    for link, rows in ((re.compile("隔离 4 行"), 4), (re.compile("不一致 1 行"), 1), (re.compile("看这些行"), 8)):
        assert opened(page, link) == rows, link
    picture(page, "door-2-source")
    page.locator("main").get_by_role("link", name="隔离 4 行").click()
    picture(page, "door-3-held-rows")
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("heading", name="导入结果")).to_be_visible()
    batch = page.url
    row = page.locator("tbody", has_text="自 2025-01-01 起停用")
    expect(row.locator("input.form-control.num")).to_have_value("S")
    expect(row).to_contain_text("T")
    picture(page, "door-4-quarantine")
    page.get_by_role("button", name=re.compile("采用全部 .* 行有依据的建议")).click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.get_by_role("navigation", name="隔离行").get_by_role("link").first.click()
    for reason, text in (("第 18 位", CODES[2]), ("现为空", "补上的名称"), ("上海市", "海盐县")):
        row = page.locator("tbody", has_text=reason)
        row.locator("input.form-control.num").fill(text)
        row.get_by_role("button", name="改好").click()
        expect(page.locator("tbody.is-fixed", has_text=reason)).to_have_count(1)
    page.reload()
    page.get_by_role("button", name=re.compile("重放已改 4 行")).click()
    figures = page.locator(".figure-large")
    expect(figures.nth(2)).to_have_text("0")
    entered, unchanged, held = (int(text) for text in figures.all_inner_texts()[:3])
    assert (entered, unchanged, held) == (3, 5, 0)
    picture(page, "door-5-replayed")

    page.get_by_role("button", name="撤回本批").first.click()
    page.locator("#withdraw-reason").fill("演示完毕")
    page.get_by_role("dialog").get_by_role("button", name="撤回本批").click()
    expect(page.get_by_text(re.compile("恢复 3 行"))).not_to_have_count(0)
    page.goto(f"/r/enterprises/?q={CODES[0]}")
    page.get_by_role("link", name=f"演示省平台企业{SEED % 10_000}-0").click()
    page.get_by_role("link", name="来历", exact=True).click()
    name_row = page.locator("#origin-name")
    expect(name_row).to_contain_text("后恢复")
    expect(name_row).to_contain_text("一月.csv")
    expect(name_row).to_contain_text("第 2 行")
    expect(name_row).to_contain_text(f"改了名{SEED}")
    expect(name_row).to_contain_text("二月.csv")
    picture(page, "door-6-origins")
    at = f"/intake/sources/{name}/"
    addresses = (
        "/intake/",
        "/intake/sources/",
        "/intake/sources/new/",
        at,
        f"{at}rows/?what=held",
        f"{at}declaration/",
        batch,
        page.url,
    )
    for number, address in enumerate(addresses):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        picture(page, f"door-7-{number}")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another simulated city than the demonstration's own."""
    folder = tmp_path_factory.mktemp("city")
    simulate("demo", SEED % 100_000, folder)
    return folder


def contract(name: str, register: str, columns: list[str], keys: tuple[str, ...]) -> str:
    """A declaration that takes each column of the city's file as the field of its name."""
    properties = "".join(
        f"      - {{name: {column}, required: {str(column in keys).lower()}, primaryKey: {str(column in keys).lower()}, "
        f"customProperties: [{{property: field, value: {column}}}]}}\n"
        for column in columns
    )
    return (
        f"apiVersion: v3.1.0\nkind: DataContract\nid: {name}\nversion: 1.0.0\nstatus: active\nname: 模拟城市\n"
        f"servers:\n  - {{server: page, type: custom}}\nschema:\n  - name: rows\n    properties:\n{properties}"
        f"customProperties:\n  - {{property: register, value: {register}}}\n"
    )


def test_the_simulated_citys_files_are_broken_mended_and_replayed(page: Page, tmp_path: Path, city: Path) -> None:
    """Its firms with every row they have, then its people by the thousand."""
    firms = pl.read_parquet(city / "enterprises.parquet")
    lists = [column for column, kind in firms.schema.items() if isinstance(kind, pl.List)]
    flat = firms.with_columns([pl.col(column).list.join("、") for column in lists])
    count, name = firms.height, f"city-firms-{SEED}"
    sign_in(page, "chenmin")
    page.goto("/intake/sources/new/")
    page.get_by_role("textbox", name="声明").fill(contract(name, "enterprises", flat.columns, ("credit_code",)))
    page.get_by_role("button", name="申报", exact=True).click()
    expect(page.get_by_role("heading", name="模拟城市", level=1)).to_be_visible()

    text = flat.write_csv()
    hand_in(page, name, tmp_path / "列变了.csv", text.replace("credit_code", "代号", 1).encode(), runs=1)
    failed = page.locator("#runs tbody tr").first
    expect(failed).to_contain_text("少了：credit_code；多了：代号")
    hand_in(page, name, tmp_path / "断了.parquet", (city / "enterprises.parquet").read_bytes()[:-100], runs=2)
    expect(failed).to_contain_text("没有传完")
    assert run_numbers(page) == ["0", "0", "0", "0", "0"]

    codes = flat["credit_code"].to_list()
    wrong = "".join((codes[1][:-1], "Z" if codes[1][-1] != "Z" else "Y"))
    broken = flat.with_columns(
        pl.when(pl.col("credit_code") == codes[1]).then(pl.lit(wrong)).otherwise(pl.col("credit_code")).alias("credit_code"),
        pl.when(pl.col("credit_code") == codes[2]).then(pl.lit("上海市")).otherwise(pl.col("division")).alias("division"),
    )
    hand_in(page, name, tmp_path / "企业.csv", broken.write_csv().encode("gb18030"), runs=3)
    assert run_numbers(page) == [f"{count:,}", f"{count - 2:,}", "0", "0", "2"]
    assert opened(page, re.compile("隔离 2 行")) == 2
    page.locator("main").get_by_role("link", name="隔离 2 行").click()
    page.locator("main tbody a").first.click()
    for reason, mended in (("第 18 位", codes[1]), ("上海市", "330411")):
        row = page.locator("tbody", has_text=reason)
        row.locator("input.form-control.num").fill(mended)
        row.get_by_role("button", name="改好").click()
        expect(page.locator("tbody.is-fixed", has_text=reason)).to_have_count(1)
    page.reload()
    page.get_by_role("button", name=re.compile("重放已改 2 行")).click()
    figures = page.locator(".figure-large")
    expect(figures.nth(2)).to_have_text("0")
    assert [int(text.replace(",", "")) for text in figures.all_inner_texts()[:3]] == [count, 0, 0]
    picture(page, "door-8-city")

    people = pl.read_parquet(city / "people.parquet")
    source = f"city-people-{SEED}"
    page.goto("/intake/sources/new/")
    page.get_by_role("textbox", name="声明").fill(contract(source, "people", people.columns, ("id_number",)))
    page.get_by_role("button", name="申报", exact=True).click()
    hand_in(page, source, tmp_path / "人员.parquet", (city / "people.parquet").read_bytes(), runs=1)
    total, added, changed, unchanged, held = (int(text.replace(",", "")) for text in run_numbers(page))
    assert (total, added + changed + unchanged, held) == (people.height, people.height, 0)
    assert added > 0
    hand_in(page, source, tmp_path / "人员.parquet", (city / "people.parquet").read_bytes(), runs=2)
    assert run_numbers(page) == [f"{people.height:,}", "0", "0", f"{people.height:,}", "0"]

    page.locator("#runs tbody tr").nth(1).locator(
        'a[href*="/intake/"]'
    ).first.click()  # some are people of the demonstration city
    page.get_by_role("button", name="撤回本批").first.click()
    page.locator("#withdraw-reason").fill("演示完毕")
    page.get_by_role("dialog").get_by_role("button", name="撤回本批").click()
    expect(page.get_by_text(f"移除 {added:,} 行，恢复 {changed:,} 行").first).to_be_visible()
