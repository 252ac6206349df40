"""Large files in pieces: whatever breaks on the way, what is kept is the file that was sent, and only its owner's."""

from __future__ import annotations

import hashlib
import os
import uuid
import zlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from hezhu.core.access.models import User
from hezhu.core.files import errors, resumable
from hezhu.core.files.actions import keep, local_path
from hezhu.core.files.models import Attachment, PartialUpload
from hezhu.core.files.uploads import taken, taken_all

pytestmark = pytest.mark.django_db
CONTENT = b"ISO-10303-21;\n" + bytes(range(32, 127)) * 40_000  # 3.8 MB
HALF = 2_000_000


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES, settings.UPLOAD_QUOTA_BYTES = 10_000_000, 20_000_000


def sent(user: User, content: bytes = CONTENT, name: str = "大模型.ifc") -> PartialUpload:
    """A whole upload in two pieces."""
    row = resumable.begin(by=user, name=name, size=len(content))
    half = len(content) // 2
    row = resumable.add_piece(row, BytesIO(content[:half]), offset=0, length=half)
    return resumable.add_piece(row, BytesIO(content[half:]), offset=half, length=len(content) - half)


def form(user: User, **fields: list[str]) -> Any:
    request = RequestFactory().post("/", fields)
    request.user = user
    return request


def test_a_file_in_two_pieces_is_kept_as_it_was_sent(firm_user: User, django_capture_on_commit_callbacks: Any) -> None:
    row = sent(firm_user)
    place = resumable.path_of(row)
    with django_capture_on_commit_callbacks(execute=True):
        kept = keep(taken(form(firm_user, model__upload=[str(row.pk)]), "model"), by=firm_user, purpose="model")
    assert (kept.name, kept.file.size) == ("大模型.ifc", len(CONTENT))
    assert kept.file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert local_path(kept).read_bytes() == CONTENT
    assert not PartialUpload.objects.exists()
    assert not place.exists()
    with pytest.raises(errors.UploadGone):
        taken(form(firm_user, model__upload=[str(row.pk)]), "model")


def test_a_piece_counts_only_when_it_goes_on_where_the_last_one_ended(firm_user: User) -> None:
    row = resumable.begin(by=firm_user, name="a.ifc", size=len(CONTENT))
    row = resumable.add_piece(row, BytesIO(CONTENT[:HALF]), offset=0, length=HALF)
    for offset, length in ((0, HALF), (HALF + 1, 10), (HALF, len(CONTENT))):
        with pytest.raises(errors.WrongOffset, match=str(HALF)):
            resumable.add_piece(row, BytesIO(CONTENT), offset=offset, length=length)
    with pytest.raises(errors.NotWhole, match=r"a\.ifc"):
        resumable.whole(str(row.pk), by=firm_user)
    row.refresh_from_db()
    assert row.received == HALF


@pytest.mark.parametrize(("content", "crc"), [(CONTENT[:HALF], 1), (CONTENT[: HALF - 5], None)])
def test_a_damaged_or_cut_piece_moves_nothing(firm_user: User, content: bytes, crc: int | None) -> None:
    row = resumable.begin(by=firm_user, name="a.ifc", size=len(CONTENT))
    with pytest.raises(errors.PieceDamaged):
        resumable.add_piece(row, BytesIO(content), offset=0, length=HALF, crc32=crc)
    row.refresh_from_db()
    assert (row.received, resumable.path_of(row).stat().st_size) == (0, 0)
    row = resumable.add_piece(row, BytesIO(CONTENT[:HALF]), offset=0, length=HALF, crc32=zlib.crc32(CONTENT[:HALF]))
    assert row.received == HALF


def test_what_a_killed_server_wrote_beyond_the_row_is_written_again(firm_user: User) -> None:
    row = resumable.begin(by=firm_user, name="a.ifc", size=len(CONTENT))
    row = resumable.add_piece(row, BytesIO(CONTENT[:HALF]), offset=0, length=HALF)
    with resumable.path_of(row).open("ab") as file:
        file.write(b"rubbish of a piece whose row was never written")
    rest = len(CONTENT) - HALF
    resumable.add_piece(row, BytesIO(CONTENT[HALF:]), offset=HALF, length=rest)
    assert resumable.whole(str(row.pk), by=firm_user).path.read_bytes() == CONTENT


def test_the_same_file_chosen_again_goes_on_and_another_does_not(firm_user: User, other_firm_user: User) -> None:
    row = resumable.begin(by=firm_user, name="a.ifc", size=100, fingerprint="1-2-3")
    resumable.add_piece(row, BytesIO(b"x" * 40), offset=0, length=40)
    again = resumable.begin(by=firm_user, name="a.ifc", size=100, fingerprint="1-2-3")
    assert (again.pk, again.received) == (row.pk, 40)
    assert resumable.begin(by=firm_user, name="a.ifc", size=100, fingerprint="9-9-9").received == 0
    assert resumable.begin(by=other_firm_user, name="a.ifc", size=100, fingerprint="1-2-3").pk != row.pk


