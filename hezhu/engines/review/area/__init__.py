"""Building area (建筑面积) from a model's geometry, by a profile of rules such as GB/T 50353-2013."""

from hezhu.engines.review.area.parts import Part
from hezhu.engines.review.area.profile import DEFAULT_PROFILE, AreaProfile, list_profiles, load_profile
from hezhu.engines.review.area.study import BuildingArea, StoreyArea, building_area

__all__ = [
    "DEFAULT_PROFILE",
    "AreaProfile",
    "BuildingArea",
    "Part",
    "StoreyArea",
    "building_area",
    "list_profiles",
    "load_profile",
]
