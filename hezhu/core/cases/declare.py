"""Procedures as data: states and moves in one place, who may move what, and in how many working days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hezhu.core.access.models import User
    from hezhu.core.cases.models import Case


class Clock(StrEnum):
    """What the statutory clock does in a state."""

    NOT_STARTED = "not-started"
    RUNS = "runs"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Party:
    """A side of the procedure. ``office``: any account of an office that serves the case's division and holds ``permission``;
    otherwise the accounts of the units (or the persons) that the case names for this side. ``eligible``: who may stand on this side
    at all today; an account that is no longer eligible neither sees nor moves a case through it."""

    key: str
    label: Any
    permission: str
    office: bool = False
    eligible: Callable[[User], bool] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """``holders`` are the parties that must act; none in an end state. ``days``: working days for this step alone.

    ``expires_after``: working days without a step after which the platform itself takes the case to ``expires_to``; the record
    warns ``warn_days`` working days before. ``on_expiry`` writes the procedure's own rows in the same transaction.
    """

    key: str
    label: Any
    clock: Clock
    holders: tuple[str, ...] = ()
    days: int | None = None
    lamp: str = "ok"
    expires_after: int | None = None
    expires_to: str = ""
    warn_days: int = 3
    on_expiry: Callable[[Case], None] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What comes with a move: words, uploaded files, and the procedure's own answers by field."""

    text: str = ""
    files: Sequence[Any] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)


Check = Callable[["Case", "User", Said], None]
Effect = Callable[["Case", "User", Said], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one of ``sources`` to ``target`` that ``by`` (party keys) may take.

    ``text``: "required", "optional" or "" for the words asked for, with ``text_label`` saying what they are. ``check`` raises a
    Refusal when it cannot be done now; ``effect`` runs in the same transaction and may return what the record keeps of it.
    ``after`` runs in it too, when the case stands in its new state with its tasks open: for tasks of single persons.
    ``waits_for_opinions`` refuses while asked units have not answered. ``tone``: primary, refuse or plain, for the button.
    ``automatic``: only the platform takes it (``actions.proceed``), so ``by`` is empty.
    """

    key: str
    label: Any
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    text: str = ""
    text_label: Any = ""
    check: Check | None = None
    effect: Effect | None = None
    waits_for_opinions: bool = False
    tone: str = "plain"
    note: Any = ""
    automatic: bool = False
    after: Callable[[Case, User, Said], None] | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """A unit whose opinion a procedure asks for: the office of the case's division, else of the city, whose name has one of ``words``."""

    key: str
    label: Any
    words: tuple[str, ...]
    days: int
    question: Any = ""
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The statutory limit of a procedure in working days, and where it stands. ``confirmed`` is False until checked against the text."""

    days: int
    source: str
    confirmed: bool = False


@dataclass(frozen=True)
class Procedure:
    """One kind of case.

    ``series`` names its numbers (``core.numbering``); ``opened_by`` is the party that applies. ``asks``: the party whose units
    may be asked for opinions, by whom; ``agencies`` are those asked as a rule, all at once. ``panel``: a template shown in the middle
    of the case page, with ``panel_context``. ``again``: the address of a form filled in from a closed case, None where it cannot be
    applied for again.
    Raises ValueError at once when states, moves and parties do not fit together.
    """

    slug: str
    label: Any
    series: str
    parties: tuple[Party, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    start: str
    opened_by: str
    limit: TimeLimit | None = None
    asks: tuple[str, str] | None = None
    nav: str = "overview"
    panel: str = ""
    panel_context: Callable[[Case, User], Mapping[str, Any]] | None = None
    agencies: tuple[Agency, ...] = ()
    again: Callable[[Case, User], str | None] | None = None

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise ValueError(f"procedure {self.slug}: {'; '.join(problems)}")

    def _problems(self) -> Iterator[str]:
        states, parties = {state.key for state in self.states}, {party.key for party in self.parties}
        moves = [move.key for move in self.moves]
        for name in {key for key in moves if moves.count(key) > 1}:
            yield f"move {name} is declared twice"
        expiring = [state.expires_to for state in self.states if state.expires_after is not None]
        for state in {self.start, *expiring, *(state for move in self.moves for state in (*move.sources, move.target))} - states:
            yield f"state {state} is not declared"
        named = {
            self.opened_by,
            *(self.asks or ()),
            *(party for move in self.moves for party in move.by),
            *(party for state in self.states for party in state.holders),
        }
        for party in named - parties:
            yield f"party {party} is not declared"
        if self.agencies and not self.asks:
            yield "agencies are declared, but nobody may be asked (asks)"
        for move in self.moves:
            if move.automatic == bool(move.by) or (move.automatic and (move.check or move.effect)):
                yield f"move {move.key}: either somebody takes it (by), or it is automatic, without check and effect"
        for one in self.states:
            if (one.expires_after is None) != (not one.expires_to) or (one.expires_after or one.warn_days) < 1:
                yield f"{one.key}: expires_after (working days, at least 1) and expires_to go together"
            ways = [move for move in self.moves if one.key in move.sources]
            if one.clock is not Clock.ENDED and not ways:
                yield f"no move leaves {one.key}"
            for holder in one.holders:
                if not any(holder in move.by for move in ways):
                    yield f"{holder} holds {one.key} without a move"
        yield from (f"nothing leads to {name}" for name in sorted(states - self._reached()))

    def _reached(self) -> set[str]:
        found, grown = {self.start}, True
        while grown:
            lapsed = {state.expires_to for state in self.states if state.key in found and state.expires_after is not None}
            more = ({move.target for move in self.moves if found & set(move.sources)} | lapsed) - found
            found |= more
            grown = bool(more)
        return found

    def state(self, key: str) -> State:
        """A state by key."""
        return next(state for state in self.states if state.key == key)

    def party(self, key: str) -> Party:
        """A party by key."""
        return next(party for party in self.parties if party.key == key)

    def move(self, key: str) -> Move | None:
        """A move by key; None when there is none."""
        return next((move for move in self.moves if move.key == key), None)

    def moves_from(self, state: str) -> list[Move]:
        """The moves that leave a state, in the order declared."""
        return [move for move in self.moves if state in move.sources]


class Procedures:
    """All declared procedures by slug."""

    def __init__(self) -> None:
        self._by_slug: dict[str, Procedure] = {}

    def add(self, procedure: Procedure) -> Procedure:
        """Declares one. Raises ValueError for a slug that is taken."""
        if procedure.slug in self._by_slug:
            raise ValueError(f"procedure {procedure.slug!r} is declared twice")
        self._by_slug[procedure.slug] = procedure
        return procedure

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self._by_slug.values())

    def __getitem__(self, slug: str) -> Procedure:
        return self._by_slug[slug]

    def remove(self, slug: str) -> None:
        """For tests that declare one of their own."""
        self._by_slug.pop(slug, None)


procedures = Procedures()
