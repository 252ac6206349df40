"""Experts: drawn by lot with recusal, on the record, redrawn when one declines, blind once their term ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hezhu.bim.drawings import draws, errors, rounds
from hezhu.bim.drawings.models import Assignment, Draw, Expert
from hezhu.bim.models import ReviewCase
from hezhu.core.access.models import User
from hezhu.core.cases.actions import waiting_for
from hezhu.core.cases.models import Case, CaseParty
from hezhu.core.errors import NotAllowed
from tests.bim.drawings.conftest import draw_of

pytestmark = pytest.mark.django_db


def test_a_draw_keeps_its_seed_pool_and_reasons_and_can_be_drawn_again(
    accepted: Case, body: User, experts: dict[str, Expert]
) -> None:
    draws.draw(accepted, {"structure": 2}, by=body)
    row = draw_of(accepted, "structure")
    assert len(row.seed) == 32
    assert {one["name"] for one in row.pool} == {"free", "spare"}
    reasons = {one["name"]: one["reason"] for one in row.excluded}
    assert set(reasons) == {"own", "listed", "ended"}
    assert reasons["own"] == "本单位是项目参与单位"
    assert reasons["listed"] == "回避名单：测试海宁建工有限公司"
    assert reasons["ended"] == "聘期已满"
    assert draws.drawn_again(row) == [one["id"] for one in row.drawn]
    assert {one.expert for one in accepted.drawings.assignments.all()} == {experts["free"], experts["spare"]}
    for name in ("free", "spare"):
        assert [task.title for task in waiting_for(experts[name].user)] == ["专家审查"]


def test_too_small_a_pool_draws_nobody(accepted: Case, body: User, experts: dict[str, Expert]) -> None:
    with pytest.raises(errors.NotEnoughExperts, match="2 人，不够抽取 3 人"):
        draws.draw(accepted, {"hvac": 1, "structure": 3}, by=body)
    assert not Draw.objects.exists()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("name", ["own", "listed", "ended"])
def test_an_expert_with_a_conflict_cannot_be_named_by_hand(
    accepted: Case, body: User, experts: dict[str, Expert], name: str
) -> None:
    with pytest.raises(errors.ExpertConflict):
        draws.appoint(accepted, experts[name], "hvac", by=body, reason="急")
    client = Client()
    client.force_login(body)
    sent = {"expert": experts[name].pk, "discipline": "hvac", "text": "急"}
    assert client.post(f"/drawings/{accepted.number}/appoint/", sent).status_code == 409
    assert not Assignment.objects.exists()
    assert not CaseParty.objects.filter(party="expert").exists()


def test_an_expert_named_by_hand_is_on_the_record_without_a_seed(accepted: Case, body: User, experts: dict[str, Expert]) -> None:
    row = draws.appoint(accepted, experts["free"], "hvac", by=body, reason="唯一的注册设备工程师")
    assert (row.seed, row.reason) == ("", "唯一的注册设备工程师")
    assert "指定" in accepted.steps.last().label  # type: ignore[union-attr]


def test_one_who_declines_gives_way_to_another_and_sees_nothing_more(
    accepted: Case, body: User, experts: dict[str, Expert]
) -> None:
    draws.draw(accepted, {"structure": 1}, by=body)
    first = accepted.drawings.assignments.get()
    user = first.expert.user
    with pytest.raises(errors.OpinionWrong):
        draws.decline(first, by=user, reason=" ")
    assert accepted.is_visible_to(user)
    draws.decline(first, by=user, reason="出差")
    assert not accepted.is_visible_to(user)
    assert not ReviewCase.objects.visible_to(user).exists()
    assert not waiting_for(user).exists()
    draws.draw(accepted, {"structure": 1}, by=body, reason="前一位请辞")
    again = draw_of(accepted, "structure")
    assert user.display_name in [one["name"] for one in again.excluded if one["reason"] == "本件已请辞"]
    assert again.drawn[0]["id"] != first.expert_id


def test_an_expert_whose_term_ends_sees_and_does_nothing(drawn: Case, experts: dict[str, Expert]) -> None:
    user = drawn.drawings.assignments.filter(state="working").first().expert.user
    row = rounds.current_cases(drawn.drawings)[0]
    assert drawn.is_visible_to(user)
    assert row.is_visible_to(user)
    client = Client()
    client.force_login(user)
    assert client.get(f"/drawings/{drawn.number}/findings/").status_code == 200
    Expert.objects.filter(user=user).update(appointed_until=timezone.localdate() - timedelta(days=1))
    assert not drawn.is_visible_to(user)
    assert not row.is_visible_to(user)
    for path in (drawn.get_absolute_url(), f"/drawings/{drawn.number}/findings/", row.get_absolute_url()):
        assert client.get(path).status_code == 404
    assert client.post(f"/drawings/{drawn.number}/findings/opine/", {"decision": "confirmed", "whole": 1}).status_code == 404


def test_only_the_body_draws_and_only_while_experts_review(
    submitted: Case, accepted: Case, designer: User, bureau: User, second_reviewer: User, experts: dict[str, Expert]
) -> None:
    for user in (designer, bureau, experts["free"].user):
        with pytest.raises(NotAllowed):
            draws.draw(accepted, {"hvac": 1}, by=user)
    with pytest.raises(errors.NotLead):
        draws.draw(accepted, {"hvac": 1}, by=second_reviewer)
    assert not Draw.objects.exists()


def test_the_pool_is_kept_by_the_office_alone(body: User, designer: User, expert: User, bureau: User) -> None:
    for user in (body, designer, expert):
        with pytest.raises(NotAllowed):
            draws.keep_expert(Expert(user=expert, disciplines=["hvac"]), by=user, units=[], projects=[])
    with pytest.raises(errors.OpinionWrong):
        draws.keep_expert(Expert(user=designer, disciplines=["hvac"]), by=bureau, units=[], projects=[])
    assert not Expert.objects.exists()


def test_pages_of_the_pool(bureau: User, body: User, expert: User, designer: User, units: dict) -> None:
    office = Client()
    office.force_login(bureau)
    assert "专家库还是空的" in office.get("/drawings/experts/").content.decode()
    form = {"user": expert.pk, "disciplines": ["hvac", "structure"], "active": "on", "units": [units["firm"].pk]}
    assert office.post("/drawings/experts/new/", {"user": expert.pk}).status_code == 422
    assert office.post("/drawings/experts/new/", form).status_code == 302
    row = Expert.objects.get()
    assert (row.disciplines, list(row.conflict_units.all())) == (["hvac", "structure"], [units["firm"]])
    page = office.get("/drawings/experts/?discipline=hvac").content.decode()
    assert "暖通" in page
    assert "在聘" in page
    assert office.post(f"/drawings/experts/{row.pk}/", {**form, "active": ""}).status_code == 302
    assert not Expert.objects.get().serves
    for user, status in ((body, 200), (designer, 403), (expert, 403)):
        client = Client()
        client.force_login(user)
        assert client.get("/drawings/experts/").status_code == status
        assert client.get("/drawings/experts/new/").status_code == 403
