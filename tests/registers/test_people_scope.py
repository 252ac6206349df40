"""Who sees a person: their division, the divisions and firms of their projects, their employer; and nobody else."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from django.test import Client
from django.urls import reverse

from hezhu.core.access.models import User
from hezhu.engines.codes import identity
from hezhu.registers.people.models import Assignment, Attendance, Person


def _person(division: str, **said: Any) -> Person:
    return Person.objects.create(name="周学军", id_number=identity.generate(Random(5)), division=division, **said)


def test_the_county_of_the_project_sees_a_person_of_another_county(
    firm: Any, project: Any, haiyan_officer: User, haining_officer: User
) -> None:
    person = _person("330424")
    assert person.is_visible_to(haiyan_officer)
    assert not person.is_visible_to(haining_officer)
    Assignment.objects.create(
        person=person, project=project, enterprise=firm, entered_on=date(2026, 5, 1), division=project.division
    )
    assert person.is_visible_to(haining_officer)


def test_firms_see_their_own_people_and_those_on_their_projects(
    firm: Any, other_enterprise: Any, project: Any, firm_user: User, other_firm_user: User
) -> None:
    person = _person("330483", employer=other_enterprise)
    assert person.is_visible_to(other_firm_user)
    assert not person.is_visible_to(firm_user)
    Assignment.objects.create(
        person=person, project=project, enterprise=other_enterprise, entered_on=date(2026, 5, 1), division=project.division
    )
    assert person.is_visible_to(firm_user)


def test_experts_and_reviewers_see_nobody(client: Client, rows: dict[str, Any], expert: User, reviewer: User) -> None:
    for account in (expert, reviewer):
        client.force_login(account)
        assert client.get(reverse("register:list", args=["people"])).status_code == 403
        assert client.get("/api/v1/registers/payrolls/").status_code == 403


def test_attendance_is_read_for_a_project_or_a_person(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    bare = client.get(reverse("register:list", args=["attendance"])).content.decode()
    assert "先选一个项目或一名人员" in bare
    refused = client.get("/api/v1/registers/attendance/")
    assert (refused.status_code, refused.json()["code"]) == (422, "narrow-first")
    row = rows["attendance"]
    found = client.get("/api/v1/registers/attendance/", {"person": row.person_id})
    assert [each["id"] for each in found.json()["rows"]] == [row.pk]


def test_attendance_is_never_changed(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    row = rows["attendance"]
    answer = client.patch(f"/api/v1/registers/attendance/{row.pk}", {"passes": 9}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "never-changed")
    assert Attendance.objects.get().passes == 2


def test_a_firm_sees_the_attendance_of_its_projects_only(
    rows: dict[str, Any], firm_user: User, other_firm_user: User, haiyan_officer: User
) -> None:
    assert Attendance.objects.visible_to(firm_user).count() == 1
    assert Attendance.objects.visible_to(other_firm_user).count() == 0
    assert Attendance.objects.visible_to(haiyan_officer).count() == 0
