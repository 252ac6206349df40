"""Issuing the opinion, withdrawing, and what each refuses."""

from __future__ import annotations

import pytest

from hezhu.bim import actions, desk, errors
from hezhu.bim.models import ReviewCase
from hezhu.core.errors import NotAllowed


def decide_all(case: ReviewCase, by, decision: str) -> None:
    actions.decide_findings(case, desk.current(case), by=by, decision=decision, opinion="看过")


def test_an_opinion_waits_for_every_decision_and_says_how_many(case, city_officer) -> None:
    with pytest.raises(errors.UndecidedFindings) as refusal:
        actions.conclude(case, by=city_officer, approve=True)
    assert str(refusal.value) == "还有 2 项未决，不能出具审查意见。"
    case.refresh_from_db()
    assert case.state == "awaiting_decision"


def test_approval_over_confirmed_findings_is_refused(case, city_officer) -> None:
    decide_all(case, city_officer, "confirmed")
    with pytest.raises(errors.CannotApprove) as refusal:
        actions.conclude(case, by=city_officer, approve=True)
    assert refusal.value.data["count"] == 2
    case.refresh_from_db()
    assert case.state == "awaiting_decision"


def test_approval_when_all_are_rejected(case, city_officer) -> None:
    decide_all(case, city_officer, "rejected")
    concluded = actions.conclude(case, by=city_officer, approve=True, opinion="同意")
    assert (concluded.state, concluded.concluded_by, concluded.conclusion) == ("approved", city_officer, "同意")


def test_a_return_needs_words(case, city_officer) -> None:
    decide_all(case, city_officer, "confirmed")
    with pytest.raises(errors.OpinionMissing):
        actions.conclude(case, by=city_officer, approve=False)
    assert actions.conclude(case, by=city_officer, approve=False, opinion="改扶手").state == "returned"


def test_nothing_changes_after_the_opinion(case, city_officer) -> None:
    decide_all(case, city_officer, "rejected")
    actions.conclude(case, by=city_officer, approve=True)
    case.refresh_from_db()
    finding = case.findings.get(verdict="fail")
    with pytest.raises(errors.NotAwaitingDecision):
        actions.decide_finding(finding, by=city_officer, decision="confirmed")
    with pytest.raises(errors.AlreadyConcluded):
        actions.rerun(case, by=city_officer)
    with pytest.raises(errors.AlreadyConcluded):
        actions.withdraw(case, by=city_officer, reason="算了")
    finding.refresh_from_db()
    assert finding.decision == "rejected"


@pytest.mark.parametrize("who", ["firm_user", "auditor", "haiyan_officer", "bureau_officer"])
def test_who_may_not_conclude(request, who, case, city_officer) -> None:
    decide_all(case, city_officer, "rejected")
    with pytest.raises(NotAllowed):
        actions.conclude(case, by=request.getfixturevalue(who), approve=True)
    case.refresh_from_db()
    assert case.state == "awaiting_decision"


def test_only_the_submitter_or_an_office_withdraws(case, firm_user, reviewer, units) -> None:
    case.review_body = units["review_body"]
    case.save()
    for other in (firm_user, reviewer):
        with pytest.raises(errors.NotYours):
            actions.withdraw(case, by=other, reason="不归我")
    case.refresh_from_db()
    assert case.state == "awaiting_decision"


def test_a_withdrawn_case_keeps_its_findings(case, city_officer) -> None:
    actions.withdraw(case, by=city_officer, reason="换文件")
    case.refresh_from_db()
    assert (case.state, case.conclusion, case.findings.count()) == ("withdrawn", "换文件", 4)
