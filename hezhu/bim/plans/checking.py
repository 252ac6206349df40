"""The machine's part of a plan application, called by the job. A run that was killed is run again and leaves the same."""

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
from hezhu.bim.plans.inspection import PlanRequest
from hezhu.bim.plans.intake import lacking
from hezhu.bim.plans.models import PlanVersion
from hezhu.bim.processes import run_engines
from hezhu.bim.reviewing import workplace
from hezhu.core.cases.actions import proceed
from hezhu.core.cases.models import Case
from hezhu.core.errors import HezhuError
from hezhu.core.files.actions import keep
from hezhu.core.jobs.errors import JobCancelled
from hezhu.core.jobs.progress import Progress

ENGINES = (sys.executable, "-m", "hezhu.bim.plans.inspection")
REPORTS = ("plan.html", "indicators.xlsx", "plan.bcf", "plan.json")
gettext_noop("读取总图模型")
gettext_noop("量算规划指标")
gettext_noop("核对单体模型")


def check_version(version_id: int, progress: Progress) -> dict[str, Any] | None:
    """Checks a queued version. A refusal, a crash or a cancelled job leaves it failed with the reason; it can be checked again."""
    rows = PlanVersion.objects.filter(pk=version_id).exclude(state=PlanVersion.State.DONE)
    if not rows.update(state=PlanVersion.State.CHECKING, failure=""):
        return None
    version = rows.select_related("application__case", "site_model__file", "submitted_by__unit").get()
    try:
        with tempfile.TemporaryDirectory(prefix=f"plan-{version.pk}-", dir=workplace()) as folder:
            _check(version, Path(folder), progress)
    except HezhuError as error:
        _fail(version, str(error))
        raise
    except JobCancelled:
        _fail(version, _("机审已取消，没有出具任何结论。"))
        raise
    return {"case": version.application.case.number, "counts": version.counts}


def _check(version: PlanVersion, folder: Path, progress: Progress) -> None:
    out = folder / "out"
    out.mkdir()
    application = version.application
    conditions = folder / "conditions.json"
    conditions.write_text(json.dumps(version.conditions, ensure_ascii=False), encoding="utf-8")
    request = PlanRequest(
        site_model=str(named(version.site_model, folder)),
        out=str(out),
        pack=application.pack,
        on=application.judged_on.isoformat(),
        buildings=tuple(str(named(file, folder)) for file in version.building_models.select_related("file").order_by("pk")),
        conditions=str(conditions) if version.conditions else None,
    )
    run_engines(request, lambda share, words: progress.at(0.9 * share, _(words) if words else ""), engines=ENGINES)
    progress.at(0.92, _("保存审查发现"))
    _store(version, out)


def _store(version: PlanVersion, out: Path) -> None:
    """Result and reports in one transaction."""
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    case, by = version.application.case, version.submitted_by
    with transaction.atomic():
        names = [f"{case.number}-{version.number}.{name}" for name in REPORTS]
        kept = [
            keep(out / path, by=by, purpose="report", name=name, division=case.division)
            for path, name in zip(REPORTS, names, strict=True)
        ]
        version.reports.set(kept)
        version.summary, version.findings = result["summary"], result["findings"]
        version.figures, version.counts = result["summary"]["figures"], result["summary"]["counts"]
        version.drawing = (out / "plan.svg").read_text(encoding="utf-8")
        version.state, version.checked_at = PlanVersion.State.DONE, timezone.now()
        version.save()
        _go_on(version)


def _go_on(version: PlanVersion) -> None:
    """A new application goes to the office when nothing required is missing, else back to the applicant with the list."""
    case = Case.objects.select_for_update().get(pk=version.application.case_id)
    if case.state != "checking" or version.pk != case.plan.latest.pk:
        return
    missing = lacking(version.summary.get("intake", []))
    if not missing:
        proceed(case, "ready")
        return
    lines = [f"{number}. {item['title']}。{item['remedy']}" for number, item in enumerate(missing, start=1)]
    proceed(case, "lack", text="\n".join(lines), detail={"version": version.number})


def _fail(version: PlanVersion, message: str) -> None:
    """Keeps the reason; a new application waits for its applicant."""
    with transaction.atomic():
        rows = PlanVersion.objects.filter(pk=version.pk).exclude(state=PlanVersion.State.DONE)
        failed = rows.update(state=PlanVersion.State.FAILED, failure=message)
        case = Case.objects.select_for_update().get(pk=version.application.case_id)
        if failed and case.state == "checking" and version.pk == case.plan.latest.pk:
            proceed(case, "lack", text=message, detail={"version": version.number})
