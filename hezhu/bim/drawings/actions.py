"""What the design institute does: submit the models of a project by discipline, and new versions of them; and who is in charge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.actions import Submission, submit_model
from hezhu.bim.drawings import errors, kinds, rounds
from hezhu.bim.drawings.models import DrawingReview, DrawingRound
from hezhu.bim.models import ReviewCase
from hezhu.bim.rulepacks import profile_choices
from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.cases.actions import Side, Subject, locked, open_case, record, stands_for
from hezhu.core.cases.declare import procedures
from hezhu.core.cases.models import Case, CaseStep
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change
from hezhu.registers.projects.models import Project, UnitBuilding

# States in which the design institute submits models.
SUBMITTING = ("incomplete", "changing", "amending")
BUILDING_KINDS = {UnitBuilding.Kind.DWELLING: "dwelling", UnitBuilding.Kind.PUBLIC: "public"}
REQUIREMENTS = ("ids", "jiaxing-data-requirements.ids")


@dataclass(frozen=True, slots=True)
class SlotModel:
    """A model file for one discipline of one building."""

    building: UnitBuilding
    discipline: str
    file: Any

    @property
    def label(self) -> str:
        return rounds.slot_label(self.building, self.discipline)


def submit(
    project: Project,
    buildings: Sequence[UnitBuilding],
    models: Sequence[SlotModel],
    *,
    by: User,
    body: Unit,
    office: Unit,
    judged_on: date,
    text: str = "",
    follows: Case | None = None,
) -> Case:
    """Opens a case for one or several buildings with its first round, and queues a machine review of each model; all or nothing.

    ``follows`` is the closed case that is submitted anew.
    Raises NotAllowed, SubmissionWrong, AlreadySubmitted, SameModelTwice, and what the file room and ``submit_model`` refuse.
    """
    require(by, "drawings.submit", project)
    _look_over(project, buildings, models, body, office)
    with transaction.atomic(), reason_of_change(by, text or _("提交BIM审图"), source=_("BIM审图")):
        Project.objects.select_for_update().get(pk=project.pk)
        going = DrawingReview.objects.filter(buildings__in=buildings, case__closed_at=None).select_related("case").first()
        if going is not None:
            raise errors.AlreadySubmitted(number=going.case.number)
        names = "、".join(building.name for building in buildings)
        case = open_case(
            procedures[kinds.SLUG],
            by=by,
            title=_("%(project)s %(buildings)s 审图") % {"project": project.name, "buildings": names},
            division=project.division,
            sides=[Side("body", body), Side("bureau", office)],
            text=text,
            subjects=[
                Subject(project.name, project.number, "project"),
                *(Subject(building.name, building.code, "building") for building in buildings),
            ],
            follows=follows,
        )
        review = DrawingReview.objects.create(case=case, project=project, review_body=body, judged_on=judged_on)
        review.buildings.set(buildings)
        _add_round(review, models, by=by, note=text, former={})
    return case


def _look_over(
    project: Project, buildings: Sequence[UnitBuilding], models: Sequence[SlotModel], body: Unit, office: Unit
) -> None:
    problems = []
    if not buildings or any(building.project_id != project.pk for building in buildings):
        problems.append({"field": "buildings", "reason": _("没有选单体，或单体不属于这个项目"), "remedy": _("选择本项目的单体")})
    if not models:
        problems.append({"field": "models", "reason": _("没有模型文件"), "remedy": _("按专业选择模型文件")})
    for model in models:
        if model.discipline not in kinds.asked():
            problems.append({"field": "models", "value": model.discipline, "reason": _("审图没有这个专业"), "remedy": ""})
        elif model.building not in buildings:
            problems.append({"field": "models", "value": model.label, "reason": _("单体没有选入本次审图"), "remedy": ""})
    if body.kind != Unit.Kind.REVIEW_BODY:
        problems.append({"field": "body", "reason": _("不是审图机构"), "remedy": _("改选审图机构")})
    if office.kind not in (Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU, Unit.Kind.COUNTY):
        problems.append({"field": "office", "reason": _("不是主管部门"), "remedy": _("改选建设主管部门")})
    if problems:
        raise errors.SubmissionWrong(problems=problems)


def add_round(case: Case, models: Sequence[SlotModel], *, by: User, seen: int, text: str = "") -> DrawingRound:
    """New versions from the design institute while something is to be completed or changed, based on round ``seen``.

    Raises NotAllowed, NotNow, StaleBase, StillReviewing, SubmissionWrong, NothingChanged, SameModelTwice.
    """
    with transaction.atomic(), reason_of_change(by, text or _("提交新版本"), source=_("BIM审图")):
        case = locked(case, by)
        if not stands_for(case, by, "designer"):
            raise NotAllowed(permission="drawings.submit")
        if case.state not in SUBMITTING:
            raise errors.NotNow(state=case.state_label)
        review: DrawingReview = case.drawings
        latest = review.latest
        assert latest is not None
        if seen != latest.number:
            raise errors.StaleBase(seen=seen, now=latest.number)
        buildings = list(review.buildings.all())
        _look_over(review.project, buildings, models, review.review_body, _office_of(case))
        former = _digests(review)
        _give_way(review, models, latest.number + 1)
        made = _add_round(review, models, by=by, note=text, former=former)
        label = _("提交第 %(number)d 轮") % {"number": made.number}
        record(case, CaseStep.Kind.NOTE, by, label=label, text=text, detail={"models": [model.label for model in models]})
    return made


def _office_of(case: Case) -> Unit:
    return case.parties.filter(party="bureau").select_related("unit").latest("id").unit


def _give_way(review: DrawingReview, models: Sequence[SlotModel], number: int) -> None:
    """Former versions that have no conclusion end, so that the new ones take their place."""
    wanted = {(model.building.pk, model.discipline) for model in models}
    former = [case for case in rounds.current_cases(review) if (case.building_id, case.discipline) in wanted]
    if running := [rounds.label_of(case) for case in former if case.is_running]:
        raise errors.StillReviewing(slots="、".join(running))
    words = _("由第 %(number)d 轮取代") % {"number": number}
    for case in former:
        if case.is_open:
            ReviewCase.objects.filter(pk=case.pk).update(state=ReviewCase.State.WITHDRAWN, conclusion=words)


Place = tuple[int | None, str]


def _digests(review: DrawingReview) -> dict[Place, str]:
    """SHA-256 of the model that counts now, by building and discipline."""
    return {
        (case.building_id, case.discipline): case.model_version.model_file.file.sha256 for case in rounds.current_cases(review)
    }


def _add_round(
    review: DrawingReview, models: Sequence[SlotModel], *, by: User, note: str, former: Mapping[Place, str]
) -> DrawingRound:
    latest = review.latest
    made = DrawingRound.objects.create(review=review, number=latest.number + 1 if latest else 1, note=note, submitted_by=by)
    seen: dict[str, str] = {}
    for model in models:
        case = _review_model(review, made, model, by)
        digest = case.model_version.model_file.file.sha256
        if digest in seen:
            raise errors.SameModelTwice(first=seen[digest], second=model.label)
        seen[digest] = model.label
        if former.get((model.building.pk, model.discipline)) == digest:
            raise errors.NothingChanged(slot=model.label)
    return made


def _review_model(review: DrawingReview, made: DrawingRound, model: SlotModel, by: User) -> ReviewCase:
    requirements = settings.RULEPACKS.joinpath(*REQUIREMENTS)
    case = submit_model(
        review.project,
        model.building,
        model.file,
        by=by,
        submission=Submission(
            stage=ReviewCase.Stage.DRAWINGS,
            building_kind=BUILDING_KINDS.get(UnitBuilding.Kind(model.building.kind), "unknown"),
            judged_on=review.judged_on,
            pack=kinds.asked()[model.discipline].pack,
            profile=profile_choices()[0][0],
            ids=[requirements] if requirements.exists() else [],
            review_body=review.review_body,
            discipline=model.discipline,
            note=_("审图 %(number)s 第 %(round)d 轮") % {"number": review.case.number, "round": made.number},
        ),
    )
    case.round = made
    case.save(update_fields=["round"])
    return case


def conclude(case: Case, *, by: User | None, passed: bool | None, opinion: str) -> Mapping[str, Any]:
    """Writes the conclusion onto every open review of the current round; ``passed`` None: where nothing stands, it passes.

    Called by the moves of the procedure, in their transaction.
    """
    result: dict[str, Any] = {"approved": [], "returned": []}
    for row in rounds.open_cases(case.drawings):
        stands = row.findings.filter(rounds.ASKS, rounds.STANDING).exists()
        approve = not stands if passed is None else passed
        row.state = ReviewCase.State.APPROVED if approve else ReviewCase.State.RETURNED
        row.concluded_by, row.concluded_at, row.conclusion = by, timezone.now(), opinion
        row.save(update_fields=["state", "concluded_by", "concluded_at", "conclusion"])
        result["approved" if approve else "returned"].append(row.number)
    return result


def reopen(case: Case) -> None:
    """Takes the conclusions of the latest round back, after an appeal that succeeded."""
    ReviewCase.objects.filter(pk__in=[row.pk for row in rounds.current_cases(case.drawings)]).filter(
        state=ReviewCase.State.RETURNED
    ).update(state=ReviewCase.State.AWAITING_DECISION, concluded_by=None, concluded_at=None, conclusion="")


def withdraw_models(case: Case, reason: str) -> None:
    """Every review without a conclusion ends with the case."""
    ReviewCase.objects.filter(pk__in=[row.pk for row in rounds.open_cases(case.drawings)]).update(
        state=ReviewCase.State.WITHDRAWN, conclusion=reason
    )


def hand_over_lead(case: Case, to: User, *, by: User, reason: str) -> None:
    """Another person of the review body takes charge. The one in charge may say so, or the supervising office.

    Raises NotAllowed, OpinionWrong.
    """
    with transaction.atomic(), reason_of_change(by, reason, source=_("BIM审图")):
        case = locked(case, by)
        review: DrawingReview = case.drawings
        in_charge = stands_for(case, by, "body") and review.lead_id in (None, by.pk)
        if not case.is_open or not (in_charge or stands_for(case, by, "bureau")):
            raise NotAllowed(permission="drawings.review")
        fits = to.is_active and to.role == Role.REVIEWER and to.unit_id == review.review_body_id and to.is_demo == case.is_demo
        if not fits or not reason.strip():
            raise errors.OpinionWrong(reason=_("接办人须是本审图机构的在用账号，并写明理由。"))
        review.lead = to
        review.save(update_fields=["lead"])
        record(case, CaseStep.Kind.HAND_OVER, by, label=_("项目负责人改为 %(who)s") % {"who": to}, text=reason)
