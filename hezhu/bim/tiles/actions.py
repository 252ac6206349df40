"""What people do: place a project's models on the map, go back to an earlier placement, and have tiles made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hezhu.bim.life.models import ModelVersion
from hezhu.bim.tiles import errors
from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement
from hezhu.bim.tiles.placing import as_placement, doubts
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.history import reason_of_change
from hezhu.core.jobs import actions as jobs
from hezhu.engines.ifc.tiles import Placement, TilesRefused, normal_code, transform
from hezhu.engines.ifc.tiles.placement import GCJ_REMEDY
from hezhu.registers.projects.models import Project, UnitBuilding

JOB = "bim.tiles"


def place(
    project: Project,
    building: UnitBuilding | None,
    values: Mapping[str, Any],
    *,
    by: User,
    seen: int = 0,
    confirmed: bool = False,
    reason: str = "",
) -> ProjectPlacement:
    """Enters or changes where the models of a project (or of one building) stand. ``seen`` is the revision the person looked at, 0 for none.

    Raises NotAllowed, PlacementWrong, PlacementChanged, and PlacementDoubtful unless ``confirmed``; nothing is changed then.
    """
    require(by, "bim.submit", project)
    wanted = {name: values[name] for name in ProjectPlacement.VALUES if name in values}
    _check(project, building, wanted)
    with transaction.atomic(), reason_of_change(by, reason or _("填写定位"), source=_("模型定位")):
        Project.objects.select_for_update().get(pk=project.pk)
        row = ProjectPlacement.objects.filter(project=project, building=building).select_related("by").first()
        if row is not None and row.revision != seen:
            raise errors.PlacementChanged(by=row.by.display_name)
        row = row or ProjectPlacement(project=project, building=building, revision=0)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.by, row.division, row.is_demo, row.revision = by, project.division, project.is_demo, row.revision + 1
        if not confirmed and (problems := doubts(as_placement(row), _others(project, building))):
            raise errors.PlacementDoubtful(problems=problems)
        row.save()
    return row


def _check(project: Project, building: UnitBuilding | None, wanted: dict[str, Any]) -> None:
    """Coordinates of an offset online map are refused: nobody can tell afterwards that they were taken from there."""
    if building is not None and building.project_id != project.pk:
        raise errors.PlacementWrong(reason=_("单体不属于这个项目。"))
    if wanted.get("source") == ProjectPlacement.Source.ONLINE:
        raise errors.PlacementWrong(reason=GCJ_REMEDY)
    try:
        wanted["crs"] = normal_code(str(wanted.get("crs", "EPSG:4549")))
        transform(_of_values(wanted))
    except TilesRefused as refusal:
        raise errors.PlacementWrong(reason=refusal.message) from None


def _of_values(values: Mapping[str, Any]) -> Placement:
    numbers = (values["easting"], values["northing"], values.get("height") or 0.0, values.get("rotation") or 0.0)
    return Placement(*numbers, crs=values["crs"], anomaly_m=values.get("anomaly"))


def _others(project: Project, building: UnitBuilding | None) -> dict[str, Placement]:
    """The project's other placements by the name of what stands there."""
    rows = ProjectPlacement.objects.filter(project=project).exclude(building=building).select_related("building")
    return {
        str(row.building or _("项目的定位")): as_placement(row) for row in rows if row.building_id != (building and building.pk)
    }


def go_back(row: ProjectPlacement, event: int, *, by: User, seen: int) -> ProjectPlacement:
    """An earlier placement holds again; the one it replaces stays in the history. Raises NotThere and what ``place`` raises."""
    earlier = found(history_model()._default_manager.filter(pgh_obj_id=row.pk), pgh_id=event)
    values = {name: getattr(earlier, name) for name in ProjectPlacement.VALUES}
    return place(row.project, row.building, values, by=by, seen=seen, confirmed=True, reason=_("恢复早先的定位"))


def history_model() -> Any:
    """The rows that the triggers write."""
    from django.apps import apps

    return apps.get_model("bim", "ProjectPlacementEvent")


def make_tiles(version: ModelVersion, *, by: User) -> ModelTiles:
    """Queues the tiles of a version, again where they exist. Raises NotAllowed, TilesRunning."""
    require(by, "bim.submit", version.project)
    require(by, "bim.submit", version)
    with transaction.atomic():
        tiles, made = ModelTiles.objects.select_for_update().get_or_create(version=version)
        if not made and tiles.is_running:
            raise errors.TilesRunning()
        _queue(tiles, by)
    return tiles


def queue_published(version: ModelVersion) -> None:
    """What a publication does: its tiles are made for the city model, in the author's name. The caller is in a transaction."""
    tiles, made = ModelTiles.objects.select_related("job").get_or_create(version=version)
    if made or (tiles.file_id is None and not tiles.is_running):
        _queue(tiles, version.author)


def _queue(tiles: ModelTiles, by: User) -> None:
    version = tiles.version
    tiles.job = jobs.defer(
        JOB,
        by=by,
        title=_("城市模型切片 %(version)s") % {"version": version},
        url=reverse("tiles:placement", args=[version.project.number]),
        division=version.division,
        once=f"tiles:{version.pk}",
        version_id=version.pk,
    )
    tiles.state, tiles.failure = ModelTiles.State.QUEUED, ""
    tiles.save(update_fields=["job", "state", "failure"])
