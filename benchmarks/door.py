"""The door under strain: a source of a million rows, a hundred thousand rows in quarantine, rows a source no longer lists, a batch taken back.

``make bench-door`` (HEZHU_BENCH_ROWS and HEZHU_BENCH_HELD change the sizes). Pages are asked for through the whole web stack of this process, each
five times; the slowest of the last four is told, and must stay under 200 ms.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

ROWS = int(os.environ.get("HEZHU_BENCH_ROWS", "1000000"))
HELD = int(os.environ.get("HEZHU_BENCH_HELD", "100000"))
MOST_MS = 200
FOLDER = Path(os.environ.setdefault("HEZHU_VAR", str(Path(__file__).resolve().parents[1] / "var" / "bench-door")))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")

COLUMNS = {
    "统一社会信用代码": "credit_code", "企业名称": "name", "县（市、区）": "division", "企业类别": "role", "成立日期": "founded_on",
    "法定代表人": "legal_representative", "联系电话": "phone", "注册资本（万元）": "registered_capital_wan_yuan", "从业人数": "employees",
    "住所": "address",
}  # fmt: skip
MUST = ("credit_code", "name", "division", "role")


def contract(name: str, *, full: bool) -> str:
    """The declaration of a source whose file lies in the folder that sources may read."""
    lines = []
    for title, field in COLUMNS.items():
        marks = (", required: true" if field in MUST else "") + (", primaryKey: true" if field == "credit_code" else "")
        more = ', {property: retired, value: {"9": {since: "2025-01-01", now: "3"}}}' if field == "role" else ""
        lines.append(f'      - {{name: "{title}"{marks}, customProperties: [{{property: field, value: {field}}}{more}]}}')
    return "\n".join(
        [
            "apiVersion: v3.1.0", "kind: DataContract", f"id: {name}", "status: active", "servers:",
            f"  - {{server: here, type: local, path: {name}.csv}}", "schema:", "  - name: rows", "    properties:", *lines,
            "customProperties:", "  - {property: register, value: enterprises}", f"  - {{property: full, value: {str(full).lower()}}}", "",
        ]
    )  # fmt: skip


class Strain:
    """What is measured; ``slow`` collects the pages over MOST_MS."""

    def __init__(self, user: Any) -> None:
        from django.conf import settings
        from django.test import Client

        self.user, self.drop, self.slow = user, Path(settings.SOURCE_FOLDERS[0]), []
        self.drop.mkdir(parents=True, exist_ok=True)
        self.client = Client(HTTP_HOST="localhost")
        self.client.force_login(user)

    def timed(self, what: str, act: Any) -> Any:
        started = time.perf_counter()
        result = act()
        print(f"  {what}: {time.perf_counter() - started:.1f} s", flush=True)
        return result

    def page(self, what: str, url: str) -> None:
        took = []
        for _ in range(5):
            started = time.perf_counter()
            answer = self.client.get(url)
            took.append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{url}: {answer.status_code}")
        worst = max(took[1:])
        print(f"  {what}: {worst:.0f} ms{' (over)' if worst > MOST_MS else ''}", flush=True)
        if worst > MOST_MS:
            self.slow.append(what)

    def run(self, name: str, frame: Any, *, full: bool = False) -> Any:
        from hezhu.core.intake.models import DeclaredSource
        from hezhu.core.intake.sources import actions

        frame.write_csv(self.drop / f"{name}.csv")
        if not DeclaredSource.objects.filter(name=name).exists():
            actions.declare(contract(name, full=full), by=self.user)
        run = self.timed(f"{name}: {frame.height:,} rows taken in", lambda: actions.run_here(name, by=self.user))
        if run.state != "done":
            raise SystemExit(run.error_message)
        (self.drop / f"{name}.csv").unlink()
        batch = run.batches.get()
        held = batch.quarantine.count()
        print(f"    +{batch.inserted:,} ~{batch.updated:,} ={batch.unchanged:,} quarantined {held:,}, absent {run.gone:,}")
        if batch.inserted + batch.updated + batch.unchanged + held != batch.total:
            raise SystemExit("rows are lost")
        return batch


def held(strain: Strain) -> None:
    """HELD rows with a retired code: loaded, looked at, mended by their suggestions, replayed."""
    import polars as pl

    from benchmarks.intake import rows
    from hezhu.core.intake import actions

    frame = rows(0, HELD, 0, lambda n: False).with_columns(企业类别=pl.lit("9"))
    batch = strain.run("retired", frame)
    strain.page("batch with its quarantine", batch.get_absolute_url())
    strain.page("the last page of it", f"{batch.get_absolute_url()}?page=999999")
    strain.page("one reason of it", f"{batch.get_absolute_url()}?reason=企业类别|code.retired")
    strain.page("quality of the source", "/intake/sources/retired/")
    strain.page("rows behind a number", "/intake/sources/retired/rows/?what=held")
    strain.page("all batches", "/intake/")
    adopted = strain.timed("suggestions adopted", lambda: actions.adopt_suggestions(batch, by=strain.user))
    after = strain.timed(f"{adopted:,} rows replayed", lambda: actions.replay(batch, by=strain.user))
    print(f"    +{after.inserted:,}, left in quarantine {after.quarantine.exclude(state='replayed').count():,}")
    strain.page("batch once replayed", f"{batch.get_absolute_url()}?state=replayed")
    strain.timed("batch taken back", lambda: actions.withdraw(batch, by=strain.user, reason="测算"))


def large(strain: Strain) -> None:
    """ROWS rows of a source that says everything, then a tenth of them no longer listed; pages; the batch taken back."""
    from benchmarks.intake import rows, with_faults
    from hezhu.core.intake import actions

    frame = rows(0, ROWS, 0, lambda n: False)
    first = strain.run("whole", with_faults(frame), full=True)
    strain.page("quality of the source", "/intake/sources/whole/")
    for what in ("what=all", "what=held", "what=held&of=unique", "what=empty&of=address", "what=absent"):
        strain.page(f"rows behind a number, {what}", f"/intake/sources/whole/rows/?{what}")
    strain.page("list of the register", "/r/enterprises/")
    short = strain.run("whole", frame.filter(frame["从业人数"] >= 50), full=True)
    for what, url in (
        ("list of the register, a tenth absent", "/r/enterprises/"),
        ("the same, filtered", "/r/enterprises/?division=330481&role=3"),
        ("absent rows", "/r/enterprises/?presence=absent"),
        ("absent rows, filtered", "/r/enterprises/?presence=absent&division=330481"),
        ("search in the list", "/r/enterprises/?q=潮声建设12"),
        ("search over everything", "/search/?q=潮声建设12"),
        ("six libraries", "/r/groups/libraries/"),
        ("quality of the source, a tenth absent", "/intake/sources/whole/"),
        ("rows behind absent", "/intake/sources/whole/rows/?what=absent"),
    ):
        strain.page(what, url)
    strain.timed("second batch taken back", lambda: actions.withdraw(short, by=strain.user, reason="测算"))
    done = strain.timed("first batch taken back", lambda: actions.withdraw(first, by=strain.user, reason="测算"))
    print(f"    removed {done.removed:,}, restored {done.restored:,}, kept {done.kept:,}")


def main() -> None:
    from hezhu.config import embedded

    handle = embedded.use()
    import django

    django.setup()
    from hezhu.config.commands import migrate_now
    from hezhu.core.access.models import Unit, User

    migrate_now()
    user = User.objects.filter(username="bench").first()
    if user is None:
        unit = Unit.objects.create(name="测算单位", kind=Unit.Kind.CITY_OFFICE, division="330400")
        user = User.objects.create(username="bench", display_name="测算", role="city_office", unit=unit)
    strain = Strain(user)
    for part in [part for part in (held, large) if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]]:
        print(f"{part.__name__}:", flush=True)
        part(strain)
    print(f"over {MOST_MS} ms: {'、'.join(strain.slow) or 'none'}")
    print(f"ratio={1.0 if not strain.slow else 0.0}")
    if handle is not None:
        embedded.stop(handle)


if __name__ == "__main__":
    main()
