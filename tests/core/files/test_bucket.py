"""The store as an S3 bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from django.core.files.storage import storages
from moto import mock_aws

from hezhu.core.access.models import User
from hezhu.core.files import store
from hezhu.core.files.actions import keep, local_path, open_file, sweep_orphans
from hezhu.core.files.errors import FileLost
from hezhu.core.files.models import StoredFile

PDF = b"%PDF-1.7\nabc"


@pytest.fixture
def bucket(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {"bucket_name": "hezhu", "file_overwrite": True, "default_acl": None},
        },
    }
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="hezhu")
        yield client


def keys(bucket) -> list[str]:
    return [item["Key"] for item in bucket.list_objects_v2(Bucket="hezhu").get("Contents", [])]


def test_content_goes_to_the_bucket_and_comes_back(bucket, city_officer: User) -> None:
    assert store.local_root() is None
    attachment = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    assert keys(bucket) == [attachment.file.key]
    assert open_file(attachment).read() == PDF
    path = local_path(attachment)
    assert path == store.cache_folder() / attachment.file.key
    assert list((store.cache_folder() / store.INCOMING).iterdir()) == []


def test_equal_content_is_sent_once(bucket, city_officer: User) -> None:
    keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    keep(PDF, by=city_officer, purpose="evidence", name="b.pdf")
    assert len(keys(bucket)) == 1
    assert StoredFile.objects.count() == 1


def test_changed_content_is_not_handed_out(bucket, city_officer: User) -> None:
    attachment = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    bucket.put_object(Bucket="hezhu", Key=attachment.file.key, Body=b"%PDF-1.7\nabX")
    with pytest.raises(FileLost):
        local_path(attachment)
    assert not (store.cache_folder() / attachment.file.key).exists()


def test_orphans_are_swept_from_the_bucket(bucket, city_officer: User, tmp_path: Path) -> None:
    attachment = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    bucket.put_object(Bucket="hezhu", Key=f"ab/cd/{'ab' * 32}", Body=b"left over")
    assert sweep_orphans(older_than_seconds=-1) == 1
    assert keys(bucket) == [attachment.file.key]
    assert storages["default"].exists(attachment.file.key)
