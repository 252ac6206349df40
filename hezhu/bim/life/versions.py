"""How a model file becomes a version: numbered within its place, once for each content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from hezhu.bim.life.kinds import Status
from hezhu.bim.life.models import ModelVersion
from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.registers.projects.models import Project, UnitBuilding


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version is numbered: the versions of one place follow each other. ``building`` None is the whole project."""

    project: Project
    building: UnitBuilding | None
    stage: str
    discipline: str

    @classmethod
    def of(cls, version: ModelVersion) -> Place:
        """The place a version is numbered in."""
        return cls(version.project, version.building, version.stage, version.discipline)

    @property
    def versions(self) -> QuerySet[ModelVersion]:
        """All versions of the place, whoever may see them."""
        return ModelVersion.objects.filter(
            project=self.project, building=self.building, stage=self.stage, discipline=self.discipline
        )


def version_for_review(place: Place, upload: Any, *, by: User, purpose: str) -> ModelVersion:
    """The version of ``place`` with this content, a new one where there is none; whoever reviews it may see it.

    The caller holds a lock on the project and has checked the permission. Raises the file errors.
    """
    kept = keep(upload, by=by, purpose="model", division=place.project.division)
    version = same_content(place, kept, by)
    if version is None:
        return add_version(place, kept, by=by, purpose=purpose, status=Status.SHARED)
    kept.delete()
    if version.status == Status.WIP:
        version.status = Status.SHARED
        version.save(update_fields=["status"])
    return version


def same_content(place: Place, kept: Attachment, by: User) -> ModelVersion | None:
    """The latest version of the place with the same content, among those the account may see."""
    rows = place.versions.visible_to(by)  # type: ignore[attr-defined]
    return rows.filter(model_file__file=kept.file_id).order_by("-number").first()


def add_version(place: Place, kept: Attachment, *, by: User, purpose: str, status: str) -> ModelVersion:
    """A new version of the place with the next number. The caller holds a lock on the project."""
    last = place.versions.aggregate(last=Max("number"))["last"] or 0
    return ModelVersion.objects.create(
        project=place.project,
        building=place.building,
        stage=place.stage,
        discipline=place.discipline,
        number=last + 1,
        purpose=purpose[:120],
        status=status,
        author=by,
        unit=by.unit,
        model_file=kept,
        division=place.project.division,
        is_demo=by.is_demo,
    )
