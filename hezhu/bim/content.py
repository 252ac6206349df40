"""The content archive of a case or a model version: what the viewer and the assembly pages read of a model."""

from __future__ import annotations

import json
import zipfile
from typing import Any

from hezhu.bim.models import ModelVersion, ReviewCase
from hezhu.core.files.actions import local_path


def member_of(case: ReviewCase | ModelVersion, member: str) -> Any:
    """One member of the content archive; None when the case or the archive has none."""
    if case.content_file is None:
        return None
    with zipfile.ZipFile(local_path(case.content_file)) as archive:
        try:
            return json.loads(archive.read(member))
        except KeyError:
            return None
