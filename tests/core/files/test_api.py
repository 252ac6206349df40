"""Files over the API, by key, scoped like the pages."""

from __future__ import annotations

import pytest

from hezhu.core.access.models import ApiKey, User
from hezhu.core.files.actions import keep

PDF = b"%PDF-1.7\nabc"


def test_a_key_reads_a_file_and_its_content(client, firm_user: User) -> None:
    attachment = keep(PDF, by=firm_user, purpose="evidence", name="a.pdf")
    headers = {"Authorization": f"Bearer {ApiKey.issue(firm_user, '测试')}"}
    body = client.get(f"/api/v1/files/{attachment.pk}", headers=headers).json()
    assert (body["name"], body["size"], body["sha256"], body["sm3"]) == ("a.pdf", 12, attachment.file.sha256, attachment.file.sm3)
    response = client.get(f"/api/v1/files/{attachment.pk}/content", headers={**headers, "Range": "bytes=1-3"})
    assert (response.status_code, b"".join(response.streaming_content)) == (206, b"PDF")


@pytest.mark.parametrize("address", ["", "/content"])
@pytest.mark.parametrize("name", ["haiyan_officer", "other_firm_user", "reviewer", "demo_officer"])
def test_others_find_nothing(client, firm_user: User, name: str, address: str, request) -> None:
    attachment = keep(PDF, by=firm_user, purpose="evidence", name="a.pdf")
    client.force_login(request.getfixturevalue(name))
    response = client.get(f"/api/v1/files/{attachment.pk}{address}")
    assert (response.status_code, response.json()["code"]) == (404, "not-found")


def test_a_stranger_is_refused(client, firm_user: User) -> None:
    attachment = keep(PDF, by=firm_user, purpose="evidence", name="a.pdf")
    assert client.get(f"/api/v1/files/{attachment.pk}").status_code == 401
