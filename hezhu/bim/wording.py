"""How measured and required values are written for people: 1.06, ≥1.10 m, 缺：房间功能."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.models import CaseFinding

UNITS = {"m": "m", "m2": "㎡", "m3": "m³", "count": gettext_lazy("个"), "deg": "°", "": ""}
SIGNS = {">=": "≥", "<=": "≤", "==": "＝", ">": "＞", "<": "＜"}
PLACES = {"m": 2, "m2": 2, "m3": 3, "ratio": 1}


def number(value: Any, unit: str = "") -> str:
    """A value with thousands commas and as many places as its unit is read with; ratios as per cent; yes or no for a truth."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "ratio":
        return f"{value * 100:,.1f}%"
    places = PLACES.get(unit)
    if places is None:
        return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"
    text = f"{value:,.{places}f}"
    if places == 2 and abs(round(value, 2) - value) >= 0.0005:
        text = f"{value:,.3f}"  # 14 mm is not 10 mm: millimetres are shown when the value has them
    return text.replace("-", "−")


def measured(quantity: dict[str, Any] | None) -> str:
    """The measured value without its unit when the requirement beside it names it."""
    return "" if not quantity else number(quantity["value"], quantity.get("unit", ""))


def required(requirement: dict[str, Any] | None) -> str:
    """The requirement as a sign, a value and a unit."""
    if not requirement:
        return ""
    op, value, upper, unit = (requirement.get(key) for key in ("op", "value", "upper", "unit"))
    unit = unit or ""
    tail = "" if unit == "ratio" else str(UNITS.get(unit, unit))
    tail = f" {tail}" if tail else ""
    if op in SIGNS:
        note = requirement.get("note") or ""
        return f"{SIGNS[op]}{number(value, unit)}{tail}" + (f"（{note}）" if note else "")
    if op == "between":
        return f"{number(value, unit)} – {number(upper, unit)}{tail}"
    if op == "in":
        return _("取值：%(values)s") % {"values": "、".join(number(item, unit) for item in value or ())}
    if op == "present":
        return _("须有值")
    if op == "absent":
        return _("不得有值")
    if op == "matches":
        return _("格式：%(pattern)s") % {"pattern": value}
    return f"{op} {value}{tail}"


def place_of(finding: CaseFinding) -> str:
    """Storey and element; the storey once, where names begin with it (3F-走廊)."""
    named = finding.storey and finding.element_name.startswith(finding.storey)
    return finding.element_name if named else " ".join(part for part in (finding.storey, finding.element_name) if part)


def lacking(finding: CaseFinding) -> str:
    """What the model would have to carry, short enough for a row: without the explanation in brackets."""
    if not finding.missing:
        return ""
    return _("缺：%(what)s") % {"what": finding.missing[0].partition("（")[0][:18]}


def label_of(finding: CaseFinding) -> str:
    """What stands beside the element in the model: place and check, then the values on a second line."""
    head = f"{place_of(finding)}　{finding.title}"
    values = lacking(finding) or "，".join(part for part in (measured(finding.measured), required(finding.required)) if part)
    return f"{head}\n{values}" if values else head


def mark_of(finding: CaseFinding) -> str:
    """What a page shows of a finding's decision, sent back with the next one: of two who decide at once, the second is told."""
    return finding.decided_at.isoformat() if finding.decided_at else ""
