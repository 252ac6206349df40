"""The elements behind one item of a case's assembly rate: sorted, narrowed, coloured for the viewer, and compared with another case.

They lie in the case's content archive as ``prefab.opened`` made them; a case reviewed before they were kept has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.bim.content import member_of
from hezhu.bim.inspection import quantities_member
from hezhu.bim.models import ReviewCase
from hezhu.bim.wording import UNITS, number

PAGE = 100
LISTED = 50
SIZES = ("resized", "added", "removed")
PARTS = {"counted": _("计入分子"), "left_out": _("只计分母"), "silent": _("需人工")}
# The viewer knows verdicts only: what counts is green, what does not grey, what a person must settle amber.
COLOURS = {"counted": "pass", "left_out": "na", "silent": "manual"}
CHANGES = {
    "lost": _("由计入变为不计入"),
    "gained": _("由不计入变为计入"),
    "unsaid": _("变为没有说明"),
    "said": _("补上说明"),
    "removed": _("构件没有了"),
    "added": _("新增构件"),
    "resized": _("尺寸变化"),
}


@dataclass(frozen=True, slots=True)
class ElementSelection:
    """Which elements a reader looks at; unknown values fall back to all."""

    part: str = ""
    storey: str = ""
    element: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> ElementSelection:
        part = params.get("part", "")
        return cls(part if part in PARTS else "", params.get("storey", ""), params.get("element", "")[:22])


def opened(case: ReviewCase, item: str) -> dict[str, Any]:
    """Elements, storeys, notes and what to add of one item; empty lists where nothing is kept."""
    return member_of(case, quantities_member(item)) or {"elements": [], "storeys": [], "lacking": [], "notes": []}


def page(
    rows: list[dict[str, Any]], selection: ElementSelection, unit: str, after: int = 0
) -> tuple[list[dict[str, Any]], int | None]:
    """The rows after a position, as shown, and the position to go on from (None at the end).

    The element that was asked for comes first, then what needs a person.
    """
    wanted = [row for row in rows if selection.part in ("", row["part"]) and selection.storey in ("", row["storey"])]
    order = {"silent": 0, "counted": 1, "left_out": 2}
    wanted.sort(key=lambda row: (row["global_id"] != selection.element, order[row["part"]]))
    shown = [_shown(row, unit, position) for position, row in enumerate(wanted[after : after + PAGE], start=after + 1)]
    return shown, after + PAGE if len(wanted) > after + PAGE else None


def _shown(row: dict[str, Any], unit: str, position: int) -> dict[str, Any]:
    label = str(UNITS.get(unit, unit))
    size = f"{number(row['denominator'], unit)} {label}" if row["denominator"] else ""
    given = f"{number(row['numerator'], unit)} {label}" if row["numerator"] else ""
    partly = given if row["numerator"] and abs(row["numerator"] - row["denominator"]) > 1e-6 else ""
    place = _place(row["storey"], row["name"])
    return {
        **row,
        "position": position,
        "place": place or row["global_id"],
        "verdict": COLOURS[row["part"]],
        "part_label": PARTS[row["part"]],
        "size": size,
        "given": partly,
        "viewer_label": "\n".join(filter(None, (f"{place}　{PARTS[row['part']]}", given or size))),
        "differs": _difference(row, unit),
    }


def _difference(row: dict[str, Any], unit: str) -> str:
    """The size the model declares, where it is more than one per cent from what was measured."""
    declared, size = row["declared"], row["denominator"]
    if declared is None or row["measured"] != "几何" or abs(declared - size) <= 0.01 * max(abs(declared), abs(size)):
        return ""
    return number(declared, unit)


def counts(rows: list[dict[str, Any]]) -> list[tuple[str, Any, int]]:
    """(part, label, number of elements), all of them first."""
    found = Counter(row["part"] for row in rows)
    return [("", _("全部"), len(rows)), *((part, label, found[part]) for part, label in PARTS.items())]


def storeys(case: ReviewCase, rows: list[dict[str, Any]]) -> list[str]:
    """Storeys the elements lie on, in the order of the model."""
    named = {row["storey"] for row in rows if row["storey"]}
    order = [storey["name"] for storey in case.summary.get("model", {}).get("storeys", [])]
    return [*(name for name in dict.fromkeys(order) if name in named), *sorted(named - set(order))]


def colours(case: ReviewCase, item: str) -> dict[str, str]:
    """What each element of the item is for the viewer: pass, na or manual."""
    return {row["global_id"]: COLOURS[row["part"]] for row in opened(case, item)["elements"]}


def colouring(item: str) -> dict[str, Any]:
    """What the stage's template needs to colour by an item; nothing for no item."""
    return {"coloured_by": item, "legend": [[COLOURS[part], str(label)] for part, label in PARTS.items()]} if item else {}


