"""Controls and phrases written the quick way are what Django would have written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.utils.translation import gettext_lazy, override

from hezhu.core.ui.rendering import QuickForms

GROUPED = [("", "—"), ("木工", [("1", "<一级>"), (2, gettext_lazy("是"))]), (None, "空 & 白")]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.Select({"class": "form-select", "disabled": True, "data-x": False}, choices=GROUPED), "2"),
    (forms.Select(choices=GROUPED), None),
    (forms.SelectMultiple({"required": True}, choices=GROUPED), ["1", "2"]),
    (forms.NullBooleanSelect(), True),
    (forms.TextInput({"placeholder": '"名称" & <编号>'}), '<b>"引号"</b>'),
    (forms.TextInput(), None),
    (forms.HiddenInput(), 0),
    (forms.NumberInput({"min": 0, "step": 0.5}), 1234.5),
    (forms.DateInput({"type": "date"}), "2026-11-28"),
    (forms.EmailInput({"autofocus": True}), "a@b"),
    (forms.CheckboxInput(), True),
    (forms.Textarea(), "</textarea>"),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_control_is_what_django_writes(widget: forms.Widget, value: Any, language: str) -> None:
    with override(language):
        ours, django = (
            widget.render("kind[]", value, {"id": "id_kind"}, renderer=made()) for made in (QuickForms, DjangoTemplates)
        )
    assert _tight(ours) == _tight(django)


def _tight(html: str) -> str:
    """Without the spaces between tags, which mean nothing."""
    return re.sub(r">\s+<", "><", html)


def test_a_phrase_follows_the_language() -> None:
    template = Template("{% translate '是' %}|{% translate words %}|{% translate '100%' %}|{% translate '是' as yes %}{{ yes }}")
    for _ in range(2):
        with override("zh-hans"):
            assert template.render(Context({"words": "<否>"})) == "是|&lt;否&gt;|100%|是"
        with override("en"):
            assert template.render(Context({"words": "否"})) == "Yes|No|100%|Yes"


def test_an_icon_named_in_the_page_or_in_the_context() -> None:
    once, asked = Template("{% icon 'x' %}"), Template("{% icon name %}{% icon 'x' as mine %}[{{ mine }}]")
    drawn = once.render(Context())
    assert "#x" in drawn
    assert asked.render(Context({"name": "x"})) == f"{drawn}[{drawn}]"
    assert "<b>" not in asked.render(Context({"name": "<b>"}))
