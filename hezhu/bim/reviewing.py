"""The machine's part of a review: run the engines, store what they found, keep the files. Called by the job.

Idempotent: a run that was killed is run again from the start and leaves the same rows; a finished case is left alone.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hezhu.bim.actions import recount
from hezhu.bim.assembly import apply_assembly
from hezhu.bim.drawings.clashing import PREFIX as CLASHES
from hezhu.bim.drawings.clashing import start as start_clash_check
from hezhu.bim.drawings.compare import bring_over
from hezhu.bim.drawings.models import FindingOpinion
from hezhu.bim.inspection import Request
from hezhu.bim.life.carrying import carry_over
from hezhu.bim.life.preparing import describe_reviewed
from hezhu.bim.life.promises import look_again
from hezhu.bim.machine_fields import MACHINE_FIELDS
from hezhu.bim.model_store import keep_tables
from hezhu.bim.models import CaseFinding, FindingComment, ModelVersion, ReviewCase, Topic
from hezhu.bim.named_files import named
from hezhu.bim.processes import Conversion, make_tables, run_engines
from hezhu.core.errors import HezhuError
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.core.jobs.errors import JobCancelled
from hezhu.core.jobs.progress import Progress
from hezhu.engines.findings import Severity, Verdict

BATCH = 1000
DAY_SECONDS = 86_400
# A failed case is waited for when its job is tried again.
WAITING_STATES = (*ReviewCase.RUNNING_STATES, ReviewCase.State.FAILED)
VERDICT_ORDER = {Verdict.FAIL: 0, Verdict.MANUAL: 1, Verdict.PASS: 2, Verdict.NOT_APPLICABLE: 3}
SEVERITY_ORDER = {Severity.MANDATORY: 0, Severity.GENERAL: 1, Severity.ADVICE: 2}
REPORTS = ("review.json", "review.html", "review.bcf")
gettext_noop("读取模型")
gettext_noop("计算装配率工程量")
gettext_noop("整理楼层与属性")
gettext_noop("生成报告")
gettext_noop("机审完成")


def run_review(case_id: int, progress: Progress) -> dict[str, Any] | None:
    """Review a queued case and store the findings, then the viewer file. Does nothing when the case no longer waits for it.

    A refusal by the engines, a crash of their process or a cancelled job ends in state ``failed`` with the reason, and
    nothing else of the case is changed; the error goes on to the job.
    """
    case = _begin(case_id)
    if case is None:
        return None
    try:
        with tempfile.TemporaryDirectory(prefix=f"{case.pk}-", dir=workplace()) as folder:
            _work(case, Path(folder), progress)
    except HezhuError as error:
        fail(case, str(error.data.get("code") or error.code), str(error))
        raise
    except JobCancelled:
        fail(case, "cancelled", _("机审已取消，没有出具任何结论。"))
        raise
    return {"case": case.number, "counts": case.counts}


def workplace() -> Path:
    """Where reviews work. What a killed worker left there more than a day ago is cleared."""
    place = Path(settings.VAR) / "cache" / "reviews"
    place.mkdir(parents=True, exist_ok=True)
    for left in place.iterdir():
        if left.stat().st_mtime < time.time() - DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return place


def _begin(case_id: int) -> ReviewCase | None:
    """The case, marked as being reviewed; None when neither findings nor the viewer file are waited for."""
    with transaction.atomic():
        case = ReviewCase.objects.select_for_update().filter(pk=case_id).first()
        if case is None or not (case.state in WAITING_STATES or case.awaits_viewer_file):
            return None
        if case.state in WAITING_STATES:
            case.state, case.failure_code, case.failure_message = ReviewCase.State.REVIEWING, "", ""
            case.save(update_fields=["state", "failure_code", "failure_message"])
    return ReviewCase.objects.select_related(
        "building", "project", "model_version__model_file__file", "quantity_sheet__file", "submitted_by__unit"
    ).get(pk=case_id)


def _work(case: ReviewCase, folder: Path, progress: Progress) -> None:
    """Review and convert at the same time: the findings are shown as soon as they are there, tables and picture follow."""
    version = case.model_version
    model = named(version.model_file, folder)
    conversion = Conversion(model, folder / "model.frag") if version.viewer_file_id is None else None
    try:
        if case.state == ReviewCase.State.REVIEWING:
            _review(case, model, folder, progress)
        if version.tables_file_id is None:
            progress.at(0.86, _("整理模型表"))
            archive = make_tables(model, folder / "tables.zip", lambda: progress.at(0.86, _("整理模型表")))
            if archive is not None:
                keep_tables(version, archive, case.number)
        if conversion is not None:
            progress.at(0.9, _("生成三维视图"))
            _keep_viewer_file(case, conversion.wait(lambda: progress.at(0.9, _("生成三维视图"))))
        if describe_reviewed(version, model, folder, lambda share, words: progress.at(0.92 + 0.08 * share, words)):
            follow_up(case)
    finally:
        if conversion is not None:
            conversion.end()


def _review(case: ReviewCase, model: Path, folder: Path, progress: Progress) -> None:
    out = folder / "out"
    out.mkdir()
    height = case.building.height_m if case.building else None
    requirements = case.requirement_files.select_related("file").order_by("pk")
    request = Request(
        model=str(model),
        out=str(out),
        pack=case.pack,
        building_kind=case.building_kind,
        on=case.judged_on.isoformat(),
        profile=case.profile,
        height_m=None if height is None else float(height),
        sheet=str(named(case.quantity_sheet, folder)) if case.quantity_sheet else None,
        ids=tuple(str(named(attachment, folder)) for attachment in requirements),
    )
    run_engines(request, lambda fraction, sentence: progress.at(0.8 * fraction, _(sentence) if sentence else ""))
    progress.at(0.82, _("保存审查发现"))
    store(case, out)


def store(case: ReviewCase, out: Path) -> None:
    """Write the engines' results in one transaction: either all of the new run is there or all of the former state."""
    found = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assembly = json.loads((out / "assembly.json").read_text(encoding="utf-8"))
    by = case.submitted_by
    with transaction.atomic(), reason_of_change(by, _("机审"), source=_("审查 %(number)s") % {"number": case.number}):
        locked = ReviewCase.objects.select_for_update().get(pk=case.pk)
        if locked.state != ReviewCase.State.REVIEWING:
            return
        store_findings(case, found)
        case.content_file = _keep(case, out / "content.zip", "report")
        case.reports.set([_keep(case, out / name, "report") for name in REPORTS])
        case.summary = summary
        case.pack_version = str(summary.get("pack", {}).get("version", ""))
        apply_assembly(case, assembly, by=by)
        case.reviewed_at = timezone.now()
        case.state = ReviewCase.State.AWAITING_DECISION
        ModelVersion.objects.filter(pk=case.model_version_id).update(content_file=case.content_file)
        case.save(update_fields=["content_file", "summary", "pack_version", "counts", "assembly", "rate", "reviewed_at", "state"])
        recount(case)
        follow_up(case)
        if case.round_id is not None:
            bring_over(case)
            recount(case)
            start_clash_check(case)


