"""图档库: filing, versions, content for those who see the document."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.registers.documents.actions import AlreadyWithdrawn, AnotherProject, file_document, new_version, withdraw
from hezhu.registers.documents.models import Document
from hezhu.registers.documents.purpose import PURPOSE


@pytest.fixture(autouse=True)
def files_here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


def kept(by: User, content: bytes = b"first\n") -> Attachment:
    return keep(content, by=by, purpose=PURPOSE, name="plan.txt", division="330481")


def filed(attachment: Attachment | None, project: Any, **said: Any) -> Document:
    base = {"number": "SG-1", "name": "平面图", "kind": "drawing", "by": None, "division": "330481", "is_demo": False}
    return file_document(attachment, project=project, **(base | said))


def versions() -> list[tuple[int, str]]:
    return list(Document.objects.order_by("version").values_list("version", "state"))


def test_a_second_filing_is_the_next_version(city_officer: User, project: Any) -> None:
    first = filed(kept(city_officer), project)
    second = filed(kept(city_officer, b"second\n"), project)
    assert (first.version, second.version) == (1, 2)
    assert versions() == [(1, "superseded"), (2, "current")]


def test_the_same_content_is_filed_once(city_officer: User, project: Any) -> None:
    first = filed(kept(city_officer), project)
    again = filed(kept(city_officer), project)
    assert (again.pk, versions()) == (first.pk, [(1, "current")])


def test_a_number_belongs_to_one_project(city_officer: User, project: Any) -> None:
    filed(None, project)
    with pytest.raises(AnotherProject):
        filed(None, None)
    assert versions() == [(1, "current")]


def test_the_content_is_for_those_who_see_the_document(
    client: Client, city_officer: User, firm_user: User, other_firm_user: User, haiyan_officer: User, project: Any
) -> None:
    document = filed(kept(city_officer), project)
    url = reverse("documents:content", args=[document.pk])
    client.force_login(firm_user)
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"first\n"
    for stranger in (other_firm_user, haiyan_officer):
        client.force_login(stranger)
        assert client.get(url).status_code == 404


def test_uploading_from_the_page(client: Client, city_officer: User, project: Any) -> None:
    document = filed(None, project)
    client.force_login(city_officer)
    url = reverse("documents:file", args=[document.pk])
    assert client.post(url, {"file": SimpleUploadedFile("a.txt", b"one\n")}).status_code == 302
    assert client.post(url, {"file": SimpleUploadedFile("a.txt", b"two\n")}).status_code == 302
    assert versions() == [(1, "superseded"), (2, "current")]
    page = client.get(reverse("register:detail", args=["documents", document.pk])).content.decode()
    assert "a.txt" in page


@pytest.mark.parametrize("account", ["firm_user", "haiyan_officer", "expert"])
def test_a_denied_upload_changes_nothing(
    client: Client, request: pytest.FixtureRequest, city_officer: User, project: Any, account: str
) -> None:
    document = filed(None, project)
    client.force_login(request.getfixturevalue(account))
    for name, data in (("file", {"file": SimpleUploadedFile("a.txt", b"one\n")}), ("withdraw", {"reason": "不要了不要了"})):
        assert client.post(reverse(f"documents:{name}", args=[document.pk]), data).status_code in {403, 404}
    document.refresh_from_db()
    assert (document.attachment, document.state, Attachment.objects.count()) == (None, "current", 0)


def test_a_version_is_declared_void_once(city_officer: User, project: Any) -> None:
    document = filed(kept(city_officer), project)
    withdraw(document, by=city_officer, reason="图纸有误，作废")
    assert versions() == [(1, "withdrawn")]
    with pytest.raises(AlreadyWithdrawn):
        withdraw(document, by=city_officer, reason="图纸有误，作废")
    new_version(document, kept(city_officer, b"second\n"), by=city_officer, reason="重新出图")
    assert versions() == [(1, "withdrawn"), (2, "current")]
