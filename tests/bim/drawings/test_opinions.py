"""Opinions: one's own never touches another's, the body's conclusion decides, two at once are told apart."""

from __future__ import annotations

import pytest
from django.test import Client

from hezhu.bim import actions as bim
from hezhu.bim.drawings import draws, errors, joining, opinions, rounds
from hezhu.bim.drawings.models import Expert, FindingOpinion, FindingReply
from hezhu.bim.errors import DecidedMeanwhile, PartOfDrawings
from hezhu.bim.models import CaseFinding
from hezhu.bim.wording import mark_of
from hezhu.core.access.models import User
from hezhu.core.cases import actions as cases
from hezhu.core.cases.declare import Said
from hezhu.core.cases.models import Case
from hezhu.core.errors import NotAllowed
from tests.bim.conftest import STAIR
from tests.bim.drawings.conftest import REQUIRED, all_say, findings

pytestmark = pytest.mark.django_db


def one(row: CaseFinding):
    return CaseFinding.objects.filter(pk=row.pk)


@pytest.fixture
def pair(accepted: Case, body: User, experts: dict[str, Expert]) -> Case:
    """Two experts on every discipline."""
    draws.draw(accepted, dict.fromkeys(REQUIRED, 2), by=body)
    return accepted


def test_experts_speak_apart_and_the_body_decides(pair: Case, experts: dict[str, Expert], body: User) -> None:
    first, second = experts["free"].user, experts["spare"].user
    stair, room = findings(pair, "architecture")
    assert opinions.give(pair, one(stair), by=first, decision="confirmed") == 1
    assert opinions.give(pair, one(stair), by=second, decision="downgraded", severity="advice", text="非疏散楼梯") == 1
    assert opinions.give(pair, one(room), by=first, decision="rejected", text="名称可识别") == 1
    assert opinions.give(pair, one(stair), by=first, decision="change_requested", text="补大样") == 1
    said = {row.by: (row.decision, row.severity, row.text) for row in FindingOpinion.objects.filter(finding=stair)}
    assert said == {first: ("change_requested", "", "补大样"), second: ("downgraded", "advice", "非疏散楼梯")}
    stair.refresh_from_db()
    assert stair.decision == ""
    opinions.give(pair, one(room), by=second, decision="rejected", text="同意")
    for user in (first, second):
        mine = rounds.findings_of(row for row in rounds.current_cases(pair.drawings) if row.discipline != "architecture")
        opinions.give(pair, mine, by=user, decision="rejected", text="模型表达问题")
        opinions.finish(pair, by=user)
    pair = cases.move(pair, "join", by=body)
    assert joining.join(pair, by=body) == 9
    left = rounds.findings_of(rounds.current_cases(pair.drawings)).filter(decision="")
    assert [row.pk for row in left] == [stair.pk]
    joining.decide(pair, one(stair), by=body, decision="downgraded", severity="advice", text="采纳第二位", seen="")
    assert cases.move(pair, "certify", by=body).state == "certified"


@pytest.mark.parametrize(
    ("decision", "severity", "text"),
    [
        ("rejected", "", " "),
        ("downgraded", "", "理由"),
        ("downgraded", "mandatory", "理由"),
        ("change_requested", "", ""),
        ("approved", "", "x"),
        ("", "", "x"),
    ],
)
def test_an_opinion_without_its_words_is_refused(drawn: Case, decision: str, severity: str, text: str) -> None:
    user = drawn.drawings.assignments.get(discipline="architecture").expert.user
    stair = findings(drawn, "architecture")[0]
    with pytest.raises(errors.OpinionWrong):
        opinions.give(drawn, one(stair), by=user, decision=decision, severity=severity, text=text)
    assert not FindingOpinion.objects.exists()


def test_nobody_is_downgraded_to_what_they_are(drawn: Case) -> None:
    user = drawn.drawings.assignments.get(discipline="architecture").expert.user
    stair = findings(drawn, "architecture")[0]
    one(stair).update(severity="general")
    with pytest.raises(errors.OpinionWrong):
        opinions.give(drawn, one(stair), by=user, decision="downgraded", severity="general", text="理由")
    assert not FindingOpinion.objects.exists()


def test_an_expert_speaks_only_of_their_discipline(
    accepted: Case, body: User, experts: dict[str, Expert], designer: User
) -> None:
    draws.draw(accepted, {"structure": 1}, by=body)
    user = accepted.drawings.assignments.get().expert.user
    stair = findings(accepted, "architecture")[0]
    with pytest.raises(errors.OpinionWrong):
        opinions.give(accepted, one(stair), by=user, decision="confirmed")
    for other in (designer, body):
        with pytest.raises(NotAllowed):
            opinions.give(accepted, one(stair), by=other, decision="confirmed")
    assert not FindingOpinion.objects.exists()


def test_two_who_decide_at_once(joined: Case, body: User) -> None:
    stair, room = findings(joined, "architecture")
    seen = mark_of(stair)
    joining.decide(joined, one(stair), by=body, decision="confirmed", seen=seen)
    with pytest.raises(DecidedMeanwhile, match=body.display_name):
        joining.decide(joined, one(stair), by=body, decision="rejected", text="看错", seen=seen)
    stair.refresh_from_db()
    assert stair.decision == "confirmed"
    # A selection leaves alone what somebody decided meanwhile.
    rows = rounds.findings_of(rounds.current_cases(joined.drawings)).filter(pk__in=[stair.pk, room.pk])
    assert joining.decide(joined, rows, by=body, decision="rejected", text="整批") == 1
    stair.refresh_from_db()
    assert stair.decision == "confirmed"


