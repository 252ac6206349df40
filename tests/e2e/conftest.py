"""One platform and one browser for all end-to-end tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.browser import FLAGS, executable
from tests.e2e.platform import Platform

PASSWORD = "hezhu-demo-2026"
REVIEW_SECONDS = 420
expect.set_options(timeout=30_000)  # pages come within a second; a machine shared with other builds needs the rest
PICTURES = os.environ.get("HEZHU_E2E_PICTURES", "")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    if address := os.environ.get("HEZHU_E2E_URL"):  # one that already runs, with its demonstration city
        yield cast("Platform", SimpleNamespace(url=address.rstrip("/")))
        return
    running = Platform(tmp_path_factory.mktemp("platform") / "var")
    try:
        running.wait_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, platform: Platform) -> Iterator[Page]:
    """A page at desktop size; a script error on it fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=platform.url, locale="zh-CN")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")


def picture(page: Page, name: str) -> None:
    """The page as it stands now, at desk and phone size, into the folder of HEZHU_E2E_PICTURES; nothing without it."""
    if not PICTURES:
        return
    for kind, width, height in (("phone", 390, 844), ("desktop", 1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        page.screenshot(path=Path(PICTURES) / f"{name}-{kind}.png", full_page=kind == "phone")


def reviewed_case(page: Page) -> str:
    """The address of the demonstration building with faults at the review desk, once the machine has reviewed it."""
    done = page.locator("main tbody tr", has_text="待决").filter(has_text="海宁市长安镇").filter(has_text="2# 楼")
    ended = time.monotonic() + REVIEW_SECONDS
    page.goto("/bim/")
    while done.count() == 0:
        assert time.monotonic() < ended, "the review was not done in time"
        time.sleep(2)
        page.reload()
    return done.locator("a", has_text="BS-").first.get_attribute("href") or ""


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own sample building with two deliberate faults."""
    from hezhu.engines.ifc.sample import write_sample

    return write_sample(tmp_path_factory.mktemp("models") / "sample.ifc", faults=frozenset({"narrow-door", "low-railing"}))
