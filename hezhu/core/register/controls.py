"""The controls above a register's list: filters, days, the choice of columns. Drawn once for what is chosen in them, and kept.

They hang on the register, the language and the choices alone, not on rows or reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django_filters import ChoiceFilter

from hezhu.core.register.declare import Register
from hezhu.core.register.filters import filterset_of

FILTER = '<label class="row-gap"><span class="hidden-text">{}</span>{}</label>'
DAY = '<label class="row-gap"><span class="small sub">{}</span>{}</label>'
COLUMN = '<label><input class="form-check-input" type="checkbox" name="col" value="{}"{}>{}</label>'
MOST = 1024


@dataclass(frozen=True, slots=True)
class Drawn:
    """``bar`` stands in the open, ``days`` behind 更多条件 (empty where no column is a day); ``words`` say what is chosen."""

    bar: SafeString
    days: SafeString
    days_used: bool
    words: tuple[tuple[Any, Any], ...]


_DRAWN: dict[tuple[Any, ...], Drawn] = {}
_COLUMNS: dict[tuple[Any, ...], SafeString] = {}


class Controls:
    """The filters of one list, with what ``params`` choose."""

    def __init__(self, register: Register, params: QueryDict | dict[str, Any]) -> None:
        self.kind, self.params = filterset_of(register), params
        self.chosen = tuple((name, str(params[name])) for name in self.kind.base_filters if params.get(name))

    @property
    def few(self) -> bool:
        """Whether all that is chosen is chosen from lists: the same choices come again."""
        return all(isinstance(self.kind.base_filters[name], ChoiceFilter) for name, _ in self.chosen)

    def narrowed(self, rows: models.QuerySet) -> models.QuerySet:
        """Those of ``rows`` that are chosen."""
        return self.kind(self.params, queryset=rows).qs if self.chosen else rows

    @cached_property
    def drawn(self) -> Drawn:
        key = (self.kind, self.chosen)
        if key not in _DRAWN:
            if len(_DRAWN) >= MOST:
                _DRAWN.clear()
            _DRAWN[key] = _drawn(self.kind(self.params or None, queryset=self.kind._meta.model._default_manager.none()).form)
        return _DRAWN[key]

    @property
    def words(self) -> list[tuple[Any, Any]]:
        """What the list is narrowed by: (label, value in words)."""
        return list(self.drawn.words) if self.chosen else []


def _drawn(form: forms.Form) -> Drawn:
    bar, days, used, words = [], [], False, []
    for bound in form:
        value = form.data.get(bound.html_name)
        if getattr(bound.field.widget, "input_type", "") == "hidden":
            bar.append(str(bound) if bound.value() else "")
            continue
        if isinstance(bound.field, forms.DateField):
            days.append(format_html(DAY, bound.label, bound))
            used = used or bool(value)
        else:
            bar.append(format_html(FILTER, bound.label, bound))
        if value:
            words.append((bound.field.label, dict(getattr(bound.field, "choices", ())).get(value, value)))
    return Drawn(mark_safe("".join(bar)), mark_safe("".join(days)), used, tuple(words))  # each piece is escaped


def column_choices(register: Register, columns: Sequence[str]) -> SafeString:
    """A box for every column of the register, those of the list ticked."""
    key = (register.slug, register.model, tuple(columns), get_language())
    if key not in _COLUMNS:
        if len(_COLUMNS) >= MOST:
            _COLUMNS.clear()
        boxes = ((f.name, mark_safe(" checked") if f.name in columns else "", f.verbose_name) for f in register.fields())
        _COLUMNS[key] = format_html_join("", COLUMN, boxes)
    return _COLUMNS[key]
