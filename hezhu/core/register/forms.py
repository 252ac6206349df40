"""The form of a register: fields by type, units found by name, divisions within the account's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import division_names
from hezhu.core.register.declare import Register, registers

SUGGESTIONS = 200


class RelatedByName(forms.CharField):
    """A relation filled by name or key instead of a number: works for ten units and for a hundred thousand."""

    def __init__(self, register: Register, user: Any, **kwargs: Any) -> None:
        self.register, self.user = register, user
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) or (isinstance(value, str) and value.isdigit() and len(value) < 12):
            row = self.register.rows(self.user).filter(pk=value).first()
            return self._name(row) if row is not None else value
        return value

    def _name(self, row: models.Model) -> str:
        return str(getattr(row, "name", None) or row)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        rows = self.register.rows(self.user)
        lookup = models.Q()
        for column in {*self.register.key, *self.register.search}:
            lookup |= models.Q(**{column: text})
        hits = list(rows.filter(lookup)[:2])
        if len(hits) == 1:
            return hits[0]
        if len(hits) == 2:
            raise forms.ValidationError(gettext("有不止一个“%(text)s”，请填写完整名称或编号。") % {"text": text})
        near = "、".join(self._name(row) for row in self.register.find(rows, text)[:3])
        hint = (
            gettext("；相近的有 %(near)s") % {"near": near}
            if near
            else gettext("；请先在“%(label)s”登记") % {"label": self.register.label}
        )
        raise forms.ValidationError(gettext("没有找到“%(text)s”") % {"text": text} + hint)


def form_of(register: Register, user: Any) -> type[forms.ModelForm]:
    """The ModelForm class of ``register`` for ``user``."""
    base = register.form_class or forms.ModelForm

    def made(field: models.Field, **kwargs: Any) -> forms.Field | None:
        if field.name == "division":
            choices = [(code, division_names()[code]) for code in user.divisions]
            return forms.ChoiceField(choices=choices, label=field.verbose_name, widget=forms.Select({"class": "form-select"}))
        if field.is_relation and (target := registers.of(field.related_model)):  # type: ignore[arg-type]
            widget = forms.TextInput({"class": "form-control", "list": f"names-{field.name}", "autocomplete": "off"})
            return RelatedByName(target, user, label=field.verbose_name, required=not field.blank, widget=widget)
        if hasattr(field, "base_field") and field.base_field.choices:
            return forms.MultipleChoiceField(
                choices=field.base_field.choices,
                label=field.verbose_name,
                required=not field.blank,
                widget=forms.CheckboxSelectMultiple,
            )
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            kwargs["widget"] = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        return _styled(field.formfield(**kwargs))

    meta = type("Meta", (), {"model": register.model, "fields": register.form_fields(), "formfield_callback": made})
    return type(f"{register.model.__name__}Form", (base,), {"Meta": meta})


def _styled(field: forms.Field | None) -> forms.Field | None:
    if field is None:
        return None
    if isinstance(field.widget, forms.Select):
        field.widget.attrs.setdefault("class", "form-select")
    elif isinstance(field.widget, forms.CheckboxInput):
        field.widget.attrs.setdefault("class", "form-check-input")
    else:
        field.widget.attrs.setdefault("class", "form-control")
    if isinstance(field, forms.NullBooleanField):
        field.widget.choices = [("unknown", _("未定")), ("true", _("是")), ("false", _("否"))]
    return field
