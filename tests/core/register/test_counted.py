"""The page and the count of what words or filters leave: the same as the ORM's, however many there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from hezhu.core.access.models import User
from hezhu.core.register import counted, listing
from hezhu.core.register.counted import Count, Counting, count
from hezhu.core.register.declare import registers
from hezhu.core.register.listing import page_of
from hezhu.registers.enterprises.models import Enterprise

pytestmark = pytest.mark.django_db
FIRMS = 45


@pytest.fixture
def firms() -> list[int]:
    made = [
        Enterprise(credit_code=f"91330481MA2B00{n:02}X1", name=f"众多公司{n:02}", division="330481", role="3" if n % 3 else "4")
        for n in range(FIRMS)
    ]
    return [firm.pk for firm in Enterprise.objects.bulk_create(made)]


def pages(user: User, query: str, size: int = 20) -> tuple[list[list[int]], list[Count]]:
    register = registers.get("enterprises")
    assert register is not None
    found, counts, number = [], [], 1
    while True:
        page = page_of(register, user, QueryDict(f"{query}&size={size}&page={number}"))
        found.append([row.pk for row in page.rows])
        counts.append(page.count)
        if not page.has_next:
            return found, counts
        number += 1


@pytest.mark.parametrize("looked_through", [20_000, 10])
@pytest.mark.parametrize(
    "query", ["q=众多", "role=3", "role=3&division=330481", "q=众多&role=3", "q=众多&sort=name", "q=众多&sort=-name"]
)
def test_all_pages_hold_each_row_once_in_order(
    city_officer: User, firms: list[int], monkeypatch: pytest.MonkeyPatch, query: str, looked_through: int
) -> None:
    monkeypatch.setattr(listing, "LOOKED_THROUGH", looked_through)
    monkeypatch.setattr(listing, "EXACT_UP_TO", looked_through)
    asked = QueryDict(query)
    plain = Enterprise.objects.filter(pk__in=firms)
    if "role" in asked:
        plain = plain.filter(role=asked["role"])
    expected = list(plain.order_by(asked.get("sort", "-pk"), "-pk").values_list("pk", flat=True))
    found, counts = pages(city_officer, query)
    assert [pk for page in found for pk in page] == expected
    assert all(len(page) == 20 for page in found[:-1])
    exact = looked_through > FIRMS or "sort" in asked
    assert {each.exact for each in counts} == {exact}
    assert not exact or {each.rows for each in counts} == {len(expected)}


def test_no_words_found_and_a_page_behind_the_last(city_officer: User, firms: list[int]) -> None:
    assert pages(city_officer, "q=鱻龘") == ([[]], [Count(0, True)])
    register = registers.get("enterprises")
    assert register is not None
    page = page_of(register, city_officer, QueryDict("q=众多&page=9"))
    assert (page.rows, page.count, page.has_next) == ([], Count(FIRMS, True), False)


def test_what_the_planner_takes_for_very_many_is_not_counted_and_not_asked_twice(
    city_officer: User, firms: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "SURELY_MANY", 0)
    counting = Counting(Enterprise.objects.filter(pk__in=firms))
    with CaptureQueriesContext(connection) as asked:
        first, second = counting.count(), counting.count()
    assert first == second
    assert not first.exact
    assert [one["sql"].startswith("EXPLAIN") for one in asked] == [True]
    assert counting.with_page(0, 20, "-id") == (first, None)


def test_nothing_to_see_is_counted_without_asking() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert count(Enterprise.objects.none()) == Count(0, True)
        assert Counting(Enterprise.objects.none()).with_page(0, 20, "-id") == (Count(0, True), [])
    assert not list(asked)


def test_a_row_that_is_added_or_leaves_is_so_on_the_next_page(city_officer: User, firms: list[int]) -> None:
    for query in ("role=4", "q=众多", ""):
        before = pages(city_officer, query)
        extra: Any = Enterprise.objects.create(credit_code="91330481MA2B0099X1", name="众多又一家", division="330481", role="4")
        after = pages(city_officer, query)
        assert after[0][0][0] == extra.pk
        assert after[1][0].rows == before[1][0].rows + 1
        extra.delete()
        assert pages(city_officer, query) == before


def test_asking_for_absent_rows_changes_no_later_list(city_officer: User) -> None:
    """Also where rows have no source, so that no filter of the register names the parameter."""
    register = next(
        each for each in registers if not each.has_lineage and not each.narrow_by and each.rows(city_officer).exists()
    )
    assert not page_of(register, city_officer, QueryDict("presence=absent")).rows
    page = page_of(register, city_officer, QueryDict())
    assert page.rows
    assert page.count.rows == register.rows(city_officer).count()
