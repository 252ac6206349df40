"""The disciplines of a building held against each other, once the machine has looked at each of them.

A clash stands with the model whose element it names first, or with the other one where that has its conclusion already.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hezhu.bim.actions import recount
from hezhu.bim.drawings import compare, rounds
from hezhu.bim.drawings.clash_inspection import ClashRequest
from hezhu.bim.drawings.models import ClashCheck, DrawingReview
from hezhu.bim.life.carrying import carry_over
from hezhu.bim.machine_fields import MACHINE_FIELDS
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.bim.processes import run_engines
from hezhu.core.errors import HezhuError
from hezhu.core.files.actions import local_path
from hezhu.core.jobs import actions as jobs
from hezhu.core.jobs.errors import JobCancelled
from hezhu.core.jobs.progress import Progress

JOB = "bim.clash"
ENGINES = (sys.executable, "-m", "hezhu.bim.drawings.clash_inspection")
PREFIX = "clash-"
gettext_noop("专业间碰撞检查")
gettext_noop("碰撞检查完成")


def _of_building(review: DrawingReview, building: int | None) -> list[ReviewCase]:
    """The current models of a building that the machine could read."""
    rows = [row for row in rounds.current_cases(review) if row.building_id == building]
    return [row for row in rows if row.state in (ReviewCase.State.AWAITING_DECISION, ReviewCase.State.APPROVED)]


def start(row: ReviewCase) -> None:
    """Queues the check of the building when this was its last model to be reviewed. Call it in the transaction that stores it."""
    assert row.round is not None
    review = DrawingReview.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.round.review_id)
    waiting = [
        one for one in rounds.current_cases(review) if one.building_id == row.building_id and one.pk != row.pk and one.is_running
    ]
    latest = review.latest
    if waiting or latest is None or len(_of_building(review, row.building_id)) < 2:
        return
    check, _made = ClashCheck.objects.update_or_create(
        round=latest, building=row.building, defaults={"state": ClashCheck.State.QUEUED, "failure": ""}
    )
    check.job = jobs.defer(
        JOB,
        by=row.submitted_by,
        title=_("碰撞检查 %(number)s %(building)s") % {"number": review.case.number, "building": row.building or ""},
        url=reverse("cases:case", args=[review.case.number]),
        division=row.division,
        once=f"clash:{check.pk}",
        check_id=check.pk,
    )
    check.save(update_fields=["job"])


def run(check_id: int, progress: Progress) -> dict[str, Any] | None:
    """Checks a queued building. A refusal or crash leaves it failed with the reason; the findings of the models stand."""
    check = ClashCheck.objects.select_related("round__review__case").filter(pk=check_id).first()
    if check is None or check.state == ClashCheck.State.DONE:
        return None
    cases = _of_building(check.round.review, check.building_id)
    try:
        with tempfile.TemporaryDirectory(prefix="clash-") as folder:
            found = _inspect(cases, Path(folder), progress)
        _store(check, cases, found)
    except (HezhuError, JobCancelled) as error:
        ClashCheck.objects.filter(pk=check.pk).update(state=ClashCheck.State.FAILED, failure=str(error))
        raise
    return {"clashes": check.count}


def _inspect(cases: Sequence[ReviewCase], folder: Path, progress: Progress) -> list[dict[str, Any]]:
    paths = []
    for row in cases:
        path = folder / f"{row.number}{Path(row.model_version.model_file.name).suffix}"
        path.symlink_to(local_path(row.model_version.model_file))
        paths.append(str(path))
    request = ClashRequest(tuple(paths), str(folder))
    run_engines(request, lambda share, words: progress.at(0.9 * share, _(words) if words else ""), engines=ENGINES)
    found: list[dict[str, Any]] = json.loads((folder / "clash.json").read_text(encoding="utf-8"))
    return found


def _store(check: ClashCheck, cases: Sequence[ReviewCase], found: Sequence[dict[str, Any]]) -> None:
    """The clashes of all models in one transaction, in place of those of a former run."""
    with transaction.atomic():
        fresh = ReviewCase.objects.select_for_update().in_bulk([one.pk for one in cases])
        rows = {one.number: fresh[one.pk] for one in cases}
        still_open = [row for row in rows.values() if row.state == ReviewCase.State.AWAITING_DECISION]
        by_case: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in still_open}
        for item in found:
            home = _home(item, rows, still_open)
            if home is not None:
                by_case[home.pk].append(item)
        for row in still_open:
            _write(row, by_case[row.pk])
        check.state, check.count = ClashCheck.State.DONE, sum(len(items) for items in by_case.values())
        check.save(update_fields=["state", "count"])


def _home(item: dict[str, Any], rows: dict[str, ReviewCase], still_open: Sequence[ReviewCase]) -> ReviewCase | None:
    """The open model a clash belongs to; None where both models have their conclusion."""
    detail = item["detail"]
    named = [detail.get("file"), detail.get("with", {}).get("file")]
    if not any(named):
        return still_open[0] if still_open else None
    for name in named:
        row = rows.get(Path(name).stem) if name else None
        if row in still_open:
            return row
    return None


def _write(row: ReviewCase, found: Sequence[dict[str, Any]]) -> None:
    from hezhu.bim.reviewing import BATCH, finding_rows

    others = row.findings.exclude(rule__startswith=PREFIX)
    last = others.aggregate(last=Max("position"))["last"] or 0
    made = list(finding_rows(row, found))
    for one in made:
        one.position += last
    CaseFinding.objects.bulk_create(
        made, batch_size=BATCH, update_conflicts=True, unique_fields=["case", "key"], update_fields=MACHINE_FIELDS
    )
    gone = row.findings.filter(rule__startswith=PREFIX).exclude(key__in=[one.key for one in made])
    gone.filter(Q(decision="") & Q(opinions=None) & Q(comments=None)).delete()
    gone.update(superseded=True)
    counted = Counter(row.findings.filter(superseded=False).values_list("verdict", flat=True))
    row.counts = {**dict.fromkeys(row.counts, 0), **counted}
    row.save(update_fields=["counts"])
    carry_over(row)
    compare.bring_over(row)
    compare.bring_clashes(row, PREFIX)
    recount(row)
