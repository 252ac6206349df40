"""Attendance through the worker platform's protocol against a bare INSERT of the same rows.

``make bench-attendance``. The platform serves as ``hezhu run`` starts it: its own web and worker processes over a durable embedded database.
Callers sign every call, seal every number and keep their connections. What is counted at the end must be what was sent. The other side writes
the same rows from one connection, as many to a transaction, into an empty copy of the pass table with its indexes: no HTTP, no signature, no days.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

os.environ.setdefault("HEZHU_VAR", str(Path(__file__).resolve().parents[1] / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")

PROJECTS, PEOPLE = 20, 2_000
CALLERS = 8
FLOOR = 1_500  # records a second that the protocol must take
SIZES = ((50, int(os.environ.get("HEZHU_BENCH_ROWS", "60000"))), (10, 12_000), (1, 2_000))
FIRST = datetime(2026, 9, 1, 6, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def stage() -> list[tuple[str, str, list[str]]]:
    """Projects with a key each and workers on site: (appid, secret, identity numbers)."""
    from benchmarks.gate_stage import set_up

    return set_up(PROJECTS, PEOPLE)


def rows_of(number: int, people: list[str], size: int) -> list[tuple[str, str, str]]:
    """The rows of the n-th call on a project: no person passes twice in the same second."""
    rows = []
    for i in range(size):
        place = number * size + i
        at = FIRST + timedelta(seconds=37 * (place // len(people)))
        rows.append(
            (people[place % len(people)], at.strftime("%Y-%m-%d %H:%M:%S"), "01" if place // len(people) % 2 == 0 else "02")
        )
    return rows


def bodies(keys: list[tuple[str, str, list[str]]], size: int, rows: int, first: int) -> list[bytes]:
    from tests.gate.caller import call, sealed

    numbers = {(secret, number): sealed(number, secret) for _, secret, people in keys for number in people}
    made = []
    for n in range(rows // size):
        appid, secret, people = keys[n % len(keys)]
        lines = [
            {"idCardType": "01", "idCardNumber": numbers[secret, number], "date": at, "direction": way, "attendType": "001"}
            for number, at, way in rows_of(first + n // len(keys), people, size)
        ]
        made.append(urlencode(call(appid, secret, "WorkerAttendance.Add", {"dataList": lines})).encode())
    random.Random(1).shuffle(made)
    return made


def send(port: int, sent: list[bytes]) -> int:
    """Send calls over one connection; how many were not answered with code 0."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    wrong = 0
    for body in sent:
        connection.request("POST", "/open.api", body, {"Content-Type": "application/x-www-form-urlencoded"})
        wrong += b'"code": "0"' not in connection.getresponse().read()
    return wrong


def over_http(port: int, calls: list[bytes]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        wrong = sum(pool.map(lambda share: send(port, share), [calls[i::CALLERS] for i in range(CALLERS)]))
    if wrong:
        raise SystemExit(f"{wrong} calls were not taken")
    return time.perf_counter() - started


def bare(size: int, rows: int) -> float:
    """The passes just taken, written again by bare INSERTs, ``size`` to a transaction."""
    from django.db import connection

    columns = "division, is_demo, project_id, person_id, team_id, key_id, at, direction, channel, lng, lat, serial, line"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_pass")
        cursor.execute("CREATE TABLE bench_pass (LIKE gate_gatepass INCLUDING ALL)")
        cursor.execute(f"SELECT {columns} FROM gate_gatepass ORDER BY id DESC LIMIT %s", [rows])
        kept = cursor.fetchall()
        started = time.perf_counter()
        for place in range(0, len(kept), size):
            some = kept[place : place + size]
            marks = ", ".join(["(" + ", ".join(["%s"] * 13) + ")"] * len(some))
            cursor.execute(f"INSERT INTO bench_pass ({columns}) VALUES {marks}", [value for row in some for value in row])
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_pass")
    return seconds


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "hezhu.cli", *arguments], start_new_session=True)


def main() -> None:
    from hezhu.config import embedded

    handle = embedded.use()
    import django

    django.setup()
    keys = stage()
    from hezhu.config.supervisor import _ready
    from hezhu.gate.models import GatePass
    from tests.e2e.platform import free_port

    port = free_port()
    processes = [started("serve", "--port", str(port)), started("worker")]
    results: list[tuple[int, int, float, float]] = []
    try:
        if not _ready(f"http://127.0.0.1:{port}", processes[0], 120):
            raise SystemExit("the platform did not start")
        over_http(port, bodies(keys, 10, 2_000, 900_000))
        for size, rows in SIZES:
            before, calls = GatePass.objects.count(), bodies(keys, size, rows, size * 1_000)
            seconds = over_http(port, calls)
            if (taken := GatePass.objects.count() - before) != rows:
                raise SystemExit(f"{rows} passes sent, {taken} counted")
            results.append((size, rows, rows / seconds, rows / bare(size, rows)))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
    report(results)
    if handle is not None:
        embedded.stop(handle)


def report(results: list[tuple[Any, ...]]) -> None:
    print(f"{'rows a call':>12}{'passes':>10}{'protocol, rows/s':>20}{'bare INSERT, rows/s':>22}{'ratio':>8}")
    for size, rows, ours, theirs in results:
        print(f"{size:>12}{rows:>10,}{ours:>20,.0f}{theirs:>22,.0f}{ours / theirs:>8.2f}")
    _size, _rows, ours, theirs = results[0]
    print(
        f"\n{ours:,.0f} records/s over HTTP with signature check; at least {FLOOR:,} are asked for: {'reached' if ours >= FLOOR else 'MISSED'}"
    )
    print(f"ratio={ours / theirs:.2f}")


if __name__ == "__main__":
    main()
