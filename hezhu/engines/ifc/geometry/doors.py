"""Doors: the clear width between frame and opened leaf, and the rooms on either side. Metres.

OverallWidth is the opening in the wall; the frame's stops and the leaf that stands open in the frame take from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPoint

from hezhu.engines.ifc.geometry.mesh import Floats, Mesh, connect, weld

# Below handles and glazing, within the bottom rail; odd values, so that no corner of a model lies exactly in the plane.
_CUT_ABOVE_SILL_M = (0.0301, 0.0603, 0.1007, 0.1509)
_TALL_SHARE = 0.85  # a leaf is nearly as tall as the door; a kick plate or a bottom rail is not
_GLASS_M = 0.02
_TOUCH_M = 0.005
_LEAF_LEAST_M = 0.30
_LEAF_THICKEST_M = 0.12
_JAMB_WIDEST_M = 0.25


@dataclass(frozen=True, eq=False)
class DoorShape:
    """One door, closed as modelled.

    ``clear_width_m`` is the passage with the leaves open at 90°: between the frame's stops, less the thickness of each
    hinged leaf. None when leaf and frame cannot be told apart; then ``widest_m`` still bounds it from above.
    ``line`` are two points across the opening. ``leaves`` counts the leaves found.
    """

    clear_width_m: float | None
    widest_m: float
    clear_height_m: float | None
    leaves: int
    leaf_thickness_m: float | None
    line: tuple[tuple[float, float, float], tuple[float, float, float]]
    normal: tuple[float, float]
    sill_z_m: float
    depth_m: float

    @property
    def middle(self) -> tuple[float, float]:
        """Plan point in the middle of the opening."""
        (ax, ay, _), (bx, by, _) = self.line
        return (ax + bx) / 2, (ay + by) / 2


@dataclass(frozen=True, slots=True)
class _Cut:
    """A body cut by a horizontal plane: its reach along the door's width, its reach across, and how tall the body is."""

    low: float
    high: float
    front: float
    back: float
    top: float
    is_tall: bool

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def thickness(self) -> float:
        return round(self.back - self.front, 4)

    @property
    def is_leaf(self) -> bool:
        return self.is_tall and self.width >= _LEAF_LEAST_M and self.thickness <= _LEAF_THICKEST_M

    @property
    def is_jamb(self) -> bool:
        return self.width <= _JAMB_WIDEST_M


def measure_door(mesh: Mesh, operation: str = "") -> DoorShape | None:
    """The shape of one door. ``operation`` is IFC's OperationType: of sliding, folding, revolving and rolling doors the
    closed mesh cannot show the clear width, it stays None. None when the mesh is no upright plate.
    """
    hinged = "SWING" in operation or not operation
    across = _width_axis(mesh)
    if across is None:
        return None
    along, normal = across
    local = np.column_stack([mesh.vertices[:, :2] @ along, mesh.vertices[:, :2] @ normal, mesh.vertices[:, 2]])
    body = Mesh(local, mesh.faces, mesh.items)
    low, high = body.low, body.high
    leaves, others = _leaves(body)
    width: float | None = None
    left, right = float(low[0]), float(high[0])
    if leaves:
        left, right = _between_stops(leaves, others)
        if hinged and len(leaves) <= 2:
            # a pair of leaves may be modelled as one plate: each of the two still stands in the opening
            plates = 2 if "DOUBLE_DOOR" in operation else len(leaves)
            width = round(right - left - plates * max(leaf.thickness for leaf in leaves), 4)
    middle = float((low[1] + high[1]) / 2)
    sill = float(low[2])
    first, second = ((float(end[0]), float(end[1]), sill + 0.05) for end in (along * x + normal * middle for x in (left, right)))
    return DoorShape(
        clear_width_m=width,
        widest_m=round(right - left, 4),
        clear_height_m=round(max(leaf.top for leaf in leaves) - sill, 4) if leaves else None,
        leaves=len(leaves),
        leaf_thickness_m=max((leaf.thickness for leaf in leaves), default=None),
        line=(first, second),
        normal=(float(normal[0]), float(normal[1])),
        sill_z_m=sill,
        depth_m=float(high[1] - low[1]),
    )


