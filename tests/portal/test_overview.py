"""总览 and a target's page show the same figure as its rows, and only what the account may see."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """The page's words without tags, blanks folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_overview_shows_the_share_with_gap_and_rows(as_, city_officer, prefab_city):
    response = as_(city_officer).get("/")
    assert response.status_code == 200
    tile = next(tile for tile in response.context["tiles"] if tile.card.target.code == "T08")
    assert (tile.card.value_text, tile.card.unit, tile.card.gap_text) == ("40.0", "%", "超 5.0 个百分点")
    assert (tile.card.state, tile.card.rows) == ("reached", 5)
    assert "40.0%" in text_of(response)
    assert "5 行 ›" in text_of(response)


def test_overview_draws_the_counties_with_a_table_and_the_disclaimer(as_, city_officer, prefab_city):
    response = as_(city_officer).get("/")
    text = text_of(response)
    assert "示意图，不表示行政区划界线" in text
    values = {row.name: row.text for row in response.context["map"].rows}
    assert values["海宁市"] == "33.3"
    assert values["海盐县"] == "50.0"
    assert values["南湖区"] == "—"
    assert "低 1.7" in text
    kinds = {hexagon.name: hexagon.kind for hexagon in response.context["map"].drawing.hexagons}
    assert kinds["海宁市"] == "below"
    assert kinds["海盐县"] == "value"
    assert kinds["南湖区"] == "none"


def test_a_county_officer_sees_their_own_county(as_, haining_officer, prefab_city):
    response = as_(haining_officer).get("/targets/T08/")
    assert response.context["card"].value_text == "33.3"
    assert [row.division for row in response.context["rows"].rows] == ["海宁市"] * 3


def test_a_demonstration_account_sees_the_demonstration_city_only(as_, demo_officer, prefab_city):
    response = as_(demo_officer).get("/targets/T08/")
    assert response.context["card"].value_text == "100.0"
    assert len(response.context["rows"].rows) == 1


def test_a_firm_sees_the_figure_but_only_its_own_rows(as_, other_firm_user, firm_user, prefab_city):
    own = as_(firm_user).get("/targets/T08/").context["rows"]
    assert (len(own.rows), own.hidden) == (3, 0)
    other_firm_user.unit.division = "330481"
    other_firm_user.unit.save()
    foreign = as_(other_firm_user).get("/targets/T08/")
    assert (len(foreign.context["rows"].rows), foreign.context["rows"].hidden) == (0, 3)
    assert "3 行不在您的管辖范围内" in text_of(foreign)


def test_rows_say_why_they_are_not_counted(as_, city_officer, prefab_city):
    response = as_(city_officer).get("/targets/T08/?rows=left-out")
    reasons = sorted(row.reason for row in response.context["rows"].rows)
    assert reasons == [
        "不满足装配式建筑判定",
        "不满足装配式建筑判定：装配率低于 50%",
        "未判定：没有装配率，也未报预评价表",
    ]
    assert [n for _key, _label, n in response.context["tabs"]] == [5, 2, 3]


def test_the_tile_follows_a_building_as_soon_as_it_is_judged(as_, city_officer, prefab_city):
    from hezhu.registers.projects.models import UnitBuilding

    client = as_(city_officer)
    assert client.get("/targets/T08/").context["card"].value_text == "40.0"
    UnitBuilding.objects.filter(is_prefab=None).update(is_prefab=True)
    assert client.get("/targets/T08/").context["card"].value_text == "60.0"


def test_an_increase_without_a_base_is_never_reached(as_, city_officer, plan, make_building):
    make_building(project={"is_pilot_demonstration": True})
    response = as_(city_officer).get("/targets/T04/")
    card = response.context["card"]
    assert (card.figure.value, card.state, card.value_text) == (100, "open", "待定")
    assert "缺基期" in text_of(response)


def test_t04_and_t08_have_different_denominators(as_, city_officer, prefab_city):
    """T04 counts every building with a permit this year, T08 only new ones."""
    client = as_(city_officer)
    assert client.get("/targets/T04/").context["card"].figure.denominator == 6000
    assert client.get("/targets/T08/").context["card"].figure.denominator == 5000


def test_all_targets_are_listed(as_, city_officer, plan):
    response = as_(city_officer).get("/targets/")
    assert [len(cards) for _label, cards in response.context["groups"]] == [18, 18, 4, 7]


def test_every_kind_of_target_has_a_page(as_, city_officer, plan):
    client = as_(city_officer)
    codes = ["T01", "T05", "T13", "T14", "M01", "M04", "F01", "Q01", "Q06", "T18"]
    assert [client.get(f"/targets/{code}/").status_code for code in codes] == [200] * 10


def test_an_expert_has_no_targets_and_is_led_elsewhere(as_, expert, plan):
    client = as_(expert)
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] != "/"
    assert client.get("/targets/T08/").status_code == 403


def test_an_unknown_target_is_not_found(as_, city_officer, plan):
    assert as_(city_officer).get("/targets/T99/").status_code == 404


def test_an_empty_platform_says_what_to_do(as_, city_officer):
    assert "试点方案还没有装入" in text_of(as_(city_officer).get("/"))


def test_a_milestone_is_done_when_its_task_is_closed_whatever_the_registers_hold(as_, city_officer, plan):
    from datetime import date

    from hezhu.core.files.actions import keep
    from hezhu.programme.actions.decisions import close_instance
    from hezhu.programme.instances import open_instances
    from hezhu.programme.models import RequirementInstance

    open_instances(date(2026, 6, 17))
    client = as_(city_officer)
    before = client.get("/targets/M02/").context["card"]
    assert (before.state, before.value_text, before.gap_text) == ("missed", "0 / 2", "差 2 项")
    instance = RequirementInstance.objects.get(requirement__code="JX-02-1")
    proof = keep(b"evidence\n", by=city_officer, purpose="evidence", name="proof.txt")
    close_instance(instance, closed_on=date(2022, 12, 20), summary="2022-12-20 印发", evidence=[proof], by=city_officer)
    after = client.get("/targets/M02/").context["card"]
    assert (after.state, after.value_text, after.gap_text, after.source.value) == (
        "done",
        "已办结",
        "登记库 0 / 2",
        "closed-task",
    )
