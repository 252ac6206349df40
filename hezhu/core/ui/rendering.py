"""Form controls written directly: Django fills a template for every option of a list, and lists of a hundred codes stand above every register."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"
INPUTS = {f"django/forms/widgets/{kind}.html" for kind in ("input", "text", "hidden", "date", "number", "email")}


class QuickForms(DjangoTemplates):
    """Django's renderer; selects and plain inputs as its templates write them, without the templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if template_name == SELECT:
            return mark_safe(_select(context["widget"]))  # escaped piece by piece
        if template_name in INPUTS:
            return mark_safe(_input(context["widget"]))
        return mark_safe(super().render(template_name, context, request))  # escaped by the template


def _attributes(attrs: dict[str, Any]) -> str:
    said = []
    for name, value in attrs.items():
        if value is True:
            said.append(f" {escape(name)}")
        elif value is not False:
            said.append(f' {escape(name)}="{escape(str(value))}"')
    return "".join(said)


def _select(widget: dict[str, Any]) -> str:
    parts = [f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{escape(group)}">')
        parts += [
            f'\n  <option value="{escape(str(option["value"]))}"{_attributes(option["attrs"])}>{escape(option["label"])}</option>'
            for option in options
        ]
        if group:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>")
    return "".join(parts)


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{escape(str(widget["value"]))}"'
    return f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{_attributes(widget["attrs"])}>'
