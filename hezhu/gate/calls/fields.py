"""Single fields of the protocol's rows: codes, days, amounts, persons. Each raises Unusable with the field and the reason."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from hezhu.engines.codes.lists import code_list
from hezhu.engines.gate.passes import Unusable, id_number, text
from hezhu.gate.calls.declare import Call
from hezhu.registers.people.models import Person

MOST_YUAN = Decimal("99999999.99")


def code(row: dict[str, Any], name: str, listed: str) -> str:
    """The code of a published list, by code or label; "" when nothing is said. Raises Unusable."""
    said = text(row, name, 60)
    if not said:
        return ""
    found = code_list(listed).spellings.get(said)
    if found is None:
        raise Unusable(name, f"不在代码表“{code_list(listed).name}”中")
    return found


def optional_day(row: dict[str, Any], name: str, *, may_lie_ahead: bool = False) -> date | None:
    """``yyyy-MM-dd``, with or without a time behind it; not in the future unless it ``may_lie_ahead``. Raises Unusable."""
    said = text(row, name, 30)
    if not said:
        return None
    try:
        day = datetime.fromisoformat(said.replace("/", "-")).date()
    except ValueError as error:
        raise Unusable(name, "应写作 yyyy-MM-dd") from error
    if not 1990 <= day.year <= 2100:
        raise Unusable(name, "年份不对")
    if day > timezone.localdate() and not may_lie_ahead:
        raise Unusable(name, "晚于今日")
    return day


def amount(
    row: dict[str, Any], name: str, most: Decimal = MOST_YUAN, step: str = "0.01", unit: str = "金额（元）"
) -> Decimal | None:
    """A number from 0 to ``most``, rounded to ``step``; None when nothing is said. Raises Unusable."""
    said = text(row, name, 20)
    if not said:
        return None
    try:
        value = Decimal(said)
    except InvalidOperation as error:
        raise Unusable(name, f"应为{unit}") from error
    if not value.is_finite() or not 0 <= value <= most:
        raise Unusable(name, f"应为{unit}，0 至 {most}")
    return value.quantize(Decimal(step))


def known_person(call: Call, row: dict[str, Any]) -> Person:
    """The person of ``idCardNumber`` in the people register. Raises Unusable."""
    person = Person.objects.filter(id_number=id_number(row, call.secret), is_demo=call.key.is_demo).first()
    if person is None:
        raise Unusable("idCardNumber", "人员库没有此人，先上传工人")
    return person
