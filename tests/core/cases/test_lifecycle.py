"""What a case has beyond its moves: expiry, steps of the platform, applying anew, several subjects, agencies, the story of its clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from hezhu.core.access.models import Unit, User
from hezhu.core.calendar.days import Calendar
from hezhu.core.cases import actions, errors, keeping, opinions
from hezhu.core.cases.declare import Agency, Clock, Move, Procedure, Said, State, procedures
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.cases.story import story_of, stretches_of
from hezhu.core.cases.waiting import look_at
from hezhu.core.errors import NotAllowed

pytestmark = pytest.mark.django_db
FIRE = Agency("fire", "消防", ("消防",), 3, question="消防车道")
AIR = Agency("air", "人防", ("人防",), 7)


@pytest.fixture
def lasting(permit: Procedure) -> Iterator[Procedure]:
    """The test procedure with an expiry, an automatic move, agencies and a way to apply anew."""
    states = [
        replace(state, expires_after=10, expires_to="lapsed") if state.key == "correcting" else state for state in permit.states
    ]
    richer = replace(
        permit,
        slug="test-lasting",
        states=(*states, State("lapsed", "逾期终止", Clock.ENDED, lamp="late")),
        moves=(*permit.moves, Move("checked", "机审通过", ("received",), "examining", (), automatic=True)),
        agencies=(FIRE, AIR),
        again=lambda case, user: f"/again/{case.number}",
    )
    yield procedures.add(richer)
    procedures.remove(richer.slug)


@pytest.fixture
def lasting_case(lasting: Procedure, firm_user: User) -> Case:
    with transaction.atomic():
        return actions.open_case(lasting, by=firm_user, title="2号楼", division="330481")


def lying(case: Case, officer: User) -> Case:
    return actions.move(case, "correct", by=officer, said=Said("补图"))


def test_a_case_let_lie_is_warned_of_then_ended(lasting_case: Case, haining_officer: User, firm_user: User) -> None:
    case = lying(lasting_case, haining_officer)
    last = case.expires_on
    assert last is not None
    assert keeping.warn_of_expiry(timezone.localdate()) == 0
    assert keeping.warn_of_expiry(last - timedelta(days=1)) == 1
    assert keeping.warn_of_expiry(last - timedelta(days=1)) == 0
    assert keeping.expire_cases(last) == 0
    assert keeping.expire_cases(last + timedelta(days=1)) == 1
    assert keeping.expire_cases(last + timedelta(days=1)) == 0
    case.refresh_from_db()
    assert (case.state, case.is_open, case.expires_on) == ("lapsed", False, None)
    assert case.closed_at is not None
    assert not actions.waiting_for(firm_user).exists()
    kinds = list(case.steps.values_list("kind", flat=True))
    assert kinds == [CaseStep.Kind.MOVE, CaseStep.Kind.MOVE, CaseStep.Kind.REMIND, CaseStep.Kind.EXPIRE]
    assert case.steps.last().by is None


def test_nobody_is_ended_without_a_warning(lasting_case: Case, haining_officer: User) -> None:
    case = lying(lasting_case, haining_officer)
    assert case.expires_on is not None
    long_after = case.expires_on + timedelta(days=40)
    assert keeping.expire_cases(long_after) == 0
    case.refresh_from_db()
    assert case.state == "correcting"
    assert case.expires_on is not None
    assert case.expires_on > long_after
    assert keeping.warn_of_expiry(long_after) == 1
    assert keeping.expire_cases(case.expires_on + timedelta(days=1)) == 1


def test_who_acts_in_time_is_not_ended(lasting_case: Case, haining_officer: User, firm_user: User) -> None:
    case = lying(lasting_case, haining_officer)
    assert case.expires_on is not None
    later = case.expires_on + timedelta(days=1)
    actions.move(case, "resubmit", by=firm_user)
    assert (keeping.warn_of_expiry(later), keeping.expire_cases(later)) == (0, 0)


def test_a_step_of_the_platform_is_nobodys_button(lasting_case: Case, haining_officer: User) -> None:
    with pytest.raises(NotAllowed):
        actions.move(lasting_case, "checked", by=haining_officer)
    case = actions.proceed(lasting_case, "checked", text="全部符合")
    assert (case.state, case.officer, case.steps.last().by) == ("examining", None, None)
    with pytest.raises(errors.NoSuchMove):
        actions.proceed(case, "checked")
    with pytest.raises(errors.NoSuchMove):
        actions.proceed(case, "grant")


def test_applying_anew_links_both_and_only_the_applicant_may(
    lasting: Procedure, lasting_case: Case, firm_user: User, other_firm_user: User
) -> None:
    def anew(by: User) -> Case:
        return actions.open_case(lasting, by=by, title="2号楼", division="330481", follows=lasting_case)

    with pytest.raises(errors.CannotFollow):
        anew(firm_user)
    former = actions.move(lasting_case, "withdraw", by=firm_user, said=Said("改图"))
    lasting_case.refresh_from_db()
    with pytest.raises(errors.CannotFollow):
        anew(other_firm_user)
    assert Case.objects.count() == 1
    again = anew(firm_user)
    assert (again.follows, list(former.followed_by.all())) == (former, [again])
    client = Client()
    client.force_login(firm_user)
    assert again.number in client.get(former.get_absolute_url()).content.decode()
    page = client.get(again.get_absolute_url()).content.decode()
    assert former.number in page
    assert "/again/" not in page
    assert f"/again/{former.number}" in client.get(former.get_absolute_url()).content.decode()


def test_several_buildings_in_one_case_stand_on_its_page(lasting: Procedure, firm_user: User) -> None:
    subjects = [actions.Subject("1号楼", "B-1", "building", "18层"), actions.Subject("2号楼", "B-2", "building")]
    with transaction.atomic():
        case = actions.open_case(lasting, by=firm_user, title="一期", division="330481", subjects=subjects)
    actions.name_subjects(case, [*subjects, actions.Subject("3号楼", "B-3", "building")])
    assert list(case.subjects.values_list("name", flat=True)) == ["1号楼", "2号楼", "3号楼"]
    client = Client()
    client.force_login(firm_user)
    page = client.get(case.get_absolute_url()).content.decode()
    assert all(word in page for word in ("1号楼", "18层", "B-3"))
    printed = client.get(f"/cases/{case.number}/record.pdf")
    assert printed.content.startswith(b"%PDF-")


def test_the_record_is_printed_only_for_who_sees_the_case(lasting_case: Case, other_firm_user: User) -> None:
    client = Client()
    client.force_login(other_firm_user)
    assert client.get(f"/cases/{lasting_case.number}/record.pdf").status_code == 404


def test_all_agencies_are_asked_at_once_each_within_its_days(
    lasting_case: Case, haining_officer: User, firm_user: User, units: dict[str, Unit]
) -> None:
    case = actions.move(lasting_case, "accept", by=haining_officer)
    with pytest.raises(errors.NoAgencies, match="消防、人防"):
        opinions.ask_agencies(case, by=haining_officer)
    city = Unit.objects.create(name="嘉兴市消防救援支队", kind=Unit.Kind.BUREAU, division="330400")
    county = Unit.objects.create(name="海宁市消防救援大队", kind=Unit.Kind.COUNTY_BUREAU, division="330481")
    air = Unit.objects.create(name="嘉兴市人防办", kind=Unit.Kind.BUREAU, division="330400")
    with pytest.raises(NotAllowed):
        opinions.ask_agencies(case, by=firm_user)
    assert not case.tasks.filter(kind=CaseTask.Kind.OPINION).exists()
    asked = opinions.ask_agencies(case, by=haining_officer)
    assert [(task.unit, task.title) for task in asked] == [(county, "消防车道"), (air, "就人防方面提出意见")]
    due = {task.unit_id: task.due_on for task in case.tasks.filter(kind=CaseTask.Kind.OPINION)}
    assert due[county.pk] < due[air.pk]
    assert city.pk not in due
    with pytest.raises(errors.NobodyToAsk):
        opinions.ask_agencies(case, by=haining_officer)
    opinions.cancel_question(case.tasks.get(unit=air), by=haining_officer, reason="问错")
    assert [task.unit for task in opinions.ask_agencies(case, by=haining_officer)] == [air]


def test_a_declaration_that_does_not_fit_is_refused(permit: Procedure) -> None:
    lying_state = State("correcting", "待补正", Clock.PAUSED, ("applicant",), expires_after=10)
    others = tuple(state for state in permit.states if state.key != "correcting")
    for changes, word in (
        ({"states": (*others, lying_state)}, "go together"),
        ({"states": (*others, replace(lying_state, expires_to="nowhere"))}, "state nowhere"),
        ({"moves": (*permit.moves, Move("x", "x", ("received",), "examining", ()))}, "move x"),
        ({"asks": None, "agencies": (FIRE,)}, "agencies"),
    ):
        with pytest.raises(ValueError, match=word):
            replace(permit, **changes)  # type: ignore[arg-type]


def test_the_story_adds_up(permit: Procedure) -> None:
    """2026-03-02 is a Monday; a fortnight without holidays, clock stopped from the 5th to the 10th."""
    days = Calendar({}, frozenset({2026}))
    steps = [("received", 2), ("examining", 2), ("correcting", 5), ("examining", 10), ("granted", 12)]
    at = [(state, datetime(2026, 3, day, 4, tzinfo=UTC)) for state, day in steps]
    found = stretches_of(permit, at, days, date(2026, 3, 20))
    assert [(one.label, one.runs, one.since.day, one.until and one.until.day, one.days) for one in found] == [
        ("审查中", True, 2, 5, 3),
        ("待补正", False, 5, 10, 0),
        ("审查中", True, 10, 12, 2),
    ]
    assert stretches_of(permit, at[:1], days, date(2026, 3, 20)) == []
    (still,) = stretches_of(permit, at[:2], days, date(2026, 3, 4))
    assert (still.until, still.days) == (None, 2)
    appeal = [*at[:2], ("refused", at[2][1]), ("examining", at[3][1])]
    assert [one.since.day for one in stretches_of(permit, appeal, days, date(2026, 3, 12))] == [10]


def test_the_page_shows_how_the_days_were_counted(lasting_case: Case, haining_officer: User) -> None:
    case = lying(actions.move(lasting_case, "accept", by=haining_officer), haining_officer)
    story = story_of(case)
    assert story is not None
    assert (story.used, story.left, [one.runs for one in story.stretches]) == (0, 20, [True, False])
    client = Client()
    client.force_login(haining_officer)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "已用 0，余 20" in page
    assert "工作日历依据" in page


def test_the_to_do_list_is_counted_by_urgency_and_procedure(lasting_case: Case, case: Case, haining_officer: User) -> None:
    today = timezone.localdate()
    CaseTask.objects.filter(case=case).update(due_on=today - timedelta(days=1))
    CaseTask.objects.filter(case=lasting_case).update(due_on=today)
    waiting = look_at(haining_officer)
    assert [(one.key, one.count) for one in waiting.urgencies] == [("late", 1), ("today", 1), ("soon", 0), ("later", 0)]
    assert [(slug, count) for slug, _label, count in waiting.by_procedure] == [("test-lasting", 1), ("test-permit", 1)]
    assert [task.case for task in look_at(haining_officer, urgency="late").rows] == [case]
    assert [task.case for task in look_at(haining_officer, procedure="test-lasting").rows] == [lasting_case]
    assert [task.case for task in look_at(haining_officer, words=case.number).rows] == [case]


def test_the_list_is_narrowed_by_state_and_officer(case: Case, lasting_case: Case, haining_officer: User) -> None:
    actions.move(case, "accept", by=haining_officer)
    client = Client()
    client.force_login(haining_officer)

    def shown(query: str) -> set[str]:
        page: Any = client.get(f"/cases/?tab=all&{query}")
        return {row.number for row in page.context["page"]}

    assert shown("") == {case.number, lasting_case.number}
    assert shown(f"officer={haining_officer.pk}") == {case.number}
    assert shown("procedure=test-permit&state=received") == set()
    assert shown("procedure=test-permit&state=examining") == {case.number}
    assert shown("officer=x&state=%00&division=zz") == {case.number, lasting_case.number}


def test_pages_ask_the_database_few_times_however_long_the_record(
    lasting_case: Case, haining_officer: User, django_assert_max_num_queries: Any
) -> None:
    case = lying(actions.move(lasting_case, "accept", by=haining_officer), haining_officer)
    rows = [CaseStep(case=case, kind=CaseStep.Kind.REMIND, label="逾期提醒：待补正", unit=case.unit) for _ in range(300)]
    CaseStep.objects.bulk_create(rows)
    for number in range(30):
        User.objects.create_user(
            f"o{number}", "x", display_name=f"o{number}", role=haining_officer.role, unit=haining_officer.unit
        )
    client = Client()
    client.force_login(haining_officer)
    with django_assert_max_num_queries(40):
        page = client.get(case.get_absolute_url()).content.decode()
    assert page.count("逾期提醒：待补正") == 1
    assert "另有 299 次重复提醒" in page
    for path in ("/cases/", "/cases/todo/"):
        with django_assert_max_num_queries(15):
            assert client.get(path).status_code == 200


def test_the_public_page_compares_the_printed_number(case: Case, haining_officer: User, client: Client) -> None:
    case = actions.move(actions.move(case, "accept", by=haining_officer), "grant", by=haining_officer)
    document = case.documents.get()
    place = document.get_absolute_url()
    same = client.get(place, {"number": f" {document.number.lower()} "}).content.decode()
    assert "文号一致" in same
    assert "文号不一致" in client.get(place, {"number": document.number[:-1] + "9"}).content.decode()
    found = client.get("/public/documents/", {"code": f"http://somewhere{place}"})
    assert (found.status_code, found["Location"]) == (302, place)
    assert client.get("/public/documents/", {"code": "../../admin"}).status_code in (302, 422)
    assert client.get("/public/documents/", {"code": "有空格 的"}).status_code == 422
    assert client.get("/public/documents/").status_code == 200
