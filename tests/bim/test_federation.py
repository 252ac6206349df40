"""The model page: which versions stand in it, whose they are, and what its viewer may read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.bim import actions, federation
from hezhu.bim.errors import CommentEmpty
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.versions import Place, add_version
from hezhu.bim.models import CaseFinding, FindingComment
from hezhu.bim.tiles.actions import place
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep
from hezhu.core.files.errors import WrongKind
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import store
from tests.bim.conftest import DOOR, MODEL, STAIR, FakeConversion

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
Add = Callable[..., ModelVersion]


@pytest.fixture
def add(project, building, city_officer) -> Add:
    """A further version with a viewer file, by discipline and building."""

    def make(discipline: str, where: Any = building, *, status: str = "shared", shown: bool = True) -> ModelVersion:
        content = MODEL + f"{discipline}{where}{ModelVersion.objects.count()}".encode()
        kept = keep(content, by=city_officer, purpose="model", name="m.ifc", division=project.division)
        version = add_version(
            Place(project, where, "construction_drawing", discipline), kept, by=city_officer, purpose="", status=status
        )
        if shown:
            version.viewer_file = keep(
                FakeConversion.content, by=city_officer, purpose="viewer", name="m.frag", division=project.division
            )
            version.save()
        return version

    return make


def view(project: Any, more: str = "") -> str:
    return f"/bim/projects/{project.number}/view/{more}"


def test_each_place_shows_its_latest_version_in_the_order_of_disciplines(client, case, add, project, city_officer) -> None:
    old, structure = add("structure"), add("structure")
    pipes = add("plumbing", None)
    add("hvac", shown=False)
    add("electrical", status="archived")
    client.force_login(city_officer)
    rows = client.get(view(project, "models.json")).json()
    assert [row["id"] for row in rows] == [str(pk) for pk in (case.model_version_id, structure.pk, pipes.pk)]
    assert [row["discipline"] for row in rows] == ["1# 建筑", "1# 结构", "给排水"]
    assert rows[1]["modelUrl"] == view(project, f"{structure.pk}/model.frag")
    assert rows[1]["label"] == "1# 结构 施工图 第 2 版"
    assert rows[1]["queryUrl"] is None
    chosen = client.get(view(project, f"models.json?versions={old.pk},x,999999")).json()
    assert [row["id"] for row in chosen] == [str(old.pk)]


def test_the_page_offers_every_version_and_sends_a_choice_on(client, case, add, project, city_officer) -> None:
    old, new = add("structure"), add("structure")
    waiting = add("hvac", shown=False)
    client.force_login(city_officer)
    page = client.get(view(project)).content.decode()
    assert f'data-models-url="{view(project, "models.json")}"' in page
    assert f'data-viewpoints-url="/bim/projects/{project.number}/viewpoints.json"' in page
    assert f'<option value="{waiting.pk}" disabled>' in page
    moved = client.get(view(project, f"?version={old.pk}&version=&version={case.model_version_id}"))
    assert moved["Location"] == view(project, f"?versions={old.pk}%2C{case.model_version_id}")
    compared = client.get(view(project, f"?old={old.pk}&new={new.pk}"))
    assert compared["Location"] == view(project, f"?compare={old.pk}%2C{new.pk}")


def test_a_comparison_shows_the_new_version_first(client, case, add, project, city_officer) -> None:
    old, new = add("structure"), add("structure")
    client.force_login(city_officer)
    rows = client.get(view(project, f"models.json?compare={old.pk},{new.pk}")).json()
    assert [row["id"] for row in rows] == [str(new.pk), str(old.pk)]
    assert client.get(view(project, f"?compare={old.pk},{new.pk}")).status_code == 200
    for wrong in (f"{old.pk}", f"{old.pk},{old.pk}", f"{old.pk},999999", "a,b"):
        assert client.get(view(project, f"models.json?compare={wrong}")).status_code == 404


def test_a_project_without_models_says_what_comes_next(client, project, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get(view(project)).content.decode()
    assert "这个项目还没有模型" in page
    assert "data-hezhu-viewer" not in page


@pytest.mark.parametrize(
    "path", ["", "models.json", "{pk}/model.frag", "{pk}/elements.json", "{pk}/pins.json", "{pk}/properties/{stair}/"]
)
def test_another_county_sees_nothing(client, case, project, city_officer, haiyan_officer, path) -> None:
    address = view(project, path.format(pk=case.model_version_id, stair=STAIR))
    client.force_login(city_officer)
    assert client.get(address).status_code == 200
    client.force_login(haiyan_officer)
    assert client.get(address).status_code == 404


def test_a_version_of_another_project_is_not_reached_through_this_one(client, case, project, units, city_officer) -> None:
    from hezhu.registers.projects.models import Project

    other = Project.objects.create(number="3304812603010199", name="另一项目", division="330481", area_m2=1, owner=units["firm"])
    client.force_login(city_officer)
    assert client.get(view(other, f"{case.model_version_id}/model.frag")).status_code == 404


def test_work_in_progress_of_another_unit_is_left_out(client, case, add, project, firm_user) -> None:
    add("structure", status="wip")
    client.force_login(firm_user)
    assert [row["id"] for row in client.get(view(project, "models.json")).json()] == [str(case.model_version_id)]


def test_elements_and_pins_come_from_the_latest_review(client, case, project, city_officer) -> None:
    client.force_login(city_officer)
    where = view(project, f"{case.model_version_id}/")
    elements = client.get(f"{where}elements.json").json()
    assert elements["storeys"][0]["elements"] == [STAIR, DOOR]
    assert elements["verdicts"] == {STAIR: "fail", DOOR: "manual"}
    pins = client.get(f"{where}pins.json").json()["pins"]
    assert [(pin["verdict"], pin["globalId"], pin["point"]) for pin in pins] == [
        ("fail", STAIR, [0.53, 0.0, 0.0]),
        ("manual", DOOR, None),
    ]
    failed = case.findings.get(verdict="fail")
    assert pins[0]["url"] == f"{case.get_absolute_url()}?finding={failed.pk}"
    assert client.get(f"/bim/{case.number}/pins.json").json()["pins"] == pins


def test_a_rejected_finding_has_no_pin(client, case, city_officer, reviewer) -> None:
    case.findings.filter(verdict="fail").update(decision=CaseFinding.Decision.REJECTED)
    client.force_login(city_officer)
    assert [pin["verdict"] for pin in client.get(f"/bim/{case.number}/pins.json").json()["pins"]] == ["manual"]


@pytest.fixture
def tabled(case, city_officer, tmp_path: Path):
    """The case with the tables of our sample building."""
    store.pack(write_sample(tmp_path / "示例.ifc", storeys=2), tmp_path / "tables.zip")
    version = case.model_version
    version.tables_file = keep(
        tmp_path / "tables.zip", by=city_officer, purpose="report", name="t.zip", division=version.division
    )
    version.save()
    return case


def test_property_questions_are_answered_from_the_tables(client, tabled, project, city_officer, haiyan_officer) -> None:
    client.force_login(city_officer)
    for base in (f"/bim/{tabled.number}/query/", view(project, f"{tabled.model_version_id}/query/")):
        names = client.get(f"{base}names.json").json()["names"]
        assert names[0] == {"set": "", "name": "class", "label": "IFC 类", "count": names[0]["count"], "numeric": False}
        found = client.get(f"{base}find.json", {"set": "", "name": "class", "op": "is", "value": "IfcDoor"}).json()
        assert found["count"] == len(found["globalIds"]) > 10
        groups = client.get(f"{base}values.json", {"set": "", "name": "class"}).json()["groups"]
        assert {group["label"]: len(group["globalIds"]) for group in groups}["IfcDoor"] == found["count"]
        refused = client.get(f"{base}find.json", {"set": "S", "name": "n", "op": "at-least", "value": "宽"})
        assert refused.status_code == 422
        assert client.get(f"{base}drop.json").status_code == 404
    assert client.get(f"/bim/{tabled.number}/query/names.json", headers={"Accept-Language": "en"}).status_code == 200
    client.force_login(haiyan_officer)
    assert client.get(f"/bim/{tabled.number}/query/names.json").status_code == 404


def test_the_sample_lies_on_the_map_and_a_bare_version_does_not(tabled, add) -> None:
    placed = federation.placement_of(tabled.model_version)
    assert placed is not None
    assert (placed["eastings"], placed["northings"], placed["scale"]) == (571700.0, 3403200.0, 1.0)
    assert federation.placement_of(add("structure")) is None


def test_a_placement_by_hand_goes_before_the_file_and_is_brought_to_the_citys_grid(tabled, building, city_officer) -> None:
    version = tabled.model_version
    values = {"crs": "EPSG:4549", "easting": 571000.0, "northing": 3402000.0, "height": 4.5, "rotation": 90.0}
    row = place(version.project, building, values, by=city_officer, confirmed=True)
    placed = federation.placement_of(version)
    assert placed == pytest.approx(
        {"eastings": 571000.0, "northings": 3402000.0, "height": 4.5, "axisX": 0.0, "axisY": 1.0, "scale": 1.0}
    )
    place(version.project, building, values | {"crs": "EPSG:4528", "easting": 40571000.0}, by=city_officer, seen=row.revision)
    assert federation.placement_of(version) == pytest.approx(placed, abs=1e-3)


def test_without_tables_there_is_no_answer(client, case, city_officer) -> None:
    client.force_login(city_officer)
    assert client.get(f"/bim/{case.number}/query/names.json").status_code == 404


def test_a_snapshot_goes_into_the_record_of_a_finding(client, case, city_officer, haiyan_officer) -> None:
    client.force_login(city_officer)
    failed = case.findings.get(verdict="fail")
    answer = client.post(
        f"/bim/{case.number}/findings/{failed.pk}/comment/",
        {"text": "梯段在此", "picture": SimpleUploadedFile("snapshot.png", PNG, "image/png")},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    said = FindingComment.objects.get()
    assert (said.text, said.picture.name, said.picture.purpose) == ("梯段在此", "snapshot.png", "photo")
    picture = f"/bim/{case.number}/comments/{said.pk}/picture/"
    assert picture in client.get(f"/bim/{case.number}/?finding={failed.pk}").content.decode()
    assert b"".join(client.get(picture).streaming_content) == PNG
    client.force_login(haiyan_officer)
    assert client.get(picture).status_code == 404


def test_a_picture_that_is_none_and_a_comment_without_right_leave_nothing(case, city_officer, auditor) -> None:
    failed = case.findings.get(verdict="fail")
    with pytest.raises(WrongKind):
        actions.comment(failed, by=city_officer, text="看图", picture=SimpleUploadedFile("a.png", b"<script>alert(1)</script>"))
    with pytest.raises(NotAllowed):
        actions.comment(failed, by=auditor, text="看图", picture=SimpleUploadedFile("a.png", PNG))
    with pytest.raises(CommentEmpty):
        actions.comment(failed, by=city_officer, text=" ", picture=SimpleUploadedFile("a.png", PNG))
    assert FindingComment.objects.count() == 0
    assert not case.model_version.model_file.__class__.objects.filter(purpose="photo").exists()
