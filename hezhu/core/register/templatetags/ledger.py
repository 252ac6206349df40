"""The head of a register's table."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def ledger_head(context: Any, table: Any, listing: Any) -> SafeString:
    """The heads of ``table``'s columns; above a ``listing`` they sort it."""
    if not listing:
        return table.head("", None)
    asked = context["request"].GET.copy()
    for name in ("page", "sort"):
        asked.pop(name, None)
    return table.head(listing.order, asked.urlencode())
