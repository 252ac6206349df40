"""What is known of one scored item: quantities with the elements behind them, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Provenance(StrEnum):
    """Where an input comes from."""

    MODEL = "model"
    SHEET = "sheet"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return {"model": "模型", "sheet": "填报表"}[self.value]


class Part(StrEnum):
    """The part an element plays in an item."""

    COUNTED = "counted"
    LEFT_OUT = "left_out"
    SILENT = "silent"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return {"counted": "计入分子", "left_out": "只计分母", "silent": "需人工"}[self.value]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one element gives to an item, in the item's unit (m, m2, m3).

    ``numerator`` and ``denominator`` are added to the sums; ``undecided`` is what a silent element could still add to the
    numerator. ``basis`` says which property, word or shape decided, ``measured`` how the size was taken, ``declared`` the
    size the model itself states for it. ``weak``: decided by a name only. ``lacking`` names the property that would decide.
    """

    global_id: str
    ifc_class: str
    name: str
    storey: str
    part: Part
    numerator: float
    denominator: float
    basis: str = ""
    measured: str = ""
    declared: float | None = None
    undecided: float = 0.0
    weak: bool = False
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class StoreySum:
    """Numerator and denominator of one storey, in the item's unit."""

    storey: str
    numerator: float
    denominator: float


@dataclass(frozen=True, slots=True)
class ItemInput:
    """Quantities of one item.

    Either ``numerator`` and ``denominator`` (m, m2, m3), or a bare ``ratio`` (0..1), or ``adopted`` for a yes/no item, or
    ``absent`` when the building by its function has no such item (it goes to Q4). ``silent`` are elements that do not say
    whether they count: the ratio then is a lower bound and ``highest`` (0..1, if known) an upper one. ``by_name``
    counts the elements that were decided by a name or material only, ``by_name_amount`` is what they give to the numerator.
    ``missing`` says why
    there is no figure at all. ``elements`` and ``storeys`` open the sums down, ``lacking`` are the properties to add,
    ``notes`` what a reader of the figure has to know. ``other`` is the same item from the other source.
    """

    provenance: Provenance
    numerator: float | None = None
    denominator: float | None = None
    ratio: float | None = None
    adopted: bool | None = None
    absent: bool = False
    counted: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    missing: str = ""
    note: str = ""
    other: ItemInput | None = None
    highest: float | None = None
    by_name: int = 0
    by_name_amount: float = 0.0
    elements: tuple[Contribution, ...] = ()
    storeys: tuple[StoreySum, ...] = ()
    lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """The ratio that is scored, None when it is not known. Ten decimals: 0.35 stays 0.35 after a division."""
        if self.ratio is not None:
            return self.ratio
        if self.numerator is None or not self.denominator:
            return None
        return round(self.numerator / self.denominator, 10)

    @property
    def without_names(self) -> ItemInput:
        """The same with nothing counted that only a name says."""
        if not self.by_name or self.numerator is None:
            return self
        return replace(self, numerator=max(self.numerator - self.by_name_amount, 0.0), by_name=0, by_name_amount=0.0)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to score."""
        return self.absent or self.adopted is not None or self.share is not None

    @property
    def is_complete(self) -> bool:
        """Known, and every element says whether it counts."""
        return self.is_known and not self.silent


def merge(model: Mapping[str, ItemInput], sheet: Mapping[str, ItemInput]) -> dict[str, ItemInput]:
    """Joins both sources by item: the sheet counts where the model is silent, wholly or for some elements.

    Where the model knows every element it counts. The input that did not count stays visible as ``other``.
    """
    merged: dict[str, ItemInput] = {}
    for item_id in [*model, *(key for key in sheet if key not in model)]:
        ours, theirs = model.get(item_id), sheet.get(item_id)
        if ours is None or theirs is None:
            merged[item_id] = ours or sheet[item_id]
        elif ours.is_complete or not theirs.is_known:
            merged[item_id] = replace(ours, other=theirs)
        else:
            merged[item_id] = replace(theirs, other=ours)
    return merged
