"""What people do to model versions: upload, prepare again, share, publish, archive.

A version's file never changes and its status only moves forward. Who may: the own unit shares; the own unit, the project's owner or an
office publishes and archives; the approval of a review publishes what was reviewed. Publishing a version archives the one that was
published before it, as superseded by it (ISO 19650-1:2018, 12: a published container is replaced by its successor, never changed).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.life import errors
from hezhu.bim.life.kinds import Discipline, Stage, Status
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.preparing import judge
from hezhu.bim.life.versions import Place, add_version, same_content
from hezhu.bim.tiles.actions import queue_published
from hezhu.core.access.models import User
from hezhu.core.access.scoping import OFFICES, require
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.core.jobs import actions as jobs
from hezhu.registers.projects.actions import note_bim
from hezhu.registers.projects.models import Project

JOB = "bim.model"
MOVES = {
    Status.WIP: (Status.SHARED, Status.ARCHIVED),
    Status.SHARED: (Status.PUBLISHED, Status.ARCHIVED),
    Status.PUBLISHED: (Status.ARCHIVED,),
    Status.ARCHIVED: (),
}


def upload_version(place: Place, upload: Any, *, by: User, purpose: str = "", shared: bool = False) -> ModelVersion:
    """Keep a model as the next version of its place and queue its preparation, all or nothing.

    Raises NotAllowed, UploadIncomplete, the file errors, and SameFile when the place has a version with this content.
    """
    require(by, "bim.submit", place.project)
    _check(place)
    with transaction.atomic(), reason_of_change(by, purpose or _("上传模型版本"), source=_("模型版本")):
        Project.objects.select_for_update().get(pk=place.project.pk)
        kept = keep(upload, by=by, purpose="model", division=place.project.division)
        if (same := same_content(place, kept, by)) is not None:
            raise errors.SameFile(version=str(same), pk=same.pk, url=same.get_absolute_url())
        status = Status.SHARED if shared else Status.WIP
        version = add_version(place, kept, by=by, purpose=purpose, status=status)
        _queue(version, by)
    return version


def hold_submitted(place: Place, model: Attachment, *, by: User, purpose: str) -> ModelVersion:
    """The version of a model that came in with an application: the one with this content, or the next of its place, shared with who examines it.

    The caller has checked that ``by`` may apply and is in the transaction that keeps the application.
    """
    Project.objects.select_for_update().get(pk=place.project.pk)
    same = same_content(place, model, by)
    if same is not None:
        if same.status == Status.WIP:
            same.status = Status.SHARED
            same.save(update_fields=["status"])
        return same
    version = add_version(place, model, by=by, purpose=purpose, status=Status.SHARED)
    _queue(version, by)
    return version


def _check(place: Place) -> None:
    problems = []
    if place.building is not None and place.building.project_id != place.project.pk:
        problems.append({"field": "building", "reason": _("单体不属于这个项目"), "remedy": _("改选本项目的单体")})
    for name, value, known in (("stage", place.stage, Stage.values), ("discipline", place.discipline, Discipline.values)):
        if value not in known:
            problems.append({"field": name, "value": value, "reason": _("没有这个选项"), "remedy": "、".join(known)})
    if problems:
        raise errors.UploadIncomplete(problems=problems)


def prepare_again(version: ModelVersion, *, by: User) -> None:
    """Queue the preparation of a version that has none once more. The own unit or an office may."""
    require(by, "bim.submit", version)
    if by.unit_id != version.unit_id and by.role not in OFFICES:
        raise errors.NotYourVersion(who=_("上传单位或主管部门"))
    with transaction.atomic():
        version = _locked(version)
        if version.is_preparing:
            raise errors.StillPreparing(version=str(version))
        if version.prepared_at is None:
            _queue(version, by)


def _queue(version: ModelVersion, by: User) -> None:
    version.failure = ""
    version.job = jobs.defer(
        JOB,
        by=by,
        title=_("整理模型 %(version)s") % {"version": version},
        url=reverse("life:version", args=[version.pk]),
        division=version.division,
        once=f"model:{version.pk}",
        version_id=version.pk,
    )
    version.save(update_fields=["failure", "job"])


def move(version: ModelVersion, to: str, *, by: User, reason: str = "") -> ModelVersion:
    """Share, publish or archive. Raises NotAllowed, NotYourVersion, MoveNotOpen, StillPreparing, NotPrepared, UnderReview,
    ReviewReturned, NewerPublished, ReasonMissing; nothing is changed then."""
    require(by, "bim.submit", version)
    reason = reason.strip()
    with transaction.atomic(), reason_of_change(by, reason or str(Status(to).label), source=_("模型版本")):
        version = _locked(version)
        if to not in MOVES[Status(version.status)]:
            raise errors.MoveNotOpen(version=str(version), status=version.get_status_display(), to=Status(to).label)
        _require_own(version, to, by)
        if to == Status.ARCHIVED:
            if version.status == Status.PUBLISHED and not reason:
                raise errors.ReasonMissing(problems=[{"field": "reason", "reason": _("没有填写")}])
            _refuse_under_review(version)
        else:
            _refuse_unprepared(version)
        if to == Status.PUBLISHED:
            _refuse_under_review(version)
            _refuse_returned(version)
            _publish(version, by)
        else:
            version.status = to
            version.save(update_fields=["status"])
        judge(version)
    return version


def publish_reviewed(version: ModelVersion, *, by: User) -> None:
    """What an approval does to the version it is about: publishes it unless a newer one already is. The caller is in a transaction."""
    version = _locked(version)
    newer = Place.of(version).versions.filter(status=Status.PUBLISHED, number__gt=version.number).exists()
    if version.status == Status.SHARED and not newer:
        _publish(version, by)


def _publish(version: ModelVersion, by: User) -> None:
    former = Place.of(version).versions.filter(status=Status.PUBLISHED).first()
    if former is not None and former.number > version.number:
        raise errors.NewerPublished(version=str(version), newer=str(former))
    if former is not None:
        former.status, former.superseded_by = Status.ARCHIVED, version
        former.save(update_fields=["status", "superseded_by"])
    version.status, version.published_at = Status.PUBLISHED, timezone.now()
    version.save(update_fields=["status", "published_at"])
    note_bim(
        version.project, timezone.localdate(version.published_at), by=by, reason=_("出版 %(version)s") % {"version": version}
    )
    queue_published(version)


def _require_own(version: ModelVersion, to: str, by: User) -> None:
    own = by.unit_id == version.unit_id
    if to == Status.SHARED or version.status == Status.WIP:
        if not own:
            raise errors.NotYourVersion(who=_("上传单位"))
    elif not (own or by.unit_id == version.project.owner_id or (by.role in OFFICES and by.may("bim.decide"))):
        raise errors.NotYourVersion(who=_("上传单位、建设单位或主管部门"))


def _refuse_unprepared(version: ModelVersion) -> None:
    if version.is_preparing:
        raise errors.StillPreparing(version=str(version))
    if version.prepared_at is None and version.trouble:
        raise errors.NotPrepared(version=str(version), reason=version.trouble)


def _refuse_under_review(version: ModelVersion) -> None:
    from hezhu.bim.models import ReviewCase

    waiting = version.cases.filter(state__in=ReviewCase.OPEN_STATES).first()
    if waiting is not None:
        raise errors.UnderReview(version=str(version), number=waiting.number)


def _refuse_returned(version: ModelVersion) -> None:
    from hezhu.bim.models import ReviewCase

    last = version.cases.exclude(state=ReviewCase.State.WITHDRAWN).order_by("-pk").first()
    if last is not None and last.state == ReviewCase.State.RETURNED:
        raise errors.ReviewReturned(version=str(version), number=last.number)


def _locked(version: ModelVersion) -> ModelVersion:
    """The version, while nobody else moves a version of the project."""
    Project.objects.select_for_update().get(pk=version.project_id)
    return ModelVersion.objects.select_related("project", "building", "job", "author__unit").get(pk=version.pk)
