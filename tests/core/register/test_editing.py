"""The form: clear faults beside their field, a reason for a change, no silent overwrite."""

from __future__ import annotations

from typing import Any

from django.test import Client

from hezhu.core.access.models import User
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.projects.models import Project, UnitBuilding


def _edit(client: Client, row: Any, **changes: Any):
    form = client.get(f"/r/enterprises/{row.pk}/edit/").context["form"]
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    return client.post(f"/r/enterprises/{row.pk}/edit/", {**data, **changes})


def test_a_wrong_credit_code_names_the_position(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    code = rows["enterprises"].credit_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    answer = _edit(client, rows["enterprises"], credit_code=wrong, reason="更正")
    assert answer.status_code == 422
    assert "第 18 位" in answer.content.decode()


def test_a_change_without_a_reason_is_not_saved(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    row = rows["enterprises"]
    answer = _edit(client, row, name="改名公司", reason="")
    assert answer.status_code == 422
    assert Enterprise.objects.get(pk=row.pk).name == row.name


def test_a_row_changed_meanwhile_is_not_overwritten(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    row = rows["enterprises"]
    opened = client.get(f"/r/enterprises/{row.pk}/edit/").context["version"]
    row.address = "别人先改"
    row.save()
    answer = _edit(client, row, address="我后改", reason="更正地址", version=opened)
    assert answer.status_code == 409
    assert Enterprise.objects.get(pk=row.pk).address == "别人先改"


def test_a_county_cannot_add_to_another_county(client: Client, haiyan_officer: User, units: Any) -> None:
    client.force_login(haiyan_officer)
    data = {
        "number": "3304812605060102",
        "name": "越界项目",
        "division": "330481",
        "category": "01",
        "nature": "001",
        "function": "school",
    }
    assert client.post("/r/projects/new/", data).status_code == 422
    assert not Project.objects.exists()


def test_a_related_row_is_named_not_numbered(client: Client, city_officer: User, project: Project) -> None:
    client.force_login(city_officer)
    data = {"code": "3#", "name": "3号楼", "division": "330481", "kind": "dwelling", "area_m2": "10", "storeys_below": "0"}
    missing = client.post("/r/buildings/new/", {**data, "project": "没有的项目"})
    assert missing.status_code == 422
    assert "没有找到“没有的项目”" in missing.content.decode()
    assert client.post("/r/buildings/new/", {**data, "project": project.number}).status_code == 302
    assert UnitBuilding.objects.get(code="3#").project == project


def test_a_computed_column_cannot_be_typed(client: Client, city_officer: User, building: UnitBuilding) -> None:
    client.force_login(city_officer)
    answer = client.patch(
        f"/api/v1/registers/buildings/{building.pk}",
        '{"is_prefab": true, "assembly_rate": "90", "name": "甲楼"}',
        content_type="application/json",
    )
    assert answer.status_code == 200
    building.refresh_from_db()
    assert (building.name, building.is_prefab, building.assembly_rate) == ("甲楼", None, None)


def test_the_change_shows_before_and_after(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    row = rows["enterprises"]
    assert _edit(client, row, address="海宁市新地址", reason="搬迁").status_code == 302
    newest = client.get(f"/api/v1/registers/enterprises/{row.pk}/changes").json()[0]
    assert (newest["kind"], newest["reason"], newest["source"]) == ("修改", "搬迁", "页面填报")
    assert ["住所", "—", "海宁市新地址"] in newest["fields"]
