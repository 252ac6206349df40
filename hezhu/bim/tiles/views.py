"""The placement page of a project: its models' footprint on a schematic map, the coordinates, the tiles, and what went before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hezhu.bim.life.models import ModelVersion
from hezhu.bim.tiles import actions
from hezhu.bim.tiles.drawing import draw
from hezhu.bim.tiles.errors import PlacementChanged
from hezhu.bim.tiles.forms import PlacementForm
from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement
from hezhu.bim.tiles.placing import Placements, as_placement, place_of, stated_of
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import Refusal
from hezhu.engines.ifc.tiles import Placement, TilesRefused
from hezhu.registers.projects.models import Project, UnitBuilding

_EARLIER = 20
_VERSIONS = 60


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


@dataclass(slots=True)
class Subject:
    """What is placed: a project, or one of its buildings, with the models that stand by it."""

    project: Project
    building: UnitBuilding | None
    row: ProjectPlacement | None
    versions: list[ModelVersion]

    @property
    def url(self) -> str:
        query = f"?building={self.building.pk}" if self.building else ""
        return reverse("tiles:placement", args=[self.project.number]) + query

    @property
    def shown(self) -> ModelVersion | None:
        """The version whose footprint is drawn: the newest with tiles, of the building where one is chosen."""
        own = [version for version in self.versions if self.building is None or version.building_id == self.building.pk]
        return next((version for version in own if _tiles(version) is not None and _tiles(version).footprint), None)  # type: ignore[union-attr]

    @property
    def placement(self) -> Placement | None:
        """What holds now: the entered one, else what the drawn model's file says."""
        if self.row is not None:
            return as_placement(self.row)
        tiles = _tiles(self.shown) if self.shown else None
        return stated_of(tiles) if tiles is not None else None


def _tiles(version: ModelVersion) -> ModelTiles | None:
    return getattr(version, "tiles", None)


def _subject(request: HttpRequest, number: str) -> Subject:
    require(request.user, "bim.view")
    project: Project = found(Project.objects.visible_to(request.user), number=number)
    chosen = request.GET.get("building", "")
    buildings = UnitBuilding.objects.visible_to(request.user).filter(project=project)
    building: UnitBuilding | None = found(buildings, pk=int(chosen)) if chosen.isdecimal() else None
    row = ProjectPlacement.objects.filter(project=project, building=building).select_related("by").first()
    versions = ModelVersion.objects.visible_to(request.user).filter(project=project)
    listed = versions.select_related("building", "project", "tiles__job").order_by("-pk")[:_VERSIONS]
    return Subject(project, building, row, list(listed))


@require_http_methods(["GET", "POST"])
def placement(request: HttpRequest, number: str) -> HttpResponse:
    """The page; a POST saves what was entered."""
    subject = _subject(request, number)
    if request.method != "POST":
        return _page(request, subject, PlacementForm(initial=_initial(subject)))
    form = PlacementForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, form, status=422)
    try:
        actions.place(
            subject.project,
            subject.building,
            form.values(),
            by=_account(request),
            seen=form.cleaned_data["seen"] or 0,
            confirmed=form.cleaned_data["confirmed"],
        )
    except PlacementChanged as refusal:
        latest = _subject(request, number)
        return _page(request, latest, PlacementForm(initial=_initial(latest)), refusal)
    except Refusal as refusal:
        return _page(request, subject, form, refusal)
    messages.success(request, _("定位已保存，城市模型已按新位置提供。"))
    return HttpResponseRedirect(subject.url)


@require_POST
def go_back(request: HttpRequest, number: str, event: int) -> HttpResponse:
    """An earlier placement holds again."""
    subject = _subject(request, number)
    seen = request.POST.get("seen", "")
    if subject.row is not None:
        try:
            actions.go_back(subject.row, event, by=_account(request), seen=int(seen) if seen.isdecimal() else 0)
        except Refusal as refusal:
            return _page(request, subject, PlacementForm(initial=_initial(subject)), refusal)
        messages.success(request, _("已恢复早先的定位。"))
    return HttpResponseRedirect(subject.url)


@require_POST
def make(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Queues the tiles of one version."""
    subject = _subject(request, number)
    version = found(ModelVersion.objects.visible_to(request.user).filter(project=subject.project), pk=pk)
    try:
        actions.make_tiles(version, by=_account(request))
    except Refusal as refusal:
        return _page(request, subject, PlacementForm(initial=_initial(subject)), refusal)
    messages.success(request, _("已排队生成切片，完成后本页显示轮廓。"))
    return HttpResponseRedirect(subject.url)


def _initial(subject: Subject) -> dict[str, Any]:
    if subject.row is not None:
        return {name: getattr(subject.row, name) for name in ProjectPlacement.VALUES} | {"seen": subject.row.revision}
    stated = subject.placement
    if stated is None:
        return {"seen": 0, "height": 0, "rotation": 0, "source": ProjectPlacement.Source.SURVEY}
    return {
        "seen": 0,
        "crs": stated.crs,
        "easting": round(stated.easting, 7),
        "northing": round(stated.northing, 7),
        "height": stated.height_m,
        "rotation": round(stated.rotation_deg, 5),
        "source": ProjectPlacement.Source.SURVEY,
    }


def _page(
    request: HttpRequest, subject: Subject, form: PlacementForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    shown = subject.shown
    here = subject.placement
    others = [(version, there) for version, there in _others(subject) if shown is None or version.pk != shown.pk]
    picture = draw(here, _tiles(shown) if shown else None, others)
    values = {
        "nav": "bim",
        "subject": subject,
        "project": subject.project,
        "form": form,
        "refusal": refusal,
        "doubtful": refusal is not None and refusal.code == "placement-doubtful",
        "buildings": UnitBuilding.objects.visible_to(request.user).filter(project=subject.project).order_by("code"),
        "may_place": _account(request).may("bim.submit"),
        "picture": picture.as_data(),
        "here": here,
        "lonlat": _lonlat(here),
        "shown": shown,
        "rows": [_row(version, subject) for version in subject.versions],
        "earlier": _earlier(subject.row) if subject.row else [],
    }
    return render(request, "bim/tiles/placement.html", values, status=refusal.status if refusal else status)


def _lonlat(here: Placement | None) -> tuple[float, float] | None:
    try:
        return place_of(here) if here is not None else None
    except TilesRefused:
        return None


def _others(subject: Subject) -> list[tuple[ModelVersion, Placement]]:
    """The newest version with tiles of every building, where it stands."""
    placements = Placements([subject.project.pk])
    newest: dict[int | None, ModelVersion] = {}
    for version in subject.versions:
        if _tiles(version) is not None:
            newest.setdefault(version.building_id, version)
    found_places = ((version, placements.of(version, _tiles(version))) for version in newest.values())
    return [(version, place) for version, place in found_places if place is not None and _lonlat(place) is not None]


def _row(version: ModelVersion, subject: Subject) -> dict[str, Any]:
    tiles = _tiles(version)
    stated = stated_of(tiles) if tiles is not None else None
    return {
        "version": version,
        "tiles": tiles,
        "stated": stated,
        "running": tiles is not None and tiles.is_running,
        "bytes": tiles.counts.get("bytes", 0) if tiles is not None else 0,
        "tileset": reverse("tiles:model", args=[version.pk]) if tiles is not None and tiles.file_id else "",
    }


def _earlier(row: ProjectPlacement) -> list[Any]:
    """What held before, newest first, without what holds now."""
    events = actions.history_model()._default_manager.filter(pgh_obj_id=row.pk).select_related("by").order_by("-pgh_id")
    return list(events[1 : _EARLIER + 1])
