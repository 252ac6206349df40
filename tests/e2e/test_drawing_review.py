"""BIM审图 in a real browser with all its actors: review body, three experts, design institute, and a passer-by with the QR code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hezhu.engines.ifc.sample import write_sample
from tests.e2e.conftest import PICTURES, picture, sign_in
from tests.e2e.platform import Platform
from tests.e2e.test_plan_approval import step

pytestmark = pytest.mark.e2e
MACHINE_MS = 420_000


@pytest.fixture
def actors(browser: Browser, platform: Platform) -> Iterator[dict[str, Page]]:
    """One signed-in page for each account, and one for nobody."""
    contexts: list[BrowserContext] = []
    pages = {}
    for name in ("reviewer", "expert", "expert2", "expert3", "designer", ""):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=platform.url, locale="zh-CN")
        contexts.append(context)
        pages[name] = context.new_page()
        if name:
            sign_in(pages[name], name)
    yield pages
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def better_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("model") / "建筑-修改.ifc", storeys=3)


def wait_for_machine(page: Page, address: str) -> None:
    """Until no model of the case is under machine review; the page follows by itself."""
    page.goto(address)
    models = page.locator("#models")
    expect(models).to_be_visible()
    expect(models).not_to_contain_text(re.compile("排队中|机审中"), timeout=MACHINE_MS)
    expect(page.locator("#intake")).not_to_contain_text(re.compile("检查中|机审中"), timeout=MACHINE_MS)


def say_of_all(page: Page, button: str, text: str = "") -> None:
    """One opinion, conclusion or reply for everything the tab holds."""
    page.locator("input[data-select]").first.check()
    bar = page.locator(".batch-bar")
    bar.get_by_label(re.compile("筛出的全部")).check()
    picture(page, f"batch-bar-{button}")
    if text:
        bar.locator("input[name=text]").fill(text)
    bar.get_by_role("button", name=button, exact=True).click()


def review_everything(page: Page, address: str, button: str, text: str) -> None:
    """An expert's whole work: an opinion on all that waits, then finished."""
    page.goto(address)
    page.locator("#my-work").get_by_role("link", name="打开问题清单").click()
    if page.locator("input[data-select]").count():
        say_of_all(page, button, text)
        expect(page.locator("main")).to_contain_text("这里没有问题")
    page.goto(address)
    page.get_by_role("button", name="我已审完").click()
    expect(page.locator("#my-work")).to_have_count(0)


def conclude(page: Page, address: str) -> None:
    """The review body joins what the experts agree on."""
    page.goto(address)
    step(page, "汇总意见")
    page.locator("#models").get_by_role("link", name="问题清单").click()
    picture(page, "worktable-joining")
    page.get_by_role("button", name="合并一致的意见").click()
    expect(page.locator(".views [aria-current=page] .n")).to_have_text("0")
    page.goto(address)


