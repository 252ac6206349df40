"""Search and registers at city scale under load: 50 requests a second, mixed, over HTTP against the platform's own web server.

Two web processes of four threads (as the operators' page advises for a city). ``make bench-search``: 200,000 persons, 5,000 firms,
2,000 projects and their papers. Requests are sent on the clock, answered or not, so that waiting counts. p95 of each kind and of all is
printed; the budget is 100 ms. The other side is the same search without grams, by ILIKE over the same columns, one after the other and alone.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import quote

os.environ.setdefault("HEZHU_VAR", str(Path(__file__).resolve().parents[1] / "var" / "bench-search"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
os.environ.setdefault("HEZHU_WEB_PROCESSES", "2")
os.environ.setdefault("HEZHU_WEB_THREADS", "4")

RATE, SECONDS = int(os.environ.get("HEZHU_BENCH_RATE", "50")), int(os.environ.get("HEZHU_BENCH_SECONDS", "20"))
WARMING = 20  # seconds of the same mix before, with other words and rows
BUDGET_MS = 100
ALONE = 40

Ask = Callable[[Random], str]


def mixed() -> list[tuple[int, str, Ask]]:
    """(weight, kind, address) of what a city asks in a working hour."""
    from benchmarks import city_stage as city

    def words(r: Random) -> str:
        kind = r.randrange(6)
        if kind == 0:
            return city.person_name(r.randrange(city.PERSONS))
        if kind == 1:
            return r.choice(city.WORDS) + r.choice(city.TRADES)
        if kind == 2:
            return r.choice(city.PLACES) + r.choice(city.WORDS)
        if kind == 3:
            return f"{r.choice(city.DIVISIONS)}24{1 + r.randrange(12):02}"
        if kind == 4:
            return city.id_number_of(r.randrange(city.PERSONS))
        return r.choice(("建设", "中学", "有限公司", "施工", "王伟", "QTZ80", "SX001", "鱻龘"))

    person = lambda r: 1 + r.randrange(city.PERSONS)  # noqa: E731
    firm = lambda r: 1 + r.randrange(city.FIRMS)  # noqa: E731
    return [
        (30, "while typing", lambda r: f"/search/suggest/?q={quote(words(r))}"),
        (10, "all results", lambda r: f"/search/?q={quote(words(r))}"),
        (10, "list of people", lambda r: f"/r/people/?page={1 + r.randrange(40)}"),
        (10, "list, filtered", lambda r: f"/r/people/?division={r.choice(city.DIVISIONS)}&work_type=020"),
        (10, "list, searched", lambda r: f"/r/enterprises/?q={quote(r.choice(city.WORDS))}"),
        (8, "a person", lambda r: f"/r/people/{person(r)}/"),
        (7, "a firm's people", lambda r: f"/r/enterprises/{firm(r)}/?tab=people"),
        (5, "a person's papers", lambda r: f"/r/people/{person(r)}/?tab=people"),
        (5, "attendance", lambda r: f"/r/attendance/?person={person(r)}"),
        (5, "API list", lambda r: f"/api/v1/registers/people/?limit=50&after={person(r)}"),
    ]


def load(port: int, cookie: str, seconds: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds from the moment a request was due to its last byte, by kind."""
    kinds = mixed()
    rng = Random(seed)
    due = [
        (n / RATE, *rng.choices([(kind, ask) for _, kind, ask in kinds], [w for w, _, _ in kinds])[0])
        for n in range(RATE * seconds)
    ]
    times: dict[str, list[float]] = {kind: [] for _, kind, _ in kinds}
    local, started = threading.local(), time.perf_counter() + 0.5
    wrong: list[str] = []

    def one(at: float, kind: str, address: str) -> None:
        if (wait := started + at - time.perf_counter()) > 0:
            time.sleep(wait)
        if not hasattr(local, "connection"):
            local.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        local.connection.request("GET", address, headers={"Cookie": cookie})
        answer = local.connection.getresponse()
        answer.read()
        if answer.status not in {200, 302}:
            wrong.append(f"{address}: {answer.status}")
        times[kind].append((time.perf_counter() - started - at) * 1000)

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda each: one(*each), [(at, kind, ask(rng)) for at, kind, ask in due]))
    if wrong:
        raise SystemExit(f"{len(wrong)} requests failed, the first: {wrong[0]}")
    return times


