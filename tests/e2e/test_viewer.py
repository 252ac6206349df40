"""The viewer's tools in a real browser, each proven by its effect: elements shown, planes cut, pixels changed, rows opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import reviewed_case, sign_in
from tests.e2e.platform import Platform

pytestmark = pytest.mark.e2e
READY_MS = 240_000
STEP_MS = 60_000
NUMBER = re.compile(r"^\d+$")


@pytest.fixture(scope="module")
def desk(browser: Browser, platform: Platform) -> Iterator[Page]:
    """The review desk of a demonstration case, with its model open."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, base_url=platform.url, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(STEP_MS)
    sign_in(page, "chenmin")
    open_case(page)
    yield page
    context.close()


def open_case(page: Page) -> None:
    """The case with its picture."""
    page.goto(reviewed_case(page))
    page.locator("[data-hezhu-viewer][data-complete]").wait_for(timeout=READY_MS)


def stage(page: Page) -> Locator:
    return page.locator("[data-hezhu-viewer]")


def told(page: Page, name: str) -> str:
    return stage(page).get_attribute(f"data-{name}") or ""


def expect_told(page: Page, name: str, value: Any) -> None:
    expected = value if isinstance(value, re.Pattern) else str(value)
    expect(stage(page)).to_have_attribute(f"data-{name}", expected, timeout=STEP_MS)


def tool(page: Page, name: str) -> Locator:
    return page.locator(f"[data-tool={name}]")


def reset(page: Page) -> int:
    """Everything shown; returns how many elements that are."""
    tool(page, "reset").click()
    expect_told(page, "cut", 0)
    expect(page.locator(".floors button").first).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => Number(document.querySelector('[data-hezhu-viewer]').dataset.shown) > 1000")
    return int(told(page, "shown"))


def shown_is(page: Page, count: int) -> None:
    expect_told(page, "shown", count)


def resting(page: Page) -> None:
    """Until the handles stand where they stood a moment before: the camera has arrived."""
    before = ""
    for _ in range(60):
        now = told(page, "handles")
        if now == before:
            return
        before = now
        page.wait_for_timeout(500)
    raise AssertionError("the camera never came to rest")


def test_a_storey_a_search_and_a_colour_group_show_their_elements_alone(desk: Page) -> None:
    everything = reset(desk)
    desk.locator(".floors button", has_text="2F").first.click()
    desk.wait_for_function(f"() => Number(document.querySelector('[data-hezhu-viewer]').dataset.shown) < {everything} / 2")

    tool(desk, "search").click()
    panel = desk.locator(".dock[data-panel=search]")
    panel.locator("option").first.wait_for(state="attached")
    panel.locator("select").nth(0).select_option(index=0)
    panel.locator("select").nth(1).select_option("is")
    panel.get_by_label("值").fill("IfcDoor")
    panel.get_by_role("button", name="查找").click()
    expect(panel.locator("form")).to_have_attribute("data-count", NUMBER)
    doors = int(panel.locator("form").get_attribute("data-count") or 0)
    assert doors > 50
    panel.get_by_role("button", name="只看结果").click()
    shown_is(desk, doors)

    reset(desk)
    tool(desk, "colour").click()
    panel = desk.locator(".dock[data-panel=colour]")
    panel.locator("option").first.wait_for(state="attached")
    panel.locator("select").select_option(index=0)
    panel.get_by_role("button", name="按属性着色").click()
    expect_told(desk, "coloured", "property")
    row = desk.locator(".legend button", has_text="IfcDoor")
    expect(row.locator("b")).to_have_text(f"{doors:,}")
    row.click()
    shown_is(desk, doors)
    panel.get_by_role("button", name="按结论着色").click()
    expect_told(desk, "coloured", "verdict")
    reset(desk)


def test_a_section_box_cuts_by_slider_and_by_handle(desk: Page) -> None:
    reset(desk)
    tool(desk, "section").click()
    desk.locator("[data-mode=box]").click()
    expect_told(desk, "cut", 6)
    top = desk.locator(".face-row", has=desk.locator("[data-face=top]")).locator("output")
    whole = float((top.text_content() or "0").split()[0])
    desk.locator("[data-face=top]").fill("500")
    expect(top).not_to_have_text(f"{whole:.2f} m")
    desk.get_by_role("button", name="框住全部").click()
    expect(top).to_have_text(f"{whole:.2f} m")
    # The view stepped aside, so that no handle lies under the panel or the toolbar.
    desk.wait_for_function("() => /top:\\d+,\\d+/.test(document.querySelector('[data-hezhu-viewer]').dataset.handles ?? '')")
    resting(desk)
    bounds = stage(desk).bounding_box() or {"x": 0, "y": 0}
    places = dict(pair.split(":") for pair in told(desk, "handles").split(" "))
    for face, place in places.items():
        x, y = (float(value) for value in place.split(","))
        at = [bounds["x"] + x, bounds["y"] + y]
        assert desk.evaluate("at => document.elementFromPoint(...at)?.tagName", at) == "CANVAS", face
    x, y = (float(value) for value in places["top"].split(","))
    desk.mouse.move(bounds["x"] + x, bounds["y"] + y)
    desk.mouse.down()
    desk.mouse.move(bounds["x"] + x, bounds["y"] + y + 50, steps=4)
    desk.mouse.up()
    expect(top).not_to_have_text(f"{whole:.2f} m")
    assert float((top.text_content() or "0").split()[0]) < whole - 1
    desk.keyboard.press("Escape")
    reset(desk)


