"""Personal data is masked everywhere; shown in clear only for a reason, and that is kept."""

from __future__ import annotations

from typing import Any

from django.test import Client

from hezhu.core.access.models import User
from hezhu.core.register.models import PersonalDataRead


def test_page_list_and_api_show_masks(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    row = rows["enterprises"]
    pages = [client.get("/r/enterprises/"), client.get(f"/r/enterprises/{row.pk}/"), client.get("/api/v1/registers/enterprises/")]
    for page in pages:
        assert "138****8000" in page.content.decode()
        assert "13812348000" not in page.content.decode()


def test_unmasking_needs_a_reason_and_is_kept(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    address = f"/r/enterprises/{rows['enterprises'].pk}/unmask/phone/"
    assert client.post(address, {"reason": "看"}).status_code == 422
    assert PersonalDataRead.objects.count() == 0
    assert client.post(address, {"reason": "核实欠薪投诉"}).content.decode().strip() == "13812348000"
    kept = PersonalDataRead.objects.get()
    assert (kept.by, kept.register, kept.field, kept.reason) == (city_officer, "enterprises", "phone", "核实欠薪投诉")


def test_others_cannot_unmask(client: Client, haining_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(haining_officer)
    address = f"/r/enterprises/{rows['enterprises'].pk}/unmask/phone/"
    assert client.post(address, {"reason": "核实欠薪投诉"}).status_code == 403
    assert PersonalDataRead.objects.count() == 0


def test_a_plain_column_cannot_be_asked_for(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    assert client.post(f"/r/enterprises/{rows['enterprises'].pk}/unmask/name/", {"reason": "核实投诉"}).status_code == 409