def test_a_form_refused_after_the_file_was_read_keeps_the_upload(firm_user: User) -> None:
    row = sent(firm_user)
    with transaction.atomic():
        keep(resumable.whole(str(row.pk), by=firm_user), by=firm_user, purpose="model")
        transaction.set_rollback(True)
    assert resumable.whole(str(row.pk), by=firm_user).path.read_bytes() == CONTENT
    assert not Attachment.objects.exists()


def test_content_of_another_kind_is_refused_and_stays_nobodys(firm_user: User) -> None:
    row = sent(firm_user, b"MZ\x90\x00" + b"\x00" * 5000, "a.ifc")
    with pytest.raises(errors.WrongKind):
        keep(resumable.whole(str(row.pk), by=firm_user), by=firm_user, purpose="model")
    assert not Attachment.objects.exists()


def test_limits_hold_before_a_byte_is_sent(firm_user: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.EmptyFile):
        resumable.begin(by=firm_user, name="a.ifc", size=0)
    with pytest.raises(errors.FileTooLarge):
        resumable.begin(by=firm_user, name="a.ifc", size=10_000_001)
    resumable.begin(by=firm_user, name="a.ifc", size=9_000_000)
    resumable.begin(by=firm_user, name="b.ifc", size=9_000_000)
    with pytest.raises(errors.UploadQuota, match="2 个"):
        resumable.begin(by=firm_user, name="c.ifc", size=9_000_000)
    monkeypatch.setattr(resumable.shutil, "disk_usage", lambda place: type("Usage", (), {"free": 1000})())
    with pytest.raises(errors.NoRoom):
        resumable.begin(by=firm_user, name="c.ifc", size=1000)
    assert PartialUpload.objects.count() == 2


def test_the_sweep_forgets_what_was_left_lying(firm_user: User) -> None:
    old, fresh = sent(firm_user), sent(firm_user, name="b.ifc")
    PartialUpload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - timedelta(days=8))
    os.utime(resumable.path_of(old), (1_000_000, 1_000_000))
    assert resumable.sweep() == 1
    assert (resumable.path_of(old).exists(), resumable.path_of(fresh).exists()) == (False, True)


def test_a_script_sends_asks_and_gives_up(firm_user: User) -> None:
    client = Client()
    client.force_login(firm_user)
    begun = client.post("/files/uploads/", {"name": "../../a.ifc", "size": 300, "fingerprint": "f"}, "application/json")
    assert begun.status_code == 201
    answer = begun.json()
    assert (answer["offset"], answer["piece"]) == (0, resumable.PIECE_BYTES)
    place = f"/files/uploads/{answer['id']}/"
    sums = f"{zlib.crc32(b'x' * 100):x}"
    put = client.put(place, b"x" * 100, "application/octet-stream", headers={"Upload-Offset": "0", "Upload-Checksum": sums})
    assert (put.status_code, put["Upload-Offset"]) == (204, "100")
    late = client.put(place, b"x" * 100, "application/octet-stream", headers={"Upload-Offset": "0"})
    assert (late.status_code, late["Upload-Offset"]) == (409, "100")
    damaged = client.put(place, b"y" * 100, "application/octet-stream", headers={"Upload-Offset": "100", "Upload-Checksum": sums})
    assert damaged.status_code == 422
    assert client.head(place)["Upload-Offset"] == "100"
    assert PartialUpload.objects.get().name == "a.ifc"
    assert client.delete(place).status_code == 204
    assert client.head(place).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": "a"}', b'{"name": "a", "size": "x"}'])
def test_a_beginning_that_makes_no_sense_is_refused(firm_user: User, body: bytes) -> None:
    client = Client()
    client.force_login(firm_user)
    assert client.generic("POST", "/files/uploads/", body, "application/json").status_code == 422
    assert not PartialUpload.objects.exists()


def test_another_account_neither_finds_nor_uses_it(firm_user: User, other_firm_user: User) -> None:
    row = sent(firm_user)
    place = f"/files/uploads/{row.pk}/"
    stranger, nobody = Client(), Client()
    stranger.force_login(other_firm_user)
    assert {stranger.head(place).status_code, stranger.delete(place).status_code} == {404}
    assert stranger.put(place, b"x", "application/octet-stream", headers={"Upload-Offset": "0"}).status_code == 404
    assert nobody.head(place, headers={"Accept": "application/json"}).status_code == 401
    with pytest.raises(errors.UploadGone):
        taken_all(form(other_firm_user, files__upload=[str(row.pk)]), "files")
    for wrong in (str(uuid.uuid4()), "nonsense", "../../etc/passwd"):
        with pytest.raises(errors.UploadGone):
            taken_all(form(firm_user, files__upload=[wrong]), "files")
    row.refresh_from_db()
    assert row.received == len(CONTENT)
