"""A body over the limit is cut off before it reaches the disk."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from hezhu.core.files.errors import FileMissing, FileTooLarge
from hezhu.core.files.uploads import LimitedUpload, taken


@pytest.fixture
def handlers(settings) -> None:
    settings.FILE_UPLOAD_HANDLERS = [
        "hezhu.core.files.uploads.LimitedUpload",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    settings.UPLOAD_LIMIT_BYTES = 100_000


def test_a_file_within_the_limit_is_taken(handlers: None) -> None:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.csv", b"x" * 100_000), "note": "n"})
    upload = taken(request)
    assert (upload.name, upload.size, request.POST["note"]) == ("a.csv", 100_000, "n")


def test_a_file_over_the_limit_is_refused_by_name(handlers: None) -> None:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("大模型.ifc", b"x" * 300_000)})
    with pytest.raises(FileTooLarge) as caught:
        taken(request)
    assert str(caught.value) == "“大模型.ifc”超过 97.7\xa0KB 的上限，没有保存。拆分文件，或压缩后再上传。"
    assert caught.value.status == 413


def test_no_file_is_told(handlers: None) -> None:
    with pytest.raises(FileMissing):
        taken(RequestFactory().post("/", {"note": "n"}))


def test_the_handler_stands_first_in_the_settings() -> None:
    from django.conf import settings

    assert settings.FILE_UPLOAD_HANDLERS[0] == f"{LimitedUpload.__module__}.{LimitedUpload.__name__}"
