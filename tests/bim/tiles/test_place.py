"""Placing a project's models: who may, what is refused, what is asked about, and the way back."""

from __future__ import annotations

import pytest

from hezhu.bim.tiles import actions, errors
from hezhu.bim.tiles.models import ProjectPlacement
from hezhu.bim.tiles.placing import distance_km
from hezhu.core.errors import NotAllowed
from tests.bim.tiles.conftest import HERE

FAR = {**HERE, "easting": 535_000.0}


def test_a_placement_is_kept_with_who_gave_it(project, firm_user) -> None:
    row = actions.place(project, None, HERE, by=firm_user)
    row.refresh_from_db()
    assert (row.easting, row.northing, row.crs, row.by, row.revision) == (571_700.0, 3_401_200.0, "EPSG:4549", firm_user, 1)
    assert row.division == project.division


@pytest.mark.parametrize("account", ["other_firm_user", "haiyan_officer", "auditor", "demo_officer", "expert"])
def test_others_may_not_and_change_nothing(project, firm_user, account, request) -> None:
    actions.place(project, None, HERE, by=firm_user)
    with pytest.raises(NotAllowed):
        actions.place(project, None, {**HERE, "easting": 1.0}, by=request.getfixturevalue(account), seen=1)
    assert ProjectPlacement.objects.get().easting == 571_700.0


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"source": "online"}, "413"),
        ({"crs": "GCJ-02"}, "413"),
        ({"easting": 3_401_200.0, "northing": 571_700.0}, "次序"),
        ({"crs": "EPSG:2437"}, "CGCS2000"),
        ({"easting": float("nan")}, "有限"),
    ],
)
def test_what_cannot_be_is_refused(project, firm_user, values, word) -> None:
    with pytest.raises(errors.PlacementWrong, match=word):
        actions.place(project, None, HERE | values, by=firm_user)
    assert not ProjectPlacement.objects.exists()


def test_a_place_outside_the_city_is_asked_about(project, firm_user) -> None:
    shanghai = {**HERE, "crs": "EPSG:4490", "easting": 121.47, "northing": 31.23}
    with pytest.raises(errors.PlacementDoubtful) as doubt:
        actions.place(project, None, shanghai, by=firm_user)
    assert "嘉兴" in doubt.value.data["problems"][0]["reason"]
    assert not ProjectPlacement.objects.exists()
    assert actions.place(project, None, shanghai, by=firm_user, confirmed=True).revision == 1


def test_a_building_twenty_kilometres_from_the_others_is_asked_about(project, building, firm_user) -> None:
    actions.place(project, None, HERE, by=firm_user)
    with pytest.raises(errors.PlacementDoubtful) as doubt:
        actions.place(project, building, FAR, by=firm_user)
    assert "36.6 公里" in doubt.value.data["problems"][0]["reason"]
    assert ProjectPlacement.objects.count() == 1


def test_distances_on_the_globe() -> None:
    """A degree of latitude is 111.19 km on a sphere of 6,371 km."""
    assert distance_km((120.0, 30.0), (120.0, 31.0)) == pytest.approx(111.195, abs=0.001)


def test_of_two_people_at_once_the_second_is_told(project, firm_user, city_officer) -> None:
    actions.place(project, None, HERE, by=firm_user)
    actions.place(project, None, {**HERE, "rotation": 10.0}, by=city_officer, seen=1)
    with pytest.raises(errors.PlacementChanged, match="city"):
        actions.place(project, None, {**HERE, "rotation": 20.0}, by=firm_user, seen=1)
    assert ProjectPlacement.objects.get().rotation == 10.0


def test_back_to_an_earlier_placement(project, firm_user) -> None:
    row = actions.place(project, None, HERE, by=firm_user)
    row = actions.place(project, None, {**HERE, "rotation": 33.0}, by=firm_user, seen=1)
    first = actions.history_model()._default_manager.filter(pgh_obj_id=row.pk).order_by("pgh_id").first()
    actions.go_back(row, first.pgh_id, by=firm_user, seen=2)
    row.refresh_from_db()
    assert (row.rotation, row.revision) == (0.0, 3)
    assert actions.history_model()._default_manager.filter(pgh_obj_id=row.pk).count() == 3


def test_a_building_of_another_project_is_refused(project, building, firm_user, units) -> None:
    from hezhu.registers.projects.models import Project

    other = Project.objects.create(number="3304812603010102", name="另一项目", division="330481", owner=units["firm"])
    with pytest.raises(errors.PlacementWrong):
        actions.place(other, building, HERE, by=firm_user)
    assert not ProjectPlacement.objects.exists()
