"""Findings in Chinese words: measured value, required value, reason."""

from __future__ import annotations

from typing import Any

from hezhu.engines.findings import Finding, Quantity, Requirement, Severity, Verdict

UNITS = {"m": "m", "m2": "m²", "m3": "m³", "count": "个", "ratio": "", "": ""}
SEVERITIES = {Severity.MANDATORY: "强制性条文", Severity.GENERAL: "一般条文", Severity.ADVICE: "模型建议"}
_FINE = ("m", "m2", "m3")
_BOUNDS = {">=": "≥ ", "<=": "≤ ", "==": ""}


def value_text(value: Any, unit: str = "") -> str:
    """A value with its unit: lengths, areas and volumes to 0.001 below 100 and 0.01 above, ratios in per cent."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(value_text(each, unit) for each in value)
    if isinstance(value, int | float):
        if unit == "ratio":
            return f"{value * 100:.1f}%"
        decimals = 3 if unit in _FINE and abs(value) < 100 else 2 if unit in _FINE else None
        number = f"{value:,.{decimals}f}" if decimals is not None else f"{value:,g}" if abs(value) < 1e6 else f"{value:,.0f}"
        return f"{number} {UNITS.get(unit, unit)}".rstrip()
    return str(value)


def measured_text(measured: Quantity | None) -> str:
    """The measured value, empty where nothing was measured."""
    return "" if measured is None else value_text(measured.value, measured.unit)


def required_text(required: Requirement | None) -> str:
    """What the rule asks for: ≥ 0.800 m."""
    if required is None:
        return ""
    value = value_text(required.value, required.unit) if required.value is not None else ""
    if required.op in _BOUNDS:
        return f"{_BOUNDS[required.op]}{value}" + (f"（{required.note}）" if required.note else "")
    if required.op == "between":
        return f"{value}～{value_text(required.upper, required.unit)}"
    words = {"in": "{} 之一", "present": "{} 须填写", "absent": "{} 不得出现", "matches": "形如 {}"}
    return words.get(required.op, required.op + " {}").format(value).strip()


def reason_text(finding: Finding) -> str:
    """Why the verdict is what it is, in one phrase: what is missing, or measured against required."""
    parts = []
    if finding.missing:
        parts.append(f"缺：{'、'.join(finding.missing)}")
    measured, required = measured_text(finding.measured), required_text(finding.required)
    if finding.verdict is Verdict.FAIL and measured and required:
        parts.append(f"实测 {measured}，要求 {required}")
    elif measured:
        parts.append(f"实测 {measured}")
    elif required and not finding.missing:
        parts.append(f"要求 {required}")
    return "；".join(parts)


def subject_text(finding: Finding) -> str:
    """What the finding is about, in words."""
    return finding.subject.name or finding.subject.global_id or "整个模型"
