"""The API: the same acts and the same refusals as the pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from hezhu.bim.models import ReviewCase
from hezhu.core.access.models import ApiKey
from tests.bim.conftest import MODEL

CASES = "/api/v1/bim/cases/"


@pytest.fixture
def key():
    return lambda user: {"HTTP_AUTHORIZATION": f"Bearer {ApiKey.issue(user, 'test')}"}


def form(project, **changes):
    said = {
        "project": project.number,
        "building": "1#",
        "stage": "drawings",
        "building_kind": "dwelling",
        "judged_on": "2026-03-01",
    }
    return {**said, "pack": "cn-base", "profile": "gbt51129-2017", **changes}


def test_submit_follow_read_decide_conclude(client, project, building, submission, engines, city_officer, key) -> None:
    from hezhu.core.jobs.actions import run_here

    auth = key(city_officer)
    sent = client.post(CASES, {**form(project), "model": SimpleUploadedFile("a.ifc", MODEL)}, **auth)
    assert sent.status_code == 201, sent.content
    number = sent.json()["number"]
    assert sent.json()["state"] == "queued"
    run_here(ReviewCase.objects.get(number=number).job)
    case = client.get(f"{CASES}{number}/", **auth).json()
    assert (case["state"], case["counts"], case["undecided"]) == (
        "awaiting_decision",
        {"fail": 1, "manual": 1, "pass": 1, "na": 1},
        2,
    )
    waiting = client.get(f"{CASES}{number}/findings/?tab=undecided", **auth).json()
    assert [finding["verdict"] for finding in waiting] == ["fail", "manual"]
    for finding in waiting:
        url = f"{CASES}{number}/findings/{finding['id']}/decision"
        answer = client.post(url, {"decision": "rejected", "opinion": "核过"}, content_type="application/json", **auth)
        assert answer.json()["decision"] == "rejected"
    done = client.post(f"{CASES}{number}/conclusion", {"approve": True}, content_type="application/json", **auth)
    assert done.json()["state"] == "approved"


def test_a_refusal_is_problem_json(client, case, city_officer, key) -> None:
    answer = client.post(
        f"{CASES}{case.number}/conclusion", {"approve": True}, content_type="application/json", **key(city_officer)
    )
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "bim-undecided-findings"


def test_another_county_sees_and_changes_nothing(client, case, haiyan_officer, key) -> None:
    auth = key(haiyan_officer)
    finding = case.findings.first()
    assert client.get(CASES, **auth).json() == []
    assert client.get(f"{CASES}{case.number}/", **auth).status_code == 404
    assert client.get(f"{CASES}{case.number}/findings/", **auth).status_code == 404
    for path, body in (
        (f"findings/{finding.pk}/decision", {"decision": "confirmed"}),
        (f"findings/{finding.pk}/comments", {"text": "x"}),
        ("conclusion", {"approve": True}),
        ("rerun", {}),
    ):
        assert client.post(f"{CASES}{case.number}/{path}", body, content_type="application/json", **auth).status_code == 404
    finding.refresh_from_db()
    case.refresh_from_db()
    assert (finding.decision, finding.comments.count(), case.state) == ("", 0, "awaiting_decision")


@pytest.mark.parametrize("who", ["auditor", "administrator", "expert"])
def test_who_may_not_submit_gets_403_and_nothing_is_kept(request, client, project, building, submission, key, who) -> None:
    auth = key(request.getfixturevalue(who))
    answer = client.post(CASES, {**form(project), "model": SimpleUploadedFile("a.ifc", MODEL)}, **auth)
    assert answer.status_code == 403
    assert ReviewCase.objects.count() == 0


def test_without_a_key_there_is_nothing(client, case) -> None:
    assert client.get(CASES).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_at_once_the_second_is_told_and_overwrites_nothing(
    case, city_officer, haining_officer, key
) -> None:
    finding = case.findings.get(verdict="fail")
    url = f"{CASES}{case.number}/findings/{finding.pk}/decision"
    (shown,) = (
        row for row in Client().get(f"{CASES}{case.number}/findings/", **key(city_officer)).json() if row["id"] == finding.pk
    )
    assert shown["mark"] == ""
    people = {"confirmed": (city_officer, key(city_officer)), "rejected": (haining_officer, key(haining_officer))}

    def decide(decision: str) -> tuple[int, dict]:
        said = {"decision": decision, "opinion": f"{decision}的理由", "seen": shown["mark"]}
        try:
            answer = Client().post(url, said, content_type="application/json", **people[decision][1])
            return answer.status_code, answer.json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(people, pool.map(decide, people), strict=True))
    assert sorted(status for status, _said in answers.values()) == [200, 409]
    first = next(decision for decision, (status, _said) in answers.items() if status == 200)
    (refused,) = (said for status, said in answers.values() if status == 409)
    assert refused["code"] == "finding-decided"
    assert people[first][0].display_name in refused["detail"]
    finding.refresh_from_db()
    assert (finding.decision, finding.opinion, finding.decided_by) == (first, f"{first}的理由", people[first][0])
    second = next(decision for decision in people if decision != first)
    seen = {"decision": second, "opinion": "看过前一个决定", "seen": answers[first][1]["mark"]}
    assert Client().post(url, seen, content_type="application/json", **people[second][1]).json()["decision"] == second
