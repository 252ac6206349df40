"""Which elements are made together: storey by storey from the ground up, a large storey in parts that lie side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ifcopenshell.util.placement
import numpy as np

from hezhu.engines.ifc.cycles import placement_ends
from hezhu.engines.ifc.model import Element, Model, Storey

MOST_ELEMENTS = 1000


@dataclass(frozen=True, slots=True)
class Group:
    """Elements of one storey; ``storey`` is None for those on none."""

    storey: Storey | None
    parts: tuple[tuple[Element, ...], ...]

    @property
    def name(self) -> str:
        return self.storey.name if self.storey else ""


def groups(model: Model, most: int = MOST_ELEMENTS) -> Iterator[Group]:
    """Every storey that carries elements, then the elements on none. File order within a part."""
    by_storey: dict[str | None, list[Element]] = {}
    for element in model.elements:
        by_storey.setdefault(element.storey.global_id if element.storey else None, []).append(element)
    seen: set[str] = set()
    for storey in model.storeys:
        if storey.global_id in by_storey and storey.global_id not in seen:
            seen.add(storey.global_id)
            yield Group(storey, tuple(_split(by_storey[storey.global_id], most)))
    if None in by_storey:
        yield Group(None, tuple(_split(by_storey[None], most)))


def _split(elements: Sequence[Element], most: int) -> Iterator[tuple[Element, ...]]:
    if len(elements) <= most:
        yield tuple(elements)
        return
    yield from _halves(list(elements), np.array([_place(element) for element in elements]), most)


def _halves(elements: list[Element], places: np.ndarray, most: int) -> Iterator[tuple[Element, ...]]:
    """Cut at the median of the longer side until no part is too large; elements at one and the same place are cut by file order."""
    if len(elements) <= most:
        yield tuple(elements)
        return
    axis = int(np.argmax(np.ptp(places, axis=0)))
    order = np.argsort(places[:, axis], kind="stable")
    middle = len(order) // 2
    for half in (np.sort(order[:middle]), np.sort(order[middle:])):
        yield from _halves([elements[i] for i in half], places[half], most)


def _place(element: Element) -> tuple[float, float]:
    """Plan position of the element's placement in file units; 0, 0 where it has none that ends."""
    entity = element.entity
    if getattr(entity, "ObjectPlacement", None) is None or not placement_ends(entity):
        return 0.0, 0.0
    matrix = ifcopenshell.util.placement.get_local_placement(entity.ObjectPlacement)
    x, y = float(matrix[0][3]), float(matrix[1][3])
    return (x, y) if np.isfinite(x) and np.isfinite(y) else (0.0, 0.0)
