"""What a specification gives on a model: how many objects it concerns, which fail, and why, without a Python object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt

from hezhu.engines.findings import Verdict
from hezhu.engines.review.ids.document import Facet, Specification
from hezhu.engines.review.ids.values import Plain

Numbers = npt.NDArray[np.int64]
_PORTION = 20_000


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one requirement does not hold: ``absent`` (nothing there), ``refused`` (``actual`` is not what is asked), ``prohibited``."""

    facet: Facet
    kind: str
    actual: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class Reasons:
    """One requirement: ``failures[codes[n]]`` is why the ``n``-th failed object fails it, None where that object meets it."""

    codes: Numbers
    failures: Sequence[Failure | None]

    def positions(self) -> Numbers:
        """Which of the failed objects fail this requirement."""
        return np.flatnonzero(np.array([failure is not None for failure in self.failures], dtype=np.bool_)[self.codes])


@dataclass(frozen=True, slots=True)
class Outcome:
    """One specification on one model. ``failed`` are record numbers, ascending, ``reasons`` one column per requirement."""

    specification: Specification
    applicable: int
    failed: Numbers
    reasons: tuple[Reasons, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Of the specification as a whole; an optional one is not applicable where the model has nothing it concerns."""
        if self.applicable:
            return Verdict.FAIL if len(self.failed) else Verdict.PASS
        return {"prohibited": Verdict.PASS, "optional": Verdict.NOT_APPLICABLE}.get(self.specification.occurs, Verdict.FAIL)

    @property
    def failed_by_requirement(self) -> list[int]:
        """How many objects fail each requirement."""
        return [len(reasons.positions()) for reasons in self.reasons]

    @property
    def is_missing(self) -> bool:
        """Whether it fails because the model has none of the objects it asks for."""
        return not self.applicable and self.verdict is Verdict.FAIL

    def failures(self, position: int) -> list[Failure]:
        """Why the object at that position of ``failed`` fails; empty where its being there is what is wrong."""
        return self.failures_of(tuple(int(reasons.codes[position]) for reasons in self.reasons))

    def failures_of(self, codes: Sequence[int]) -> list[Failure]:
        """The same from the codes of its reasons, one for each requirement."""
        found = (reasons.failures[code] for reasons, code in zip(self.reasons, codes, strict=True))
        return [failure for failure in found if failure is not None]

    def codes(self, positions: Numbers) -> Iterator[tuple[int, ...]]:
        """The codes of the reasons of some of the failed objects."""
        for start in range(0, len(positions), _PORTION):
            portion = positions[start : start + _PORTION]
            if self.reasons:
                yield from zip(*(reasons.codes[portion].tolist() for reasons in self.reasons), strict=True)
            else:
                yield from repeat((), len(portion))

    def first(self, limit: int | None) -> Numbers:
        """Positions of the failed objects that a report lists: of each requirement at most ``limit``, or all."""
        if limit is None or len(self.failed) <= limit:
            return np.arange(len(self.failed))
        if not self.reasons:
            return np.arange(limit)
        return np.unique(np.concatenate([reasons.positions()[:limit] for reasons in self.reasons]))