def test_findings_of_a_drawing_review_are_not_decided_elsewhere(drawn: Case, body: User) -> None:
    row = rounds.current_cases(drawn.drawings)[0]
    stair = findings(drawn, "architecture")[0]
    with pytest.raises(PartOfDrawings, match=drawn.number):
        bim.decide_finding(stair, by=body, decision="confirmed")
    with pytest.raises(PartOfDrawings):
        bim.conclude(row, by=body, approve=True)
    stair.refresh_from_db()
    row.refresh_from_db()
    assert (stair.decision, row.state) == ("", "awaiting_decision")


def test_an_experts_own_finding_on_the_model(drawn: Case, body: User, designer: User) -> None:
    user = drawn.drawings.assignments.get(discipline="architecture").expert.user
    row = rounds.current_cases(drawn.drawings)[0]
    client = Client()
    client.force_login(user)
    sent = {
        "title": "楼梯休息平台净宽不足",
        "text": "平台净宽不应小于梯段净宽",
        "standard": "GB 55031-2022",
        "clause": "5.3.5",
        "severity": "mandatory",
        "global_id": STAIR,
        "points": "[1.5, 2.0, 3.25]",
    }
    address = f"/drawings/models/{row.number}/findings/new/"
    assert client.post(address, {**sent, "points": "[1, 2]"}).status_code == 422
    assert client.post(address, {**sent, "title": ""}).status_code == 422
    assert not CaseFinding.objects.filter(source="expert").exists()
    assert client.post(address, sent).status_code == 302
    made = CaseFinding.objects.get(source="expert")
    assert made.shape == {"kind": "point", "points": [[1.5, 2.0, 3.25]]}
    assert (made.author, made.element_name, made.storey, made.clause) == (user, "LT-1", "3F", "5.3.5")
    assert [(opinion.by, opinion.decision) for opinion in made.opinions.all()] == [(user, "confirmed")]
    page = client.get(f"{row.get_absolute_url()}?finding={made.pk}").content.decode()
    assert "专家提出" in page
    denied = Client()
    denied.force_login(designer)
    assert denied.post(address, sent).status_code == 403
    assert CaseFinding.objects.filter(source="expert").count() == 1
    opinions.take_back(made, by=user)
    assert made not in rounds.findings_of([row])


def test_an_own_finding_that_stands_comes_along_to_the_next_version(
    drawn: Case, body: User, designer: User, building, engines
) -> None:
    from hezhu.bim.drawings import actions
    from tests.bim.drawings.conftest import papers, run_machine

    user = drawn.drawings.assignments.get(discipline="architecture").expert.user
    row = rounds.current_cases(drawn.drawings)[0]
    opinions.add_finding(row, opinions.Sketch("平台净宽不足", "平台净宽不应小于梯段净宽"), by=user)
    all_say(drawn, lambda key: ("confirmed", "", "") if key == "architecture" else ("rejected", "", "表达"))
    case = cases.move(drawn, "join", by=body)
    joining.join(case, by=body)
    case = cases.move(case, "change", by=body, said=Said("改"))
    FindingReply.objects.bulk_create(
        FindingReply(finding=found, kind="fixed", text="改", by=designer) for found in findings(case, "architecture")
    )
    engines.findings = []
    actions.add_round(case, papers(building, "architecture", mark="2"), by=designer, seen=1)
    cases.move(case, "resubmit", by=designer)
    run_machine(case)
    (carried,) = findings(case, "architecture")
    assert (carried.source, carried.carry, carried.decision, carried.author) == ("expert", "open", "", user)


def test_a_reply_on_an_old_version_says_so_and_keeps_the_words(changing: Case, designer: User, building, engines) -> None:
    from hezhu.bim.drawings import actions
    from tests.bim.drawings.conftest import papers

    stair = findings(changing, "architecture")[0]
    actions.add_round(changing, papers(building, "architecture", mark="2"), by=designer, seen=1)
    client = Client()
    client.force_login(designer)
    sent = {"pk": stair.pk, "kind": "fixed", "text": "梯段已改为 1.20 m"}
    answer = client.post(f"/drawings/{changing.number}/findings/reply/", sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "旧版本" in page or "第 2 轮" in page
    assert "梯段已改为 1.20 m" in page
    assert not FindingReply.objects.exists()


def test_pages_for_each_actor(drawn: Case, body: User, designer: User, bureau: User) -> None:
    user = drawn.drawings.assignments.get(discipline="architecture").expert.user
    stair = findings(drawn, "architecture")[0]
    opinions.give(drawn, one(stair), by=user, decision="rejected", text="只有本人和审图机构看得到")
    pages = {}
    for name, account in (("expert", user), ("body", body), ("designer", designer), ("bureau", bureau)):
        client = Client()
        client.force_login(account)
        case_page = client.get(drawn.get_absolute_url())
        assert case_page.status_code == 200, name
        pages[name] = case_page.content.decode() + client.get(f"/drawings/{drawn.number}/findings/").content.decode()
        assert client.get(stair.case.get_absolute_url() + f"?finding={stair.pk}").status_code == 200, name
    assert "请您审查" in pages["expert"]
    assert "抽取专家" in pages["body"]
    for name in ("expert", "body", "bureau"):
        assert "只有本人和审图机构看得到" in pages[name]
    assert "只有本人和审图机构看得到" not in pages["designer"]
    record = drawn.drawings.draws.first()
    client = Client()
    client.force_login(body)
    assert "复算一致" in client.get(f"/drawings/{drawn.number}/draws/{record.pk}/").content.decode()
