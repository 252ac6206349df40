"""Targets over the API: the same figures and rows as the pages, scoped the same way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hezhu.core.access.models import ApiKey

pytestmark = pytest.mark.django_db


def test_figures_and_rows(as_, city_officer, prefab_city):
    client = as_(city_officer)
    listed = client.get("/api/v1/portal/targets").json()
    assert len(listed) == 47
    share = next(row for row in listed if row["code"] == "T08")
    assert Decimal(share["value"]) == 40
    assert (share["rows"], share["counted_rows"], share["state"], share["source"]) == (5, 2, "reached", "computed")
    increase = next(row for row in listed if row["code"] == "T04")
    assert (increase["state"], increase["reason"]) == ("open", "no-basis")
    rows = client.get("/api/v1/portal/targets/T08/rows?which=counted").json()
    assert [Decimal(row["numerator"]) for row in rows["items"]] == [1000, 1000]
    assert {row["register_slug"] for row in rows["items"]} == {"buildings"}


def test_a_county_gets_its_own_figure_and_no_other(as_, haining_officer, prefab_city):
    client = as_(haining_officer)
    detail = client.get("/api/v1/portal/targets/T08").json()
    assert (detail["division"], Decimal(detail["numerator"]), Decimal(detail["denominator"])) == ("330481", 1000, 3000)
    assert client.get("/api/v1/portal/targets/T08?division=330424").status_code == 404
    assert client.get("/api/v1/portal/targets/T08/rows?division=330424").status_code == 404


def test_a_key_of_a_firm_lists_its_own_rows(client, other_firm_user, firm_user, prefab_city):
    def rows(user):
        header = {"Authorization": f"Bearer {ApiKey.issue(user, 'test')}"}
        return client.get("/api/v1/portal/targets/T08/rows", headers=header).json()

    assert len(rows(firm_user)["items"]) == 3
    assert rows(other_firm_user)["items"] == []


def test_without_an_account_or_the_permission_nothing_is_given(client, as_, expert, plan):
    assert client.get("/api/v1/portal/targets").status_code == 401
    refused = as_(expert).get("/api/v1/portal/targets")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def test_an_entered_target_has_no_rows(as_, city_officer, plan):
    client = as_(city_officer)
    assert client.get("/api/v1/portal/targets/T13/rows").status_code == 404
    assert client.get("/api/v1/portal/targets/T13").json()["source"] == "none"
