"""Forms of the programme. They read what was typed; the actions judge it, and their problems come back to the fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import HezhuError
from hezhu.programme.actions import ReportContent, StepContent, SubTaskContent
from hezhu.programme.errors import Problems

T = TypeVar("T")


class Styled(forms.Form):
    """Gives every field the house's control classes and shows an action's refusal where it belongs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs.setdefault("class", "form-select")
            elif not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "form-control")

    def attempt(self, act: Callable[[], T]) -> T | None:
        """The result of ``act``, or None with the refusal put beside its fields so that nothing typed is lost."""
        try:
            return act()
        except Problems as refused:
            for problem in refused.data["problems"]:
                self.add_error(problem["field"] if problem["field"] in self.fields else None, problem["message"])
        except HezhuError as refused:
            self.add_error(None, str(refused))
        return None


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)


def words_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea({"rows": 4}), **options)


class ReportForm(Styled):
    """A month's report. Nothing is required here: a draft may be empty, sending is judged by the action."""

    month = forms.DateField(label=_("月份"), input_formats=["%Y-%m", "%Y-%m-%d"], widget=forms.HiddenInput)
    progress = forms.DecimalField(
        label=_("完成率（%）"), required=False, help_text=_("到本月底累计完成的百分比，0–100"), max_digits=5, decimal_places=1
    )
    cumulative = forms.DecimalField(
        label=_("累计数"), required=False, help_text=_("能计数的写累计数，如 18（家）"), max_digits=14, decimal_places=2
    )
    text = words_field(_("进展"), required=False, help_text=_("本月做了什么"), max_length=4000)
    problems = words_field(_("问题"), required=False, help_text=_("需要市试点办协调的事；没有就空着"), max_length=4000)

    def content(self, evidence: Any = ()) -> ReportContent:
        data = self.cleaned_data
        return ReportContent(
            data.get("progress"), data.get("cumulative"), data.get("text", ""), data.get("problems", ""), evidence
        )


class SubTaskForm(Styled):
    title = forms.CharField(label=_("子任务"), max_length=120, required=False)
    responsible = forms.CharField(
        label=_("责任单位"), max_length=120, required=False, help_text=_("本县（市、区）的部门或平台公司")
    )
    due_on = day_field(_("时限"), required=False)
    target_value = forms.DecimalField(
        label=_("目标值"), required=False, max_digits=14, decimal_places=2, help_text=_("能计数的写；填了以后完成率由完成值算出")
    )
    target_unit = forms.CharField(label=_("计量单位"), max_length=20, required=False)

    def content(self) -> SubTaskContent:
        data = self.cleaned_data
        return SubTaskContent(
            data["title"], data["responsible"], data["due_on"], data.get("target_value"), data.get("target_unit", "")
        )


class ReasonForm(Styled):
    reason = forms.CharField(label=_("理由"), max_length=300, required=False)


class RevisionForm(SubTaskForm):
    reason = forms.CharField(label=_("修改理由"), max_length=300, required=False, help_text=_("写进变更记录，不能删除"))


class ProgressForm(Styled):
    current_value = forms.DecimalField(label=_("完成值"), required=False, max_digits=14, decimal_places=2)
    progress = forms.DecimalField(label=_("完成率（%）"), required=False, max_digits=5, decimal_places=1)


class StepForm(Styled):
    title = forms.CharField(label=_("节点"), max_length=120, required=False)
    starts_on = day_field(_("开始"), required=False)
    due_on = day_field(_("完成时限"), required=False)
    done_on = day_field(_("完成日期"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.get(name) for name in ("title", "starts_on", "due_on")):
            for name in ("title", "starts_on", "due_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("没有填写"))
        return data

    def content(self) -> StepContent | None:
        """The step, or None for a line left empty."""
        data = self.cleaned_data
        if not data.get("title"):
            return None
        return StepContent(data["title"], data["starts_on"], data["due_on"], data.get("done_on"))


StepFormSet = forms.formset_factory(StepForm, extra=2, max_num=40, can_order=False)


class ClosureForm(Styled):
    closed_on = day_field(_("办结日期"))
    summary = forms.CharField(label=_("办结说明"), max_length=120, required=False, help_text=_("例如：2023-11-20 印发"))


class ReminderForm(Styled):
    unit = forms.ModelChoiceField(queryset=None, label=_("催办对象"))
    text = words_field(_("内容"), required=False, max_length=500)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class DutyForm(Styled):
    period = forms.CharField(widget=forms.HiddenInput)
    filed_on = day_field(_("报送日期"))
    document_number = forms.CharField(label=_("文号"), max_length=60, required=False)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class BulletinForm(Styled):
    period_start = day_field(_("期起"))
    period_end = day_field(_("期止"))
    title = forms.CharField(label=_("标题"), max_length=120, required=False, help_text=_("空着则按期自动命名"))

    @classmethod
    def for_last_month(cls, today: date) -> BulletinForm:
        """Filled in for the month before ``today``."""
        from hezhu.programme import dates

        end = dates.first_day(today) - dates.ONE_DAY
        return cls(initial={"period_start": dates.first_day(end), "period_end": end})
