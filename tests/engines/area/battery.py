"""Which drawn test shows which case of a rule of the building area: counted by ``test_battery``.

``pass``: the part counts as the rule says; ``fail``: it looks alike and counts less or not at all; ``limit``: exactly on the limit, which
still counts; ``undecidable``: the model cannot tell, so that a range and the missing fact are given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

REQUIRED = ("pass", "fail", "limit", "undecidable")
Test = TypeVar("Test", bound=Callable[..., None])
SHOWN: set[tuple[str, str]] = set()


def shows(rule: str, *names: str) -> Callable[[Test], Test]:
    """Registers the cases of a rule that the test below asserts."""

    def register(test: Test) -> Test:
        SHOWN.update((rule, name) for name in names)
        return test

    return register
