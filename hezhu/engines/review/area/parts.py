"""One part of a building's area: where, how large, how it counts, and which elements say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Finding, Quantity, Shape, Subject, Verdict
from hezhu.engines.ifc.model import Storey
from hezhu.engines.review.area.enclosure import simple
from hezhu.engines.review.area.profile import AreaProfile, Rule
from hezhu.engines.review.area.scene import Body

METHOD = "外围护结构水平投影的外边线，逐块按上方结构板量层高或净高"


ROOF_TOP = "屋面结构板的顶面标高（屋面含面层，量不出结构层高是否达到限值）"


@dataclass(frozen=True, eq=False)
class Part:
    """Plan area of one kind on one storey. ``factors`` holds the one factor that applies, or all that may; then ``missing``
    names what the model lacks. ``heights_m`` are the lowest and highest storey height found, None where clear height decides.
    """

    rule: Rule
    storey: Storey
    floor_m: float
    outline: BaseGeometry
    factors: tuple[float, ...]
    elements: tuple[Body, ...] = ()
    heights_m: tuple[float, float] | None = None
    missing: tuple[str, ...] = ()
    why: str = ""

    @property
    def area_m2(self) -> float:
        """Plan area before the factor."""
        return float(self.outline.area)

    @property
    def is_decided(self) -> bool:
        """Whether one factor applies."""
        return not self.missing

    @property
    def low_m2(self) -> float:
        """Least counted area."""
        return self.area_m2 * min(self.factors)

    @property
    def high_m2(self) -> float:
        """Greatest counted area."""
        return self.area_m2 * max(self.factors)

    @property
    def shape(self) -> Shape | None:
        """The largest polygon of the outline at floor height."""
        parts = [part for part in shapely.get_parts(simple(self.outline)) if isinstance(part, Polygon) and not part.is_empty]
        if not parts:
            return None
        ring = max(parts, key=lambda part: part.area).exterior.coords
        z = round(self.floor_m, 4)
        return Shape("polygon", tuple((round(float(x), 4), round(float(y), 4), z) for x, y in list(ring)[:-1]))

    @property
    def rings(self) -> list[list[tuple[float, float]]]:
        """All rings of the outline in plan, metres: outer rings counter-clockwise, holes clockwise."""
        rings = []
        for part in shapely.get_parts(simple(self.outline)):
            oriented = shapely.geometry.polygon.orient(part)
            rings += [
                [(round(float(x), 4), round(float(y), 4)) for x, y in ring.coords[:-1]]
                for ring in ([oriented.exterior, *oriented.interiors] if not oriented.is_empty else [])
            ]
        return rings

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "rule": self.rule.key,
            "title": self.rule.title,
            "clause": self.rule.source.clause,
            "storey": self.storey.name,
            "area_m2": round(self.area_m2, 4),
            "factor": self.factors[0] if self.is_decided else None,
            "counted_m2": round(self.low_m2, 4) if self.is_decided else None,
            "range_m2": [round(self.low_m2, 4), round(self.high_m2, 4)],
            "heights_m": None if self.heights_m is None else [round(value, 4) for value in self.heights_m],
            "why": self.why,
            "missing": list(self.missing),
            "elements": [body.element.global_id for body in self.elements],
            "floor_m": round(self.floor_m, 4),
            "rings": self.rings,
        }

    def finding(self, number: int) -> Finding:
        """The part as a finding: PASS where it counts, NOT_APPLICABLE where it does not, MANUAL where nobody can tell."""
        counts = Verdict.PASS if self.factors[0] else Verdict.NOT_APPLICABLE
        own = self.rule.by == "" and self.elements
        first = self.elements[0].element if own else None
        subject = Subject(
            first.global_id if first else self.storey.global_id,
            first.ifc_class if first else "IfcBuildingStorey",
            (first.name or first.ifc_class) if first else self.storey.name,
            self.storey.name,
        )
        return Finding(
            rule=f"area-{self.rule.key}",
            title=f"建筑面积：{self.rule.title}",
            verdict=counts if self.is_decided else Verdict.MANUAL,
            subject=subject,
            source=self.rule.source,
            measured=Quantity(round(self.area_m2, 4), "m2"),
            method=METHOD,
            missing=self.missing,
            shape=self.shape,
            detail={
                "part": number,
                "factors": list(self.factors),
                "why": self.why,
                "elements": [body.element.global_id for body in self.elements],
            },
        )


def by_storey_height(profile: AreaProfile, height_m: float) -> float:
    """1 from the storey height of the standard upwards, else 0.5."""
    return 1.0 if height_m >= profile.limits["storey_height"] - profile.measuring.tolerance else 0.5


def unique(bodies: Iterable[Body]) -> tuple[Body, ...]:
    """Each body once, in order."""
    return tuple({body.element.step_id: body for body in bodies}.values())
