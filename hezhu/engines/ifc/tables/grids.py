"""Grid placements (IfcGridPlacement): the point where two straight grid axes, or lines parallel to them, cross.

IFC4X3 ADD2, IfcVirtualGridIntersection: an offset is measured square to its axis, positive to the left of the axis' direction; a third
offset is along z. Axes that are not straight lines, and axes of different grids, give no placement.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hezhu.engines.ifc.tables.instances import Instances, Value

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]
_SMALL = 1e-12


class Grids:
    """The grids of a model: which of them an axis belongs to, and where its axes cross."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self._grid_of_axis: dict[int, int] = {}
        for family in ("UAxes", "VAxes", "WAxes"):
            grids, axes = instances.links("IfcGrid", family).select("id", "target").get_columns()
            self._grid_of_axis |= dict(zip(axes.to_list(), grids.to_list(), strict=True))

    def placement(self, row: int) -> tuple[int, Matrix] | None:
        """The grid (its instance number) that a grid placement is in, and its matrix in the coordinates of that grid."""
        schema, record = self._instances.schema, self._instances.record(row)
        location = schema.position("IfcGridPlacement", "PlacementLocation")
        crossing = self._crossing(_at(record, location))
        if crossing is None:
            return None
        grid, origin, along = crossing
        toward = _at(record, schema.position("IfcGridPlacement", "PlacementRefDirection"))
        x = along if toward is None else self._direction(toward, origin)
        if x is None or not np.linalg.norm(x[:2]) > _SMALL:
            return None
        x = np.array([x[0], x[1], 0.0]) / np.linalg.norm(x[:2])
        matrix = np.eye(4)
        matrix[:3, 0], matrix[:3, 1], matrix[:3, 3] = x, [-x[1], x[0], 0.0], origin
        return grid, matrix

    def _crossing(self, reference: Value) -> tuple[int, Vector, Vector] | None:
        """Grid, point and direction of the first axis of an IfcVirtualGridIntersection."""
        record = self._record(reference, "IFCVIRTUALGRIDINTERSECTION")
        axes = _at(record, 0)
        offsets = _numbers(_at(record, 1))
        if not isinstance(axes, list) or len(axes) != 2:
            return None
        grids = {self._grid_of_axis.get(_target(axis)) for axis in axes}
        lines = [self._line(axis) for axis in axes]
        grid = grids.pop()
        if grids or grid is None or lines[0] is None or lines[1] is None:
            return None
        (start, along), (other, across) = lines[0], lines[1]
        start = start + _left(along) * (offsets[0] if offsets else 0.0)
        other = other + _left(across) * (offsets[1] if len(offsets) > 1 else 0.0)
        turn = along[0] * across[1] - along[1] * across[0]
        if abs(turn) < _SMALL:
            return None
        way = other - start
        point = start + along * ((way[0] * across[1] - way[1] * across[0]) / turn)
        return grid, np.array([point[0], point[1], offsets[2] if len(offsets) > 2 else 0.0]), np.array([*along, 0.0])

    def _direction(self, reference: Value, origin: Vector) -> Vector | None:
        """The x axis: an IfcDirection, or from the origin to another intersection."""
        ratios = _numbers(_at(self._record(reference, "IFCDIRECTION"), 0))
        if len(ratios) > 1:
            return np.array(ratios)
        crossing = self._crossing(reference)
        return None if crossing is None else crossing[1] - origin

    def _line(self, axis: Value) -> tuple[Vector, Vector] | None:
        """A point of a straight IfcGridAxis and its direction of length 1."""
        record = self._record(axis, "IFCGRIDAXIS")
        curve = _at(record, 1)
        found = self._polyline(curve) or self._endless(curve)
        if found is None:
            return None
        start, along = found
        length = float(np.linalg.norm(along))
        if not length > _SMALL:
            return None
        return start, along / (length if _at(record, 2) is not False else -length)

    def _polyline(self, curve: Value) -> tuple[Vector, Vector] | None:
        points = _at(self._record(curve, "IFCPOLYLINE"), 0)
        ends = [self._point(each) for each in points] if isinstance(points, list) else []
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return None
        return ends[0], ends[1] - ends[0]

    def _endless(self, curve: Value) -> tuple[Vector, Vector] | None:
        trimmed = self._record(curve, "IFCTRIMMEDCURVE")
        if trimmed and _at(trimmed, 3) is False:
            found = self._endless(_at(trimmed, 0))
            return None if found is None else (found[0], -found[1])
        line = self._record(_at(trimmed, 0) if trimmed else curve, "IFCLINE")
        start = self._point(_at(line, 0))
        vector = self._record(_at(line, 1), "IFCVECTOR")
        ratios = _numbers(_at(self._record(_at(vector, 0), "IFCDIRECTION"), 0))
        return None if start is None or len(ratios) < 2 else (start, np.array(ratios[:2]))

    def _point(self, reference: Value) -> Vector | None:
        coordinates = _numbers(_at(self._record(reference, "IFCCARTESIANPOINT"), 0))
        return np.array(coordinates[:2]) if len(coordinates) > 1 else None

    def _record(self, reference: Value, kind: str) -> list[Value]:
        """The arguments of what is referred to; none where it is of another class or absent."""
        row = int(self._instances.row_of(np.array([_target(reference)], dtype=np.int64))[0])
        if row < 0 or self._instances.class_names[int(self._instances.class_code[row])] != kind:
            return []
        return self._instances.record(row)


def _left(along: Vector) -> Vector:
    return np.array([-along[1], along[0]])


def _at(record: list[Value], position: int | None) -> Value:
    return record[position] if position is not None and position < len(record) else None


def _target(reference: Value) -> int:
    number = reference.get("ref") if isinstance(reference, dict) else None
    return number if isinstance(number, int) else -1


def _numbers(values: Value) -> list[float]:
    """The numbers of a list, those with a defined type included."""
    if not isinstance(values, list):
        return []
    plain = [next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value for value in values]
    return [float(value) for value in plain if isinstance(value, int | float) and not isinstance(value, bool)]
