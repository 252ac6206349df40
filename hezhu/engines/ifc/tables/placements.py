"""Where objects stand: local placements multiplied out, in metres, and how the model lies on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from hezhu.engines.ifc.tables.bits import Flags, Offsets
from hezhu.engines.ifc.tables.grids import Grids
from hezhu.engines.ifc.tables.instances import Instances

Matrices = npt.NDArray[np.float64]
_DEEPEST = 1000
_SMALL = 1e-12


def placements(instances: Instances, length: float) -> pl.DataFrame:
    """``id, x, y, z`` (metres) and ``m00 … m22`` (rotation, rows by columns) of every product, in model coordinates.

    A linear placement stands where its CartesianPosition says. Left out are products whose place cannot be known without
    evaluating curves (linear placements without that position, grid axes that are not straight), and rings of placements.
    """
    local_rows = instances.rows("IfcObjectPlacement")
    world, sound = _world(instances, local_rows)
    products = instances.rows("IfcProduct")
    placement = instances.reference(products, instances.schema.position("IfcProduct", "ObjectPlacement"))
    row_of_local = np.full(len(instances.step.ids) + 1, -1, dtype=np.int64)
    row_of_local[local_rows] = np.arange(len(local_rows))
    at = row_of_local[instances.row_of(placement.fill_null(-1).to_numpy())]
    there = (at >= 0) & sound[at] if len(sound) else np.zeros(len(at), dtype=np.bool_)
    matrix = world[at[there]]
    columns: dict[str, Any] = {"id": instances.step.ids[products[there]]}
    for axis, name in enumerate("xyz"):
        columns[name] = matrix[:, axis, 3] * length
    columns |= {f"m{i}{j}": matrix[:, i, j] for i in range(3) for j in range(3)}
    return pl.DataFrame(columns)


def map_conversion(instances: Instances) -> pl.DataFrame:
    """``id, eastings, northings, height, axis_x, axis_y, scale, crs`` of IfcMapConversion (IFC4 and later), as written in the file.

    Eastings, northings and height are in the map unit of the target system (metre unless it names another).
    """
    rows, schema = instances.rows("IfcMapConversion"), instances.schema
    names = {"eastings": "Eastings", "northings": "Northings", "height": "OrthogonalHeight"}
    names |= {"axis_x": "XAxisAbscissa", "axis_y": "XAxisOrdinate", "scale": "Scale"}
    columns: dict[str, Any] = {"id": instances.step.ids[rows]}
    for column, attribute in names.items():
        columns[column] = instances.number(rows, schema.position("IfcMapConversion", attribute))
    systems = instances.rows("IfcCoordinateReferenceSystem")
    crs = pl.DataFrame(
        {
            "target": instances.step.ids[systems],
            "crs": instances.text(systems, schema.position("IfcCoordinateReferenceSystem", "Name")),
        }
    )
    target = instances.reference(rows, schema.position("IfcMapConversion", "TargetCRS"))
    return pl.DataFrame(columns | {"target": target}).join(crs, on="target", how="left", maintain_order="left").drop("target")


def _world(instances: Instances, rows: Offsets) -> tuple[Matrices, Flags]:
    """4×4 matrices of placements in file units, and which of them are sound."""
    matrix, above, known = _relative(instances, rows)
    number = np.full(len(instances.step.ids) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    parent = number[instances.row_of(above)]
    done = known & (above < 0)
    for _ in range(_DEEPEST):
        ready = np.flatnonzero(known & ~done & (parent >= 0))
        ready = ready[done[parent[ready]]]
        if not len(ready):
            break
        matrix[ready] = matrix[parent[ready]] @ matrix[ready]
        done[ready] = True
    return matrix, done


def _relative(instances: Instances, rows: Offsets) -> tuple[Matrices, Offsets, Flags]:
    """Of each placement the matrix, the number of the placement it is relative to (−1: none), and whether both are known."""
    matrix, above = np.tile(np.eye(4), (len(rows), 1, 1)), np.full(len(rows), -1, dtype=np.int64)
    known = np.zeros(len(rows), dtype=np.bool_)
    place = np.searchsorted(rows, local := instances.rows("IfcLocalPlacement"))
    above[place] = _targets(instances, local, "IfcLocalPlacement", "PlacementRelTo")
    matrix[place] = _axis_placements(
        instances, instances.row_of(_targets(instances, local, "IfcLocalPlacement", "RelativePlacement"))
    )
    known[place] = True
    place = np.searchsorted(rows, linear := instances.rows("IfcLinearPlacement"))
    cartesian = instances.row_of(_targets(instances, linear, "IfcLinearPlacement", "CartesianPosition"))
    matrix[place], known[place] = _axis_placements(instances, cartesian), cartesian >= 0
    grids = Grids(instances)
    place = np.searchsorted(rows, in_grids := instances.rows("IfcGridPlacement"))
    for at, row in zip(place.tolist(), in_grids.tolist(), strict=True):
        if found := grids.placement(row):
            grid = instances.row_of(np.array([found[0]], dtype=np.int64))
            above[at] = _targets(instances, grid, "IfcGrid", "ObjectPlacement")[0]
            matrix[at], known[at] = found[1], True
    return matrix, above, known


def _targets(instances: Instances, rows: Offsets, name: str, attribute: str) -> Offsets:
    """The number that an attribute refers to, −1 where it does to none."""
    return instances.reference(rows, instances.schema.position(name, attribute)).fill_null(-1).to_numpy()


def _axis_placements(instances: Instances, rows: Offsets) -> Matrices:
    """4×4 matrices of IfcAxis2Placement3D and 2D rows; the identity for −1."""
    unique, back = np.unique(rows, return_inverse=True)
    known = unique[unique >= 0]
    flat = np.isin(known, instances.rows("IfcAxis2Placement2D"))
    z = _triples(instances, np.where(flat, -1, _target_rows(instances, known, 1)), (0.0, 0.0, 1.0))
    direction = np.where(flat, _target_rows(instances, known, 1), _target_rows(instances, known, 2))
    x = _triples(instances, direction, (1.0, 0.0, 0.0))
    z = _normal(z, (0.0, 0.0, 1.0))
    x = _normal(x - (x * z).sum(axis=1, keepdims=True) * z, (1.0, 0.0, 0.0))
    matrix = np.tile(np.eye(4), (len(unique), 1, 1))
    offset = len(unique) - len(known)
    matrix[offset:, :3, 0], matrix[offset:, :3, 1], matrix[offset:, :3, 2] = x, np.cross(z, x), z
    matrix[offset:, :3, 3] = _triples(instances, _target_rows(instances, known, 0), (0.0, 0.0, 0.0))
    return matrix[back.reshape(-1)]


def _target_rows(instances: Instances, rows: Offsets, position: int) -> Offsets:
    return instances.row_of(instances.reference(rows, position).fill_null(-1).to_numpy())


def _triples(instances: Instances, rows: Offsets, default: tuple[float, float, float]) -> Matrices:
    """Coordinates of IfcCartesianPoint or IfcDirection rows, a missing third as 0; ``default`` for −1."""
    unique, back = np.unique(rows, return_inverse=True)
    out = np.tile(np.array(default), (len(unique), 1))
    known = unique >= 0
    raw = instances.raw(unique[known], 0)
    parts = raw.str.strip_chars("() \r\n\t").str.split(",")
    for axis in range(3):
        numbers = parts.list.get(axis, null_on_oob=True).str.strip_chars().cast(pl.Float64, strict=False)
        out[known, axis] = numbers.fill_null(0.0).to_numpy()
    return out[back.reshape(-1)]


def _normal(vectors: Matrices, default: tuple[float, float, float]) -> Matrices:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(length > _SMALL, vectors / np.where(length > _SMALL, length, 1.0), np.array(default))
