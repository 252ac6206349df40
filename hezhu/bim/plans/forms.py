"""Forms of BIM报建: the application with its declared figures, and the planning conditions."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.plans.models import PlanConditions
from hezhu.core.access.models import Unit, User
from hezhu.engines.review.planning import DEFAULT_PLANNING, list_planning_packs, load_planning
from hezhu.registers.projects.models import Project


def _dress(form: forms.BaseForm) -> None:
    for name, field in form.fields.items():
        css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs |= {"class": css, "aria-describedby": f"help-{name}"}


class DeclaredForm(forms.Form):
    """经济技术指标 as the applicant declares them; shares in per cent. All may be left empty."""

    site_area = forms.FloatField(label=_("建设用地面积（㎡）"), min_value=0, required=False)
    footprint = forms.FloatField(label=_("建筑基底面积（㎡）"), min_value=0, required=False)
    above_area = forms.FloatField(label=_("地上建筑面积（㎡）"), min_value=0, required=False)
    far = forms.FloatField(label=_("容积率"), min_value=0, required=False)
    density = forms.FloatField(label=_("建筑密度（%）"), min_value=0, max_value=100, required=False)
    green_ratio = forms.FloatField(label=_("绿地率（%）"), min_value=0, max_value=100, required=False)
    height = forms.FloatField(label=_("最大建筑高度（m）"), min_value=0, required=False)

    SHARES: ClassVar[tuple[str, ...]] = ("density", "green_ratio")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)

    def declared(self) -> dict[str, float]:
        """Engine keys and values, shares 0 to 1."""
        given = {name: self.cleaned_data[name] for name in DeclaredForm.base_fields if self.cleaned_data.get(name) is not None}
        return {name: value / 100 if name in self.SHARES else value for name, value in given.items()}


class ApplicationForm(DeclaredForm):
    """A first application. The files are taken from the request by the view."""

    office = forms.ModelChoiceField(label=_("受理部门"), queryset=Unit.objects.none())
    judged_on = forms.DateField(
        label=_("适用日期"),
        help_text=_("按这一天有效的规划规定审查：一般是申请日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    pack = forms.ChoiceField(label=_("规划规则包"))
    text = forms.CharField(label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    field_order: ClassVar[list[str]] = ["office", "judged_on", "pack"]

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Unit.objects.visible_to(user).filter(kind__in=[Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU, Unit.Kind.COUNTY])
        choice = self.fields["office"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = offices.order_by("name")
        packs = self.fields["pack"]
        assert isinstance(packs, forms.ChoiceField)
        packs.choices = [(name, load_planning(name).title) for name in list_planning_packs()]
        planning = offices.filter(name__contains="资规").first() or offices.filter(name__contains="自然资源").first()
        self.initial = {"judged_on": timezone.localdate(), "pack": DEFAULT_PLANNING, "office": planning, **self.initial}
        _dress(self)


class ConditionsForm(forms.ModelForm):
    """规划条件, shares 0 to 1 as the regulation writes them."""

    class Meta:
        model = PlanConditions
        fields: ClassVar[list[str]] = ["document", "zone", "use", *PlanConditions.FIGURES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        low, high = data.get("far_min"), data.get("far_max")
        if low is not None and high is not None and low > high:
            self.add_error("far_min", _("下限大于上限。"))
        return data
