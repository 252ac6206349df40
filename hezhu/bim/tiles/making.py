"""The machine's part: tiles of a version, called by the job. A run that was killed is run again and leaves the same."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hezhu.bim.named_files import named
from hezhu.bim.processes import run_engines
from hezhu.bim.reviewing import workplace
from hezhu.bim.tiles.inspection import TilesRequest
from hezhu.bim.tiles.models import ModelTiles
from hezhu.core.errors import HezhuError
from hezhu.core.files import purposes
from hezhu.core.files.actions import keep
from hezhu.core.files.kinds import Kind
from hezhu.core.jobs.errors import JobCancelled
from hezhu.core.jobs.progress import Progress

ENGINES = (sys.executable, "-m", "hezhu.bim.tiles.inspection")
FACTS = ("stated", "box", "origin", "error_m", "footprint", "counts", "notes")
purposes.add("tiles", Kind.ZIP)
gettext_noop("生成切片")
gettext_noop("切片已生成")


def make(version_id: int, progress: Progress) -> dict[str, Any] | None:
    """Makes the tiles of a queued version. A refusal, a crash or a cancelled job leaves the earlier tiles, failed with the reason."""
    rows = ModelTiles.objects.filter(version=version_id)
    if not rows.update(state=ModelTiles.State.MAKING, failure=""):
        return None
    tiles = rows.select_related("version__model_file__file", "version__author__unit").get()
    try:
        with tempfile.TemporaryDirectory(prefix=f"tiles-{version_id}-", dir=workplace()) as folder:
            _make(tiles, Path(folder), progress)
    except HezhuError as error:
        rows.update(state=ModelTiles.State.FAILED, failure=str(error))
        raise
    except JobCancelled:
        rows.update(state=ModelTiles.State.FAILED, failure=_("已取消，没有生成切片。"))
        raise
    return tiles.counts


def _make(tiles: ModelTiles, folder: Path, progress: Progress) -> None:
    out = folder / "out"
    out.mkdir()
    version = tiles.version
    request = TilesRequest(model=str(named(version.model_file, folder)), out=str(out), discipline=version.discipline)
    run_engines(request, lambda share, words: progress.at(0.95 * share, _(words) if words else ""), engines=ENGINES)
    progress.at(0.96, _("保存切片"))
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    with transaction.atomic():
        name = f"tiles-{version.pk}.zip"
        tiles.file = keep(out / "tiles.zip", by=version.author, purpose="tiles", name=name, division=version.division)
        for fact in FACTS:
            setattr(tiles, fact, result[fact])
        tiles.state, tiles.made_at = ModelTiles.State.DONE, timezone.now()
        tiles.save()
