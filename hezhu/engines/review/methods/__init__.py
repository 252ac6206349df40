"""The methods that come with the platform; importing this module registers them."""

from hezhu.engines.review.methods import circulation, doors, railings, spaces, stairs, storeys
from hezhu.engines.review.methods.registry import Item, Method, find_method, method, subject_of

__all__ = [
    "Item",
    "Method",
    "circulation",
    "doors",
    "find_method",
    "method",
    "railings",
    "spaces",
    "stairs",
    "storeys",
    "subject_of",
]
