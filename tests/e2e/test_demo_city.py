"""The demonstration city is the simulator's, taken in through the door: batches, lineage, and firms that see what is theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import picture, sign_in

pytestmark = pytest.mark.e2e
SOURCE = "演示城市"
REGISTERS = {"单位", "企业", "企业资质", "项目", "单体建筑", "人员", "考勤", "工资", "机械设备", "信用记录", "图档"}


def batches_of(page: Page) -> dict[str, tuple[str, list[str]]]:
    """Number → (register, [total, written, unchanged, in quarantine]) of every batch that is listed."""
    page.goto("/intake/")
    found: dict[str, tuple[str, list[str]]] = {}
    while True:
        for cells in page.locator("main tbody tr").all():
            texts = [cell.strip() for cell in cells.locator("td").all_inner_texts()]
            found[texts[0]] = (texts[1], [text.replace(",", "") for text in texts[4:8]])
        further = page.get_by_role("link", name="下一页")
        if not further.count():
            return found
        further.click()


def test_every_file_of_the_city_is_a_batch_with_nothing_refused_and_leads_from_a_row_to_its_line(page: Page) -> None:
    sign_in(page, "chenmin")
    batches = batches_of(page)
    assert {register for register, _counts in batches.values()} >= REGISTERS
    assert all(total == written and refused == "0" for _register, (total, written, _same, refused) in batches.values())
    assert all(int(total) > 0 for _register, (total, *_rest) in batches.values())

    page.goto("/r/projects/?q=示例&division=330482")
    picture(page, "demo-projects")
    page.locator("main tbody a").first.click()
    chip = page.locator(".source-chip")
    expect(chip).to_contain_text(SOURCE)
    number = re.search(r"演示-DR-\d{4}-\d{5}", chip.inner_text())
    assert number is not None
    assert re.search(r"第 \d+ 行", chip.inner_text())
    assert batches[number[0]][0] == "项目"
    picture(page, "demo-project")


def test_a_firm_of_the_city_sees_its_own_people_and_sites_and_no_others(page: Page) -> None:
    sign_in(page, "contractor")
    page.goto("/r/enterprises/")
    names = page.locator("main tbody tr").all_inner_texts()
    assert len(names) == 1
    page.goto("/r/people/")
    expect(page.locator("main tbody tr").first).to_be_visible()
    expect(page.locator("main tbody tr").first).to_contain_text(re.compile(r"示例"))
    page.goto("/r/projects/")
    assert page.locator("main tbody tr").count() > 3
