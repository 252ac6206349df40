"""Forms of a target's page: the base period of an increase, and a figure entered by a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hezhu.portal.actions import FigureContent
from hezhu.programme.forms import Styled, day_field, words_field
from hezhu.programme.models import TargetBasis


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; gives a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFiles(), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        single = super().clean
        return [single(item, initial) for item in data or []]


class BasisForm(Styled):
    mode = forms.ChoiceField(label=_("读法"), choices=TargetBasis.Mode.choices)
    base_year = forms.IntegerField(label=_("基期年"), help_text=_("与哪一年比"))
    base_value = forms.DecimalField(label=_("基期值（%）"), max_digits=9, decimal_places=4)
    reason = words_field(_("依据"), max_length=500, help_text=_("文件名称和文号，写进变更记录"))


class FigureForm(Styled):
    value = forms.DecimalField(label=_("数值"), max_digits=20, decimal_places=4)
    as_of = day_field(_("截至日期"))
    numerator = forms.DecimalField(label=_("分子"), required=False, max_digits=20, decimal_places=4, help_text=_("比例才填"))
    denominator = forms.DecimalField(label=_("分母"), required=False, max_digits=20, decimal_places=4)
    note = words_field(_("说明"), max_length=1000, help_text=_("数据来源和统计范围"))
    evidence = FilesField(label=_("佐证材料"), required=False)

    def content(self) -> FigureContent:
        data = self.cleaned_data
        return FigureContent(data["value"], data["as_of"], data["note"], data.get("numerator"), data.get("denominator"))


class WithdrawalForm(Styled):
    reason = forms.CharField(label=_("原因"), max_length=300, required=False)
