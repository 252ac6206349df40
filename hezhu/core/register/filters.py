"""Filters of a register's list, from the types of its filtered columns."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register

SELECT = {"class": "form-select"}


def filterset_of(register: Register) -> type[django_filters.FilterSet]:
    """A FilterSet with one filter a column: choice for codes and booleans, a range for dates, text for the rest."""
    if register.filterset_class is not None:
        return register.filterset_class
    members: dict[str, Any] = {}
    for name in register.filters:
        members |= _filters_for(register.model._meta.get_field(name))
    members["Meta"] = type("Meta", (), {"model": register.model, "fields": []})
    return type(f"{register.model.__name__}Filters", (django_filters.FilterSet,), members)


def _filters_for(field: Any) -> dict[str, django_filters.Filter]:
    label = field.verbose_name
    if isinstance(field, models.BooleanField):
        choices = [("true", _("是")), ("false", _("否"))]
        return {
            field.name: django_filters.ChoiceFilter(
                choices=choices, label=label, empty_label=label, widget=forms.Select(SELECT), method=_where_true_or_false
            )
        }
    if isinstance(field, models.DateField):
        day = forms.DateInput({"type": "date", "class": "form-control"})
        return {
            f"{field.name}_from": django_filters.DateFilter(field.name, "gte", label=_("%(l)s起") % {"l": label}, widget=day),
            f"{field.name}_to": django_filters.DateFilter(field.name, "lte", label=_("%(l)s止") % {"l": label}, widget=day),
        }
    if hasattr(field, "base_field"):
        return {
            field.name: django_filters.ChoiceFilter(
                choices=field.base_field.choices,
                label=label,
                empty_label=label,
                widget=forms.Select(SELECT),
                method=_where_listed,
            )
        }
    if field.choices or getattr(field, "code_list", None):
        return {
            field.name: django_filters.ChoiceFilter(
                choices=field.choices, label=label, empty_label=label, widget=forms.Select(SELECT)
            )
        }
    widget = forms.TextInput({"class": "form-control", "placeholder": label})
    return {field.name: django_filters.CharFilter(label=label, widget=widget)}


def _where_true_or_false(rows: models.QuerySet, name: str, value: str) -> models.QuerySet:
    return rows.filter(**{name: value == "true"})


def _where_listed(rows: models.QuerySet, name: str, value: str) -> models.QuerySet:
    """Rows whose list column holds ``value``."""
    return rows.filter(**{f"{name}__contains": [value]})
