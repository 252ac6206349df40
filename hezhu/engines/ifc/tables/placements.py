"""Where objects stand: local placements multiplied out, in metres, and how the model lies on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from hezhu.engines.ifc.tables.instances import Instances

Matrices = npt.NDArray[np.float64]
_DEEPEST = 1000
_SMALL = 1e-12


def placements(instances: Instances, length: float) -> pl.DataFrame:
    """``id, x, y, z`` (metres) and ``m00 … m22`` (rotation, rows by columns) of every product, in model coordinates.

    Grid and linear placements are left out: their position needs geometry. A ring of placements is left out as well.
    """
    local_rows = instances.rows("IfcLocalPlacement")
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


def _world(instances: Instances, rows: npt.NDArray[np.int64]) -> tuple[Matrices, npt.NDArray[np.bool_]]:
    """4×4 matrices of local placements in file units, and which of them are sound."""
    schema = instances.schema
    above = instances.reference(rows, schema.position("IfcLocalPlacement", "PlacementRelTo")).fill_null(-1).to_numpy()
    relative = instances.reference(rows, schema.position("IfcLocalPlacement", "RelativePlacement")).fill_null(-1).to_numpy()
    matrix = _axis_placements(instances, instances.row_of(relative))
    number = np.full(len(instances.step.ids) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    parent = number[instances.row_of(above)]
    done = above < 0
    for _ in range(_DEEPEST):
        ready = np.flatnonzero(~done & (parent >= 0))
        ready = ready[done[parent[ready]]]
        if not len(ready):
            break
        matrix[ready] = matrix[parent[ready]] @ matrix[ready]
        done[ready] = True
    return matrix, done


def _axis_placements(instances: Instances, rows: npt.NDArray[np.int64]) -> Matrices:
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


def _target_rows(instances: Instances, rows: npt.NDArray[np.int64], position: int) -> npt.NDArray[np.int64]:
    return instances.row_of(instances.reference(rows, position).fill_null(-1).to_numpy())


def _triples(instances: Instances, rows: npt.NDArray[np.int64], default: tuple[float, float, float]) -> Matrices:
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
