"""Single values as BCF writes them: text, whole numbers, numbers, truth, times, GUIDs."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from hezhu.engines.bcf.errors import BadPart
from hezhu.engines.bcf.model import GUID, Vector

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TIME = re.compile(r"(-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def clean(text: str) -> str:
    """Text without the characters that XML cannot carry."""
    return _NOT_XML.sub("", text)


def child_text(parent: Element, tag: str) -> str:
    """The text of a child, without space around it; empty when there is none."""
    return (parent.findtext(tag) or "").strip()


def guid_of(text: str | None, place: str) -> str:
    """A GUID in lower case."""
    guid = (text or "").strip().lower().strip("{}")
    if not GUID.fullmatch(guid):
        raise BadPart(place, f"“{(text or '')[:60]}”不是 GUID")
    return guid


def whole(text: str, place: str) -> int | None:
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        raise BadPart(place, f"“{text[:40]}”不是整数") from None
    if not -(2**31) <= number < 2**31:
        raise BadPart(place, f"“{text[:40]}”超出整数范围")
    return number


def number(text: str | None, place: str) -> float:
    """A finite number: xs:double also knows INF and NaN, which no view can use."""
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadPart(place, f"“{(text or '')[:40]}”不是数字")
    return value


def truth(text: str | None, default: bool) -> bool:
    return default if text is None else text.strip().lower() in {"true", "1"}


def time_of(text: str, place: str) -> datetime:
    """A time; one without a zone is taken as UTC."""
    match = _TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day, fraction, zone = match.groups()
        moment = datetime.fromisoformat(f"{day}{(fraction or '')[:7]}{'+00:00' if zone in (None, 'Z') else zone}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadPart(place, f"“{text[:40]}”不是时间", "写作 2025-06-18T09:42:00+08:00") from None


def time_text(moment: datetime) -> str:
    """A time in UTC, with its fraction where it has one."""
    text = moment.astimezone(UTC).isoformat()
    return text.removesuffix("+00:00") + "Z"


def vector(parent: Element, tag: str, place: str) -> Vector:
    child = parent.find(tag)
    if child is None:
        raise BadPart(place, f"缺少 {tag}")
    x, y, z = (number(child.findtext(axis), f"{place} {tag}/{axis}") for axis in "XYZ")
    return x, y, z
