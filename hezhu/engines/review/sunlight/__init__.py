"""Sunlight study (日照分析): effective sun hours of windows on 大寒日 and 冬至日 in true solar time, all neighbours shading."""

from hezhu.engines.review.sunlight.criteria import SunPack, load_sun_pack
from hezhu.engines.review.sunlight.solids import NeighboursInvalid, Prism, read_neighbours
from hezhu.engines.review.sunlight.study import Place, SunStudy, WindowSun, study

__all__ = [
    "NeighboursInvalid",
    "Place",
    "Prism",
    "SunPack",
    "SunStudy",
    "WindowSun",
    "load_sun_pack",
    "read_neighbours",
    "study",
]
