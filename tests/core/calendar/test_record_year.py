"""The city office enters a year's notice."""

from __future__ import annotations

from datetime import date

import pytest

from hezhu.core.access.models import User
from hezhu.core.calendar.actions import DayOutsideYear, deadline, is_working_day, record_year
from hezhu.core.calendar.models import CalendarYear, WorkingDay
from hezhu.core.errors import NotAllowed

NOTICE = {
    date(2027, 1, 1): (False, "元旦"),
    date(2027, 1, 2): (False, "元旦"),  # a Saturday: nothing to record
    date(2027, 2, 14): (True, "春节调休"),
}


def test_the_office_records_a_year(city_officer: User) -> None:
    assert deadline(date(2026, 12, 31), 1).confirmed is False
    record_year(2027, NOTICE, by=city_officer, source="国办发明电〔2026〕7号")
    assert (deadline(date(2026, 12, 31), 1).date, deadline(date(2026, 12, 31), 1).confirmed) == (date(2027, 1, 4), True)
    assert is_working_day(date(2027, 2, 14)) is True
    assert list(WorkingDay.objects.filter(date__year=2027).values_list("date", flat=True)) == [
        date(2027, 1, 1),
        date(2027, 2, 14),
    ]


def test_recording_again_replaces_the_year(city_officer: User) -> None:
    record_year(2027, NOTICE, by=city_officer, source="第一次")
    record_year(2027, {date(2027, 1, 1): (False, "元旦")}, by=city_officer, source="更正")
    assert WorkingDay.objects.filter(date__year=2027).count() == 1
    assert CalendarYear.objects.get(year=2027).source == "更正"


def test_a_day_of_another_year_is_refused(city_officer: User) -> None:
    with pytest.raises(DayOutsideYear) as caught:
        record_year(2027, {date(2028, 1, 3): (False, "元旦")}, by=city_officer, source="")
    assert str(caught.value) == "2028-01-03 不在 2027 年内。改正日期，或分年份保存。"
    assert not CalendarYear.objects.filter(year=2027).exists()


@pytest.mark.parametrize("name", ["haiyan_officer", "bureau_officer", "firm_user", "auditor"])
def test_others_record_nothing(name: str, request) -> None:
    with pytest.raises(NotAllowed):
        record_year(2027, NOTICE, by=request.getfixturevalue(name), source="")
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert not WorkingDay.objects.filter(date__year=2027).exists()
