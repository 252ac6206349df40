"""Stored content has no name; engines tell formats by endings and name files in messages. This gives a kept file its name back."""

from __future__ import annotations

import shutil
from pathlib import Path

from hezhu.core.files.actions import local_path
from hezhu.core.files.models import Attachment


def named(attachment: Attachment, folder: Path) -> Path:
    """The content under its own name, below ``folder``. A model's ending is made to say what the content is."""
    name = attachment.name
    if attachment.purpose == "model":
        name = f"{Path(name).stem}.{'ifczip' if attachment.file.media_type.endswith('ifczip') else 'ifc'}"
    path = folder / str(attachment.pk) / name
    path.parent.mkdir()
    source = local_path(attachment)
    try:
        path.symlink_to(source)
    except OSError:  # a system without links
        shutil.copyfile(source, path)
    return path
