"""Real worker processes: they finish jobs, stop when asked, and when killed leave jobs that the next one finishes, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from hezhu.core.access.models import User
from hezhu.core.jobs.actions import cancel, defer
from hezhu.core.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = """
import logging, django
django.setup()
import tests.core.jobs.work
from hezhu.core.jobs.worker import run_worker
run_worker()
"""
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "trace"
    path.touch()
    monkeypatch.setenv("HEZHU_TEST_TRACE", str(path))
    return path


@pytest.fixture
def start_worker(trace: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{django_settings.DATABASES['default']['NAME']}")),
        "DJANGO_SETTINGS_MODULE": "hezhu.config.settings",
    }

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(ready: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_job_killed_midway_is_finished_once_after_the_restart(city_officer: User, trace: Path, start_worker) -> None:
    job = defer("test.slow", by=city_officer, title="慢活", seconds=60)
    first = start_worker()
    until(lambda: Job.objects.get(pk=job.pk).progress == 0.5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert state(job) == Job.State.RUNNING
    start_worker()
    until(lambda: state(job) == Job.State.DONE)
    job.refresh_from_db()
    assert (job.result, job.attempts) == ({"attempt": 2}, 2)
    assert trace.read_text().split("\n") == ["begin 1", "begin 2", "end", ""]
    until(lambda: not ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exclude(task_name="files.sweep").exists())
    until(lambda: ProcrastinateWorker.objects.count() == 1)


def test_a_second_worker_takes_over_without_a_restart(city_officer: User, trace: Path, start_worker) -> None:
    job = defer("test.slow", by=city_officer, title="慢活", seconds=60)
    first = start_worker()
    until(lambda: Job.objects.get(pk=job.pk).progress == 0.5)
    start_worker()
    until(lambda: ProcrastinateWorker.objects.count() == 2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: state(job) == Job.State.DONE)
    assert trace.read_text().split("\n") == ["begin 1", "begin 2", "end", ""]


def test_a_stop_gives_the_running_job_back(city_officer: User, trace: Path, start_worker) -> None:
    job = defer("test.slow", by=city_officer, title="慢活", seconds=60)
    first = start_worker()
    until(lambda: Job.objects.get(pk=job.pk).progress == 0.5)
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=15) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.WAITING, 0)
    assert ProcrastinateJob.objects.filter(status="doing").count() == 0
    assert ProcrastinateWorker.objects.count() == 0


def test_a_cancelled_job_stops_soon(city_officer: User, trace: Path, start_worker) -> None:
    job = defer("test.slow", by=city_officer, title="慢活", seconds=60)
    start_worker()
    until(lambda: Job.objects.get(pk=job.pk).progress == 0.5)
    cancel(Job.objects.get(pk=job.pk), by=city_officer)
    until(lambda: state(job) == Job.State.CANCELLED)
    assert trace.read_text().split("\n") == ["begin 1", ""]


def test_heavy_work_is_not_mistaken_for_death(city_officer: User, trace: Path, start_worker) -> None:
    """A job that holds the interpreter keeps its worker; a second worker looks on and does not take the job."""
    job = defer("test.deaf", by=city_officer, title="重活")
    start_worker()
    until(lambda: state(job) == Job.State.RUNNING)
    start_worker()
    until(lambda: state(job) == Job.State.DONE)
    assert trace.read_text().split("\n") == ["begin", "end", ""]
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_a_lost_database_session_ends_no_worker(city_officer: User, trace: Path, start_worker) -> None:
    """The server is restarted under a busy worker: the job is done again and so is the next one, by the same process."""
    job = defer("test.slow", by=city_officer, title="慢活", seconds=60)
    process = start_worker()
    until(lambda: Job.objects.get(pk=job.pk).progress == 0.5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 3
    until(lambda: state(job) == Job.State.DONE)
    after = defer("test.work", by=city_officer, title="后一件", number=4)
    until(lambda: state(after) == Job.State.DONE)
    assert process.poll() is None
    assert trace.read_text().split("\n")[-2:] == ["end", ""]
