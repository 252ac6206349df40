"""What people do to a plan application beyond the moves of its case: fix the conditions, apply, submit a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hezhu.bim.plans import errors
from hezhu.bim.plans.models import PlanApplication, PlanConditions, PlanVersion
from hezhu.bim.plans.picture import hold_models
from hezhu.bim.plans.procedure import PLAN_APPROVAL
from hezhu.bim.plans.shown import DECLARED, TAKES_VERSIONS
from hezhu.core.access.models import Unit, User
from hezhu.core.access.scoping import require
from hezhu.core.cases.actions import Side, Subject, locked, open_case, proceed, record
from hezhu.core.cases.models import Case, CaseStep
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep
from hezhu.core.history import reason_of_change
from hezhu.core.jobs import actions as jobs
from hezhu.registers.projects.models import Project

JOB = "bim.plan"


@dataclass(frozen=True, slots=True)
class Papers:
    """What is submitted: the site model, models of the buildings, and the figures the applicant declares (engine keys, SI, shares 0 to 1)."""

    site_model: Any
    building_models: Sequence[Any] = ()
    declared: Mapping[str, float] = field(default_factory=dict)


def fix_conditions(project: Project, values: Mapping[str, Any], *, by: User) -> PlanConditions:
    """Enters or changes the planning conditions of a project; versions submitted before keep those they were judged by."""
    require(by, "plans.decide", project)
    with transaction.atomic(), reason_of_change(by, _("核发规划条件"), source=_("BIM报建")):
        row, _made = PlanConditions.objects.update_or_create(
            project=project, defaults={**values, "entered_by": by, "division": project.division, "is_demo": project.is_demo}
        )
    return row


def apply(
    project: Project,
    papers: Papers,
    *,
    by: User,
    office: Unit,
    pack: str,
    judged_on: date,
    text: str = "",
    follows: Case | None = None,
) -> Case:
    """Opens a case with its first version and queues the machine's check, all or nothing. The project's buildings are its subjects.

    ``follows``: the closed application this one is filed anew after. Raises NotAllowed, AlreadyApplied, CannotFollow, FieldWrong,
    and what the file room refuses.
    """
    require(by, "plans.apply", project)
    if office.kind not in (Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU, Unit.Kind.COUNTY):
        raise errors.FieldWrong(problems=[{"field": "office", "reason": _("不是主管部门"), "remedy": _("改选规划主管部门")}])
    with transaction.atomic(), reason_of_change(by, text or _("申请BIM报建"), source=_("BIM报建")):
        Project.objects.select_for_update().get(pk=project.pk)
        going = PlanApplication.objects.filter(project=project, case__closed_at=None).select_related("case").first()
        if going is not None:
            raise errors.AlreadyApplied(number=going.case.number)
        title = _("%(project)s 报建") % {"project": project.name}
        case = open_case(
            PLAN_APPROVAL,
            by=by,
            title=title,
            division=project.division,
            sides=[Side("officer", office)],
            text=text,
            subjects=[Subject(project.name, project.number, "project"), *_buildings(project)],
            follows=follows,
        )
        application = PlanApplication.objects.create(case=case, project=project, judged_on=judged_on, pack=pack)
        _add(application, papers, by)
    return case


def _buildings(project: Project) -> list[Subject]:
    return [
        Subject(building.name or building.code, building.code, "building") for building in project.buildings.order_by("id")[:200]
    ]


def add_version(case: Case, papers: Papers, *, by: User, seen: int | None = None) -> PlanVersion:
    """A new version from the applicant while something is lacking, to be completed or changed.

    ``seen``: the number of the version the applicant worked on; a reply to an old one is refused. Raises NotAllowed, StillChecking,
    OldVersion.
    """
    with transaction.atomic(), reason_of_change(by, _("提交新版本"), source=_("BIM报建")):
        case = locked(case, by)
        if not by.may("plans.apply") or by.unit_id != case.unit_id or case.state not in TAKES_VERSIONS:
            raise NotAllowed(permission="plans.apply")
        latest = case.plan.latest
        if latest is not None and latest.is_running:
            raise errors.StillChecking(version=latest.number)
        if latest is not None and seen is not None and seen != latest.number:
            raise errors.OldVersion(latest=latest.number, seen=seen)
        version = _add(case.plan, papers, by)
        record(case, CaseStep.Kind.NOTE, by, label=_("提交第 %(number)d 版") % {"number": version.number})
        if case.state == "lacking":
            proceed(case, "recheck")
    return version


def check_again(case: Case, *, by: User) -> None:
    """Queues the machine's check of the latest version once more, for instance after it broke off."""
    with transaction.atomic():
        case = locked(case, by)
        if not (by.may("plans.decide") or (by.may("plans.apply") and by.unit_id == case.unit_id)) or not case.is_open:
            raise NotAllowed(permission="plans.decide")
        version = case.plan.latest
        assert version is not None
        if version.is_running:
            raise errors.StillChecking(version=version.number)
        _queue(version, by)


def _add(application: PlanApplication, papers: Papers, by: User) -> PlanVersion:
    division = application.project.division
    conditions = PlanConditions.objects.filter(project=application.project).first()
    last = application.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = PlanVersion.objects.create(
        application=application,
        number=last + 1,
        site_model=keep(papers.site_model, by=by, purpose="model", division=division),
        declared={key: papers.declared[key] for key in DECLARED if papers.declared.get(key) is not None},
        conditions=conditions.as_data() if conditions else {},
        submitted_by=by,
    )
    version.building_models.set([keep(file, by=by, purpose="model", division=division) for file in papers.building_models])
    hold_models(version, by)
    _queue(version, by)
    return version


def _queue(version: PlanVersion, by: User) -> None:
    case = version.application.case
    version.state, version.failure = PlanVersion.State.QUEUED, ""
    version.job = jobs.defer(
        JOB,
        by=by,
        title=_("报建机审 %(number)s 第 %(version)d 版") % {"number": case.number, "version": version.number},
        url=reverse("cases:case", args=[case.number]),
        division=case.division,
        once=f"plan:{version.pk}",
        version_id=version.pk,
    )
    version.save(update_fields=["state", "failure", "job"])
