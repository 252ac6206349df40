"""Filters of a register's list, from the types of its filtered columns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hezhu.core.register import absence
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.lamps import WARNED_DAYS
from hezhu.core.register.values import held_as

SELECT = {"class": "form-select"}
_MADE: dict[str | None, dict[str, type[django_filters.FilterSet]]] = {}


class Filters(django_filters.FilterSet):  # type: ignore[misc]
    """Base of the generated filters. The class of their form hangs on nothing but the filters, and is made once."""

    _form_class: type[forms.Form] | None = None

    def get_form_class(self) -> type[forms.Form]:
        cls = type(self)
        if "_form_class" not in cls.__dict__:
            cls._form_class = super().get_form_class()
        return cls.__dict__["_form_class"]


def filterset_of(register: Register) -> type[django_filters.FilterSet]:
    """A FilterSet with one filter a column: choice for codes and booleans, a range for dates, text for the rest."""
    if register.filterset_class is not None:
        return register.filterset_class
    made = _MADE.setdefault(get_language(), {})  # labels are words of one language
    if register.slug not in made:
        made[register.slug] = _made(register)
    return made[register.slug]


def _made(register: Register) -> type[django_filters.FilterSet]:
    members: dict[str, Any] = {}
    for name in register.filters:
        members |= _filters_for(register.model._meta.get_field(name))
    for field in relations(register):
        members[field.name] = django_filters.NumberFilter(label=field.verbose_name, widget=forms.HiddenInput, method=_where_leads)
    if register.valid_until:
        members["validity"] = _validity(register.valid_until)
    if register.conditions:
        members["condition"] = _condition(register)
    if register.has_lineage:
        members[absence.PARAMETER] = _presence()
    members["Meta"] = type("Meta", (), {"model": register.model, "fields": []})
    return type(f"{register.model.__name__}Filters", (Filters,), members)


def _presence() -> django_filters.Filter:
    """Whether rows that their source no longer lists are shown: ``absence.chosen`` does it, for it also holds where nothing is asked."""
    label = _("来源已无")
    return django_filters.ChoiceFilter(
        choices=absence.CHOICES, label=label, widget=forms.HiddenInput, method=lambda rows, name, value: rows
    )


def relations(register: Register) -> list[Any]:
    """The columns that lead to another register: a list is narrowed to one row of it by its id."""
    return [f for f in register.fields() if f.is_relation and registers.of(f.related_model) is not None]  # type: ignore[arg-type]


def _condition(register: Register) -> django_filters.Filter:
    """The register's own conditions, as they are today."""
    by_slug = {condition.slug: condition.where for condition in register.conditions}

    def where(rows: models.QuerySet, name: str, value: str) -> models.QuerySet:
        return rows.filter(by_slug[value](timezone.localdate()))

    choices = [(condition.slug, condition.label) for condition in register.conditions]
    label = _("情形")
    return django_filters.ChoiceFilter(choices=choices, label=label, empty_label=label, widget=forms.Select(SELECT), method=where)


def _validity(column: str) -> django_filters.Filter:
    """有效、即将到期、已过期, judged today on ``column``."""

    def where(rows: models.QuerySet, name: str, value: str) -> models.QuerySet:
        today = timezone.localdate()
        soon = today + timedelta(days=WARNED_DAYS)
        bounds = {
            "valid": {f"{column}__gte": today},
            "soon": {f"{column}__gte": today, f"{column}__lte": soon},
            "expired": {f"{column}__lt": today},
        }
        return rows.filter(**bounds[value])

    choices = [("valid", _("有效")), ("soon", _("即将到期")), ("expired", _("已过期"))]
    label = _("有效性")
    return django_filters.ChoiceFilter(choices=choices, label=label, empty_label=label, widget=forms.Select(SELECT), method=where)


def _filters_for(field: Any) -> dict[str, django_filters.Filter]:
    label = field.verbose_name
    if isinstance(held_as(field), models.BooleanField):
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


def _where_leads(rows: models.QuerySet, name: str, value: Any) -> models.QuerySet:
    """Rows whose relation ``name`` leads to the row with this id; an id no row can have leads nowhere."""
    return rows.filter(**{f"{name}_id": int(value)}) if 0 < value < 2**63 else rows.none()


def _where_listed(rows: models.QuerySet, name: str, value: str) -> models.QuerySet:
    """Rows whose list column holds ``value``."""
    return rows.filter(**{f"{name}__contains": [value]})
