"""Deciding on findings: confirm, reject, ask for a change, many at once; who may not; and the history of it."""

from __future__ import annotations

import pytest
from django.apps import apps

from hezhu.bim import actions, desk, errors
from hezhu.bim.models import CaseFinding
from hezhu.core.errors import NotAllowed


@pytest.fixture
def failed(case) -> CaseFinding:
    return case.findings.get(verdict="fail")


def test_confirming_needs_no_opinion_and_counts_down(case, failed, reviewer, units) -> None:
    case.review_body = units["review_body"]
    case.save()
    decided = actions.decide_finding(failed, by=reviewer, decision="confirmed")
    assert (decided.decision, decided.opinion, decided.decided_by) == ("confirmed", "", reviewer)
    assert decided.decided_at is not None
    case.refresh_from_db()
    assert case.undecided == 1


@pytest.mark.parametrize("decision", ["rejected", "change_requested"])
def test_rejecting_and_asking_need_an_opinion(case, failed, city_officer, decision) -> None:
    with pytest.raises(errors.OpinionMissing):
        actions.decide_finding(failed, by=city_officer, decision=decision, opinion="  ")
    failed.refresh_from_db()
    assert failed.decision == ""
    actions.decide_finding(failed, by=city_officer, decision=decision, opinion="见图 12")
    failed.refresh_from_db()
    assert (failed.decision, failed.opinion) == (decision, "见图 12")


def test_a_decision_can_be_taken_back(case, failed, city_officer) -> None:
    actions.decide_finding(failed, by=city_officer, decision="confirmed")
    actions.decide_finding(failed, by=city_officer, decision="")
    failed.refresh_from_db()
    assert (failed.decision, failed.decided_by, failed.decided_at) == ("", None, None)
    case.refresh_from_db()
    assert case.undecided == 2


def test_what_passed_needs_no_decision(case, city_officer) -> None:
    passed = case.findings.get(verdict="pass")
    with pytest.raises(errors.NothingToDecide):
        actions.decide_finding(passed, by=city_officer, decision="confirmed")


def test_an_unknown_decision_is_named(case, failed, city_officer) -> None:
    with pytest.raises(errors.SubmissionIncomplete) as refusal:
        actions.decide_finding(failed, by=city_officer, decision="maybe")
    assert refusal.value.data["problems"][0]["value"] == "maybe"


@pytest.mark.parametrize("who", ["firm_user", "auditor", "bureau_officer", "haiyan_officer", "reviewer"])
def test_who_may_not_decide_changes_nothing(request, who, case, failed) -> None:
    by = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        actions.decide_finding(failed, by=by, decision="confirmed")
    failed.refresh_from_db()
    assert failed.decision == ""


def test_many_at_once_decide_only_what_waits_in_the_selection(case, city_officer) -> None:
    rows = desk.Selection(rule="stair-width").rows(case)
    assert actions.decide_findings(case, rows, by=city_officer, decision="confirmed") == 1
    assert case.findings.filter(decision="confirmed").count() == 1
    assert actions.decide_findings(case, desk.current(case), by=city_officer, decision="rejected", opinion="误报") == 2


def test_each_decision_is_kept_with_who_and_why(case, failed, city_officer) -> None:
    actions.decide_finding(failed, by=city_officer, decision="rejected", opinion="量错了墙")
    events = apps.get_model("bim", "FindingDecisionEvent").objects.filter(pgh_obj=failed).order_by("pgh_id")
    assert [event.decision for event in events] == ["rejected"]
    assert events[0].pgh_context.metadata["reason"] == "量错了墙"
    assert events[0].pgh_context.metadata["user"] == city_officer.pk


def test_comments_by_those_who_submit_and_decide(case, failed, firm_user, city_officer) -> None:
    actions.comment(failed, by=firm_user, text="已改扶手位置")
    actions.comment(failed, by=city_officer, text="请附图")
    assert list(failed.comments.values_list("text", flat=True)) == ["已改扶手位置", "请附图"]


@pytest.mark.parametrize("who", ["auditor", "other_firm_user", "haiyan_officer"])
def test_others_say_nothing(request, who, case, failed) -> None:
    by = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        actions.comment(failed, by=by, text="路过")
    assert failed.comments.count() == 0


def test_an_empty_comment_is_refused(case, failed, city_officer) -> None:
    with pytest.raises(errors.CommentEmpty):
        actions.comment(failed, by=city_officer, text=" \n")
    assert failed.comments.count() == 0
