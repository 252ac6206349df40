"""A figure no register can give is entered with evidence, by the city office or the target's lead unit, and marked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.portal.actions import FigureContent, enter_figure, withdraw_figure
from hezhu.portal.errors import AlreadyWithdrawn, ComputedTarget, NotEntrant, ReasonMissing
from hezhu.portal.models import EnteredFigure
from hezhu.programme.errors import Problems
from hezhu.programme.models import Target, TargetBasis

from .conftest import TODAY

pytestmark = pytest.mark.django_db


def proof(name: str = "统计报表.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "实名制平台统计\n".encode(), content_type="text/plain")


def content(**changes: object) -> FigureContent:
    return FigureContent(**({"value": Decimal(18236), "as_of": date(2026, 5, 31), "note": "实名制平台统计"} | changes))


def test_an_entered_figure_is_shown_as_such_and_judged(as_, city_officer, plan):
    client = as_(city_officer)
    data = {"value": "18236", "as_of": "2026-05-31", "note": "实名制平台统计", "evidence": [proof(), proof("名单.txt")]}
    assert client.post("/targets/T13/figures/", data).status_code == 302
    figure = EnteredFigure.objects.get()
    assert (figure.target.code, figure.value, figure.entered_by, figure.evidence.count()) == ("T13", 18236, city_officer, 2)
    card = client.get("/targets/T13/").context["card"]
    assert (card.value_text, card.gap_text, card.state, card.source.value) == ("18,236", "差 1,764 名", "missed", "entered")
    assert "人工填报" in client.get("/").content.decode()


def test_evidence_and_source_are_asked_for(city_officer, plan):
    target = Target.objects.get(code="T13")
    with pytest.raises(Problems) as error:
        enter_figure(target, content(note=" ", as_of=date(2026, 6, 18), value=Decimal(-1)), [], by=city_officer)
    assert [problem["field"] for problem in error.value.data["problems"]] == ["evidence", "note", "as_of", "value"]
    assert "建筑工人实名制管理平台记录" in error.value.data["problems"][0]["message"]
    assert not EnteredFigure.objects.exists()


def test_the_page_keeps_what_was_typed(as_, city_officer, plan):
    response = as_(city_officer).post("/targets/T13/figures/", {"value": "18236", "as_of": "2026-05-31", "note": "甲"})
    assert response.status_code == 422
    assert response.context["figure_form"]["note"].value() == "甲"
    assert "没有附文件" in response.content.decode()


def test_a_share_must_agree_with_its_halves(city_officer, plan):
    target = Target.objects.get(code="T05")
    halves = {"numerator": Decimal("60.5"), "denominator": Decimal("1512.17")}
    with pytest.raises(Problems) as error:
        enter_figure(target, content(value=Decimal("5.0"), **halves), [proof()], by=city_officer)
    (problem,) = error.value.data["problems"]
    assert problem["message"] == "与分子、分母不符：60.5 ÷ 1512.17 = 4.00%，现为 5.0%"
    enter_figure(target, content(value=Decimal("4.0"), **halves), [proof()], by=city_officer)
    assert EnteredFigure.objects.get().value == 4


def test_nobody_types_what_the_platform_computes(city_officer, plan):
    with pytest.raises(ComputedTarget):
        enter_figure(Target.objects.get(code="T08"), content(value=Decimal(40)), [proof()], by=city_officer)
    assert not EnteredFigure.objects.exists()


def test_only_the_lead_bureau_enters_and_another_changes_nothing(as_, bureau_officer, plan):
    target = Target.objects.select_related("lead_unit").get(code="T05")
    lead = User.objects.create_user("tongji", "x", display_name="统计", role=Role.BUREAU, unit=target.lead_unit)
    assert enter_figure(target, content(value=Decimal("4.2")), [proof()], by=lead).value == Decimal("4.2")
    with pytest.raises(NotEntrant) as error:
        enter_figure(target, content(value=Decimal(9)), [proof()], by=bureau_officer)
    assert "市统计局" in str(error.value)
    response = as_(bureau_officer).post("/targets/T05/figures/", {"value": "9", "as_of": "2026-05-31", "note": "x"})
    assert response.status_code in (403, 422)
    assert [row.value for row in EnteredFigure.objects.all()] == [Decimal("4.2")]


@pytest.mark.parametrize("account", ["haining_officer", "firm_user", "reviewer", "expert", "auditor"])
def test_other_accounts_enter_nothing(request, as_, plan, account):
    client = as_(request.getfixturevalue(account))
    data = {"value": "1", "as_of": "2026-05-31", "note": "x", "evidence": [proof()]}
    assert client.post("/targets/T13/figures/", data).status_code in (403, 422)
    assert not EnteredFigure.objects.exists()


def test_a_withdrawn_figure_gives_way_to_the_one_before(as_, city_officer, plan):
    target = Target.objects.get(code="T13")
    enter_figure(target, content(value=Decimal(15000), as_of=date(2025, 12, 31)), [proof()], by=city_officer)
    newer = enter_figure(target, content(), [proof()], by=city_officer)
    with pytest.raises(ReasonMissing):
        withdraw_figure(newer, by=city_officer, reason=" ")
    client = as_(city_officer)
    assert client.post(f"/targets/T13/figures/{newer.pk}/withdraw/", {"reason": "统计口径有误"}).status_code == 302
    assert client.get("/targets/T13/").context["card"].value == 15000
    assert EnteredFigure.objects.count() == 2
    with pytest.raises(AlreadyWithdrawn):
        withdraw_figure(newer, by=city_officer, reason="再撤一次")


def test_entered_figures_of_the_other_world_are_not_seen(as_, city_officer, demo_officer, plan):
    enter_figure(Target.objects.get(code="T13"), content(), [proof()], by=demo_officer)
    assert as_(city_officer).get("/targets/T13/").context["card"].value is None
    figure = EnteredFigure.objects.get()
    assert as_(city_officer).post(f"/targets/T13/figures/{figure.pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert EnteredFigure.objects.get().withdrawn_at is None


def test_a_base_makes_an_increase_judgeable(as_, city_officer, plan, make_building):
    make_building(project={"is_pilot_demonstration": True})
    make_building()
    client = as_(city_officer)
    data = {"mode": "pp", "base_year": "2022", "base_value": "8", "reason": "市统计局 2023 年第 5 号函"}
    assert client.post("/targets/T04/basis/", data).status_code == 302
    assert TargetBasis.objects.get().base_value == 8
    card = client.get("/targets/T04/").context["card"]
    assert (card.judgement.measured, card.state, card.gap_text) == (42, "reached", "超 32.0 个百分点")


def test_a_base_is_refused_with_its_field(as_, city_officer, haining_officer, plan):
    data = {"mode": "relative", "base_year": "2022", "base_value": "0", "reason": "x"}
    response = as_(city_officer).post("/targets/T04/basis/", data)
    assert response.status_code == 422
    assert "不能为 0" in response.content.decode()
    denied = as_(haining_officer).post("/targets/T04/basis/", data | {"base_value": "8"})
    assert denied.status_code in (403, 422)
    assert not TargetBasis.objects.exists()


def test_the_day_is_pinned(plan):
    from hezhu.programme.dates import today

    assert today() == TODAY
