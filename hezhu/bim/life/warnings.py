"""What is odd about a version, told at once and not refused: no units, no place, far from the other disciplines, another stage.

A warning is {code, …}; ``worded`` makes the sentence a reader sees, with what to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from hezhu.bim.life.kinds import Stage
from hezhu.bim.life.models import ModelVersion

# Two parts of one project with this much empty ground between them do not belong together: one has another base point.
APART_M = 1000.0
# Words by which design software and drafters name phases, the more particular first.
PHASES = {
    Stage.CONSTRUCTION_DRAWING: ("施工图", "construction document", "construction drawing"),
    Stage.PRELIMINARY: ("初步", "初设", "扩初", "preliminary", "design development"),
    Stage.DETAILING: ("深化", "detailing", "shop drawing"),
    Stage.COMPLETION: ("竣工", "as-built", "as built"),
    Stage.SCHEME: ("方案", "scheme", "concept", "schematic"),
    Stage.CONSTRUCTION: ("施工阶段", "施工模型", "construction phase"),
}


def find_warnings(version: ModelVersion, others: Iterable[ModelVersion]) -> list[dict[str, Any]]:
    """The warnings of a version that was described; ``others`` are the versions it must fit, one of each discipline."""
    facts = version.facts
    if not facts:
        return []
    found: list[dict[str, Any]] = []
    if not facts["declares_unit"]:
        found.append({"code": "no-units"})
    if not facts["extent"]:
        found.append({"code": "no-geometry"})
    if not facts["map"] and not facts["site"]:
        found.append({"code": "no-placement"})
    named = phase_of(facts["phase"])
    if named is not None and named != version.stage:
        found.append({"code": "wrong-stage", "phase": facts["phase"], "stage": named})
    for other in others:
        if other.facts:
            found += _beside(facts, other)
    return found


def phase_of(text: str) -> str | None:
    """The stage that IfcProject.Phase names; None when it names none we know."""
    text = text.lower()
    return next((stage.value for stage, words in PHASES.items() if any(word in text for word in words)), None)


def _beside(facts: dict[str, Any], other: ModelVersion) -> list[dict[str, Any]]:
    if bool(facts["map"]) != bool(other.facts["map"]):
        return [{"code": "map-differs", "other": other.pk, "label": str(other)}]
    apart = distance_m(facts, other.facts)
    if apart is not None and apart > APART_M:
        return [{"code": "far-away", "other": other.pk, "label": str(other), "distance_m": round(apart)}]
    return []


def distance_m(one: dict[str, Any], other: dict[str, Any]) -> float | None:
    """The gap between two models in plan, metres, 0 where they overlap; on the map when both are placed there. None without shapes."""
    if not one["extent"] or not other["extent"]:
        return None
    on_map = bool(one["map"] and other["map"])
    (a_low, a_high), (b_low, b_high) = _box(one, on_map), _box(other, on_map)
    gaps = [max(0.0, b_low[axis] - a_high[axis], a_low[axis] - b_high[axis]) for axis in range(2)]
    return math.hypot(*gaps)


def _box(facts: dict[str, Any], on_map: bool) -> tuple[list[float], list[float]]:
    low, high = facts["extent"]["low"], facts["extent"]["high"]
    if not on_map:
        return low[:2], high[:2]
    corners = [on_the_map(facts["map"], x, y) for x in (low[0], high[0]) for y in (low[1], high[1])]
    return [min(corner[axis] for corner in corners) for axis in range(2)], [
        max(corner[axis] for corner in corners) for axis in range(2)
    ]


def on_the_map(conversion: dict[str, Any], x: float, y: float) -> tuple[float, float]:
    """East and north, metres, of a point of the model (IfcMapConversion: rotate, scale, shift)."""
    a, b = conversion["axis"]
    length = math.hypot(a, b) or 1.0
    cos, sin, scale = a / length, b / length, conversion["scale"]
    return conversion["eastings"] + scale * (x * cos - y * sin), conversion["northings"] + scale * (x * sin + y * cos)


def worded(warning: dict[str, Any]) -> str:
    """The sentence of a warning: what is odd, and the remedy."""
    code = warning["code"]
    if code == "no-units":
        return _("模型没有写长度单位，按米读取；如果本来是毫米，所有尺寸会大一千倍。请在导出设置中写明单位。")
    if code == "no-geometry":
        return _("模型里没有可量取的几何，不能比较形状和位置。请检查导出时是否只选了清单。")
    if code == "no-placement":
        return _("模型没有坐标转换，场地也没有经纬度，不能放到地图上。请在导出时设置测量点。")
    if code == "wrong-stage":
        stage = Stage(warning["stage"]).label
        return _("模型里写的阶段是“%(phase)s”（%(stage)s），与所选阶段不同。请核对是否传错了文件。") % {
            "phase": warning["phase"],
            "stage": stage,
        }
    if code == "map-differs":
        return _("与 %(label)s 只有一个写了坐标转换，叠在一起时位置可能不对。请用同一个测量点导出。") % warning
    if code == "far-away":
        distance = f"{warning['distance_m'] / 1000:,.1f}"
        return _("与 %(label)s 相距 %(distance)s km，多半是基点不同。请用同一个基点导出后再传。") % {
            "label": warning["label"],
            "distance": distance,
        }
    return code
