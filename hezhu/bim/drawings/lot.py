"""The lot (抽签): who is drawn follows from the seed and the pool alone, so that anyone can draw it again and see the same.

Each candidate's ticket is SHA-256 of "seed:discipline:candidate"; the lowest tickets are drawn. The seed is made by the machine
at the moment of drawing and kept with the pool, those excluded and why, and those drawn.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """128 random bits in hexadecimal."""
    return secrets.token_hex(16)


def ticket(seed: str, discipline: str, candidate: int) -> str:
    """The ticket of a candidate, 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{discipline}:{candidate}".encode()).hexdigest()


def draw(seed: str, discipline: str, candidates: Iterable[int], count: int) -> list[int]:
    """The ``count`` candidates with the lowest tickets, lowest first; fewer where there are fewer."""
    return sorted(set(candidates), key=lambda candidate: ticket(seed, discipline, candidate))[:count]
