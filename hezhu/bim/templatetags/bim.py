"""Marks of the review desk: values, requirements and shapes of a finding."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat

from hezhu.bim import federation, wording

register = template.Library()
register.filter("measured", wording.measured)
register.filter("required", wording.required)
register.filter("label_of", wording.label_of)
register.filter("place_of", wording.place_of)
register.filter("lacking", wording.lacking)
register.filter("mark_of", wording.mark_of)


register.filter("project_file", federation.project_file)


@register.filter
def as_json(value: Any) -> str:
    """Compact JSON for a data attribute; the template engine escapes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@register.filter
def per_cent(value: Any, places: int = 1) -> str:
    """0.624 → 62.4%; an em dash for nothing: unknown is not zero."""
    return "—" if value is None else f"{float(value) * 100:.{places}f}%"


@register.filter
def signed(value: float) -> str:
    """A difference with its sign, one decimal, the minus as a minus."""
    return f"{value:+.1f}".replace("-", "−")


@register.filter
def size(value: int) -> str:
    """Bytes as people read them."""
    return filesizeformat(value)
