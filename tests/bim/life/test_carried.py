"""Findings from one review to the next, and promises looked at again at completion."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.utils import timezone

from hezhu.bim import actions
from hezhu.bim.errors import NotAwaitingDecision
from hezhu.bim.life import carrying, errors, promises
from hezhu.bim.life.models import ModelVersion, Promise
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.cases.models import Case, CaseDocument
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep
from hezhu.core.jobs.actions import run_here
from hezhu.engines.findings import Quantity, Verdict
from tests.bim.conftest import DOOR, MODEL, STAIR, finding
from tests.bim.life.conftest import row

WALL = "3hOSvn6df7F8_7GcBWlRrM"


@pytest.fixture
def review(project, building, submission, engines, city_officer):
    """Submits a further version with these findings, and reviews it; the review before it is returned first."""
    count = 0

    def make(findings, **said) -> ReviewCase:
        nonlocal count
        count += 1
        ReviewCase.objects.filter(state="awaiting_decision").update(state="returned")
        engines.findings = findings
        told = replace(submission, **said)
        case = actions.submit_model(project, building, MODEL + b"\n" * count, by=city_officer, submission=told)
        run_here(case.job)
        return ReviewCase.objects.get(pk=case.pk)

    return make


def carries(case: ReviewCase) -> dict[str, str]:
    return {row.key: row.carry for row in case.findings.filter(superseded=False)}


def test_solved_open_new_and_reopened(review) -> None:
    width, height, lift = (finding(rule, Verdict.FAIL) for rule in ("width", "height", "lift"))
    first = review([width, height])
    assert (first.carried, carries(first)) == ({}, {f"width|{STAIR}": "", f"height|{STAIR}": ""})
    second = review([height, lift, finding("width", Verdict.PASS)])
    assert second.carried == {"predecessor": first.number, "solved": 1, "open": 1, "new": 1, "reopened": 0}
    assert carries(second) == {f"height|{STAIR}": "open", f"lift|{STAIR}": "new", f"width|{STAIR}": ""}
    assert [row.rule for row in carrying.solved(second)] == ["width"]
    third = review([width, height])
    assert third.carried == {"predecessor": second.number, "solved": 1, "open": 1, "new": 0, "reopened": 1}
    assert carries(third) == {f"width|{STAIR}": "reopened", f"height|{STAIR}": "open"}


def test_another_discipline_is_not_the_predecessor(review) -> None:
    review([finding("width", Verdict.FAIL)])
    assert review([finding("width", Verdict.FAIL)], discipline="structure").carried == {}


def test_a_withdrawn_version_says_nothing(review) -> None:
    first = review([finding("width", Verdict.FAIL)])
    gone = review([])
    ReviewCase.objects.filter(pk=gone.pk).update(state="withdrawn")
    assert review([finding("width", Verdict.FAIL)]).carried["predecessor"] == first.number


def test_an_element_under_a_new_global_id_is_followed(review, city_officer, tmp_path) -> None:
    import zipfile

    first = review([finding("width", Verdict.FAIL, DOOR)])
    second = review([finding("width", Verdict.FAIL, WALL)])
    assert second.carried["new"] == 1
    for case, global_id in ((first, DOOR), (second, WALL)):
        path = tmp_path / f"{case.pk}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("prints.json", json.dumps([row(global_id)]))
        ModelVersion.objects.filter(pk=case.model_version_id).update(prints_file=keep(path, by=city_officer, purpose="report"))
    carrying.carry_over(ReviewCase.objects.get(pk=second.pk))
    second.refresh_from_db()
    assert second.carried == {"predecessor": first.number, "solved": 0, "open": 1, "new": 0, "reopened": 0}
    assert second.findings.get().former == first.findings.get()


def test_an_earlier_decision_is_shown_and_taken_over_only_by_a_person(review, city_officer, client) -> None:
    same, other = (
        finding("width", Verdict.FAIL, measured=Quantity(1.06, "m")),
        finding("height", Verdict.FAIL, measured=Quantity(2.0, "m")),
    )
    first = review([same, other])
    actions.decide_findings(first, first.findings.all(), by=city_officer, decision="confirmed", opinion="楼梯须加宽")
    second = review([same, finding("height", Verdict.FAIL, measured=Quantity(2.1, "m"))])
    width, height = second.findings.get(rule="width"), second.findings.get(rule="height")
    assert (width.decision, width.earlier_decision, height.earlier_decision) == ("", "confirmed", "")
    assert second.undecided == 2
    client.force_login(city_officer)
    desk = client.get(f"/bim/{second.number}/").content.decode()
    assert desk.count("上一版的决定，这一版还没有决定") == 1
    assert client.get(f"/bim/{second.number}/?carry=new").context["findings"] == []
    assert actions.adopt_decisions(second, by=city_officer) == 1
    width.refresh_from_db()
    height.refresh_from_db()
    second.refresh_from_db()
    assert (width.decision, width.opinion, width.decided_by) == ("confirmed", "楼梯须加宽", city_officer)
    assert (height.decision, second.undecided) == ("", 1)


def test_who_may_not_decide_takes_nothing_over(review, city_officer, firm_user, haiyan_officer) -> None:
    first = review([finding("width", Verdict.FAIL)])
    actions.decide_findings(first, first.findings.all(), by=city_officer, decision="confirmed")
    second = review([finding("width", Verdict.FAIL)])
    for user in (firm_user, haiyan_officer):
        with pytest.raises(NotAllowed):
            actions.adopt_decisions(second, by=user)
    with pytest.raises(NotAwaitingDecision):
        actions.adopt_decisions(first, by=city_officer)
    assert CaseFinding.objects.get(case=second).decision == ""


@pytest.fixture
def completion(review, city_officer) -> ReviewCase:
    """Four promises of the drawing stage, and a completed building that keeps one, breaks one and leaves two open."""
    rules = ("kept", "broken", "unclear", "silent")
    drawings = review([finding(rule, Verdict.FAIL) for rule in (*rules, "rejected")])
    asked = drawings.findings.exclude(rule="rejected")
    actions.decide_findings(drawings, asked, by=city_officer, decision="change_requested", opinion="施工时改正")
    actions.decide_findings(
        drawings, drawings.findings.filter(rule="rejected"), by=city_officer, decision="rejected", opinion="误报"
    )
    found = [finding("kept", Verdict.PASS), finding("broken", Verdict.FAIL), finding("unclear", Verdict.MANUAL)]
    return review(found, stage="completion")


def test_promises_are_kept_broken_or_unknown(completion) -> None:
    told = {promise.finding.rule: (promise.verdict, promise.why) for promise in completion.promises.all()}
    assert told == {
        "kept": ("kept", "竣工审查这一项符合"),
        "broken": ("broken", "竣工审查这一项仍不符合"),
        "unclear": ("unknown", "竣工审查这一项需人工判断"),
        "silent": ("unknown", "竣工审查没有检查这一项"),
    }


def test_completion_is_approved_only_when_every_promise_is_settled(completion, city_officer, client) -> None:
    actions.decide_findings(completion, completion.findings.all(), by=city_officer, decision="rejected", opinion="现场核过")
    with pytest.raises(errors.PromisesOpen) as refusal:
        actions.conclude(completion, by=city_officer, approve=True)
    assert refusal.value.data == {"count": 3}
    with pytest.raises(errors.PromiseOpinionMissing):
        promises.settle(completion.promises.exclude(verdict="kept").first(), "kept", by=city_officer, opinion=" ")
    client.force_login(city_officer)
    page = client.get(f"/bim/{completion.number}/carried/")
    assert page.status_code == 200
    for promise in completion.promises.exclude(verdict="kept"):
        answer = client.post(
            f"/bim/{completion.number}/promises/{promise.pk}/settle/", {"verdict": "kept", "opinion": "现场已改"}
        )
        assert answer.status_code == 302
    promises.look_again(completion)  # the machine's second look leaves what a person settled
    assert promises.unkept(completion) == 0
    actions.conclude(completion, by=city_officer, approve=True)
    assert completion.model_version.cases.get().state == "approved"


def test_who_may_not_settle_a_promise(completion, firm_user, haiyan_officer, client) -> None:
    promise = completion.promises.get(finding__rule="broken")
    with pytest.raises(NotAllowed):
        promises.settle(promise, "kept", by=firm_user, opinion="改好了")
    client.force_login(haiyan_officer)
    assert (
        client.post(f"/bim/{completion.number}/promises/{promise.pk}/settle/", {"verdict": "kept", "opinion": "x"}).status_code
        == 404
    )
    assert Promise.objects.get(pk=promise.pk).said == ""


def test_conditions_of_standing_documents_are_asked_for_once_a_building(review, building, city_officer, client) -> None:
    project, number = building.project, iter(range(9))

    def document(*conditions: str, about: str = "") -> CaseDocument:
        case = Case.objects.create(
            number=f"T-{next(number)}",
            procedure="bim-plan",
            title="报建",
            state="approved",
            unit=city_officer.unit,
            opened_by=city_officer,
            division="330481",
        )
        case.subjects.create(kind="project", key=project.number, name=project.name)
        if about:
            case.subjects.create(kind="building", key=about, name="楼")
        content = {"facts": [], "conditions": list(conditions)}
        return CaseDocument.objects.create(
            case=case,
            number=f"D-{case.number}",
            title="意见书",
            issuer=city_officer.unit,
            issued_by=city_officer,
            content=content,
        )

    long = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(4_000))  # as long as the form takes, and not to be compressed
    stands = document("同步实施道路", "绿化率不低于 30%", long)
    document("别的楼的条件", about="other")
    document("本楼的条件", about=building.code)
    gone = document("已被替代的条件")
    gone.replaced_by = stands
    gone.save()
    done = review([], stage="completion")
    assert [(row.condition, row.verdict) for row in done.promises.all()] == [
        ("同步实施道路", "unknown"),
        ("绿化率不低于 30%", "unknown"),
        (long, "unknown"),
        ("本楼的条件", "unknown"),
    ]
    page = client_page(client, city_officer, done)
    assert "同步实施道路" in page
    assert stands.number in page
    with pytest.raises(errors.PromisesOpen):
        actions.conclude(done, by=city_officer, approve=True)
    promises.settle(done.promises.first(), "kept", by=city_officer, opinion="道路已通车")
    stands.revoked_at = timezone.now()
    stands.save()
    promises.look_again(done)  # what was settled stays; what a revoked document asked for is no longer asked
    assert [(row.condition, row.said) for row in done.promises.all()] == [("同步实施道路", "kept"), ("本楼的条件", "")]
    assert review([], stage="completion", discipline="structure").promises.count() == 0


def client_page(client, user, case) -> str:
    client.force_login(user)
    return client.get(f"/bim/{case.number}/carried/").content.decode()
