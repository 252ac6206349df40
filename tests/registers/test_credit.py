"""Credit: periods of publication and bands of scores, as the rule pack says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from hezhu.core.access.models import User
from hezhu.registers.credit.lamps import lamp_of_record, lamp_of_score
from hezhu.registers.credit.models import CreditRecord, CreditScore
from hezhu.registers.credit.rules import months_after, rules

TODAY = date(2026, 9, 1)


def record(firm: Any, **said: Any) -> CreditRecord:
    base = {
        "number": "X",
        "name": "事由",
        "kind": "bad",
        "enterprise": firm,
        "decided_on": date(2026, 1, 1),
        "division": "330481",
    }
    return CreditRecord(**(base | said))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 36, date(2029, 11, 30)),
        (date(2026, 12, 1), 6, date(2027, 6, 1)),
    ],
)
def test_months_after(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_good_information_is_public_for_the_period_of_the_rule(client: Client, city_officer: User, firm: Any) -> None:
    client.force_login(city_officer)
    body = {
        "number": "G1",
        "name": "标化工地",
        "kind": "good",
        "category": "award",
        "enterprise": firm.name,
        "decided_on": "2026-01-05",
        "published_on": "2026-01-10",
        "division": "330481",
    }
    answer = client.post("/api/v1/registers/credit-records/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert CreditRecord.objects.get().publish_until == date(2029, 1, 10)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, "未公开"),
        ({"published_on": date(2026, 1, 10)}, "未定公开期限"),
        ({"published_on": date(2026, 1, 10), "publish_until": date(2027, 1, 10)}, "公开中"),
        ({"published_on": date(2026, 1, 10), "publish_until": date(2026, 8, 31)}, "公开期满"),
        ({"published_on": date(2026, 6, 1), "publish_until": date(2026, 11, 30)}, "期限短于 6 个月"),
        ({"published_on": date(2026, 6, 1), "publish_until": date(2026, 12, 1)}, "公开中"),
        ({"published_on": date(2026, 6, 1), "publish_until": date(2029, 6, 2)}, "期限长于 36 个月"),
        ({"kind": "good", "published_on": date(2026, 6, 1)}, "公开中"),
        ({"revoked_on": date(2026, 7, 1)}, "已撤销"),
    ],
)
def test_the_lamp_of_a_record(firm: Any, said: dict[str, Any], word: str) -> None:
    assert lamp_of_record(record(firm, **said), TODAY).word == word


@pytest.mark.parametrize(
    ("sector", "score", "band"),
    [
        ("housing", "105", "A"),
        ("housing", "104.99", "B"),
        ("housing", "95", "B"),
        ("housing", "85", "C"),
        ("housing", "84.9", "D"),
        ("municipal", "103", "A"),
        ("municipal", "88", "B"),
        ("design", "100", ""),
    ],
)
def test_the_band_of_a_score(sector: str, score: str, band: str) -> None:
    assert rules().band(sector, Decimal(score)) == band


def test_a_sector_without_bands_stays_open(firm: Any) -> None:
    score = CreditScore(enterprise=firm, sector="design", month=date(2026, 8, 1), score=Decimal(100))
    assert (lamp_of_score(score).state, lamp_of_score(score).word) == ("open", "待定")


def test_a_record_has_one_subject(firm: Any, rows: dict[str, Any]) -> None:
    both = record(firm, person=rows["people"])
    with pytest.raises(ValidationError):
        both.clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        both.save()
    with pytest.raises(ValidationError):
        record(None).clean()