def follow_up(case: ReviewCase) -> None:
    """What became of the findings before, and of what was promised; again when the elements of both versions can be compared."""
    carry_over(case)
    look_again(case)


def store_findings(case: ReviewCase, found: Iterable[dict[str, Any]]) -> None:
    """Make the case's findings those of ``found`` (``Finding.as_dict``): update by key, add the new, drop the gone."""
    rows = list(finding_rows(case, found))
    CaseFinding.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["case", "key"], update_fields=MACHINE_FIELDS
    )
    keys = {row.key for row in rows}
    made_here = case.findings.filter(source=CaseFinding.Source.MACHINE).exclude(rule__startswith=CLASHES)
    gone = [pk for pk, key in made_here.values_list("pk", "key") if key not in keys]
    for start in range(0, len(gone), BATCH):
        batch = case.findings.filter(pk__in=gone[start : start + BATCH])
        said = reduce(
            or_, (Exists(rows.objects.filter(finding=OuterRef("pk"))) for rows in (FindingComment, FindingOpinion, Topic))
        )
        batch.filter(~said, decision=CaseFinding.Decision.NONE).delete()
        batch.update(superseded=True)
    case.counts = {verdict.value: 0 for verdict in Verdict} | dict(Counter(row.verdict for row in rows))


def finding_rows(case: ReviewCase, found: Iterable[dict[str, Any]]) -> Iterable[CaseFinding]:
    """Rows in reading order: verdict, then weight, rule, storey and name. Repeated keys get a number."""
    seen: Counter[str] = Counter()
    for position, item in enumerate(sorted(found, key=_reading_order), start=1):
        subject, source = item["subject"], item["source"]
        key = item["key"][:290]
        seen[key] += 1
        yield CaseFinding(
            case=case,
            position=position,
            key=key if seen[key] == 1 else f"{key}#{seen[key]}",
            rule=item["rule"][:120],
            verdict=item["verdict"],
            title=item["title"][:300],
            standard=source["standard"][:120],
            clause=source["clause"][:60],
            clause_text=source["text"],
            clause_confirmed=source["confirmed"],
            severity=item["severity"],
            measured=item["measured"],
            required=item["required"],
            method=item["method"],
            missing=[text[:300] for text in item["missing"]],
            global_id=subject["global_id"] or "",
            ifc_class=subject["ifc_class"][:60],
            element_name=subject["name"][:300],
            storey=subject["storey"][:120],
            shape=item["shape"],
            detail=item["detail"],
        )


def _reading_order(item: dict[str, Any]) -> tuple[Any, ...]:
    subject = item["subject"]
    return (
        VERDICT_ORDER[Verdict(item["verdict"])],
        SEVERITY_ORDER[Severity(item["severity"])],
        item["rule"],
        subject["storey"],
        subject["name"],
        subject["global_id"] or "",
    )


def _keep(case: ReviewCase, path: Path, purpose: str) -> Attachment:
    name = f"{case.number}.{path.name}" if path.name.startswith("review.") else f"{case.number}-{path.name}"
    return keep(path, by=case.submitted_by, purpose=purpose, name=name, division=case.division)


def _keep_viewer_file(case: ReviewCase, path: Path | None) -> None:
    """Keep the viewer file, or note that there is none: the findings stand without it."""
    version = case.model_version
    with transaction.atomic():
        version.viewer_file = _keep(case, path, "viewer") if path is not None else None
        version.viewer_failed = path is None
        version.save(update_fields=["viewer_file", "viewer_failed"])


def fail(case: ReviewCase, code: str, message: str) -> None:
    """Say why there is no result. Findings of an earlier run are left as they were, findings of this one stand."""
    with transaction.atomic(), reason_of_change(case.submitted_by, message, source=_("机审")):
        rows = ReviewCase.objects.filter(pk=case.pk)
        rows.filter(state__in=ReviewCase.RUNNING_STATES).update(
            state=ReviewCase.State.FAILED, failure_code=code[:60], failure_message=message
        )
        if rows.filter(state=ReviewCase.State.AWAITING_DECISION).exists():
            ModelVersion.objects.filter(pk=case.model_version_id, viewer_file=None).update(viewer_failed=True)
