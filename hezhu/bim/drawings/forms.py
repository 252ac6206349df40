"""Forms of BIM审图: the submission of a project's models, and a person of the expert pool."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.drawings import kinds
from hezhu.bim.drawings.models import Expert
from hezhu.bim.life.kinds import Discipline
from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.registers.projects.models import Project, UnitBuilding

OFFICES = (Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU, Unit.Kind.COUNTY)


def dress(form: forms.BaseForm) -> None:
    """The house's classes on the form's widgets."""
    for name, field in form.fields.items():
        if isinstance(field.widget, (forms.CheckboxSelectMultiple, forms.CheckboxInput)):
            continue
        css = "form-select" if isinstance(field.widget, (forms.Select, forms.SelectMultiple)) else "form-control"
        field.widget.attrs |= {"class": css, "aria-describedby": f"help-{name}"}


class SubmissionForm(forms.Form):
    """What is said of a submission; model files come beside it, one input for each building and discipline."""

    body = forms.ModelChoiceField(label=_("审图机构"), queryset=Unit.objects.none())
    office = forms.ModelChoiceField(label=_("建设主管部门"), queryset=Unit.objects.none())
    judged_on = forms.DateField(
        label=_("适用日期"),
        help_text=_("按这一天有效的条文审查：一般是规划许可日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    text = forms.CharField(label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(user)
        bodies, offices = units.filter(kind=Unit.Kind.REVIEW_BODY), units.filter(kind__in=OFFICES)
        self._choices("body", bodies.order_by("name"))
        self._choices("office", offices.order_by("name"))
        construction = offices.filter(name__contains="建设局").first() or offices.filter(name__contains="住房").first()
        self.initial = {
            "judged_on": project.planning_permit_on or timezone.localdate(),
            "office": construction,
            "body": bodies.first(),
            **self.initial,
        }
        dress(self)

    def _choices(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


def slot_field(building: UnitBuilding, discipline: str) -> str:
    """The name of the file input of a building's discipline."""
    return f"model-{building.pk}-{discipline}"


class ExpertForm(forms.ModelForm):
    """A person of the pool with the conflict list."""

    disciplines = forms.MultipleChoiceField(label=_("专业"), choices=(), widget=forms.CheckboxSelectMultiple)
    units = forms.ModelMultipleChoiceField(
        label=_("回避单位"), queryset=Unit.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    projects = forms.ModelMultipleChoiceField(
        label=_("回避项目"), queryset=Project.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )

    class Meta:
        model = Expert
        fields: ClassVar[list[str]] = [
            "user",
            "disciplines",
            "title",
            "registration",
            "appointed_until",
            "active",
            "units",
            "projects",
            "note",
        ]
        widgets: ClassVar[dict[str, Any]] = {"appointed_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(role=Role.EXPERT, is_demo=by.is_demo).select_related("unit")
        if self.instance.pk is None:
            self._rows("user", people.filter(is_active=True, expert=None))
        else:
            self._rows("user", people.filter(pk=self.instance.user_id))
            self.initial["units"] = self.instance.conflict_units.all()
            self.initial["projects"] = self.instance.conflict_projects.all()
        choice = self.fields["disciplines"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(key, Discipline(key).label) for key in kinds.asked()]
        self._rows("units", Unit.objects.visible_to(by).filter(kind__in=["enterprise", "institution"]).order_by("name"))
        self._rows("projects", Project.objects.visible_to(by).order_by("-id"))
        dress(self)

    def _rows(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
