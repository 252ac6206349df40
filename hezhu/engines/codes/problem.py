"""Why a code is not accepted, as data: a rule, a Chinese sentence with its values, and a way out where one is safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a text is not the code (or value) it should be.

    ``rule`` is stable and names the check (``credit-code.check``). ``template`` is the Chinese sentence with ``{named}`` places for
    ``values``: a page may translate the template before it fills it. ``position`` counts characters from 1. ``suggestion`` is given only
    where the check digits or a code list prove it; ``basis`` says why, or where the truth is when there is no suggestion.
    """

    rule: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    position: int | None = None
    suggestion: str | None = None
    basis: str = ""

    @property
    def reason(self) -> str:
        """The sentence an official reads: 第 18 位校验位应为 W，现为 3."""
        return self.template.format_map(self.values)


class InvalidCode(ValueError):
    """Raised by ``parse`` of every code; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem
