"""Numbers follow each other without a gap, also when many take them at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from hezhu.core.numbering import PATTERNS, add_series, next_number
from hezhu.core.numbering.models import Counter


@pytest.fixture(autouse=True)
def series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PATTERNS, "test", "T-{division}-{year}-{number:03d}")


def test_numbers_count_up_for_each_year_and_division(db: None) -> None:
    assert next_number("bim-review", year=2026) == "BS-2026-0001"
    assert next_number("bim-review", year=2026) == "BS-2026-0002"
    assert next_number("bim-review", year=2027) == "BS-2027-0001"
    assert next_number("test", year=2026, division="330424") == "T-330424-2026-001"
    assert next_number("test", year=2026, division="330481") == "T-330481-2026-001"


def test_the_year_is_this_year_unless_said(db: None) -> None:
    assert next_number("bim-review") == f"BS-{timezone.localdate().year}-0001"


def test_demonstration_numbers_count_apart(db: None) -> None:
    assert next_number("bim-review", year=2026, demo=True) == "演示-BS-2026-0001"
    assert next_number("bim-review", year=2026) == "BS-2026-0001"


def test_a_rollback_gives_the_number_back(db: None) -> None:
    with transaction.atomic():
        assert next_number("bim-review", year=2026) == "BS-2026-0001"
        transaction.set_rollback(True)
    assert next_number("bim-review", year=2026) == "BS-2026-0001"


def test_an_undeclared_series_takes_nothing(db: None) -> None:
    with pytest.raises(KeyError):
        next_number("none")
    assert not Counter.objects.exists()


def test_a_series_is_declared_once(db: None) -> None:
    assert add_series("test", "T-{division}-{year}-{number:03d}") == "test"
    with pytest.raises(ValueError, match="declared twice"):
        add_series("test", "U-{number}")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses() -> None:
    with pytest.raises(TransactionManagementError):
        next_number("bim-review", year=2026)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_leave_no_gap_though_every_third_fails() -> None:
    def take(turn: int) -> str | None:
        try:
            with transaction.atomic():
                number = next_number("bim-review", year=2026)
                if turn % 3 == 0:
                    raise RuntimeError
                return number
        except RuntimeError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = [number for number in pool.map(take, range(120)) if number]
    assert sorted(taken) == [f"BS-2026-{number:04d}" for number in range(1, 81)]
