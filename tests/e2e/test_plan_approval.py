"""BIM报建 in a real browser, with all its actors: authority, design institute, consulted county, and a passer-by with the QR code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hezhu.engines.review.planning.sample import write_site
from hezhu.engines.review.planning.sample_block import sample_site
from tests.e2e.conftest import picture, sign_in
from tests.e2e.platform import Platform

pytestmark = pytest.mark.e2e
CHECK_MS = 240_000


@pytest.fixture
def actors(browser: Browser, platform: Platform) -> Iterator[dict[str, Page]]:
    """One signed-in page for each account, and one for nobody."""
    contexts: list[BrowserContext] = []
    pages = {}
    for name in ("zigui", "designer", "jianshe", "xiaofang", "renfang", ""):
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


def answer(page: Page, question: str, button: str, text: str = "") -> None:
    """A consulted agency's opinion, from its to-do list."""
    page.goto("/cases/todo/")
    page.get_by_role("link", name=re.compile(question)).first.click()
    if text:
        page.get_by_label("意见", exact=True).first.fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#opinions")).to_contain_text(text or button)


def test_from_the_to_do_list_to_a_document_that_anyone_can_verify(actors: dict[str, Page], better_site: Path) -> None:
    office, applicant, anyone = (actors[name] for name in ("zigui", "designer", ""))
    office.goto("/cases/?procedure=bim-plan")
    office.locator("main table a").first.click()
    address = office.url
    wait_for_check(office, 1)
    expect(office.locator("main")).to_contain_text("住宅建筑间距")
    office.locator("a[data-proof]").first.click()
    expect(office.locator(".proof-row svg")).to_be_visible()
    # The measured line stands upright: it has no width, so that it cannot be asked whether it is visible.
    expect(office.locator(".proof-row svg path.is-shown").first).to_have_attribute("data-finding", re.compile("1号楼 — 4号楼"))
    office.goto("/cases/todo/")
    office.get_by_role("link", name="待受理").first.click()
    step(office, "受理")
    expect(office.locator(".page-head + *")).to_contain_text("审查中")

    office.get_by_role("button", name="征求 3 个协办部门意见").click()
    expect(office.locator("#opinions tbody tr")).to_have_count(3)
    step(office, "要求修改", "1、4号楼间距不足30米，2号楼退让道路红线不足12米")
    expect(office.locator("main")).to_contain_text("暂停，余 20 个工作日")
    office.locator("#clock summary").click()
    expect(office.locator("#clock")).to_contain_text("暂停计时（待修改）")
    picture(office, "plan-case-paused")

    applicant.goto("/cases/todo/")
    applicant.get_by_role("link", name="待修改").first.click()
    step(applicant, "修改完毕", refused="没有提交新版本")
    applicant.get_by_role("link", name="提交新版本").click()
    picture(applicant, "plan-new-version")
    applicant.locator("input[name=site_model]").set_input_files(better_site)
    applicant.get_by_role("button", name="提交新版本").click()
    wait_for_check(applicant, 2)
    difference = applicant.locator("#difference")
    expect(difference).to_contain_text("第 2 版与第 1 版比较")
    expect(difference).to_contain_text("已解决")
    picture(applicant, "plan-case-second")
    step(applicant, "修改完毕")

    answer(actors["jianshe"], "建设管理", "同意")
    fire = actors["xiaofang"]
    fire.goto("/cases/todo/")
    fire.get_by_role("link", name=re.compile("登高操作场地")).first.click()
    fire.get_by_role("button", name="有条件同意").click()
    expect(fire.get_by_role("alert").first).to_contain_text("理由")
    picture(fire, "plan-opinion-refused")
    answer(fire, "登高操作场地", "有条件同意", "登高操作场地宽度不小于10米")
    office.goto(address)
    step(office, "批准", refused="还有 1 个单位没有答复")
    answer(actors["renfang"], "人防工程", "同意")

    office.goto(address)
    step(office, "批准", "同意")
    expect(office.locator(".page-head + *")).to_contain_text("已批准")
    public = office.locator("main").get_by_role("link", name="有效").get_attribute("href")
    assert public is not None
    number = (
        office.locator("main")
        .locator("td", has=office.get_by_role("link", name="BIM报建审查意见书"))
        .locator(".num")
        .inner_text()
    )
    picture(office, "plan-case-approved")
    record = office.request.get(f"{address}record.pdf")
    assert (record.status, record.body()[:5]) == (200, b"%PDF-")
    anyone.goto(public)
    expect(anyone.locator("main")).to_contain_text("有效")
    expect(anyone.locator("main")).to_contain_text("BIM报建审查意见书")
    expect(anyone.locator("main")).to_contain_text("海宁市长安镇保障房智能建造示范项目")
    anyone.get_by_label("纸面上的文号").fill(number)
    anyone.get_by_role("button", name="核对文号").click()
    expect(anyone.locator("main")).to_contain_text("文号一致")
    picture(anyone, "plan-qr")
    anyone.get_by_label("纸面上的文号").fill("BJP-2020-9999")
    anyone.get_by_role("button", name="核对文号").click()
    expect(anyone.locator("main")).to_contain_text("文号不一致")
    anyone.goto(re.sub(r"[^/]+/$", "wrong-code/", public))
    expect(anyone.locator("main")).to_contain_text("查无此文书")

    office.goto("/cases/?tab=all")
    picture(office, "cases")
    office.goto("/cases/todo/")
    picture(office, "todo-office")
    office.goto(address)
    step(office, "更正文书", "更正项目名称")
    anyone.goto(public)
    expect(anyone.locator("main")).to_contain_text("已被新文书替代")
    step(office, "撤销批准", "材料不实")
    anyone.goto(public)
    anyone.get_by_role("link", name=re.compile("^BJP|^演示|BJP")).first.click()
    expect(anyone.locator("main")).to_contain_text("已撤销")


def test_case_pages_fit_a_phone(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=platform.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "zigui")
    page.goto("/cases/?tab=all&procedure=bim-plan")
    case = page.locator("main table a").first.get_attribute("href")
    for path in ("/cases/", "/cases/todo/", case or ""):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()
