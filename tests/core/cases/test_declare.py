"""A procedure that does not fit together is refused when it is declared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hezhu.core.cases.declare import Clock, Move, Party, Procedure, State, procedures

GOOD = Procedure(
    slug="small",
    label="小事",
    series="x",
    parties=(Party("a", "甲", "bim.view"), Party("b", "乙", "bim.view")),
    states=(State("begun", "开始", Clock.RUNS, ("b",)), State("done", "完", Clock.ENDED)),
    moves=(Move("finish", "办结", ("begun",), "done", ("b",)),),
    start="begun",
    opened_by="a",
)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"start": "nowhere"}, "state nowhere"),
        ({"opened_by": "c"}, "party c"),
        ({"moves": ()}, "no move leaves begun"),
        ({"moves": (Move("finish", "办结", ("begun",), "done", ("a",)),)}, "b holds begun without a move"),
        ({"moves": GOOD.moves * 2}, "move finish is declared twice"),
        ({"states": (*GOOD.states, State("lost", "丢", Clock.ENDED))}, "nothing leads to lost"),
        ({"asks": ("a", "z")}, "party z"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        replace(GOOD, **changes)


def test_a_slug_is_declared_once() -> None:
    procedures.add(GOOD)
    try:
        with pytest.raises(ValueError, match="twice"):
            procedures.add(GOOD)
    finally:
        procedures.remove("small")