def others(case: ReviewCase, visible: QuerySet[ReviewCase]) -> list[ReviewCase]:
    """Cases of the same building with a result by the same profile, the latest first."""
    rows = visible.filter(project=case.project, building=case.building, profile=case.profile).exclude(pk=case.pk)
    return [row for row in rows.defer(None).order_by("-id")[:50] if row.assembly.get("result")]


def compared(before: ReviewCase, after: ReviewCase) -> dict[str, Any]:
    """Both results item by item, with the elements that changed."""
    from hezhu.engines import prefab  # loads geometry libraries, which other pages do not need

    one, other = before.assembly["result"], after.assembly["result"]
    later = {item["id"]: item for item in other["items"]}
    items = []
    for item in one["items"]:
        changes = prefab.changed(contributions(before, item["id"]), contributions(after, item["id"]))
        items.append(_difference_of(item, later[item["id"]], changes))
    rates = [result["rate"] if case.rate.get("percent") is not None else None for case, result in ((before, one), (after, other))]
    points = None if None in rates else round(rates[1] - rates[0], 1)
    return {"before": before, "after": after, "rates": rates, "points": points, "rows": [row for row in items if row["differs"]]}


def _difference_of(one: dict[str, Any], other: dict[str, Any], changes: list[Any]) -> dict[str, Any]:
    """One item in both results: what became of its elements, changes of mere size apart."""
    shares = [(item["input"] or {}).get("share") for item in (one, other)]
    scores = [item["score"] for item in (one, other)]
    unit = one["unit"]
    shown = [_change(change, unit) for change in changes]
    tallied = Counter(row["kind"] for row in shown)
    return {
        "id": one["id"],
        "title": other["title"],
        "unit": UNITS.get(unit, unit),
        "shares": shares,
        "scores": scores,
        "tally": [(CHANGES[kind], tallied[kind]) for kind in CHANGES if tallied[kind]],
        "changes": [row for row in shown if row["kind"] != "resized"][:LISTED],
        "resized": [row for row in shown if row["kind"] == "resized"][:LISTED],
        "more": max(len([row for row in shown if row["kind"] != "resized"]) - LISTED, 0),
        "differs": bool(changes) or shares[0] != shares[1] or scores[0] != scores[1],
    }


def _change(change: Any, unit: str) -> dict[str, Any]:
    """A change as shown: what it gives to the numerator, or its size where only the size changed or it came or went."""
    kind = change.kind.value
    sizes = (change.denominator_before, change.denominator_after)
    given = (change.numerator_before, change.numerator_after)
    values = ["—" if value is None else number(value, unit) for value in (sizes if kind in SIZES else given)]
    return {
        "global_id": change.global_id,
        "place": _place(change.storey, change.name) or change.global_id,
        "kind": kind,
        "label": CHANGES[kind],
        "is_there": change.denominator_after is not None,
        "before": values[0],
        "after": values[1],
    }


def _place(storey: str, name: str) -> str:
    """Storey and element; the storey once, where names begin with it (3F-走廊)."""
    return name if storey and name.startswith(storey) else f"{storey} {name}".strip()


def contributions(case: ReviewCase, item: str) -> list[Any]:
    """The same as the engine's type."""
    from hezhu.engines.prefab import Contribution, Part  # loads geometry libraries, which other pages do not need

    return [Contribution(**{**row, "part": Part(row["part"])}) for row in opened(case, item)["elements"]]
