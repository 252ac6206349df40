"""The models of an application in the project's model versions, so that the reviewer looks at them together in the viewer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from hezhu.bim.federation import address
from hezhu.bim.life.actions import hold_submitted
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.versions import Place
from hezhu.bim.models import ModelVersion
from hezhu.bim.plans.models import PlanVersion
from hezhu.core.access.models import User
from hezhu.registers.projects.models import UnitBuilding


def hold_models(version: PlanVersion, by: User) -> list[ModelVersion]:
    """The site model as 总图, each building model as 建筑 of the building its file is named after; a file named after none stays a paper only."""
    project = version.application.project
    words = _("报建 %(number)s 第 %(version)d 版") % {"number": version.application.case.number, "version": version.number}
    held = [hold_submitted(Place(project, None, Stage.SCHEME, Discipline.SITE), version.site_model, by=by, purpose=words)]
    buildings = list(project.buildings.order_by("id"))
    for model in version.building_models.order_by("pk"):
        building = building_named(model.name, buildings)
        if building is not None:
            place = Place(project, building, Stage.SCHEME, Discipline.ARCHITECTURE)
            held.append(hold_submitted(place, model, by=by, purpose=words))
    return held


def building_named(name: str, buildings: Sequence[UnitBuilding]) -> UnitBuilding | None:
    """The one building whose name or number stands in a file's name (``3号楼.ifc``, ``住宅-3#.ifc``); None where none or several do."""
    if len(buildings) == 1:
        return buildings[0]
    stem = _plain(name)
    found = [one for one in buildings if _stands_in(_plain(one.name), stem) or _stands_in(_plain(one.code), stem)]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    """``3号楼``, ``3# 楼`` and ``3＃`` are the same."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
    return re.sub(r"(\d+)(号楼|#楼|号|#)", r"\1#", text)


def _stands_in(name: str, stem: str) -> bool:
    """Not inside a longer number: 1# does not stand in 11#."""
    return bool(name) and re.search(rf"(?<!\d){re.escape(name)}", stem) is not None


def address_of(version: PlanVersion, user: User) -> str:
    """Where the version's models are seen together; empty where the account sees none of them."""
    files = [version.site_model.file_id, *version.building_models.values_list("file_id", flat=True)]
    project = version.application.project
    here = Q(project=project, stage=Stage.SCHEME, model_file__file__in=files)
    keys = ModelVersion.objects.visible_to(user).filter(here).order_by("pk").values_list("pk", flat=True)
    return address(project, versions=",".join(map(str, keys))) if keys and user.may("bim.view") else ""