def alone() -> tuple[float, float]:
    """p95 in ms of one search after the other: with grams, and by bare ILIKE over the same columns."""
    from hezhu.core.access.models import User
    from hezhu.core.register import everywhere

    user = User.objects.select_related("unit").get(username="bench")
    ask = mixed()[0][2]
    texts = [_text(ask(Random(n))) for n in range(ALONE)]
    ours = _timed(lambda text: everywhere.find(user, text, 4), texts)
    holds = everywhere._holds
    everywhere._holds = lambda table, columns, term: (
        f"({term.grams or 1} IS NOT NULL AND ({' OR '.join(term.test.format(column) for column in columns)}))"
    )
    bare = _timed(lambda text: everywhere.find(user, text, 4), texts)
    everywhere._holds = holds
    return ours, bare


def _text(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address.partition("q=")[2])


def _timed(find: Callable[[str], object], texts: list[str]) -> float:
    times = []
    for text in texts:
        started = time.perf_counter()
        find(text)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(times, n=20)[-1]


def signed_in() -> str:
    from django.test import Client

    from hezhu.core.access.models import Unit, User

    if not User.objects.filter(username="bench").exists():
        unit = Unit.objects.create(name="测算单位", kind=Unit.Kind.CITY_OFFICE, division="330400")
        User.objects.create(username="bench", display_name="测算", role="city_office", unit=unit)
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    return f"sessionid={client.cookies['sessionid'].value}"


def main() -> None:
    from hezhu.config import embedded

    handle = embedded.use()
    import django

    django.setup()
    from benchmarks import city_stage
    from hezhu.config.commands import migrate_now
    from hezhu.config.supervisor import _ready
    from tests.e2e.platform import free_port

    migrate_now()
    if not os.environ.get("HEZHU_BENCH_KEEP"):
        started = time.perf_counter()
        made = city_stage.fill()
        print(
            f"{sum(made.values()):,} rows in {time.perf_counter() - started:.0f} s: "
            + ", ".join(f"{n} {c:,}" for n, c in made.items())
        )
    cookie, port = signed_in(), free_port()
    process = subprocess.Popen([sys.executable, "-m", "hezhu.cli", "serve", "--port", str(port)], start_new_session=True)
    try:
        if not _ready(f"http://127.0.0.1:{port}", process, 120):
            raise SystemExit("the platform did not start")
        load(port, cookie, WARMING, seed=4)  # a process loads templates, and each of its connections plans its statements, once
        times = load(port, cookie, SECONDS, seed=5)
    finally:
        process.terminate()
        process.wait(30)
    report(times, *alone())
    if handle is not None:
        embedded.stop(handle)


def report(times: dict[str, list[float]], ours: float, bare: float) -> None:
    print(f"\n{f'{RATE} requests/s for {SECONDS} s, ms':<30}{'requests':>10}{'p50':>9}{'p95':>9}")
    everything = [t for each in times.values() for t in each]
    for kind, taken in (*times.items(), ("all", everything)):
        if len(taken) > 1:
            print(f"{kind:<30}{len(taken):>10}{statistics.median(taken):>9.1f}{statistics.quantiles(taken, n=20)[-1]:>9.1f}")
    p95 = statistics.quantiles(everything, n=20)[-1]
    print(f"p95 of all {p95:.1f} ms; the budget is {BUDGET_MS} ms: {'kept' if p95 <= BUDGET_MS else 'MISSED'}")
    print(f"one search alone, p95: grams {ours:.1f} ms, ILIKE without them {bare:.1f} ms")
    print(f"ratio={bare / ours:.2f}")


if __name__ == "__main__":
    main()
