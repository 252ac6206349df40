"""A store of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def store_folder(tmp_path: Path, settings) -> Path:
    folder = tmp_path / "files"
    settings.VAR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture
def blobs(store_folder: Path):
    """The names of all content in the store."""

    def names() -> list[str]:
        return sorted(path.name for path in store_folder.glob("??/??/*"))

    return names
