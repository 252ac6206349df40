"""Models of other authors through the review page, from the upload to the findings, at desk and phone size.

They lie beside the repository and not in it, and take their minutes: only where HEZHU_E2E_LARGE is set.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import picture, sign_in
from tests.e2e.test_main_job import submit_model

pytestmark = pytest.mark.e2e


@pytest.mark.skipif(not os.environ.get("HEZHU_E2E_LARGE"), reason="takes minutes; set HEZHU_E2E_LARGE")
@pytest.mark.parametrize(
    ("name", "building", "stage"), [("office_a.ifc", "2# 楼", "设计变更"), ("janesville_restaurant.ifczip", "1# 楼", "竣工")]
)
def test_a_model_of_another_author_is_reviewed_and_shown(
    page: Page, outside_data: Path, name: str, building: str, stage: str
) -> None:
    sign_in(page, "chenmin")
    started = time.monotonic()
    submit_model(page, outside_data / "ifc" / name, building, stage)
    print(f"{name}: findings after {time.monotonic() - started:.1f} s")
    assert page.locator(".finding").count() > 10
    expect(page.locator(".finding", has_text="条文待核").first).to_be_visible()
    viewer = page.locator("[data-hezhu-viewer]")
    expect(viewer).to_have_attribute("data-ready", re.compile(r"^\d+$"), timeout=120_000)
    print(f"{name}: model shown after {time.monotonic() - started:.1f} s")
    page.locator(".finding[data-global-id]:not([data-global-id=''])").first.click()
    expect(page.locator(".finding.is-on .measure-box")).to_contain_text("要求")
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page can be scrolled sideways by {wide} px at 390"
    picture(page, f"review-{Path(name).stem}")