def test_measuring_by_keyboard_gives_a_length(desk: Page) -> None:
    reset(desk)
    canvas = stage(desk).locator("canvas")
    canvas.focus()
    desk.keyboard.press("m")
    panel = desk.locator(".dock[data-panel=measure]")
    panel.get_by_role("button", name="取画面中心").click()
    expect(desk.locator(".stage-note")).to_have_text("点第二点")
    canvas.focus()
    for _ in range(3):
        desk.keyboard.press("ArrowRight")
    panel.get_by_role("button", name="取画面中心").click()
    expect_told(desk, "measured", re.compile(r"^距离 \d+\.\d{3} m$"))
    expect(panel.locator("li")).to_have_count(1)
    desk.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_picked_pin_opens_its_row_and_the_snapshot_lands_in_its_comments(desk: Page) -> None:
    reset(desk)
    expect_told(desk, "pins", re.compile(r"^\d+/\d+$"))
    desk.locator(".pin:not(.is-many)").first.dispatch_event("click")
    expect(desk.locator(".finding.is-on .measure-box")).to_be_visible()
    number = (desk.locator(".finding.is-on .k").text_content() or "").strip()
    expect_told(desk, "flown", re.compile(r"^.{22}$"))
    tool(desk, "snapshot").click()
    panel = desk.locator(".dock[data-panel=snapshot]")
    panel.get_by_label("说明").fill("位置见图")
    panel.get_by_role("button", name=f"附到第 {number} 项").click()
    expect(panel.get_by_role("status")).to_have_text(f"快照已附到第 {number} 项")
    desk.goto(f"{desk.url.split('?')[0]}?finding={desk.locator('.finding.is-on').get_attribute('data-finding')}")
    desk.get_by_role("button", name="意见往来").click()
    picture = desk.locator("#comments img").last
    expect(picture).to_be_visible()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 200
    desk.keyboard.press("Escape")
    stage(desk).and_(desk.locator("[data-complete]")).wait_for(timeout=READY_MS)


def test_walking_stays_on_the_floor_and_ends_with_escape(desk: Page) -> None:
    reset(desk)
    tool(desk, "walk").click()
    expect_told(desk, "walk", re.compile(r"^-?\d"))
    start = [float(value) for value in told(desk, "walk").split(",")]
    steps = int(told(desk, "walk-steps"))
    desk.keyboard.down("s")
    desk.wait_for_function(f"() => Number(document.querySelector('[data-hezhu-viewer]').dataset.walkSteps) > {steps + 3}")
    desk.keyboard.up("s")
    now = [float(value) for value in told(desk, "walk").split(",")]
    assert now[:2] != start[:2]
    assert abs(now[2] - start[2]) < 1.0
    desk.keyboard.press("Escape")
    expect(stage(desk)).not_to_have_attribute("data-walk", re.compile("."))
    expect(tool(desk, "walk")).to_have_attribute("aria-pressed", "false")


def test_the_help_sheet_opens_by_its_key(desk: Page) -> None:
    stage(desk).locator("canvas").focus()
    desk.keyboard.press("?")
    expect(desk.locator("dialog.viewer-help[open]")).to_contain_text("隐藏选中")
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog.viewer-help[open]")).to_have_count(0)


def test_several_versions_meet_on_the_project_page_and_one_can_be_hidden(desk: Page) -> None:
    desk.get_by_role("link", name="模型合看").first.click()
    desk.locator("[data-hezhu-viewer][data-complete]").wait_for(timeout=READY_MS)
    rows = desk.locator(".discipline")
    count = int(told(desk, "models"))
    assert count >= 2
    expect(rows).to_have_count(count)
    bodies = int(told(desk, "shown"))
    rows.nth(1).get_by_role("button", pressed=True).click()
    expect_told(desk, "models", count - 1)
    desk.wait_for_function(f"() => Number(document.querySelector('[data-hezhu-viewer]').dataset.shown) < {bodies}")
    tool(desk, "colour").click()
    desk.get_by_role("button", name="按专业着色").click()
    expect_told(desk, "coloured", "discipline")


def test_a_phone_reads_the_same_without_sideways_scrolling(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=platform.url, locale="zh-CN", has_touch=True)
    page = context.new_page()
    page.set_default_timeout(STEP_MS)
    sign_in(page, "chenmin")
    open_case(page)
    for name in ("search", "section", "colour"):
        tool(page, name).scroll_into_view_if_needed()
        tool(page, name).tap()
        sheet = page.locator(".dock")
        expect(sheet).to_have_attribute("data-panel", name)
        box = sheet.bounding_box() or {}
        assert (box["x"], box["width"]) == (0, 390)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        heights = page.locator(".dock button:visible, .stage .tools button:visible").evaluate_all(
            "buttons => buttons.map(button => [button.innerText, button.getBoundingClientRect().height])"
        )
        assert heights
        assert [pair for pair in heights if pair[1] < 43.5] == [], name
    context.close()
