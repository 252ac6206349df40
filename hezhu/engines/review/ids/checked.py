"""A document checked on a model: what every report is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.review.ids.columns.subjects import Subjects
from hezhu.engines.review.ids.document import Document
from hezhu.engines.review.ids.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of every specification in the order of the file, and what names the objects in them."""

    document: Document
    model: str
    outcomes: Sequence[Outcome]
    subjects: Subjects
    project: Subject

    @property
    def title(self) -> str:
        """The title of the IDS, or its file name."""
        return self.document.info.get("title", "") or self.document.path.name

    @property
    def holds(self) -> bool:
        """Whether no specification fails."""
        return all(outcome.verdict is not Verdict.FAIL for outcome in self.outcomes)

    def counts(self) -> dict[str, int]:
        """Findings by verdict: one for each failed object, one for a specification that holds or does not apply."""
        counts: Counter[Verdict] = Counter()
        for outcome in self.outcomes:
            counts[outcome.verdict] += max(1, len(outcome.failed))
        return {verdict.value: counts[verdict] for verdict in Verdict}
