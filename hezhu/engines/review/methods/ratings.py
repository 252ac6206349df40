"""Fire resistance of walls and slabs, as they declare it in hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_HOURS = re.compile(r"(\d+(?:\.\d+)?)\s*(h|小时|hr|min|分钟)?", re.IGNORECASE)
_MINUTES = frozenset({"min", "分钟"})
_LEAST_MINUTES = 15.0  # a number without a unit that is this large can only mean minutes


def elements_by_name(site: Site, clause: Clause) -> Iterator[Item]:
    """Elements of the clause's IFC classes whose name or type holds one of its ``name`` words; all where it names none."""
    words = clause.where.get("name", ())
    for element in site.model.of_class(*clause.where.get("class", ())):
        if not words or any(word in f"{element.name} {element.object_type} {element.type_name}" for word in words):
            yield Item(f"element:{element.step_id}", subject_of(element), element)


@method("fire-rating", elements_by_name, "模型中没有适用的构件")
def fire_rating(element: Element, clause: Clause, site: Site) -> Judgement:
    """Fire resistance that an element declares (FireRating), hours. ``only_above`` leaves lower buildings out (metres)."""
    limit = clause.limit("hours")
    said = str(element.value("FireRating") or "")
    hours = hours_of(said)
    if hours is None:
        return cannot_judge("耐火极限（FireRating，如 3.00h）", limit=limit, how="读取构件的 FireRating")
    return judge(hours, limit, 0.0, f"构件的 FireRating：{said}")


def hours_of(said: str) -> float | None:
    """Hours of a declared fire resistance such as 3.00h, 180 min or 120; None where it holds no number."""
    found = _HOURS.search(said)
    if found is None:
        return None
    value, unit = float(found[1]), (found[2] or "").casefold()
    minutes = unit in _MINUTES or (not unit and value >= _LEAST_MINUTES)
    return round(value / 60, 4) if minutes else value
