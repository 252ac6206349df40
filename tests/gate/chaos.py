"""kill -9 of web server, worker and database at random while gates upload: nothing acknowledged may be lost or counted twice.

    .venv/bin/python -m tests.gate.chaos --seconds 300 --folder /some/folder

Gates behave as in the field: they send a call until it is acknowledged, the very same bytes or signed anew, and now and then send again what
was acknowledged long ago. Half of the workers are strangers at first: their passes are held, and counted once they are registered.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.e2e.platform import free_port
from tests.gate.caller import call, sealed

FIRST = datetime(2026, 9, 1, 6, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ROWS = 12
PASSES = tuple[str, str, str]


class City:
    """The platform in parts that can be killed and started again: database, web server, worker."""

    def __init__(self, folder: Path) -> None:
        os.environ |= {"HEZHU_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "hezhu.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        from hezhu.config import embedded

        self.url, self.handle = embedded.start(folder / "postgres")
        os.environ["DATABASE_URL"] = self.url
        self.data, self.port = folder / "postgres", free_port()
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.kills = {"web": 0, "worker": 0, "database": 0, "backend": 0}

    def start(self, part: str) -> None:
        arguments = {"web": ["serve", "--port", str(self.port)], "worker": ["worker"]}[part]
        self.parts[part] = subprocess.Popen(
            [sys.executable, "-m", "hezhu.cli", *arguments], start_new_session=True, stderr=subprocess.DEVNULL
        )

    def kill(self, part: str) -> None:
        """kill -9 of a part, and what a service manager does then: start it again."""
        self.kills[part] += 1
        if part == "database":
            _kill(self._postmaster())
            self._start_database()
        elif part == "backend":  # PostgreSQL itself then ends every session and recovers
            if backends := _children(self._postmaster()):
                _kill(random.choice(backends))
            time.sleep(1)
        else:
            os.killpg(self.parts[part].pid, signal.SIGKILL)
            self.parts[part].wait()
            self.start(part)
            if part == "web":
                self.wait_for_web()

    def wait_for_web(self) -> None:
        """A web server that is killed while it starts would only ever start."""
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except (OSError, HTTPException):
                pass
            time.sleep(0.1)
        raise SystemExit("the web server did not come back")

    def _postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _start_database(self) -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                self.handle.ensure_postgres_running() if hasattr(self.handle, "ensure_postgres_running") else self.handle.start()
                if self._answers():
                    return
            except Exception:
                pass
            time.sleep(0.5)
        raise SystemExit("the database did not come back")

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def stop(self) -> None:
        from hezhu.config import embedded

        for part in self.parts.values():
            if part.poll() is None:
                os.killpg(part.pid, signal.SIGKILL)
                part.wait()
        embedded.stop(self.handle)


def _children(pid: int) -> list[int]:
    import psutil

    return [child.pid for child in psutil.Process(pid).children() if "postgres postgres" in " ".join(child.cmdline())]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@dataclass
class Gate:
    """One gate: what it sent, what was acknowledged, with the serials it was given."""

    appid: str
    secret: str
    people: list[str]
    strangers: list[str]
    port: int
    firm: str
    acknowledged: set[PASSES] = field(default_factory=set)
    sent: set[PASSES] = field(default_factory=set)
    serials: list[str] = field(default_factory=list)
    tries: int = 0
    team: str = ""

    def run(self, until: threading.Event) -> None:
        rng = random.Random(self.appid)
        number = 0
        while not until.is_set():
            number += 1
            rows = self._rows(number, self.people + self.strangers)
            self.sent.update(rows)
            self.serials.append(self._deliver("WorkerAttendance.Add", self._data(rows), rng)["requestSerialCode"])
            self.acknowledged.update(rows)
            if number % 5 == 0:
                again = rng.sample(sorted(self.acknowledged), ROWS)
                self._deliver("WorkerAttendance.Add", self._data(again), rng)
            if number % 6 == 0 and self.strangers:
                self._register(self.strangers.pop(), rng)
        while self.strangers:
            self._register(self.strangers.pop(), rng)

    def _rows(self, number: int, people: list[str]) -> list[PASSES]:
        at = FIRST + timedelta(seconds=61 * number)
        return [
            (
                people[(number * 5 + i) % len(people)],
                (at + timedelta(seconds=i)).strftime("%Y-%m-%d %H:%M:%S"),
                f"0{1 + number % 2}",
            )
            for i in range(ROWS)
        ]

    def _data(self, rows: list[PASSES]) -> dict[str, Any]:
        return {"dataList": [{"idCardNumber": sealed(n, self.secret), "date": at, "direction": way} for n, at, way in rows]}

    def _register(self, number: str, rng: random.Random) -> None:
        firm = {"corpCode": self.firm}
        self.team = self.team or self._deliver("Team.Add", firm | {"teamName": "一班"}, rng)["teamSysNo"]
        worker = {"workerName": f"测算{number[-4:]}", "idCardNumber": sealed(number, self.secret), "date": "2026-08-01"}
        self._deliver("ProjectWorker.Add", firm | {"teamSysNo": self.team, "workerList": [worker]}, rng)
        self.people.append(number)

    def _deliver(self, method: str, data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
        """Send until acknowledged; the same bytes mostly, now and then signed anew."""
        fields = call(self.appid, self.secret, method, data)
        while True:
            self.tries += 1
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("POST", "/open.api", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
                answer = connection.getresponse()
                said = json.loads(answer.read())
                if said["code"] == "0":
                    return said["data"]
                if answer.status == 200:
                    raise SystemExit(f"{method}: {said}")
            except (OSError, HTTPException, ValueError):
                pass
            time.sleep(0.2)
            if rng.random() < 0.3:
                fields = call(self.appid, self.secret, method, data)


def verified(gates: list[Gate]) -> dict[str, int]:
    """Compare the database with what gates know. Raises AssertionError naming what was lost or doubled."""
    from django.db import connection

    connection.close()
    stored: dict[str, list[tuple[str, str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.appid, p.id_number_digest, to_char(g.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), g.direction"
            " FROM gate_gatepass g JOIN gate_gatekey k ON k.id = g.key_id JOIN people_person p ON p.id = g.person_id"
        )
        for appid, digest, at, way in cursor.fetchall():
            stored.setdefault(appid, []).append((digest, at, way))
        cursor.execute("SELECT count(*) FROM gate_heldpass")
        held = cursor.fetchone()[0]
        cursor.execute(DAYS_THAT_DISAGREE)
        wrong_days = cursor.fetchone()[0]
        cursor.execute("SELECT serial FROM gate_gaterequest")
        serials = {serial for (serial,) in cursor.fetchall()}
    from hezhu.core.register.seal import digest

    acknowledged = 0
    for gate in gates:
        there = stored.get(gate.appid, [])
        want = {(digest(n, "id-number"), at, way) for n, at, way in gate.acknowledged}
        sent = {(digest(n, "id-number"), at, way) for n, at, way in gate.sent}
        assert len(there) == len(set(there)), f"{gate.appid}: doubled"
        assert want <= set(there), f"{gate.appid}: {len(want - set(there))} acknowledged passes lost"
        assert set(there) <= sent, f"{gate.appid}: passes nobody sent"
        assert set(gate.serials) <= serials, f"{gate.appid}: an acknowledged call is not on record"
        acknowledged += len(want)
    assert held == 0, f"{held} passes still wait although everyone is registered"
    assert wrong_days == 0, f"{wrong_days} days disagree with their passes"
    return {"acknowledged": acknowledged, "calls": sum(len(g.serials) for g in gates), "tries": sum(g.tries for g in gates)}


DAYS_THAT_DISAGREE = """
SELECT count(*) FROM (
    SELECT project_id, person_id, (at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS passes,
        min(at) FILTER (WHERE direction = '01') AS first_in_at, max(at) FILTER (WHERE direction = '02') AS last_out_at
    FROM gate_gatepass GROUP BY 1, 2, 3) p
FULL JOIN people_attendance a ON a.project_id = p.project_id AND a.person_id = p.person_id AND a.day = p.day
WHERE a.passes IS DISTINCT FROM p.passes OR a.first_in_at IS DISTINCT FROM p.first_in_at OR a.last_out_at IS DISTINCT FROM p.last_out_at
"""


def run(folder: Path, seconds: float, *, every: tuple[float, float] = (1.0, 6.0), seed: int = 1) -> dict[str, Any]:
    """Let gates upload for ``seconds`` while parts are killed; then compare."""
    city = City(folder)
    try:
        import django

        django.setup()
        from benchmarks.gate_stage import set_up
        from hezhu.engines.codes import identity
        from hezhu.registers.enterprises.models import Enterprise

        rng = random.Random(seed)
        keys = set_up(4, 80)
        firm = Enterprise.objects.get(name="测算门禁施工有限公司", is_demo=True).credit_code
        gates = [
            Gate(appid, secret, people, sorted({identity.generate(rng, division="330483") for _ in range(10)}), city.port, firm)
            for appid, secret, people in keys
        ]
        for part in ("web", "worker"):
            city.start(part)
        city.wait_for_web()
        done = threading.Event()
        threads = [threading.Thread(target=gate.run, args=(done,), daemon=True) for gate in gates]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(rng.uniform(*every), max(0.0, end - time.monotonic())))
            city.kill(rng.choice(["web", "web", "worker", "database", "backend"]))
        done.set()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive(), "a gate was not answered in the end"
        return verified(gates) | {"seconds": round(seconds)} | {f"kills of {part}": n for part, n in city.kills.items()}
    finally:
        city.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for name, value in run(chosen.folder, chosen.seconds, seed=chosen.seed).items():
        print(f"{name:>18}: {value:,}")
    print("nothing acknowledged was lost or counted twice")
