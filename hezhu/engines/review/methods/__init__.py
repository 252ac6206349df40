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
    railings,
    spaces,
    stairs,
    storeys,
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
    "method",
    "railings",
    "spaces",
    "stairs",
    "storeys",
    "subject_of",
]
