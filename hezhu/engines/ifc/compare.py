"""What changed between two versions of a model, element by element.

A ``Print`` holds what identifies an element and what it is like: names, place, shape and properties. The shape is kept as
integrals over its surface (area, volume, centroid, second moments) in the element's own axes, which do not depend on how a kernel
cut it into triangles or numbered its points. Two versions are compared from their prints alone; the files are not needed again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import ifcopenshell.util.placement
import numpy as np
import numpy.typing as npt

from hezhu.engines.ifc.attributes import attribute
from hezhu.engines.ifc.geometry.mesh import Mesh, cross, load
from hezhu.engines.ifc.model import Element, Model

Floats = npt.NDArray[np.float64]
Places = dict[int, Floats]
# A shape is the same when no corner of it can have moved by more than this; a place when origin and axes agree as closely.
LENGTH_TOLERANCE_M = 0.001
_RELATIVE = 1e-4
_DIGITS = 6


class Change(StrEnum):
    """What happened to an element. The values are stable: they are stored and exported."""

    ADDED = "added"
    REMOVED = "removed"
    RESHAPED = "reshaped"
    MOVED = "moved"
    PROPERTIES = "properties"
    RENAMED = "renamed"
    REPLACED_ID = "new-id"  # the same thing under a new GlobalId, as some exports do with every save

    @property
    def label(self) -> str:
        """The word a reader sees."""
        return _LABELS[self]


_LABELS = {
    Change.ADDED: "新增",
    Change.REMOVED: "删除",
    Change.RESHAPED: "形状改变",
    Change.MOVED: "移动",
    Change.PROPERTIES: "属性改变",
    Change.RENAMED: "改名",
    Change.REPLACED_ID: "仅编号改变",
}


@dataclass(frozen=True, slots=True)
class Print:
    """One element. ``place`` is origin (m) and rotation, 12 numbers; ``shape`` the surface integrals, empty without geometry.

    ``properties`` is a digest of all property and quantity values.
    """

    global_id: str
    ifc_class: str
    name: str
    type_name: str
    storey: str
    place: tuple[float, ...] = ()
    shape: tuple[float, ...] = ()
    properties: str = ""

    def as_row(self) -> list[Any]:
        """As stored."""
        return [getattr(self, name) for name in self.__slots__]

    @classmethod
    def from_row(cls, row: list[Any]) -> Print:
        """Back from storage."""
        global_id, ifc_class, name, type_name, storey, place, shape, properties = row
        return cls(global_id, ifc_class, name, type_name, storey, tuple(place), tuple(shape), properties)


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that differs. ``changes`` names all that happened; ``distance_m`` is how far its origin moved."""

    changes: tuple[Change, ...]
    global_id: str
    ifc_class: str
    name: str
    storey: str
    before: str = ""
    distance_m: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**asdict(self), "changes": [change.value for change in self.changes]}


@dataclass(frozen=True)
class Comparison:
    """All differences, the gravest first, and how many elements are as they were."""

    differences: tuple[Difference, ...]
    unchanged: int
    counts: Mapping[str, int] = field(default_factory=dict)


def prints(model: Model, meshes: Mapping[int, Mesh] | None = None) -> list[Print]:
    """The prints of every element and space of a model, in its order. ``meshes`` of them, by record number, are made when not given."""
    elements = [*model.elements, *model.spaces]
    if meshes is None:
        meshes = load(model, elements, quick=True)
    places: Places = {}
    return [_print(element, meshes.get(element.step_id), _placement(model, element, places)) for element in elements]


def _print(element: Element, mesh: Mesh | None, matrix: Floats | None) -> Print:
    place = (*matrix[:3, 3], *matrix[:3, :3].ravel()) if matrix is not None else ()
    return Print(
        element.global_id,
        element.ifc_class,
        element.name,
        element.type_name,
        element.storey.name if element.storey else "",
        tuple(round(float(value), _DIGITS) for value in place),
        () if mesh is None else _integrals(mesh, matrix if matrix is not None else np.eye(4)),
        _digest({**element.psets, "": element.quantities}),
    )


def _placement(model: Model, element: Element, places: Places) -> Floats | None:
    placement = attribute(element.entity, "ObjectPlacement")
    if placement is None:
        return None
    try:
        matrix = np.array(_matrix(placement, places), dtype=np.float64)
    except (AttributeError, TypeError, ValueError, RecursionError):
        return None
    matrix[:3, 3] *= model.length_unit_m
    return matrix if np.isfinite(matrix).all() else None


def _matrix(placement: Any, places: Places) -> Floats:
    """A local placement in the model's axes, in the file's length unit. Those of storeys, on which hundreds rest, are made once."""
    key = placement.id()
    if key not in places:
        above = placement.PlacementRelTo
        own = ifcopenshell.util.placement.get_axis2placement(placement.RelativePlacement)
        places[key] = own if above is None else np.dot(_matrix(above, places), own)
    return places[key]


