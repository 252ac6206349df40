"""The submission form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.actions import Submission
from hezhu.bim.life.kinds import Discipline
from hezhu.bim.models import ReviewCase
from hezhu.bim.rulepacks import pack_choices, profile_choices
from hezhu.core.access.models import Unit, User
from hezhu.registers.projects.models import Project, UnitBuilding


class BuildingChoice(forms.ModelChoiceField):
    def label_from_instance(self, building: UnitBuilding) -> str:
        return f"{building.name}（{building.code}）"


class SubmissionForm(forms.Form):
    """What is said of a model. The files are taken from the request by the view, because their refusals are the file room's."""

    building = BuildingChoice(
        label=_("单体建筑"),
        queryset=UnitBuilding.objects.none(),
        required=False,
        empty_label=_("整个项目"),
        help_text=_("选了单体，算出的装配率就记到这个单体上"),
    )
    stage = forms.ChoiceField(label=_("阶段"), choices=ReviewCase.Stage.choices)
    discipline = forms.ChoiceField(label=_("专业"), choices=Discipline.choices, required=False)
    building_kind = forms.ChoiceField(label=_("建筑类别"), choices=ReviewCase.BuildingKind.choices)
    judged_on = forms.DateField(
        label=_("适用日期"),
        help_text=_("按这一天有效的条文审查：一般是规划许可或送审日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    pack = forms.ChoiceField(label=_("规则包"))
    profile = forms.ChoiceField(label=_("装配率评分表"))
    review_body = forms.ModelChoiceField(
        label=_("审图机构"), queryset=Unit.objects.none(), required=False, empty_label=_("由主管部门审查")
    )

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["building"].queryset = UnitBuilding.objects.visible_to(user).filter(project=project).order_by("code")
        bodies = Unit.objects.visible_to(user).filter(kind=Unit.Kind.REVIEW_BODY).order_by("name")
        self.fields["review_body"].queryset = bodies
        self.fields["pack"].choices = pack_choices()
        self.fields["profile"].choices = profile_choices()
        for name, field in self.fields.items():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": css, "aria-describedby": f"help-{name}"}

    @staticmethod
    def start_for(project: Project, building: UnitBuilding | None) -> dict[str, Any]:
        """What is most likely meant, for the person to correct."""
        kinds = {UnitBuilding.Kind.DWELLING: "dwelling", UnitBuilding.Kind.PUBLIC: "public"}
        dwelling = project.function in (Project.Function.HOUSING, Project.Function.AFFORDABLE)
        kind = kinds.get(building.kind, "unknown") if building else "dwelling" if dwelling else "public"
        return {
            "building": building,
            "stage": "planning" if project.planning_permit_on is None else "drawings",
            "discipline": Discipline.ARCHITECTURE,
            "building_kind": kind,
            "judged_on": project.planning_permit_on or timezone.localdate(),
            "pack": pack_choices()[0][0],
            "profile": profile_choices()[0][0],
        }

    def submission(self, *, ids: list[Any], sheet: Any) -> Submission:
        data = self.cleaned_data
        return Submission(
            stage=data["stage"],
            discipline=data["discipline"] or Discipline.ARCHITECTURE,
            building_kind=data["building_kind"],
            judged_on=data["judged_on"],
            pack=data["pack"],
            profile=data["profile"],
            ids=ids,
            sheet=sheet,
            review_body=data["review_body"],
        )
