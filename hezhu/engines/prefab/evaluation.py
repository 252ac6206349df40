"""One evaluation of one building: its stage, its score and everything it rests on, as plain data to keep, list and compare.

GB/T 51129-2017 3.0.2: 预评价 in the design stage, 评价 after completion. The two are never one figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from hezhu.engines.prefab.inputs import Contribution, ItemInput
from hezhu.engines.prefab.rate import AssemblyRate

FORMAT = "hezhu-assembly/1"


class Stage(StrEnum):
    """When an evaluation is made."""

    DESIGN = "design"
    COMPLETION = "completion"

    @property
    def label(self) -> str:
        """The word of the standard."""
        return {"design": "预评价（设计阶段）", "completion": "评价（竣工验收后）"}[self.value]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The score of one model at one stage, with the inputs it was made from."""

    model: str
    stage: Stage
    rate: AssemblyRate
    inputs: Mapping[str, ItemInput]

    def elements(self, item_id: str) -> tuple[Contribution, ...]:
        """The elements behind an item, also where the sheet's figure was scored."""
        given = self.inputs.get(item_id)
        if given is None:
            return ()
        return given.elements or (given.other.elements if given.other is not None else ())

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON: format, model, stage, the score, and by item the elements and storeys behind it."""
        return {
            "format": FORMAT,
            "model": self.model,
            "stage": self.stage.value,
            "rate": self.rate.as_dict(),
            "items": {item.id: opened(self.inputs.get(item.id)) for item in self.rate.items},
        }


def opened(given: ItemInput | None) -> dict[str, Any]:
    """What an item rests on: elements, storeys, what to add, and notes."""
    if given is None:
        return {"elements": [], "storeys": [], "lacking": [], "notes": []}
    source = given if given.elements or given.other is None else given.other
    return {
        "elements": [asdict(row) for row in source.elements],
        "storeys": [asdict(row) for row in source.storeys],
        "lacking": list(source.lacking),
        "notes": list(source.notes),
    }
