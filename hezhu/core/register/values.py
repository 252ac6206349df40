"""How a stored value is written for a reader, and how personal data is masked."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from hezhu.core.ui.templatetags.hezhu import day, figure, moment
from hezhu.engines.codes import masks

BLANK = "—"


MASKS = {"phone": masks.mask_phone, "person-name": masks.mask_name, "id-number": masks.mask_id_number}


def masked(text: str, kind: str) -> str:
    """Personal data as everyone sees it: 138****8000, 周**, the first six and last four of an ID number."""
    return MASKS[kind](text)


def name_of(row: Any) -> str:
    """How a row is called where others name it: its name, or what it says of itself where a name is personal data."""
    field = next((f for f in row._meta.concrete_fields if f.name == "name"), None)
    if field is None or getattr(field, "personal", False):
        return f"{row} #{row.pk}" if field is not None else str(row)
    return str(row.name) or str(row)


def display(row: models.Model, field: models.Field) -> Any:
    """The value of ``field`` in words: label for a code, 是/否, masked, dated, grouped by thousands."""
    try:
        value = getattr(row, field.name)
    except ObjectDoesNotExist:  # an old event leads to what is no longer there
        return gettext("#%(id)s（已移除）") % {"id": getattr(row, field.attname)}
    if value is None or value == "" or value == []:
        return BLANK
    if getattr(field, "personal", False):
        return masked(str(value), field.kind)  # type: ignore[attr-defined]
    return worded(row, field, value)


@cache
def labels_of(field: Any, language: str | None) -> dict[Any, str]:
    """The words of a field's codes in one language: a page asks for some hundred of them."""
    return {code: str(label) for code, label in field.flatchoices}


def held_as(field: Any) -> Any:
    """The kind of column a value is held in: for a generated column that of what it computes."""
    return field.output_field if isinstance(field, models.GeneratedField) else field


def worded(row: models.Model, field: models.Field, value: Any) -> Any:
    """``display`` without the mask."""
    if isinstance(held_as(field), models.BooleanField):
        return gettext("是") if value else gettext("否")
    if field.choices:
        return labels_of(field, get_language()).get(value, value)
    if hasattr(field, "base_field"):
        labels = labels_of(field.base_field, get_language())
        return "、".join(str(labels.get(item, item)) for item in value)
    if isinstance(value, datetime):
        return moment(value) if field.name in {"created_at", "updated_at"} else localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, (int, Decimal, float)) and not field.is_relation:
        return str(value) if field.name.endswith("year") else figure(value)
    return str(value)


def plain(row: models.Model, field: models.Field) -> Any:
    """The value for a sheet or the API: labels kept as codes' words, numbers as numbers, dates as dates, personal data masked."""
    value = getattr(row, field.name)
    if value in (None, "", []):
        return None
    if getattr(field, "personal", False):
        return masked(str(value), field.kind)  # type: ignore[attr-defined]
    if isinstance(value, (datetime,)):
        return value.replace(tzinfo=None, microsecond=0)
    if isinstance(value, (Decimal, int, float, date)) and not isinstance(value, bool) and not field.choices:
        return value
    return worded(row, field, value)
