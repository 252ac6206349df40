"""Work for tests, also inside real worker processes (HEZHU_TEST_TRACE names the file it writes to)."""

from __future__ import annotations

import os
import time
from pathlib import Path

from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import job


def trace(word: str) -> None:
    with Path(os.environ["HEZHU_TEST_TRACE"]).open("a") as file:
        file.write(f"{word}\n")


@job("test.work")
def work(progress: Progress, number: int) -> dict[str, int]:
    progress.at(0.5, "算到一半")
    return {"double": number * 2}


@job("test.slow")
def slow(progress: Progress, seconds: float) -> dict[str, int]:
    """Takes its time, telling its progress; the second attempt is quick."""
    trace(f"begin {progress.job.attempts}")
    end = time.monotonic() + (seconds if progress.job.attempts == 1 else 0)
    while time.monotonic() < end:
        progress.at(0.5, "慢慢做")
        time.sleep(0.05)
    trace("end")
    return {"attempt": progress.job.attempts}


@job("test.deaf")
def deaf(progress: Progress) -> None:
    """Holds the interpreter for long stretches, as a library's parser does, and listens to nobody."""
    trace("begin")
    end = time.monotonic() + 6
    while time.monotonic() < end:
        sum(range(3_000_000))
    trace("end")
