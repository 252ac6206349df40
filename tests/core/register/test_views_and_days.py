"""Saved views, two days compared, printing, and the API of past days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hezhu.core.register.declare import registers
from hezhu.core.register.models import SavedView
from hezhu.registers.enterprises.models import Enterprise


@pytest.fixture
def firms(units: dict[str, Any]) -> list[Enterprise]:
    return [
        Enterprise.objects.create(credit_code=code, name=name, division=division)
        for code, name, division in (
            ("914403001922038216", "海宁甲公司", "330481"),
            ("91330402MA2B8CFM0X", "海宁乙公司", "330481"),
            ("91330424MA28A1B33D", "海盐丙公司", "330424"),
        )
    ]


def told_on(events: Any, pk: int, label: str, days_ago: int) -> None:
    """Move the event of a row to noon some days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    with_events = events._default_manager.filter(pgh_obj_id=pk, pgh_label=label)
    from django.db import connection

    ids = list(with_events.values_list("pgh_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{events._meta.db_table}" SET pgh_created_at = %s WHERE pgh_id = ANY(%s)', [at, ids])


@pytest.fixture
def past(firms: list[Enterprise]) -> list[Enterprise]:
    """甲 since ten days, renamed two days ago; 乙 since ten days, gone since three; 丙 since four days."""
    first, second, third = firms
    events: Any = registers.get("enterprises").event_model()
    first.name = "海宁甲新公司"
    first.save()
    pk = second.pk
    second.delete()
    for firm, label, ago in (
        (first.pk, "insert", 10),
        (first.pk, "update", 2),
        (pk, "insert", 10),
        (pk, "delete", 3),
        (third.pk, "insert", 4),
    ):
        told_on(events, firm, label, ago)
    second.pk = pk
    return [first, second, third]


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def compared(client: Client, user: Any, first: int, second: int, **other: str) -> dict[str, list[str]]:
    client.force_login(user)
    answer = client.get("/r/enterprises/compare/", {"from": day(first), "to": day(second), **other})
    assert answer.status_code == 200
    result = answer.context["result"]
    return {
        "added": [row.name for row in result.added],
        "removed": [row.name for row in result.removed],
        "changed": [f"{each.fields[0][1]} → {each.fields[0][2]}" for each in result.changed],
    }


def test_two_days_compared(client: Client, city_officer: Any, past: list[Enterprise]) -> None:
    assert compared(client, city_officer, 5, 1) == {
        "added": ["海盐丙公司"],
        "removed": ["海宁乙公司"],
        "changed": ["海宁甲公司 → 海宁甲新公司"],
    }
    assert compared(client, city_officer, 9, 5) == {"added": [], "removed": [], "changed": []}
    assert compared(client, city_officer, 12, 11) == {"added": [], "removed": [], "changed": []}
    assert compared(client, city_officer, 12, 5)["added"] == ["海宁乙公司", "海宁甲公司"]


def test_what_came_and_went_between_is_no_difference(client: Client, city_officer: Any, past: list[Enterprise]) -> None:
    assert compared(client, city_officer, 12, 1)["removed"] == []
    assert "海宁乙公司" not in compared(client, city_officer, 12, 1)["added"]


def test_a_row_older_than_its_history_is_not_called_new(client: Client, city_officer: Any, past: list[Enterprise]) -> None:
    events: Any = registers.get("enterprises").event_model()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM \"{events._meta.db_table}\" WHERE pgh_obj_id = %s AND pgh_label = 'insert'", [past[0].pk])
    assert compared(client, city_officer, 5, 1)["added"] == ["海盐丙公司"]
    assert client.get(f"/r/enterprises/compare/?from={day(5)}&to={day(1)}").context["result"].unknown == 1


def test_comparison_is_scoped_and_narrowed(
    client: Client, haiyan_officer: Any, city_officer: Any, firm_user: Any, past: Any
) -> None:
    assert compared(client, haiyan_officer, 5, 1) == {"added": ["海盐丙公司"], "removed": [], "changed": []}
    assert compared(client, city_officer, 5, 1, division="330424") == {"added": ["海盐丙公司"], "removed": [], "changed": []}
    assert compared(client, firm_user, 5, 1) == {"added": [], "removed": [], "changed": []}


def test_the_page_says_when_nothing_differs_and_swaps_days(client: Client, city_officer: Any, past: Any) -> None:
    client.force_login(city_officer)
    assert "这两日之间没有差别" in client.get(f"/r/enterprises/compare/?from={day(9)}&to={day(5)}").content.decode()
    page = client.get(f"/r/enterprises/compare/?from={day(1)}&to={day(5)}&kind=changed").content.decode()
    assert "海宁甲公司 → <b>海宁甲新公司</b>" in page
    assert client.get("/r/attendance/compare/").status_code == 404
    assert client.get("/r/enterprises/compare/?from=x&to=9999-01-01&kind=z&page=-3").status_code == 200


def test_a_view_is_ones_own_until_shared(client: Client, haining_officer: Any, city_officer: Any, firms: Any, units: Any) -> None:
    from hezhu.core.access.models import User

    colleague = User.objects.create_user("haining2", "x", display_name="同事", role="county_officer", unit=units["haining"])
    client.force_login(haining_officer)
    client.post("/r/enterprises/views/", {"name": "总包", "query": "role=1&cols=name,division&page=4&print=1"})
    assert SavedView.objects.get().query == "role=1&cols=name%2Cdivision"
    client.force_login(colleague)
    assert "总包" not in client.get("/r/enterprises/").content.decode()
    client.force_login(haining_officer)
    client.post("/r/enterprises/views/", {"name": "总包", "query": "role=1&cols=name,division", "shared": "on"})
    assert SavedView.objects.count() == 1
    client.force_login(colleague)
    assert "共享给本单位" in client.get("/r/enterprises/").content.decode()
    assert "共享给本单位" not in client.get("/r/projects/").content.decode()
    assert client.post(f"/r/enterprises/views/{SavedView.objects.get().pk}/drop/").status_code == 404
    client.force_login(city_officer)
    assert "总包" not in client.get("/r/enterprises/").content.decode()
    client.force_login(haining_officer)
    assert client.post(f"/r/enterprises/views/{SavedView.objects.get().pk}/drop/").status_code == 302
    assert SavedView.objects.count() == 0


def test_a_name_is_needed_and_views_have_an_end(client: Client, city_officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(city_officer)
    assert client.post("/r/enterprises/views/", {"name": " ", "query": ""}).status_code == 422
    assert client.post("/r/enterprises/views/", {"name": "某人", "query": "q=13800008000"}).status_code == 422
    assert not SavedView.objects.exists()
    monkeypatch.setattr("hezhu.core.register.saved_views.MOST_VIEWS", 1)
    client.post("/r/enterprises/views/", {"name": "一", "query": ""})
    assert client.post("/r/enterprises/views/", {"name": "二", "query": ""}).status_code == 409
    assert client.post("/r/enterprises/views/", {"name": "一", "query": "role=3"}).status_code == 302


def test_the_printed_list_says_what_it_is(client: Client, city_officer: Any, demo_officer: Any, firms: Any) -> None:
    client.force_login(city_officer)
    page = client.get("/r/enterprises/?division=330481&q=公司&print=1&size=500").content.decode()
    head = page[page.index('<div class="print-head">') :].partition("</div>")[0]
    assert ("县（市、区）：海宁市" in head, "包含：公司" in head, "第 1–2 条，共 2 条" in head, "演示数据" in head) == (
        True,
        True,
        True,
        False,
    )
    assert "data-print-now" in page
    client.force_login(demo_officer)
    page = client.get("/r/enterprises/").content.decode()
    assert "演示数据" in page[page.index('<div class="print-head">') :].partition("</div>")[0]
    assert "data-print-now" not in page


def test_the_api_tells_a_row_and_a_list_on_a_past_day(client: Client, city_officer: Any, haiyan_officer: Any, past: Any) -> None:
    client.force_login(city_officer)
    first, _second, third = past
    at = f"/api/v1/registers/enterprises/{first.pk}"
    assert client.get(f"{at}?as_of={day(5)}").json()["name"] == "海宁甲公司"
    assert client.get(at).json()["name"] == "海宁甲新公司"
    assert client.get(f"/api/v1/registers/enterprises/{third.pk}?as_of={day(5)}").status_code == 404
    assert client.get(f"{at}?as_of={date.today()}").status_code == 422
    names = [row["name"] for row in client.get(f"/api/v1/registers/enterprises/?as_of={day(5)}").json()["rows"]]
    assert names == ["海宁甲公司", "海宁乙公司"]
    page = client.get(f"/api/v1/registers/enterprises/?as_of={day(5)}&limit=1").json()
    assert ([row["name"] for row in page["rows"]], page["next_after"]) == (["海宁甲公司"], first.pk)
    assert client.get(f"/api/v1/registers/enterprises/?as_of={day(5)}&q=甲公司").status_code == 422
    client.force_login(haiyan_officer)
    assert client.get(f"/api/v1/registers/enterprises/?as_of={day(5)}").json()["rows"] == []
    assert client.get(f"{at}?as_of={day(5)}").status_code == 404


def test_the_api_tells_the_links_of_a_row(client: Client, city_officer: Any, units: Any, project: Any) -> None:
    from tests.core.register.library_rows import library_rows

    firm = Enterprise.objects.create(credit_code="914403001922038216", name="甲", division="330481", unit=units["firm"])
    library_rows(firm, project)
    client.force_login(city_officer)
    told = {each["slug"]: each for each in client.get(f"/api/v1/registers/enterprises/{firm.pk}/links").json()}
    assert (told["people"]["count"], told["people"]["fields"], told["people"]["rows"][0]["name"][:3]) == (1, ["employer"], "李**")
    assert told["qualifications"]["rows"][0]["name"] == "建筑工程施工总承包"
    yesterday = client.get(f"/api/v1/registers/enterprises/{firm.pk}/links?as_of={day(1)}")
    assert yesterday.status_code == 404