def _width_axis(mesh: Mesh) -> tuple[Floats, Floats] | None:
    """Plan unit vectors along the width and across the wall; None for a mesh that is no upright plate."""
    box = shapely.minimum_rotated_rectangle(MultiPoint(mesh.vertices[:, :2]))
    ring = shapely.get_coordinates(box)
    if len(ring) < 4 or mesh.high[2] - mesh.low[2] < 1.0:
        return None
    first, second = ring[1] - ring[0], ring[2] - ring[1]
    long, short = (first, second) if np.linalg.norm(first) >= np.linalg.norm(second) else (second, first)
    if np.linalg.norm(long) < _LEAF_LEAST_M or np.linalg.norm(short) > 0.6 * np.linalg.norm(long):
        return None
    along = long / np.linalg.norm(long)
    if along[0] < 0 or (abs(along[0]) < 1e-9 and along[1] < 0):
        along = -along
    return along, np.array([-along[1], along[0]])


def _leaves(body: Mesh) -> tuple[list[_Cut], list[_Cut]]:
    """Leaves and every other piece of the door just above its sill; no leaves where they cannot be told apart."""
    sill, height = float(body.low[2]), float(body.high[2] - body.low[2])
    parts = body.bodies()
    if not any(_may_hold_leaf(part, _TALL_SHARE * height) for part in parts):
        return [], []
    for above in _CUT_ABOVE_SILL_M:
        pieces = [cut for part in parts for cut in _section(part, sill + above, _TALL_SHARE * height)]
        leaves = [cut for cut in pieces if cut.is_leaf]
        others = [cut for cut in pieces if not cut.is_leaf]
        if leaves and not any(_is_pane(leaf, others) for leaf in leaves):
            return leaves, others
    return [], []


def _may_hold_leaf(part: Mesh, tall: float) -> bool:
    size = part.high - part.low
    return bool(size[2] >= tall and size[0] >= _LEAF_LEAST_M)


def _is_pane(leaf: _Cut, others: list[_Cut]) -> bool:
    """Whether a thin sheet is held by stiles beside it: then it is only the glass of a leaf made of pieces."""
    return leaf.thickness < _GLASS_M and any(
        min(abs(other.high - leaf.low), abs(other.low - leaf.high)) <= _TOUCH_M
        or other.low < leaf.low < other.high
        or other.low < leaf.high < other.high
        for other in others
        if other.front < leaf.back and other.back > leaf.front
    )


def _section(part: Mesh, z: float, tall: float) -> list[_Cut]:
    """Where one body meets a horizontal plane: one cut per closed outline."""
    low, high = float(part.low[2]), float(part.high[2])
    if not low < z < high:
        return []
    corners = part.triangles
    crossing = (corners[:, :, 2].min(axis=1) < z) & (corners[:, :, 2].max(axis=1) > z)
    starts, ends = corners[crossing], np.roll(corners[crossing], -1, axis=1)
    rise = ends[:, :, 2] - starts[:, :, 2]
    crossed = (starts[:, :, 2] - z) * (ends[:, :, 2] - z) < 0
    share = np.divide(z - starts[:, :, 2], rise, out=np.zeros_like(rise), where=crossed)
    points = starts[:, :, :2] + share[:, :, None] * (ends - starts)[:, :, :2]
    whole = crossed.sum(axis=1) == 2
    segments = points[whole][crossed[whole]].reshape(-1, 2, 2)
    if not len(segments):
        return []
    keys = weld(segments.reshape(-1, 2), 4).reshape(-1, 2)
    label = connect(keys, int(keys.max()) + 1)[keys[:, 0]]
    cuts = []
    for name in np.unique(label):
        outline = segments[label == name].reshape(-1, 2)
        (x0, y0), (x1, y1) = outline.min(axis=0), outline.max(axis=0)
        cuts.append(_Cut(float(x0), float(x1), float(y0), float(y1), high, high - low >= tall))
    return cuts


def _between_stops(leaves: list[_Cut], others: list[_Cut]) -> tuple[float, float]:
    """The opening between the frame's stops; where no frame is modelled, the leaves' own edges."""
    left, right = min(leaf.low for leaf in leaves), max(leaf.high for leaf in leaves)
    middle = (left + right) / 2
    jambs = [cut for cut in others if cut.is_jamb]
    inner_left = max((jamb.high for jamb in jambs if jamb.high < middle and jamb.high <= left + _JAMB_WIDEST_M), default=left)
    inner_right = min((jamb.low for jamb in jambs if jamb.low > middle and jamb.low >= right - _JAMB_WIDEST_M), default=right)
    return max(left, inner_left), min(right, inner_right)
