"""The upload form of a model version. The file is taken from the request by the view: its refusals are the file room's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hezhu.bim.forms import BuildingChoice
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.versions import Place
from hezhu.core.access.models import User
from hezhu.registers.projects.models import Project, UnitBuilding


class VersionForm(forms.Form):
    """What is said of a version."""

    building = BuildingChoice(
        label=_("单体建筑"), queryset=UnitBuilding.objects.none(), required=False, empty_label=_("整个项目")
    )
    stage = forms.ChoiceField(label=_("阶段"), choices=Stage.choices)
    discipline = forms.ChoiceField(label=_("专业"), choices=Discipline.choices)
    purpose = forms.CharField(
        label=_("用途"), max_length=120, required=False, help_text=_("这一版用来做什么，如 协同提资、送审、交底")
    )
    shared = forms.BooleanField(label=_("马上共享"), required=False, help_text=_("不勾选时为“工作中”，只有本单位看得到"))

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        building = self.fields["building"]
        assert isinstance(building, forms.ModelChoiceField)
        building.queryset = UnitBuilding.objects.visible_to(user).filter(project=project).order_by("code")
        for name, field in self.fields.items():
            css = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}.get(type(field.widget), "form-control")
            field.widget.attrs |= {"class": css, "aria-describedby": f"help-{name}"}

    @property
    def place(self) -> Place:
        """Where the version belongs."""
        data = self.cleaned_data
        return Place(self.project, data["building"], data["stage"], data["discipline"])
