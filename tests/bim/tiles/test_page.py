"""The placement page."""

from __future__ import annotations

import pytest

from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement
from tests.bim.tiles.conftest import HERE


def url(project) -> str:
    return f"/bim/projects/{project.number}/placement/"


def test_empty_states_say_the_next_step(client, project, firm_user) -> None:
    client.force_login(firm_user)
    page = client.get(url(project)).content.decode()
    assert "没有定位，模型不进入城市模型" in page
    assert "这个项目还没有模型" in page


def test_saving_and_going_back(client, tiled, firm_user) -> None:
    client.force_login(firm_user)
    where = url(tiled.project)
    assert client.post(where, {**HERE, "seen": 0}).status_code == 302
    assert client.post(where, {**HERE, "rotation": 12, "seen": 1}).status_code == 302
    page = client.get(where).content.decode()
    assert "早先的定位" in page
    assert "120.7" in page
    back = page.split(f"{where}back/")[1].split("/")[0]
    assert client.post(f"{where}back/{back}/", {"seen": 2}).status_code == 302
    assert ProjectPlacement.objects.get().rotation == 0


def test_a_refusal_keeps_what_was_typed(client, project, firm_user) -> None:
    client.force_login(firm_user)
    answer = client.post(url(project), {**HERE, "source": "online", "easting": 571_701.25, "seen": 0})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "413" in page
    assert "571701.25" in page
    assert not ProjectPlacement.objects.exists()


def test_a_doubt_is_asked_once_and_confirmed(client, project, firm_user) -> None:
    client.force_login(firm_user)
    outside = {**HERE, "crs": "EPSG:4490", "easting": 121.47, "northing": 31.23, "seen": 0}
    page = client.post(url(project), outside).content.decode()
    assert "已核对，仍按此保存" in page
    assert client.post(url(project), {**outside, "confirmed": "on"}).status_code == 302


def test_readers_see_it_and_have_no_button(client, placed, expert, auditor) -> None:
    client.force_login(auditor)
    page = client.get(url(placed.project)).content.decode()
    assert "保存定位" not in page
    assert client.post(url(placed.project), {**HERE, "rotation": 5, "seen": 1}).status_code in (403, 404)
    assert ProjectPlacement.objects.get().rotation == 0


def test_another_firm_finds_nothing(client, placed, other_firm_user) -> None:
    client.force_login(other_firm_user)
    assert client.get(url(placed.project)).status_code == 404
    assert client.post(f"{url(placed.project)}tiles/{placed.pk}/").status_code == 404


def test_tiles_are_queued_from_the_page_once(client, version, firm_user) -> None:
    client.force_login(firm_user)
    where = f"{url(version.project)}tiles/{version.pk}/"
    assert client.post(where).status_code == 302
    assert client.post(where).status_code == 409
    assert ModelTiles.objects.get().state == "queued"


@pytest.mark.parametrize("building", ["x", "999999"])
def test_a_building_that_is_not_there(client, project, firm_user, building) -> None:
    client.force_login(firm_user)
    assert client.get(f"{url(project)}?building={building}").status_code == (200 if building == "x" else 404)
