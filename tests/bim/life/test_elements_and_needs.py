"""An element's page, its links from other rooms, and what a version lacks of its stage's requirements."""

from __future__ import annotations

import pytest

from hezhu.bim.life import actions, needing
from hezhu.bim.life.kinds import Status
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import store
from hezhu.registers.projects.element_actions import LinkWrong, link_elements, unlink_elements
from hezhu.registers.projects.elements import ElementLink
from tests.bim.conftest import DOOR, STAIR
from tests.bim.life.conftest import PLACE, row

LOT = {"kind": "lot", "target": "JYP-1", "title": "三层检验批", "url": "/quality/lots/1/"}


def test_an_element_shows_versions_changes_and_links(uploaded, describing, project, client, firm_user, city_officer) -> None:
    first = uploaded(shared=True)
    describing.prints = [row(STAIR, "LT-1", "IfcStairFlight", place=(1.0, 2.3, *PLACE[2:]))]
    second = uploaded()
    assert link_elements(project, [STAIR, STAIR], by=firm_user, **LOT) == 1
    client.force_login(firm_user)
    page = client.get(f"/projects/{project.number}/elements/{STAIR}/")
    values = page.context["sections"][0][1]
    assert [version.pk for version in values["versions"]] == [second.pk, first.pk]
    assert [(change["distance_m"], [str(word) for word in change["words"]]) for change in values["changes"]] == [(0.3, ["移动"])]
    assert [link.target for link in page.context["links"]] == ["JYP-1"]
    panel = client.get(f"/bim/models/{second.pk}/properties/{STAIR}/").json()
    assert panel["groups"][-1] == {"name": "关联的记录", "rows": [["检验批", "三层检验批（JYP-1）"]]}
    client.force_login(city_officer)  # who may not see the second version, which is work in progress
    values = client.get(f"/projects/{project.number}/elements/{STAIR}/").context["sections"][0][1]
    assert [version.pk for version in values["versions"]] == [first.pk]
    assert client.get(f"/projects/{project.number}/elements/{DOOR[:-1]}!/").status_code == 404


def test_linking_twice_is_the_same_and_can_be_taken_back(project, firm_user) -> None:
    assert link_elements(project, [STAIR], by=firm_user, **LOT) == 1
    assert link_elements(project, [STAIR, DOOR], by=firm_user, **LOT) == 1
    assert ElementLink.objects.count() == 2
    assert unlink_elements(project, [STAIR], kind="lot", target="JYP-1", by=firm_user) == 1
    assert list(ElementLink.objects.values_list("global_id", flat=True)) == [DOOR]


@pytest.mark.parametrize("role", ["other_firm_user", "haiyan_officer", "auditor", "expert"])
def test_who_may_not_link_leaves_nothing(role, request, project, client) -> None:
    user = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        link_elements(project, [STAIR], by=user, **LOT)
    client.force_login(user)
    answer = client.post(
        f"/api/v1/elements/{project.number}/links/", {"global_ids": [STAIR], **LOT}, content_type="application/json"
    )
    assert answer.status_code in (403, 404)
    assert ElementLink.objects.count() == 0


def test_wrong_links_name_every_field(project, firm_user) -> None:
    with pytest.raises(LinkWrong) as refusal:
        link_elements(project, ["x"], kind="poem", target=" ", title="t", url="https://elsewhere.example/", by=firm_user)
    assert [problem["field"] for problem in refusal.value.data["problems"]] == ["global_ids", "kind", "target", "url"]
    assert ElementLink.objects.count() == 0


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    store.pack(write_sample(folder / "示例.ifc", storeys=2, faults={"missing-room-function"}), folder / "tables.zip")
    return folder / "tables.zip"


def test_a_version_against_its_stage_and_a_later_one(uploaded, archive, project, client, firm_user) -> None:
    version = uploaded()
    assert needing.lacks(version) is None
    version.tables_file = keep(archive, by=firm_user, purpose="report")
    version.save(update_fields=["tables_file"])
    found = needing.lacks(version)
    rows = {one["id"]: one for one in found["requirements"]}
    assert (rows["storey-level"]["verdict"], rows["room-function"]["verdict"], rows["room-function"]["failed"]) == (
        "pass",
        "fail",
        1,
    )
    element = rows["room-function"]["elements"][0]
    assert element["ifc_class"] == "IfcSpace"
    assert needing.lacks(version, "completion")["failed"] >= found["failed"]
    client.force_login(firm_user)
    page = client.get(f"/bim/models/{version.pk}/needs/?requirement=room-function")
    assert page.context["elements"] == [element]
    assert f"/projects/{project.number}/elements/{element['global_id']}/" in page.content.decode()
    assert b"<ids " in client.get(f"/bim/models/{version.pk}/needs/?ids=1").content
    matrix = client.get(f"/bim/projects/{project.number}/needs/")
    assert matrix.status_code == 200
    assert client.get(f"/api/v1/bim/models/{version.pk}/needs/").json()["failed"] == found["failed"]


def test_publishing_notes_that_the_project_uses_bim_once(uploaded, project, firm_user) -> None:
    first = uploaded(shared=True)
    project.refresh_from_db()
    assert project.bim_published_on is None
    actions.move(first, Status.PUBLISHED, by=firm_user)
    project.refresh_from_db()
    first.refresh_from_db()
    assert project.bim_published_on == first.published_at.astimezone().date()


def test_the_pages_open_full_and_empty(uploaded, project, client, city_officer, firm_user, other_firm_user) -> None:
    client.force_login(city_officer)
    assert "还没有模型版本" in client.get(f"/bim/projects/{project.number}/models/").content.decode()
    version = uploaded(shared=True, declares_unit=False)
    page = client.get(f"/bim/projects/{project.number}/models/")
    cells = {(discipline.value, cell.stage): len(cell.versions) for discipline, cells in page.context["rows"] for cell in cells}
    assert cells[("architecture", "construction_drawing")] == 1
    assert sum(cells.values()) == 1
    assert "一千倍" in client.get(f"/bim/models/{version.pk}/").content.decode()
    assert client.get(f"/projects/{project.number}/").status_code == 200
    assert client.get(f"/bim/projects/{project.number}/models/upload/").status_code == 200
    client.force_login(other_firm_user)
    assert client.get(f"/bim/projects/{project.number}/models/").status_code == 404
