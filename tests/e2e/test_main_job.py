"""The main job in a real browser: from the targets to a model, its findings, the assembly rate and back to the target."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.platform import Platform

pytestmark = pytest.mark.e2e
PROJECT = "海宁市长安镇保障房智能建造示范项目"
REVIEW_MS = 180_000


def submit_model(page: Page, model: Path, building: str, stage: str = "设计变更") -> str:
    """Upload ``model`` for one building of the sample project; returns the case's address when its findings are there."""
    page.goto("/r/projects/?q=智能建造示范项目")
    page.get_by_role("link", name=PROJECT).click()
    expect(page.get_by_role("heading", name=PROJECT)).to_be_visible()
    page.get_by_role("link", name="送审模型").first.click()
    page.locator("input[name=model]").set_input_files(model)
    choose(page, "building", building)
    choose(page, "stage", stage)
    page.get_by_role("button", name="送审").click()
    page.wait_for_url(re.compile(r"/bim/[^/]*BS-\d{4}-\d{4}/"))
    expect(page.locator("progress, .finding").first).to_be_visible()
    page.locator(".finding").first.wait_for(timeout=REVIEW_MS)
    return page.url


def choose(page: Page, name: str, text: str) -> None:
    """Pick the option whose label contains ``text``."""
    field = page.locator(f"select[name={name}]")
    value = field.locator("option", has_text=text).first.get_attribute("value")
    field.select_option(value)


def test_from_targets_to_a_finding_and_back_to_the_target(page: Page, sample: Path) -> None:
    sign_in(page, "chenmin")
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    expect(page.get_by_text("演示数据").first).to_be_visible()
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="试点任务").click()
    expect(page.get_by_text("32 个序号，33 条要求")).to_be_visible()

    submit_model(page, sample, "1# 楼")
    door = page.locator(".finding", has_text="303-卧室1-门").or_(page.locator(".finding", has_text="4.1.14")).first
    expect(door).to_contain_text("不符合")
    viewer = page.locator("[data-hezhu-viewer]")
    expect(viewer).to_have_attribute("data-ready", re.compile(r"^\d+$"), timeout=120_000)
    flown = page.evaluate(
        """() => new Promise(done => {
            const viewer = document.querySelector('[data-hezhu-viewer]');
            viewer.addEventListener('hezhu:fly', event => done(event.detail.globalId), {once: true});
            document.querySelector('.finding[data-global-id]:not([data-global-id=""])').click();
            setTimeout(() => done(null), 5000);
        })"""
    )
    assert flown is not None
    assert len(flown) == 22
    expect(page.locator(".finding.is-on .measure-box")).to_contain_text("要求")

    page.get_by_role("link", name=re.compile("装配率")).first.click()
    expect(page.locator("main")).to_contain_text("GB/T 51129-2017")
    page.get_by_role("link", name=re.compile("个构件")).first.click()
    page.locator("[data-hezhu-viewer][data-ready]").wait_for(timeout=90_000)
    expect(page.locator(".stage .legend")).to_contain_text("计入分子")
    page.locator(".finding").first.click()
    expect(page.locator(".finding.is-on")).to_contain_text("计入分子")
    page.goto("/r/buildings/?q=1%23 楼&division=330481")
    page.goto("/targets/T08/")
    expect(page.get_by_role("heading", name="装配式建筑面积占新建建筑面积比例")).to_be_visible()
    expect(page.locator("main")).to_contain_text(PROJECT)
    page.locator("main").get_by_role("link", name=PROJECT).first.click()
    expect(page.get_by_role("heading", name=PROJECT)).to_be_visible()


def test_a_file_that_is_no_model_is_refused_and_nothing_is_kept(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ifc"
    broken.write_text("ISO-10303-21;\nHEADER;\n", encoding="utf-8")
    sign_in(page, "designer")
    page.goto("/r/projects/?q=智能建造示范项目")
    page.get_by_role("link", name=PROJECT).click()
    page.get_by_role("link", name="送审模型").first.click()
    page.locator("input[name=model]").set_input_files(broken)
    choose(page, "building", "2# 楼")
    choose(page, "stage", "竣工")
    page.get_by_role("button", name="送审").click()
    expect(page.locator("main")).to_contain_text(re.compile("不完整|中断|读不了|没有读完|截断|没有保存|未完成"), timeout=60_000)


def test_a_wrong_password_is_told_on_the_page(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("账号").fill("zigui")
    page.get_by_label("密码").fill("wrong-password-1")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")


def test_every_room_opens_at_phone_width_without_sideways_scrolling(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=platform.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "chenmin")
    for path in (
        "/",
        "/tasks/",
        "/tasks/JX-31/",
        "/targets/",
        "/targets/T08/",
        "/r/projects/",
        "/r/enterprises/",
        "/bim/",
        "/account/",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()


def test_a_killed_platform_starts_again_with_its_data_and_stops_clean(tmp_path: Path) -> None:
    """kill -9 of the command; start again: the data is there; Ctrl-C leaves no process behind."""
    first = Platform(tmp_path / "var", "--no-demo")
    first.wait_ready()
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    again = Platform(tmp_path / "var", "--no-demo")
    try:
        again.wait_ready()
    finally:
        assert again.stop() == 0
    end = time.monotonic() + 10
    while again.processes() and time.monotonic() < end:
        time.sleep(0.2)
    assert again.processes() == []


def test_the_health_answer_is_json(page: Page) -> None:
    page.goto("/healthz")
    assert json.loads(page.locator("body").inner_text()) == {"status": "ok"}
