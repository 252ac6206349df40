"""What the task list says of a task that is late."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from hezhu.programme.figures import Reading
from hezhu.programme.lights import Light
from hezhu.programme.task_list import TaskRow


def row(*, source: str, completion: float | None, readings: dict[str, Reading]) -> TaskRow:
    standing: Any = SimpleNamespace(
        closure=None,
        light=Light.LATE,
        completion=completion,
        readings=readings,
        source=source,
        judgement=SimpleNamespace(answers=[]),
        today=date(2026, 11, 23),
    )
    return TaskRow(standing, [])


def reading(state: str, text: str) -> Reading:
    return Reading(target="T04", completion=100.0, text=text, value=1.0, state=state, gap="", rows=1, url="")


@pytest.mark.parametrize(
    ("source", "readings", "said"),
    [
        ("T04", {"T04": reading("reached", "36% / ≥35%")}, "目标已达，待办结"),
        ("月报", {"T04": reading("open", "待定")}, "目标待定"),
        ("月报", {}, "100.0%"),
    ],
)
def test_a_full_report_never_says_that_an_undetermined_target_is_reached(
    source: str, readings: dict[str, Reading], said: str
) -> None:
    assert row(source=source, completion=100.0, readings=readings).status_text == said
