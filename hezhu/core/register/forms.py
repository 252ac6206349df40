"""The form of a register: fields by type, units found by name, divisions within the account's own."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import division_names
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.values import masked, name_of

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
        return name_of(row)

    def _lookup(self, text: str) -> models.Q:
        """By any column of the key or the search, or by the number the platform shows behind a masked name: 周** #12."""
        if number := re.search(r"#(\d{1,18})$", text):
            return models.Q(pk=int(number[1]))
        lookup = models.Q(pk__in=[])
        for column in {*self.register.key, *self.register.search}:
            if "__" not in column and not self.register.model._meta.get_field(column).is_relation:
                lookup |= models.Q(**{column: text})
        return lookup

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        rows = self.register.rows(self.user)
        hits = list(rows.filter(self._lookup(text))[:2])
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


class MaskedForm(forms.ModelForm):
    """Personal data stands masked in the form of a row that is there; sent back as it stood, it is left as it was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[str, tuple[str, Any]] = {}
        if self.instance.pk is None:
            return
        for name in self.fields:
            field: Any = self._meta.model._meta.get_field(name)
            value = getattr(self.instance, name)
            if getattr(field, "personal", False) and value:
                self._kept[name] = (masked(str(value), field.kind), value)
                self.initial[name] = self._kept[name][0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, (shown, value) in self._kept.items():
            if data.get(name) == shown:
                data[name] = value
        return data


def form_of(register: Register, user: Any) -> type[forms.ModelForm]:
    """The ModelForm class of ``register`` for ``user``."""
    base = register.form_class or MaskedForm

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
