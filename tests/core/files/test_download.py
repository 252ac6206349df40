"""Downloads: only what the account may see, with headers that keep a browser from running it."""

from __future__ import annotations

import pytest

from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment

PDF = b"%PDF-1.7\n0123456789"


@pytest.fixture
def attachment(firm_user: User) -> Attachment:
    return keep(PDF, by=firm_user, purpose="evidence", name="检测 报告.pdf")


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_uploader_downloads(client, firm_user: User, attachment: Attachment) -> None:
    client.force_login(firm_user)
    response = client.get(f"/files/{attachment.pk}/")
    assert response.status_code == 200
    assert body(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%A3%80%E6%B5%8B%20%E6%8A%A5%E5%91%8A.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    assert response["ETag"] == f'"{attachment.file.sha256}"'
    assert response["Content-Length"] == "19"


@pytest.mark.parametrize("name", ["haining_officer", "city_officer"])
def test_offices_of_the_division_download(client, attachment: Attachment, name: str, request) -> None:
    client.force_login(request.getfixturevalue(name))
    assert client.get(f"/files/{attachment.pk}/").status_code == 200


@pytest.mark.parametrize("name", ["haiyan_officer", "other_firm_user", "reviewer", "demo_officer"])
def test_others_find_nothing(client, attachment: Attachment, name: str, request) -> None:
    client.force_login(request.getfixturevalue(name))
    response = client.get(f"/files/{attachment.pk}/")
    assert response.status_code == 404
    assert PDF not in body(response)


def test_a_stranger_is_sent_to_sign_in(client, attachment: Attachment) -> None:
    response = client.get(f"/files/{attachment.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next=/files/{attachment.pk}/")


@pytest.mark.parametrize(
    ("wanted", "status", "content", "span"),
    [
        ("bytes=0-3", 206, b"%PDF", "bytes 0-3/19"),
        ("bytes=9-", 206, b"0123456789", "bytes 9-18/19"),
        ("bytes=-4", 206, b"6789", "bytes 15-18/19"),
        ("bytes=10-9999", 206, b"123456789", "bytes 10-18/19"),
        ("bytes=19-", 416, b"", "bytes */19"),
        ("bytes=-0", 416, b"", "bytes */19"),
        ("bytes=0-1,4-5", 200, PDF, None),
        ("lines=1-2", 200, PDF, None),
    ],
)
def test_parts(
    client, firm_user: User, attachment: Attachment, wanted: str, status: int, content: bytes, span: str | None
) -> None:
    client.force_login(firm_user)
    response = client.get(f"/files/{attachment.pk}/", HTTP_RANGE=wanted)
    assert (response.status_code, body(response), response.get("Content-Range")) == (status, content, span)


def test_a_part_of_changed_content_is_the_whole(client, firm_user: User, attachment: Attachment) -> None:
    client.force_login(firm_user)
    response = client.get(f"/files/{attachment.pk}/", HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE='"other"')
    assert (response.status_code, body(response)) == (200, PDF)


def test_unchanged_content_is_not_sent_again(client, firm_user: User, attachment: Attachment) -> None:
    client.force_login(firm_user)
    response = client.get(f"/files/{attachment.pk}/", HTTP_IF_NONE_MATCH=f'"{attachment.file.sha256}"')
    assert (response.status_code, body(response)) == (304, b"")
