"""What a specification gives on a model: how many objects it concerns, which fail, and why, without a Python object for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hezhu.engines.findings import Verdict
from hezhu.engines.review.ids.document import Facet, Specification
from hezhu.engines.review.ids.values import Plain

Numbers = npt.NDArray[np.int64]


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
    def is_missing(self) -> bool:
        """Whether it fails because the model has none of the objects it asks for."""
        return not self.applicable and self.verdict is Verdict.FAIL

    def failures(self, position: int) -> list[Failure]:
        """Why the object at that position of ``failed`` fails; empty where its being there is what is wrong."""
        found = (reasons.failures[int(reasons.codes[position])] for reasons in self.reasons)
        return [failure for failure in found if failure is not None]
