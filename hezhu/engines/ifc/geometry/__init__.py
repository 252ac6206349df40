"""Measured shapes of a model: rooms, doors, flights, landings and railings. Metres, in the model's own axes (Z up)."""

from hezhu.engines.ifc.geometry.doors import DoorShape
from hezhu.engines.ifc.geometry.facts import Geometry, door_points, measure, operation
from hezhu.engines.ifc.geometry.paths import Walk, Ways, shortest_walks
from hezhu.engines.ifc.geometry.railings import RailingShape, RailPoint
from hezhu.engines.ifc.geometry.spaces import SpaceShape, passage_width
from hezhu.engines.ifc.geometry.stairs import FlightShape, LandingShape
from hezhu.engines.ifc.geometry.windows import WindowShape, measure_windows

__all__ = [
    "DoorShape",
    "FlightShape",
    "Geometry",
    "LandingShape",
    "RailPoint",
    "RailingShape",
    "SpaceShape",
    "Walk",
    "Ways",
    "WindowShape",
    "door_points",
    "measure",
    "measure_windows",
    "operation",
    "passage_width",
    "shortest_walks",
]
