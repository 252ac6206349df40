"""The machine's part of a version: viewer file, content, tables, prints, facts and warnings. Called by jobs.

Idempotent: what is there is not made again, and a run that was killed is run again from the start.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hezhu.bim.errors import ModelRefused, ReviewBroke
from hezhu.bim.life.describing import DescribeRequest
from hezhu.bim.life.kinds import Status
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.warnings import find_warnings
from hezhu.bim.model_store import keep_tables
from hezhu.bim.named_files import named
from hezhu.bim.processes import Conversion, make_tables, run_engines
from hezhu.core.errors import HezhuError
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.core.jobs.errors import JobCancelled
from hezhu.core.jobs.progress import Progress

log = logging.getLogger(__name__)
ENGINES = (sys.executable, "-m", "hezhu.bim.life.describing")
gettext_noop("量取构件")
gettext_noop("整理构件特征")


def prepare(version_id: int, progress: Progress) -> dict[str, Any] | None:
    """Prepare a version that is not under review. A refusal, a crash or a cancelled job leaves the reason; it can be tried again."""
    from hezhu.bim.reviewing import workplace

    version = ModelVersion.objects.filter(pk=version_id).select_related("model_file__file", "author__unit", "building").first()
    if version is None or version.prepared_at is not None:
        return None
    try:
        with tempfile.TemporaryDirectory(prefix=f"model-{version.pk}-", dir=workplace()) as folder:
            _work(version, Path(folder), progress)
    except HezhuError as error:
        fail(version, str(error))
        raise
    except JobCancelled:
        fail(version, _("整理已取消。"))
        raise
    return {"version": str(version), "warnings": len(version.warnings)}


def _work(version: ModelVersion, folder: Path, progress: Progress) -> None:
    model = named(version.model_file, folder)
    conversion = Conversion(model, folder / "model.frag") if version.viewer_file_id is None else None
    try:
        describe(version, model, folder, lambda share, words: progress.at(0.7 * share, words))
        if version.tables_file_id is None:
            archive = make_tables(model, folder / "tables.zip", lambda: progress.at(0.75, _("整理模型表")))
            if archive is not None:
                keep_tables(version, archive, f"model-{version.pk}")
        if conversion is not None:
            frag = conversion.wait(lambda: progress.at(0.9, _("生成三维视图")))
            with transaction.atomic():
                version.viewer_file = keep_made(version, frag, "viewer") if frag is not None else None
                version.viewer_failed = frag is None
                version.save(update_fields=["viewer_file", "viewer_failed"])
    finally:
        if conversion is not None:
            conversion.end()


def describe(version: ModelVersion, model: Path, folder: Path, tell: Any) -> None:
    """Prints, content, facts and warnings of a version, in one transaction. Raises ModelRefused or ReviewBroke."""
    out = folder / "described"
    out.mkdir()
    run_engines(
        DescribeRequest(str(model), str(out)), lambda share, words: tell(share, _(words) if words else ""), engines=ENGINES
    )
    with transaction.atomic():
        version.facts = json.loads((out / "facts.json").read_text(encoding="utf-8"))
        version.prints_file = keep_made(version, out / "prints.zip", "report")
        if version.content_file_id is None:
            version.content_file = keep_made(version, out / "content.zip", "report")
        version.prepared_at, version.failure = timezone.now(), ""
        version.save(update_fields=["facts", "prints_file", "content_file", "prepared_at", "failure"])
        judge(version)


def describe_reviewed(version: ModelVersion, model: Path, folder: Path, tell: Any) -> bool:
    """The same after a review, whose findings stand whatever happens here; whether something new is known."""
    if version.prepared_at is not None:
        return False
    try:
        describe(version, model, folder, tell)
        return True
    except (ModelRefused, ReviewBroke) as error:
        log.warning("model version %s was not described: %s", version.pk, error)
        ModelVersion.objects.filter(pk=version.pk).update(failure=str(error))
        return False


def judge(version: ModelVersion) -> None:
    """Find the warnings of a version, and those of the versions beside it, which a newcomer may change."""
    group = beside(version)
    for one in group:
        latest = {other.discipline: other for other in group if other.discipline != one.discipline and _may_tell(other, one)}
        found = find_warnings(one, latest.values())
        if found != one.warnings:
            one.warnings = found
            one.save(update_fields=["warnings"])
    version.refresh_from_db(fields=["warnings"])


def beside(version: ModelVersion) -> list[ModelVersion]:
    """The described versions of the same building and stage that are not archived, the version itself among them, by number."""
    rows = ModelVersion.objects.filter(
        project=version.project_id, building=version.building_id, stage=version.stage, prepared_at__isnull=False
    ).exclude(status=Status.ARCHIVED)
    return list(rows.select_related("building").order_by("number"))


def _may_tell(other: ModelVersion, reader: ModelVersion) -> bool:
    """Whether a warning on ``reader`` may name ``other``: a unit's work in progress is told to that unit alone."""
    return other.status != Status.WIP or (reader.status == Status.WIP and other.unit_id == reader.unit_id)


def keep_made(version: ModelVersion, path: Path, purpose: str) -> Attachment:
    """Keep a file made from a version, in the author's name."""
    name = f"model-{version.pk}-{path.name}"
    return keep(path, by=version.author, purpose=purpose, name=name, division=version.division)


def fail(version: ModelVersion, message: str) -> None:
    """Say why there is nothing to see."""
    ModelVersion.objects.filter(pk=version.pk, prepared_at=None).update(failure=message)
