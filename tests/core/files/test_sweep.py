"""What interrupted uploads leave is cleared; what a row names never is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from django.apps import apps
from django.db import models, transaction

from hezhu.core.access.models import User
from hezhu.core.files import store
from hezhu.core.files.actions import keep, sweep_orphans
from hezhu.core.files.models import Attachment, StoredFile

PDF = b"%PDF-1.7\nabc"


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_content_without_a_row_is_removed_after_a_day(city_officer: User, store_folder: Path, blobs) -> None:
    with transaction.atomic():
        keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    (orphan,) = store_folder.glob("??/??/*")
    assert sweep_orphans() == 0
    age(orphan, 2)
    assert sweep_orphans() == 1
    assert blobs() == []


def test_content_with_a_row_stays(city_officer: User, store_folder: Path, blobs) -> None:
    attachment = keep(PDF, by=city_officer, purpose="evidence", name="a.pdf")
    age(next(store_folder.glob("??/??/*")), 400)
    assert sweep_orphans() == 0
    assert blobs() == [attachment.file.sha256]


def test_broken_uploads_are_cleared_after_a_day(db: None, store_folder: Path) -> None:
    old, new = store.incoming_path(), store.incoming_path()
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    age(old, 2)
    sweep_orphans()
    assert [old.exists(), new.exists()] == [False, True]


def test_a_process_killed_while_receiving_leaves_only_a_part(tmp_path: Path) -> None:
    """The final name appears complete or not at all: kill -9 while the body is still coming."""
    program = (
        "import os, sys, django\n"
        "django.setup()\n"
        "from hezhu.core.files import actions\n"
        "def body():\n"
        "    yield b'ISO-10303-21;' * 1000\n"
        "    print('half', flush=True)\n"
        "    import time; time.sleep(60)\n"
        "actions._chunks = lambda upload: upload\n"
        "actions._receive(body(), 'a.ifc', 10**9)\n"
    )
    environment = {**os.environ, "HEZHU_VAR": str(tmp_path / "killed"), "DJANGO_SETTINGS_MODULE": "hezhu.config.settings"}
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.wait()
    left = [path for path in (tmp_path / "killed" / "files").rglob("*") if path.is_file()]
    assert [path.suffix for path in left] == [".part"]


def test_files_are_never_cascade_deleted() -> None:
    """Every foreign key to a file or its use protects it, or at least lets it be; history tables carry no constraint."""
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model in (StoredFile, Attachment)
        and field.remote_field.on_delete is models.CASCADE
    ]
    assert wrong == []
    keys = {Attachment._meta.get_field("file").remote_field.on_delete, Attachment._meta.get_field("unit").remote_field.on_delete}
    assert keys == {models.PROTECT}
