"""The methods that come with the platform; importing this module registers them."""

from hezhu.engines.review.methods import (
    accessibility,
    circulation,
    completeness,
    daylight,
    doors,
    evacuation,
    fire,
    flats,
    lifts,
    railings,
    ramps,
    spaces,
    stairs,
    storeys,
    thresholds,
)
from hezhu.engines.review.methods.registry import Item, Method, find_method, method, subject_of

__all__ = [
    "Item",
    "Method",
    "accessibility",
    "circulation",
    "completeness",
    "daylight",
    "doors",
    "evacuation",
    "find_method",
    "fire",
    "flats",
    "lifts",
    "method",
    "railings",
    "ramps",
    "spaces",
    "stairs",
    "storeys",
    "subject_of",
    "thresholds",
]