def _integrals(mesh: Mesh, matrix: Floats) -> tuple[float, ...]:
    """Area, volume, area centroid, second moments about it (xx yy zz xy yz zx, m²), and the extent along each axis."""
    corners = (mesh.triangles - matrix[:3, 3]) @ matrix[:3, :3]
    areas = np.linalg.norm(cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    area = float(areas.sum())
    if area <= 0:
        return ()
    middle = corners.mean(axis=1)
    centroid = (middle * areas[:, None]).sum(axis=0) / area
    moved = corners - centroid
    # Exact for linear triangles: ∫ x xᵀ dA = A/12 (Σ vᵢ vᵢᵀ + 9 m mᵀ), with m the mean of the corners.
    outer = np.einsum("nij,nik->njk", moved, moved) + 9 * np.einsum("nj,nk->njk", moved.mean(axis=1), moved.mean(axis=1))
    second = (outer * (areas / 12)[:, None, None]).sum(axis=0) / area
    size = corners.reshape(-1, 3).max(axis=0) - corners.reshape(-1, 3).min(axis=0)
    values = [area, abs(mesh.volume_m3), *centroid, *second[[0, 1, 2, 0, 1, 2], [0, 1, 2, 1, 2, 0]], *size]
    return tuple(round(float(value), _DIGITS) for value in values)


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(_plain(values), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    """Record numbers of a property set are of the file, not of the element; numbers are compared to six digits."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if key != "id"}
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def compare(before: Iterable[Print], after: Iterable[Print]) -> Comparison:
    """What changed from one list of prints to the other. A repeated GlobalId counts once, by its first element."""
    old, new = _by_id(before), _by_id(after)
    gone = {key: one for key, one in old.items() if key not in new}
    came = {key: one for key, one in new.items() if key not in old}
    found = [_renumbered(was, now) for was, now in _same_things(gone, came)]
    pairs = [(old[key], new[key]) for key in old if key in new]
    found += [_difference(was, now, changes) for was, now in pairs if (changes := _changes(was, now))]
    matched = {one.before for one in found if Change.REPLACED_ID in one.changes}
    renumbered = {one.global_id for one in found if Change.REPLACED_ID in one.changes}
    found += [_lone(Change.REMOVED, one) for key, one in gone.items() if key not in matched]
    found += [_lone(Change.ADDED, one) for key, one in came.items() if key not in renumbered]
    order = {change: number for number, change in enumerate(Change)}
    found.sort(key=lambda one: (order[one.changes[0]], one.storey, one.ifc_class, one.name, one.global_id))
    counts = {change.value: sum(change in one.changes for one in found) for change in Change}
    touched = sum(one.changes[0] not in (Change.ADDED, Change.REMOVED, Change.REPLACED_ID) for one in found)
    return Comparison(tuple(found), len(pairs) - touched, counts)


def _by_id(elements: Iterable[Print]) -> dict[str, Print]:
    found: dict[str, Print] = {}
    for one in elements:
        found.setdefault(one.global_id, one)
    return found


def _changes(was: Print, now: Print) -> tuple[Change, ...]:
    found = []
    if not _same_shape(was.shape, now.shape):
        found.append(Change.RESHAPED)
    if not _same_place(was.place, now.place):
        found.append(Change.MOVED)
    if was.properties != now.properties or was.type_name != now.type_name or was.ifc_class != now.ifc_class:
        found.append(Change.PROPERTIES)
    if was.name != now.name or was.storey != now.storey:
        found.append(Change.RENAMED)
    return tuple(found)


def _same_shape(was: tuple[float, ...], now: tuple[float, ...]) -> bool:
    """Equal to the tolerance: lengths within it, areas, volumes and moments within what it makes of them."""
    if len(was) != len(now) or not was:
        return len(was) == len(now)
    (area, volume), size = was[:2], max(was[-3:])
    slack = LENGTH_TOLERANCE_M * (1 + size)
    for index, (a, b) in enumerate(zip(was, now, strict=True)):
        if index == 0:
            allowed = max(_RELATIVE * area, LENGTH_TOLERANCE_M * math.sqrt(area))
        elif index == 1:
            allowed = max(_RELATIVE * volume, LENGTH_TOLERANCE_M * area)
        elif 5 <= index < 11:
            allowed = slack * size
        else:
            allowed = LENGTH_TOLERANCE_M
        if abs(a - b) > allowed:
            return False
    return True


def _same_place(was: tuple[float, ...], now: tuple[float, ...]) -> bool:
    if len(was) != len(now):
        return False
    limits = [LENGTH_TOLERANCE_M] * 3 + [_RELATIVE] * 9
    return all(abs(a - b) <= limit for a, b, limit in zip(was, now, limits, strict=False))


def _same_things(gone: Mapping[str, Print], came: Mapping[str, Print]) -> list[tuple[Print, Print]]:
    """Elements that vanished and appeared at the same place in the same shape, class and name: only their GlobalId is new."""
    waiting: dict[tuple[Any, ...], list[Print]] = {}
    for one in came.values():
        if one.shape:
            waiting.setdefault(_where(one), []).append(one)
    found = []
    for one in gone.values():
        for near in waiting.get(_where(one), ()) if one.shape else ():
            if _same_shape(one.shape, near.shape) and _same_place(one.place, near.place):
                waiting[_where(one)].remove(near)
                found.append((one, near))
                break
    return found


def _where(one: Print) -> tuple[Any, ...]:
    """Class, name and place to 10 cm, so that only few are compared closely."""
    return one.ifc_class, one.name, tuple(round(value, 1) for value in one.place[:3])


def _difference(was: Print, now: Print, changes: tuple[Change, ...]) -> Difference:
    distance = math.dist(was.place[:3], now.place[:3]) if Change.MOVED in changes and was.place and now.place else None
    former = was.name if was.name != now.name else ""
    moved = None if distance is None else round(distance, 4)
    return Difference(changes, now.global_id, now.ifc_class, now.name, now.storey, former, moved)


def _renumbered(was: Print, now: Print) -> Difference:
    return Difference((Change.REPLACED_ID,), now.global_id, now.ifc_class, now.name, now.storey, was.global_id)


def _lone(change: Change, one: Print) -> Difference:
    return Difference((change,), one.global_id, one.ifc_class, one.name, one.storey)
