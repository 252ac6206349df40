"""BIM报建 in a real browser, with all its actors: authority, design institute, consulted county, and a passer-by with the QR code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hezhu.engines.review.planning.sample import write_site
from hezhu.engines.review.planning.sample_block import sample_site
from tests.e2e.conftest import sign_in
from tests.e2e.platform import Platform

pytestmark = pytest.mark.e2e
CHECK_MS = 240_000


@pytest.fixture
def actors(browser: Browser, platform: Platform) -> Iterator[dict[str, Page]]:
    """One signed-in page for each account, and one for nobody."""
    contexts: list[BrowserContext] = []
    pages = {}
    for name in ("zigui", "designer", "haining", ""):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=platform.url, locale="zh-CN")
        contexts.append(context)
        pages[name] = context.new_page()
        if name:
            sign_in(pages[name], name)
    yield pages
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def better_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("site") / "总图-修改.ifc", sample_site([]))


def step(page: Page, label: str, text: str = "", refused: str = "") -> None:
    """Take one move of the case by its dialog; ``refused`` is what the dialog says where the move is refused."""
    page.locator(".page-head").get_by_role("button", name=label, exact=True).click()
    dialog = page.locator("dialog[open]")
    if text:
        dialog.locator("textarea").fill(text)
    dialog.get_by_role("button", name=label, exact=True).click()
    if refused:
        expect(page.locator("dialog[open]").get_by_role("alert")).to_contain_text(refused)
        page.locator("dialog[open]").get_by_role("button", name="取消").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def wait_for_check(page: Page, version: int) -> None:
    """Until the machine's sheet of that version stands on the page; it comes by itself."""
    sheet = page.locator(".panel", has=page.get_by_role("heading", name="经济技术指标"))
    expect(sheet).to_contain_text(f"第 {version} 版", timeout=CHECK_MS)


def test_from_the_to_do_list_to_a_document_that_anyone_can_verify(actors: dict[str, Page], better_site: Path) -> None:
    office, applicant, county, anyone = (actors[name] for name in ("zigui", "designer", "haining", ""))
    office.goto("/cases/todo/")
    office.get_by_role("link", name="待受理").first.click()
    address = office.url
    wait_for_check(office, 1)
    expect(office.locator("main")).to_contain_text("住宅建筑间距")
    step(office, "受理")
    expect(office.locator(".page-head + *")).to_contain_text("审查中")

    office.get_by_role("button", name="征求意见").click()
    dialog = office.locator("dialog[open]")
    dialog.get_by_label("征求事项").fill("是否同意该总平面")
    dialog.get_by_label(re.compile("海宁")).first.check()
    dialog.get_by_role("button", name="发出").click()
    expect(office.locator("main")).to_contain_text("是否同意该总平面")
    step(office, "要求修改", "1、4号楼间距不足30米，2号楼退让道路红线不足12米")
    expect(office.locator("main")).to_contain_text("暂停，余 20 个工作日")

    applicant.goto("/cases/todo/")
    applicant.get_by_role("link", name="待修改").first.click()
    step(applicant, "修改完毕", refused="没有提交新版本")
    applicant.get_by_role("link", name="提交新版本").click()
    applicant.locator("input[name=site_model]").set_input_files(better_site)
    applicant.get_by_role("button", name="提交新版本").click()
    wait_for_check(applicant, 2)
    step(applicant, "修改完毕")

    county.goto("/cases/todo/")
    county.get_by_role("link", name="是否同意该总平面").first.click()
    county.get_by_role("button", name="有条件同意").click()
    expect(county.get_by_role("alert")).to_contain_text("理由")
    county.get_by_label("意见", exact=True).first.fill("同步实施南侧道路")
    county.get_by_role("button", name="有条件同意").click()
    expect(county.locator("main")).to_contain_text("同步实施南侧道路")

    office.goto(address)
    expect(office.locator("main")).not_to_contain_text("住宅建筑间距")
    step(office, "批准", "同意")
    expect(office.locator(".page-head + *")).to_contain_text("已批准")
    public = office.locator("main").get_by_role("link", name="有效").get_attribute("href")
    assert public is not None
    anyone.goto(public)
    expect(anyone.locator("main")).to_contain_text("有效")
    expect(anyone.locator("main")).to_contain_text("BIM报建审查意见书")
    expect(anyone.locator("main")).to_contain_text("海宁市长安镇保障房智能建造示范项目")
    anyone.goto(re.sub(r"[^/]+/$", "wrong-code/", public))
    expect(anyone.locator("main")).to_contain_text("查无此文书")


def test_case_pages_fit_a_phone(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=platform.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "zigui")
    page.goto("/cases/?tab=all")
    case = page.locator("main table a").first.get_attribute("href")
    for path in ("/cases/", "/cases/todo/", case or ""):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()
