"""Take the pictures of the docs: ``make screenshots`` starts a platform of its own, waits for its reviews and writes both widths."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.browser import FLAGS, executable
from tests.e2e.platform import Platform

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
PAGES = {
    "overview": "/",
    "tasks": "/tasks/",
    "task": "/tasks/JX-31/",
    "target": "/targets/T08/",
    "project": "/r/projects/?q=智能建造示范项目",
    "review": "/bim/?state=awaiting_decision",
    "register": "/r/enterprises/",
    "todo": "/cases/todo/",
    "case": "/cases/?tab=all&procedure=bim-plan",
    "drawings": "/cases/?procedure=bim-drawings",
    "drawing-findings": "/cases/?procedure=bim-drawings",
    "experts": "/drawings/experts/",
    "sign-in": "/sign-in/",
}
REVIEW_SECONDS = 240


def sign_in(page: Page, username: str = "chenmin") -> None:
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill("hezhu-demo-2026")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")


def wait_for_reviews(page: Page) -> None:
    """Until both demonstration cases have their findings and the figures were computed again."""
    end = time.monotonic() + REVIEW_SECONDS
    while time.monotonic() < end:
        page.goto("/bim/")
        rows = page.locator("tbody")
        if rows.get_by_text("待决").count() >= 2 and rows.get_by_text("机审中").count() + rows.get_by_text("排队中").count() == 0:
            return
        time.sleep(2)
    raise SystemExit("the demonstration reviews did not finish")


def open_page(page: Page, name: str, path: str) -> None:
    page.goto(path)
    if name == "project":
        page.get_by_role("link", name="海宁市长安镇保障房智能建造示范项目").first.click()
        page.wait_for_load_state()
    if name == "case":
        page.locator("main table a").first.click()
        page.get_by_role("heading", name="经济技术指标").wait_for(timeout=90_000)
    if name in ("drawings", "drawing-findings"):
        page.locator("main table a").first.click()
        page.locator("#models").get_by_text(re.compile("排队中|机审中")).first.wait_for(state="detached", timeout=240_000)
    if name == "drawing-findings":
        page.locator("#models").get_by_role("link", name="问题清单").click()
        page.wait_for_load_state()
    if name == "review":
        page.goto("/bim/")
        row = page.locator("main tbody tr").filter(has_text="海宁市长安镇").filter(has_text="2# 楼")
        row.locator("a", has_text="BS-").first.click()
        page.locator("[data-hezhu-viewer][data-ready]").wait_for(timeout=90_000)
        page.locator(".finding").first.click()
        time.sleep(4)
    time.sleep(0.5)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        platform = Platform(Path(data) / "var")
        try:
            platform.wait_ready()
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            for kind, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height}, base_url=platform.url, locale="zh-CN")
                page = context.new_page()
                page.goto("/sign-in/")
                page.screenshot(path=folder / f"sign-in-{kind}.png")
                sign_in(page)
                wait_for_reviews(page)
                for name, path in PAGES.items():
                    if name == "sign-in":
                        continue
                    open_page(page, name, path)
                    page.screenshot(path=folder / f"{name}-{kind}.png")
                context.close()
            browser.close()
        finally:
            platform.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
