"""Cases over the API."""

from __future__ import annotations

import pytest
from django.test import Client

from hezhu.core.access.models import User
from hezhu.core.cases.models import Case

pytestmark = pytest.mark.django_db


def as_account(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_list_todo_and_moves(case: Case, haining_officer: User, haiyan_officer: User) -> None:
    office, other = as_account(haining_officer), as_account(haiyan_officer)
    assert [row["number"] for row in office.get("/api/v1/cases/").json()] == [case.number]
    assert other.get("/api/v1/cases/").json() == other.get("/api/v1/cases/todo").json() == []
    assert [row["case"] for row in office.get("/api/v1/cases/todo").json()] == [case.number]
    detail = office.get(f"/api/v1/cases/{case.number}").json()
    assert (detail["moves"], detail["revision"], detail["steps"][0]["by"]) == (["accept", "correct"], 0, "firm")
    assert other.get(f"/api/v1/cases/{case.number}").status_code == 404


def test_a_move_needs_the_revision_that_was_seen(case: Case, haining_officer: User, haiyan_officer: User) -> None:
    address, sent = f"/api/v1/cases/{case.number}/moves", {"move": "accept", "revision": 0}
    assert as_account(haiyan_officer).post(address, sent, content_type="application/json").status_code == 404
    office = as_account(haining_officer)
    assert office.post(address, sent, content_type="application/json").json()["state"] == "examining"
    again = office.post(address, {"move": "correct", "revision": 0, "text": "x"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "case-moved")
    missing = office.post(address, {"move": "correct", "revision": 1}, content_type="application/json")
    assert (missing.status_code, missing.json()["problems"][0]["field"]) == (422, "text")