def test_from_the_experts_to_a_certificate_that_anyone_can_verify(actors: dict[str, Page], better_model: Path) -> None:
    body, designer, anyone = actors["reviewer"], actors["designer"], actors[""]
    body.goto("/cases/?procedure=bim-drawings")
    body.locator("main table a").first.click()
    address = body.url
    wait_for_machine(body, address)
    expect(body.locator("#experts")).to_contain_text("蒋工")
    body.locator("#experts").get_by_role("link", name=re.compile("建筑")).first.click()
    expect(body.locator("main")).to_contain_text("复算一致")
    expect(body.locator("main")).to_contain_text("本单位是项目参与单位")
    picture(body, "draw-record")
    body.goto(address)
    picture(body, "drawing-case")
    step(body, "汇总意见", refused="专家没有完成")

    architect = actors["expert"]
    architect.goto("/cases/todo/")
    picture(architect, "todo-expert")
    architect.get_by_role("link", name=re.compile("专家审查")).first.click()
    assert architect.url.split("?")[0] == address
    architect.locator("#models").get_by_role("link", name=re.compile("待决")).first.click()
    architect.get_by_role("button", name="提出问题").click()
    dialog = architect.locator("dialog[open]")
    dialog.get_by_label("问题").fill("首层门厅净宽不足")
    dialog.get_by_label("条文要求").fill("首层疏散外门净宽不应小于 1.10 m")
    dialog.get_by_label("条文号").fill("7.1.4")
    dialog.get_by_role("button", name="提出").click()
    expect(architect.locator(".finding.is-on")).to_contain_text("专家提出")
    picture(architect, "desk-expert")
    review_everything(architect, address, "确认", "")
    review_everything(actors["expert2"], address, "驳回", "模型表达问题，图纸已注明")
    review_everything(actors["expert3"], address, "驳回", "模型表达问题，图纸已注明")

    conclude(body, address)
    picture(body, "drawing-case-joined")
    step(body, "出具合格书", refused="不能出具合格书")
    step(body, "要求修改", "门宽不足，请修改后重新提交")
    expect(body.locator("main")).to_contain_text("暂停，余 15 个工作日")

    designer.goto("/cases/todo/")
    designer.get_by_role("link", name=re.compile("待修改")).first.click()
    step(designer, "提交送审", refused="没有提交新的模型")
    old_tab = designer.context.new_page()
    findings = f"{address.rstrip('/').replace('/cases/', '/drawings/')}/findings/?tab=standing"
    old_tab.goto(findings)
    designer.goto(findings)
    say_of_all(designer, "已修改", "已按意见加宽")
    expect(designer.locator("main")).to_contain_text("已按意见加宽")
    designer.goto(address)
    designer.get_by_role("link", name="提交新版本").click()
    picture(designer, "drawing-new-round")
    designer.locator("input[type=file][name$=-architecture]").set_input_files(better_model)
    designer.get_by_role("button", name="提交新版本").click()
    expect(designer.locator("#models")).to_contain_text("第 2 轮")
    old_tab.locator("input[data-select]").first.check()
    old_tab.locator(".batch-bar input[name=text]").fill("在旧页面上写的回复")
    old_tab.locator(".batch-bar").get_by_role("button", name="已修改").click()
    expect(old_tab.get_by_role("alert")).to_contain_text("已有第 2 轮的模型")
    expect(old_tab.locator("#kept-text")).to_contain_text("在旧页面上写的回复")
    picture(old_tab, "worktable-refused")
    old_tab.close()
    wait_for_machine(designer, address)
    step(designer, "提交送审", "门已加宽")

    wait_for_machine(architect, address)
    architect.get_by_role("link", name="与上一轮比较").click()
    expect(architect.locator("main")).to_contain_text("已解决")
    expect(architect.locator("main")).to_contain_text("仍存在")
    picture(architect, "drawing-solved")
    review_everything(architect, address, "驳回", "已整改，核对无误")
    conclude(body, address)
    step(body, "出具合格书", "同意")
    expect(body.locator(".page-head + *")).to_contain_text("已合格")
    expect(body.locator("main")).to_contain_text("留存归档")
    picture(body, "drawing-case-certified")
    public = body.locator("main").get_by_role("link", name="有效").get_attribute("href")
    assert public is not None
    anyone.goto(public)
    expect(anyone.locator("main")).to_contain_text("有效")
    expect(anyone.locator("main")).to_contain_text("施工图设计文件审查合格书")
    picture(anyone, "drawing-qr")
    document = anyone.get_by_role("link", name="打开文书").get_attribute("href")
    answer = anyone.request.get(document or "")
    assert answer.body().startswith(b"%PDF-")
    if PICTURES:
        (Path(PICTURES) / "certificate.pdf").write_bytes(answer.body())


def test_review_pages_fit_a_phone(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=platform.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "reviewer")
    page.goto("/cases/?procedure=bim-drawings&tab=all")
    case = page.locator("main table a").first.get_attribute("href") or ""
    number = case.rstrip("/").rsplit("/", 1)[-1]
    for path in (case, f"/drawings/{number}/findings/", f"/drawings/{number}/findings/solved/", "/drawings/experts/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=platform.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "designer")
    page.goto("/projects/")
    page.goto("/r/projects/?q=智能建造示范项目")
    page.get_by_role("link", name="海宁市长安镇保障房智能建造示范项目").first.click()
    page.get_by_role("link", name="送施工图审查").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
