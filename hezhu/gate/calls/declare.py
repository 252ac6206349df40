"""A method is declared once: its name in the protocol, and whether it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hezhu.engines.gate import RefusedRow
from hezhu.gate.models import GateKey


@dataclass(frozen=True, slots=True)
class Call:
    """One signed call: whose key, which serial its records carry, and its data."""

    key: GateKey
    secret: str = field(repr=False)
    serial: str
    data: dict[str, Any] = field(repr=False)


@dataclass(slots=True)
class Outcome:
    """What a writing call did: rows taken, waiting, refused; ``words`` for people, ``data`` for the caller."""

    rows: int = 0
    held: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


Writer = Callable[[Call], Outcome]
Reader = Callable[[Call], dict[str, Any]]
W = TypeVar("W", bound=Writer)
R = TypeVar("R", bound=Reader)

WRITERS: dict[str, Writer] = {}
READERS: dict[str, Reader] = {}


def writes(method: str) -> Callable[[W], W]:
    """Declare a method that writes: it runs in one transaction with the record of the call, and may run again from the start."""

    def declare(function: W) -> W:
        WRITERS[method] = function
        return function

    return declare


def reads(method: str) -> Callable[[R], R]:
    def declare(function: R) -> R:
        READERS[method] = function
        return function

    return declare
