"""The light rule, question by question."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hezhu.programme.lights import (
    Facts,
    Light,
    MonthDue,
    Question,
    Rule,
    elapsed_time,
    judge,
    load_rules,
    missed_in_a_row,
    rule_on,
)

RULES = load_rules(Path(__file__).parents[2] / "rulepacks" / "lights.yaml")
RULE = RULES[-1]
PILOT = {"opens_on": date(2022, 11, 1), "due_on": date(2025, 12, 31)}
JUNE_18 = date(2025, 6, 18)


def months(*reported: bool, last: date = date(2025, 5, 1)) -> tuple[MonthDue, ...]:
    """Consecutive months ending with ``last``, each due on the 5th of the next month."""
    rows = []
    month = last
    for came in reversed(reported):
        following = (month + timedelta(days=31)).replace(day=1)
        rows.append(MonthDue(month, following.replace(day=5), came))
        month = (month - timedelta(days=1)).replace(day=1)
    return tuple(reversed(rows))


CASES = {
    "closed beats everything": (
        {**PILOT, "closed_on": date(2025, 3, 1), "completion": 1.0, "months": months(False, False)},
        date(2026, 11, 23),
        Light.DONE,
        Question.CLOSED,
    ),
    "not open yet": ({"opens_on": date(2026, 1, 1), "due_on": date(2026, 12, 31)}, JUNE_18, Light.OPEN, Question.NOT_YET_OPEN),
    "on the last day it is not late": ({**PILOT, "completion": 100.0}, date(2025, 12, 31), Light.OK, None),
    "the day after it is": ({**PILOT, "completion": 100.0}, date(2026, 1, 1), Light.LATE, Question.PAST_DUE),
    "two months without a report": (
        {**PILOT, "completion": 90.0, "months": months(True, False, False)},
        JUNE_18,
        Light.LATE,
        Question.SILENT,
    ),
    "no base period": (
        {**PILOT, "completion": 90.0, "targets_without_basis": ("T04",), "months": months(True, True)},
        JUNE_18,
        Light.OPEN,
        Question.NO_BASIS,
    ),
    "nobody has given a completion": ({**PILOT, "months": months(True)}, JUNE_18, Light.OPEN, Question.UNKNOWN),
    "one month without a report": (
        {**PILOT, "completion": 90.0, "months": months(True, False)},
        JUNE_18,
        Light.WATCH,
        Question.MONTH_MISSED,
    ),
    "behind the time": ({**PILOT, "completion": 79.2, "months": months(True)}, JUNE_18, Light.WATCH, Question.BEHIND),
    "level with the time": ({**PILOT, "completion": 83.0, "months": months(True)}, JUNE_18, Light.OK, None),
    "ahead": ({**PILOT, "completion": 86.2, "months": months(True)}, JUNE_18, Light.OK, None),
}


@pytest.mark.parametrize("name", CASES)
def test_light(name):
    facts, today, light, decided_by = CASES[name]
    judgement = judge(Facts(**facts), RULE, today)
    assert judgement.light is light
    assert next((answer.question for answer in judgement.answers if answer.decisive), None) is decided_by


def test_questions_stop_at_the_one_that_decides():
    judgement = judge(Facts(**PILOT, completion=50.0), RULE, date(2026, 11, 23))
    assert [(answer.question, answer.yes) for answer in judgement.answers] == [
        (Question.CLOSED, False),
        (Question.NOT_YET_OPEN, False),
        (Question.PAST_DUE, True),
    ]
    assert judgement.answers[-1].data["days"] == 327


def test_elapsed_time_counts_days_like_the_page():
    assert elapsed_time(PILOT["opens_on"], PILOT["due_on"], JUNE_18) == (960, 1156)
    assert judge(Facts(**PILOT, completion=79.2), RULE, JUNE_18).elapsed == 83.0
    assert judge(Facts(**PILOT, completion=79.2), RULE, JUNE_18).gap == -3.8
    assert elapsed_time(PILOT["opens_on"], PILOT["due_on"], date(2030, 1, 1)) == (1156, 1156)
    assert elapsed_time(PILOT["opens_on"], PILOT["due_on"], date(2020, 1, 1)) == (0, 1156)


def test_a_month_is_missed_only_after_its_day():
    owed = months(True, False)
    assert missed_in_a_row(owed, date(2025, 6, 5)) == ()
    assert [row.month for row in missed_in_a_row(owed, date(2025, 6, 6))] == [date(2025, 5, 1)]


def test_an_early_report_breaks_the_run():
    assert missed_in_a_row(months(False, False, True), date(2025, 5, 20)) == ()


def test_tolerance_is_in_the_rule():
    lenient = Rule(2, date(2025, 1, 1), "confirmed", "", 2, 1, 5.0, 5)
    facts = Facts(**PILOT, completion=78.0, months=months(True))
    assert judge(facts, lenient, JUNE_18).light is Light.OK
    assert judge(Facts(**PILOT, completion=77.9, months=months(True)), lenient, JUNE_18).light is Light.WATCH


def test_the_version_in_force_is_taken():
    later = Rule(2, date(2025, 1, 1), "confirmed", "", 3, 1, 0, 5)
    assert rule_on((*RULES, later), date(2024, 12, 31)).version == 1
    assert rule_on((*RULES, later), date(2025, 1, 1)).version == 2
    with pytest.raises(LookupError):
        rule_on(RULES, date(2022, 10, 31))


def test_a_misspelt_key_is_named(tmp_path):
    file = tmp_path / "lights.yaml"
    file.write_text("rules:\n- version: 1\n  late_after: 2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lights\.yaml.*late_after"):
        load_rules(file)


def test_the_published_rule():
    assert (RULE.late_after_unreported_months, RULE.watch_after_unreported_months, RULE.tolerance_points) == (2, 1, 0)
    assert not RULE.is_confirmed
