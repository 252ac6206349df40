"""Models of an application as model versions: which building a file is of, once each, and who is led to the picture."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hezhu.bim.models import ModelVersion
from hezhu.bim.plans.picture import address_of, building_named
from hezhu.core.access.models import User
from hezhu.core.cases.models import Case


def building(name: str, code: str = "") -> Any:
    return SimpleNamespace(name=name, code=code or f"B-{name}")


BUILDINGS = [building("1# 楼"), building("11# 楼"), building("地下车库", "G-1")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("1号楼.ifc", 0),
        ("住宅-11＃.ifc", 1),
        ("方案 1# 楼 建筑.ifc", 0),
        ("g-1_v2.ifc", 2),
        ("地下 车库.ifc", 2),
        ("1#与11#.ifc", None),
        ("总平面.ifc", None),
    ],
)
def test_the_building_a_file_is_named_after(name: str, found: int | None) -> None:
    assert building_named(name, BUILDINGS) is (None if found is None else BUILDINGS[found])


def test_a_project_with_one_building_needs_no_name() -> None:
    assert building_named("方案.ifc", BUILDINGS[:1]) is BUILDINGS[0]


@pytest.mark.django_db
def test_submitted_models_stand_in_the_model_versions_once(
    case: Case, site_files: dict[str, bytes], planning_officer: User, haiyan_officer: User
) -> None:
    (held,) = ModelVersion.objects.filter(project=case.plan.project)
    assert (held.stage, held.discipline, held.number, held.status, held.building) == ("scheme", "site", 1, "shared", None)
    assert held.model_file == case.plan.latest.site_model
    assert held.job is not None
    assert address_of(case.plan.latest, planning_officer) == f"/bim/projects/{case.plan.project.number}/view/?versions={held.pk}"
    assert address_of(case.plan.latest, haiyan_officer) == ""
