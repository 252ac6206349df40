"""Case pages with 5,000 cases, 200 of them one officer's, and a record of 2,000 lines: server time of list, 我的待办, case and verification.

``make bench-cases`` builds the cases in a temporary database. The other side does the same work the plain way, as a first version of such
pages is written: every row fetched with its relations one at a time, counted, filtered and sorted in Python, the whole record read. It
renders nothing, so it is measured in its favour. Times are inside the process (Django's test client): server time without the network.
"""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

CASES, MINE, LONG, STEPS = 5000, 200, 2000, 12
RUNS = 60
BUDGET_MS = 200


def build() -> dict[str, Any]:
    """Accounts, cases with versions, tasks, steps and documents; returns what the pages are asked with."""
    from django.utils import timezone

    from hezhu.core.access.models import Unit, User
    from hezhu.core.cases.models import Case, CaseDocument, CaseParty, CaseStep, CaseTask

    office = Unit.objects.create(name="测算资规局", kind=Unit.Kind.BUREAU, division="330400")
    firms = [Unit.objects.create(name=f"测算开发{i}公司", kind=Unit.Kind.ENTERPRISE, division="330481") for i in range(100)]
    officers = [
        User.objects.create(username=f"bench{i}", display_name=f"承办{i}", role="bureau", unit=office)
        for i in range(CASES // MINE)
    ]
    applicants = [
        User.objects.create(username=f"firm{i}", display_name=f"申请{i}", role="enterprise", unit=unit)
        for i, unit in enumerate(firms)
    ]
    today, states = timezone.localdate(), ("received", "completing", "examining", "changing", "approved", "withdrawn")
    divisions = ("330402", "330411", "330421", "330424", "330481", "330482", "330483")
    cases = Case.objects.bulk_create(
        Case(
            procedure="bim-plan",
            number=f"BJ-2026-{i:05d}",
            title=f"测算项目{i} 报建",
            state="examining" if i < MINE else states[i % 6],
            officer=officers[i // MINE],
            opened_by=applicants[i % 100],
            unit=firms[i % 100],
            division=divisions[i % 7],
            due_on=today + timedelta(days=i % 40 - 10),
            closed_at=timezone.now() if i >= MINE and i % 6 > 3 else None,
        )
        for i in range(CASES)
    )
    CaseParty.objects.bulk_create(CaseParty(case=case, party="applicant", unit=case.unit) for case in cases)
    CaseParty.objects.bulk_create(CaseParty(case=case, party="officer", unit=office) for case in cases)
    CaseTask.objects.bulk_create(
        CaseTask(
            case=case,
            party="officer",
            title=case.state_label,
            unit=office,
            user=case.officer,
            division=case.division,
            due_on=case.due_on,
        )
        for case in cases
        if case.closed_at is None
    )
    for start in range(0, CASES, 500):
        CaseStep.objects.bulk_create(_step(case, n) for case in cases[start : start + 500] for n in range(STEPS))
    CaseStep.objects.bulk_create(_step(cases[0], n) for n in range(LONG))
    CaseDocument.objects.bulk_create(
        CaseDocument(
            case=case,
            number=f"BJP-2026-{case.pk:05d}",
            title="BIM报建审查意见书",
            content={"facts": [["项目", case.title]]},
            issuer=office,
            issued_by=case.officer,
        )
        for case in cases
        if case.state == "approved"
    )
    _versions(cases, officers[0])
    document = CaseDocument.objects.latest("pk")
    return {"officer": officers[0], "firm": applicants[0], "long": cases[0], "usual": cases[1], "document": document}


def _step(case: Any, n: int) -> Any:
    from hezhu.core.cases.models import CaseStep

    kind = CaseStep.Kind.REMIND if n % 4 == 3 else CaseStep.Kind.NOTE
    return CaseStep(case=case, kind=kind, label=f"记事{n}", text="间距按图核对。" * 5, by=case.officer, unit=case.officer.unit)


def _versions(cases: list[Any], by: Any) -> None:
    """Two checked versions each for the two cases that are opened, one for the others, as the machine leaves them."""
    from datetime import date

    from hezhu.bim.plans.models import PlanApplication, PlanVersion
    from hezhu.core.files.models import Attachment, StoredFile
    from hezhu.registers.projects.models import Project

    project = Project.objects.create(number="2211033048100101", name="测算项目", division="330481")
    stored = StoredFile.objects.create(sha256="0" * 64, sm3="0" * 64, size=1, media_type="application/x-step")
    model = Attachment.objects.create(file=stored, name="a.ifc", purpose="model", uploaded_by=by, unit=by.unit, division="330481")
    applications = PlanApplication.objects.bulk_create(
        PlanApplication(case=case, project=project, judged_on=date(2026, 11, 23), pack="jiaxing-2018") for case in cases
    )
    finding = {
        "verdict": "fail", "title": "住宅建筑间距", "subject": {"name": "1号楼"}, "measured": None, "required": None, "missing": [],
        "source": {"standard": "S", "clause": "1", "confirmed": False}, "method": "", "shape": None,
    }  # fmt: skip
    figure = {"key": "far", "title": "容积率", "unit": "", "value": 2.0, "how": "", "missing": [], "parts": []}
    drawing = f'<svg viewBox="0 0 960 640">{"<path d=&quot;M0,0L9,9&quot;/>" * 2000}</svg>'
    PlanVersion.objects.bulk_create(
        PlanVersion(
            application=application,
            number=number,
            site_model=model,
            state="done",
            submitted_by=by,
            figures=[figure] * 25,
            findings=[{**finding, "key": f"r{n}"} for n in range(number * 100, number * 100 + 200)],
            summary={"intake": [], "buildings": []},
            counts={"fail": 200},
            drawing=drawing,
        )
        for place, application in enumerate(applications)
        for number in ((1, 2) if place < 2 else (1,))
        if place < 50
    )


def ours(seen: dict[str, Any]) -> dict[str, Callable[[], None]]:
    from django.test import Client

    office, firm, anyone = Client(), Client(), Client()
    office.force_login(seen["officer"])
    firm.force_login(seen["firm"])

    def get(client: Client, address: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")

        return ask

    return {
        "list, office": get(office, "/cases/?tab=all"),
        "list, words": get(office, "/cases/?tab=all&q=项目49"),
        "list, firm": get(firm, "/cases/?tab=all"),
        "我的待办, 200 cases": get(office, "/cases/todo/"),
        "case, usual record": get(office, seen["usual"].get_absolute_url()),
        f"case, {LONG:,} lines": get(office, seen["long"].get_absolute_url()),
        "verification": get(anyone, seen["document"].get_absolute_url()),
    }


def plain(seen: dict[str, Any]) -> dict[str, Callable[[], None]]:
    """The same answers, computed the plain way."""
    from hezhu.core.access.models import User
    from hezhu.core.cases.models import Case, CaseDocument, CaseTask

    def listed(user: User, words: str = "") -> None:
        rows = [row for row in Case.objects.visible_to(user) if not words or words in row.title or words in row.unit.name]
        Counter((row.is_open, row.is_late, row.is_paused) for row in rows)
        for row in sorted(rows, key=lambda row: -row.pk)[:30]:
            str(row.unit), str(row.officer), row.declared.label

    def todo(user: User) -> None:
        rows = [task for task in CaseTask.objects.filter(done_at=None) if task.unit == user.unit and task.user in (None, user)]
        Counter((task.case.procedure, task.is_late) for task in rows)
        for task in sorted(rows, key=lambda task: (task.due_on is None, task.due_on))[:30]:
            str(task.case.unit)

    def one(case: Any, user: User) -> None:
        row = next(row for row in Case.objects.visible_to(user) if row.number == case.number)
        for step in row.steps.all():
            str(step.by), str(step.unit), list(step.files.all())

    def verify(code: str) -> None:
        row = next(row for row in CaseDocument.objects.all() if row.code == code)
        str(row.issuer), row.case.is_demo

    office, firm = seen["officer"], seen["firm"]
    return {
        "list, office": lambda: listed(office),
        "list, words": lambda: listed(office, "项目49"),
        "list, firm": lambda: listed(firm),
        "我的待办, 200 cases": lambda: todo(office),
        "case, usual record": lambda: one(seen["usual"], office),
        f"case, {LONG:,} lines": lambda: one(seen["long"], office),
        "verification": lambda: verify(seen["document"].code),
    }


def p95(work: Callable[[], None], runs: int) -> float:
    times = []
    work()
    gc.collect()  # what the other side left behind is not this one's to clear away
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(times, n=20)[-1]


def main() -> None:
    from hezhu.config import embedded

    handle = embedded.use()
    import django

    django.setup()
    from django.db import connection

    from hezhu.config.commands import migrate_now

    migrate_now()
    started = time.perf_counter()
    seen = build()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(
        f"{CASES:,} cases built in {time.perf_counter() - started:.1f} s; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    pages, naive = ours(seen), plain(seen)
    print(f"\n{'p95, ms':<26}{'plain way':>14}{'ours, whole page':>20}")
    found = {}
    for name, ask in pages.items():
        found[name] = (p95(naive[name], 3), p95(ask, RUNS))
        print(f"{name:<26}{found[name][0]:>14.1f}{found[name][1]:>20.1f}")
    slow, fast = max(one[0] for one in found.values()), max(one[1] for one in found.values())
    print(f"\nslowest: {slow:.1f} ms the plain way, {fast:.1f} ms ours; the budget is {BUDGET_MS} ms")
    print(f"ratio={slow / fast:.1f}")
    if handle is not None:
        embedded.stop(handle)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hezhu-bench-cases-") as folder:
        os.environ["HEZHU_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
        main()
