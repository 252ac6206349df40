"""What the libraries hold about a firm, today and on a past day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hezhu.core.access.models import User
from hezhu.core.register.declare import registers
from hezhu.core.register.links import links_of
from hezhu.core.register.past import day_of, linked_on, state_on
from hezhu.registers.enterprises.models import Enterprise, Qualification


def _set_back(table: str, days: int, **where: Any) -> None:
    """Move history events into the past, as if the platform had run that long."""
    condition = " AND ".join(f"{column} = %s" for column in where)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET pgh_created_at = pgh_created_at - make_interval(days => %s) WHERE {condition}",
            [days, *where.values()],
        )


def _counts(firm: Enterprise, user: User) -> dict[str, int]:
    register = registers.of(Enterprise)
    assert register is not None
    return {link.register.slug: count for link in links_of(register) if (count := link.count(firm, user))}


def test_a_firm_is_linked_to_every_library(firm: Enterprise, rows: dict[str, Any], city_officer: User) -> None:
    counts = _counts(firm, city_officer)
    assert counts == {
        "projects": 1,
        "project-parties": 1,
        "tenders": 1,
        "contract-filings": 1,
        "drawing-review-filings": 1,
        "review-engineers": 1,
        "permits": 1,
        "performance-records": 1,
        "qualifications": 1,
        "safety-licences": 1,
        "people": 1,
        "certificates": 1,
        "teams": 1,
        "assignments": 1,
        "work-contracts": 1,
        "payrolls": 1,
        "machines": 1,
        "machine-installations": 1,
        "credit-records": 1,
        "credit-scores": 1,
        "documents": 1,
    }


def test_another_county_sees_no_link(firm: Enterprise, rows: dict[str, Any], haiyan_officer: User) -> None:
    assert _counts(firm, haiyan_officer) == {}


def test_the_page_counts_by_library_and_lists_on_the_tab(
    client: Client, city_officer: User, firm: Enterprise, rows: dict[str, Any]
) -> None:
    client.force_login(city_officer)
    url = reverse("register:detail", args=["enterprises", firm.pk])
    page = client.get(url)
    assert [(tab.slug, tab.count) for tab in page.context["tabs"]] == [
        ("projects", "8"),
        ("enterprises", "2"),
        ("people", "6"),
        ("equipment", "2"),
        ("credit", "2"),
        ("documents", "1"),
    ]
    people = client.get(url, {"tab": "people"}).content.decode()
    assert reverse("register:detail", args=["people", rows["people"].pk]) in people
    assert f"/r/people/?employer={firm.pk}" in people
    assert "李建军" not in people


def test_a_list_narrowed_by_a_relation(client: Client, city_officer: User, firm: Enterprise, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    mine = client.get(reverse("register:list", args=["people"]), {"employer": firm.pk}).content.decode()
    assert reverse("register:detail", args=["people", rows["people"].pk]) in mine
    assert firm.name in mine
    none = client.get(reverse("register:list", args=["people"]), {"employer": firm.pk + 1}).content.decode()
    assert "没有符合条件的记录" in none


def test_the_past_shows_the_old_value_and_the_old_links(
    firm: Enterprise, city_officer: User, other_enterprise: Enterprise
) -> None:
    paper = Qualification.objects.create(
        enterprise=firm, number="D1", name="总承包", qualification_type="3", level="312", division="330481"
    )
    _set_back("enterprises_enterpriseevent", 100, pgh_obj_id=firm.pk)
    _set_back("enterprises_qualificationevent", 60, pgh_obj_id=paper.pk)
    firm.name = "改名以后"
    firm.save()
    paper.enterprise = other_enterprise
    paper.save()
    register = registers.of(Enterprise)
    assert register is not None
    link = next(link for link in links_of(register) if link.register.slug == "qualifications")
    today = timezone.localdate()
    assert state_on(register, firm.pk, today - timedelta(days=1)).event.name == "测试海宁建工有限公司"
    assert state_on(register, firm.pk, today).event.name == "改名以后"
    before = state_on(register, firm.pk, today - timedelta(days=101))
    assert (before.event, before.day_known, before.is_whole) == (None, today - timedelta(days=100), True)
    assert [e.number for e in linked_on(link, firm, city_officer, today - timedelta(days=1))] == ["D1"]
    assert linked_on(link, firm, city_officer, today) == []
    assert linked_on(link, firm, city_officer, today - timedelta(days=61)) == []
    assert link.count(firm, city_officer) == 0


def test_what_was_removed_still_stands_on_its_days(firm: Enterprise, city_officer: User, haiyan_officer: User) -> None:
    paper = Qualification.objects.create(
        enterprise=firm, number="D1", name="总承包", qualification_type="3", level="312", division="330481"
    )
    _set_back("enterprises_qualificationevent", 30, pgh_obj_id=paper.pk)
    paper.delete()
    register = registers.of(Enterprise)
    assert register is not None
    link = next(link for link in links_of(register) if link.register.slug == "qualifications")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert [e.number for e in linked_on(link, firm, city_officer, yesterday)] == ["D1"]
    assert linked_on(link, firm, city_officer, timezone.localdate()) == []
    assert linked_on(link, firm, haiyan_officer, yesterday) == []


def test_the_page_says_when_history_begins(client: Client, city_officer: User, firm: Enterprise) -> None:
    _set_back("enterprises_enterpriseevent", 10, pgh_obj_id=firm.pk)
    client.force_login(city_officer)
    url = reverse("register:detail", args=["enterprises", firm.pk])
    since = (timezone.localdate() - timedelta(days=10)).isoformat()
    early = client.get(url, {"on": (timezone.localdate() - timedelta(days=11)).isoformat()}).content.decode()
    assert "平台还没有这条记录" in early
    assert since in early
    then = client.get(url, {"on": since}).content.decode()
    assert "日终的样子" in then
    assert firm.credit_code in then


@pytest.mark.parametrize("text", ["", "昨天", "2026-02-30", "9999-12-31"])
def test_what_is_no_past_day_means_today(text: str) -> None:
    assert day_of(text) is None


def test_a_past_day_is_read() -> None:
    assert day_of("2026-03-01") == date(2026, 3, 1)
