"""All disciplines of a project in one picture: which model versions stand in it, and where the viewer finds their files.

A *place* is one building's discipline. Without a choice each place shows the latest version of its latest stage that can be shown; a
comparison shows two versions, the new one first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hezhu.bim import model_store
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.warnings import worded
from hezhu.bim.models import ModelVersion, ReviewCase
from hezhu.bim.tiles.placing import on_grid, placement_of_version, rules
from hezhu.core.access.models import User
from hezhu.core.errors import HezhuError, NotThere
from hezhu.engines.ifc import ModelUnreadable
from hezhu.engines.ifc.tables import property_questions
from hezhu.engines.ifc.tiles import Placement, TilesRefused
from hezhu.registers.projects.models import Project

DISCIPLINES = {value: order for order, value in enumerate(Discipline.values)}
STAGES = {value: order for order, value in enumerate(Stage.values)}
MOST_MODELS = 24
AXIS_METRES = 100.0  # how far along the model's x axis its direction on the grid is taken


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """One building's discipline with its versions, newest first, and the one that is shown."""

    label: str
    versions: list[ModelVersion]
    shown: ModelVersion | None


def versions_of(project: Project, user: User) -> QuerySet[ModelVersion]:
    """The project's versions that the account may see, newest first."""
    rows = ModelVersion.objects.visible_to(user).filter(project=project)
    return rows.select_related("building", "project", "viewer_file__file").order_by("-created_at", "-pk")


def chosen_versions(rows: QuerySet[ModelVersion], versions: str) -> list[ModelVersion]:
    """The versions named by "3,7", in the order of disciplines; of an empty name the latest of each place's latest stage."""
    if versions:
        asked = {int(part) for part in versions.split(",") if part.strip().isdigit()}
        return sorted(rows.filter(pk__in=asked), key=_order)
    latest: dict[tuple[int | None, str], ModelVersion] = {}
    current = rows.exclude(viewer_file=None).exclude(status=ModelVersion.Status.ARCHIVED)
    for version in sorted(current, key=lambda version: -STAGES.get(version.stage, 0)):  # stable: newest first in each stage
        latest.setdefault((version.building_id, version.discipline), version)
    return sorted(latest.values(), key=_order)[:MOST_MODELS]


def compared(rows: QuerySet[ModelVersion], compare: str) -> tuple[ModelVersion, ModelVersion]:
    """The new and the old version of a comparison "OLD,NEW". Raises NotThere."""
    parts = [part for part in compare.split(",") if part.strip().isdigit()]
    found = {version.pk: version for version in rows.filter(pk__in=parts)}
    if len(parts) != 2 or len(found) != 2:
        raise NotThere()
    return found[int(parts[1])], found[int(parts[0])]


def places(rows: QuerySet[ModelVersion], shown: list[ModelVersion]) -> list[PlaceChoice]:
    """What there is to choose from."""
    at = {version.pk for version in shown}

    def key(version: ModelVersion) -> tuple[Any, ...]:
        return (version.building.code if version.building else "", DISCIPLINES.get(version.discipline, 99))

    found = []
    ordered = sorted(rows, key=lambda version: (*key(version), -STAGES.get(version.stage, 0), -version.number))
    for _key, group in groupby(ordered, key=key):
        versions = list(group)
        where = f"{versions[0].building.code} " if versions[0].building else ""
        label = f"{where}{versions[0].get_discipline_display()}"
        found.append(PlaceChoice(label, versions, next((one for one in versions if one.pk in at), None)))
    return found


def sources(versions: list[ModelVersion]) -> list[dict[str, Any]]:
    """The models as the viewer's host contract has them (``web/src/viewer/contract.ts``)."""
    return [_source(version) for version in versions if version.viewer_file_id is not None]


def _source(version: ModelVersion) -> dict[str, Any]:
    def url(name: str, *more: str) -> str:
        return reverse(f"bim:{name}", args=[version.project.number, version.pk, *more])

    base = reverse("bim:federated-model", args=[version.project.number, version.pk])
    where = f"{version.building.code} " if version.building else ""
    words = _("%(stage)s 第 %(number)d 版") % {"stage": version.get_stage_display(), "number": version.number}
    return {
        "id": str(version.pk),
        "label": f"{where}{version.get_discipline_display()} {words}",
        "discipline": f"{where}{version.get_discipline_display()}",
        "version": words,
        "modelUrl": base,
        "elementsUrl": url("federated-elements"),
        "propertiesUrlTemplate": url("federated-properties", "GLOBALID"),
        "queryUrl": f"{base.removesuffix('model.frag')}query/" if version.tables_file_id else None,
        "pinsUrl": url("federated-pins"),
        "placement": placement_of(version),
        "note": "；".join(worded(warning) for warning in version.warnings),
    }


def placement_of(version: ModelVersion) -> dict[str, float] | None:
    """Where the model lies on the city's grid, as the viewer wants it; None when neither a person nor the file says, or nobody can tell.

    A placement made by hand goes before the file's own. A site's latitude and longitude are too coarse to join models by. Before a
    version's tiles are made, its stored tables are asked.
    """
    placed = placement_of_version(version)
    try:
        if placed is not None and not placed.weak:
            return _on_city_grid(placed)
        folder = model_store.folder_of(version)
        return property_questions.placement(folder) if folder is not None else None
    except (HezhuError, ModelUnreadable, TilesRefused):
        return None


def _on_city_grid(placed: Placement) -> dict[str, float]:
    """One system for all models of the page, so that they can be joined. Raises TilesRefused."""
    (east, north), (east_x, north_x) = on_grid(placed, [(0.0, 0.0), (AXIS_METRES, 0.0)], rules()["crs"])
    along, across = (east_x - east) / AXIS_METRES, (north_x - north) / AXIS_METRES
    scale = math.hypot(along, across)
    return {
        "eastings": east,
        "northings": north,
        "height": placed.height_m,
        "axisX": along / scale,
        "axisY": across / scale,
        "scale": scale,
    }


def last_case(version: ModelVersion, user: User) -> ReviewCase | None:
    """The latest finished review of a version that the account may see."""
    rows = ReviewCase.objects.visible_to(user).filter(model_version=version).exclude(reviewed_at=None)
    return rows.select_related("project", "content_file__file").order_by("-pk").first()


def difference_url(new: ModelVersion, old: ModelVersion) -> str:
    """Where the difference of two versions is answered."""
    return reverse("life:difference-json", args=[old.pk, new.pk])


def project_file(project: Project, name: str) -> str:
    """Address of a JSON file of the project's own, such as viewpoints.json."""
    return reverse("bim:federated", args=[project.number]).removesuffix("view/") + name


def address(project: Project, **params: str) -> str:
    """Address of the picture with a choice."""
    chosen = {key: value for key, value in params.items() if value}
    return reverse("bim:federated", args=[project.number]) + (f"?{urlencode(chosen)}" if chosen else "")


def _order(version: ModelVersion) -> tuple[Any, ...]:
    return (DISCIPLINES.get(version.discipline, 99), version.building.code if version.building else "", -version.pk)
