"""Keeping a file: once by content, with both digests, or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.core.access.models import User
from hezhu.core.errors import NotAllowed
from hezhu.core.files import store
from hezhu.core.files.actions import clean_name, keep, local_path, open_file
from hezhu.core.files.errors import EmptyFile, EndingMismatch, FileLost, FileTooLarge, OldOffice, WrongKind
from hezhu.core.files.models import Attachment, StoredFile
from tests.core.files.test_sniff import IFC, archive

PDF = b"%PDF-1.7\nabc"


def test_content_is_kept_with_both_digests(city_officer: User, blobs) -> None:
    attachment = keep(SimpleUploadedFile("进度 证明.pdf", PDF), by=city_officer, purpose="evidence")
    stored = attachment.file
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert stored.sm3 == hashlib.new("sm3", PDF).hexdigest()
    assert (stored.size, stored.media_type) == (12, "application/pdf")
    assert (attachment.name, attachment.purpose, attachment.division) == ("进度 证明.pdf", "evidence", "330400")
    assert (attachment.uploaded_by, attachment.unit, attachment.is_demo) == (city_officer, city_officer.unit, False)
    assert blobs() == [stored.sha256]
    assert open_file(attachment).read() == PDF
    assert local_path(attachment).parent.name == stored.sha256[2:4]


def test_equal_content_is_stored_once(city_officer: User, firm_user: User, blobs) -> None:
    first = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    second = keep(io.BytesIO(PDF), by=firm_user, purpose="evidence", name="b.pdf")
    assert first.file_id == second.file_id
    assert len(blobs()) == 1
    assert StoredFile.objects.count() == 1
    assert Attachment.objects.count() == 2


def test_a_path_can_be_kept(city_officer: User, tmp_path: Path) -> None:
    path = tmp_path / "model.ifc"
    path.write_bytes(IFC)
    assert keep(path, by=city_officer, purpose="model").name == "model.ifc"
    assert path.exists()


def test_a_demo_account_makes_demo_rows(demo_officer: User) -> None:
    assert keep(PDF, by=demo_officer, purpose="evidence", name="a.pdf").is_demo is True


@pytest.mark.parametrize(
    ("content", "name", "purpose", "refusal", "sentence"),
    [
        (b"", "a.ifc", "model", EmptyFile, "“a.ifc”是空文件（0 字节），没有保存。重新导出后再上传。"),
        (PDF, "a.ifc", "model", WrongKind, "“a.ifc”的内容是PDF 文档，这里只收IFC 模型（STEP 文本）、ifcZIP 模型。没有保存。"),
        (
            archive(model_dot_ifc=IFC),
            "a.ifc",
            "model",
            EndingMismatch,
            "“a.ifc”以 .ifc 结尾，内容却是ifcZIP 模型（应为 .ifczip），没有保存。核对是否选错文件；没选错就改正文件名再上传。",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
            "a.xls",
            "sheet",
            OldOffice,
            "“a.xls”是旧版 Office 或 WPS 文件，没有保存。另存为 .xlsx、.docx 或 PDF 后再上传。",
        ),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing(
    content: bytes, name: str, purpose: str, refusal: type, sentence: str, city_officer: User, store_folder: Path
) -> None:
    with pytest.raises(refusal) as caught:
        keep(content, by=city_officer, purpose=purpose, name=name)
    assert str(caught.value) == sentence
    assert [path for path in store_folder.rglob("*") if path.is_file()] == []
    assert not StoredFile.objects.exists()
    assert not Attachment.objects.exists()


class Endless(io.RawIOBase):
    """A body that never ends, and counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b" " * size


def test_the_limit_holds_while_the_body_still_comes(city_officer: User, store_folder: Path) -> None:
    body = Endless()
    with pytest.raises(FileTooLarge) as caught:
        keep(body, by=city_officer, purpose="sheet", name="a.csv", limit_bytes=3 * store.CHUNK_BYTES)
    assert body.taken == 4 * store.CHUNK_BYTES
    assert str(caught.value) == "“a.csv”超过 3.0\xa0MB 的上限，没有保存。拆分文件，或压缩后再上传。"
    assert [path for path in store_folder.rglob("*") if path.is_file()] == []


def test_the_settings_limit_holds_too(city_officer: User, settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 5
    with pytest.raises(FileTooLarge):
        keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")


def test_an_officer_cannot_keep_a_file_for_another_county(haiyan_officer: User, blobs) -> None:
    with pytest.raises(NotAllowed):
        keep(PDF, by=haiyan_officer, purpose="evidence", name="a.pdf", division="330481")
    assert blobs() == []
    assert not Attachment.objects.exists()


def test_a_name_without_ending_gets_one(city_officer: User) -> None:
    assert keep(PDF, by=city_officer, purpose="evidence", name="证明").name == "证明.pdf"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\图纸\\1#楼.ifc", "1#楼.ifc"),
        ("a\u202egpj.exe.pdf", "agpj.exe.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ('<b>"x".pdf', "_b__x_.pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("长" * 300 + ".xlsx", "长" * 155 + ".xlsx"),
    ],
)
def test_names_are_made_safe(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_lost_content_is_told(city_officer: User) -> None:
    attachment = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    local_path(attachment).unlink()
    with pytest.raises(FileLost):
        open_file(attachment)


def test_keeping_again_mends_lost_content(city_officer: User, blobs) -> None:
    attachment = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    local_path(attachment).unlink()
    keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    assert open_file(attachment).read() == PDF
    assert StoredFile.objects.count() == 1
