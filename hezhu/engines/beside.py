"""A piece of work done in a forked process while this one goes on, for commands that have two of them and two cores."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    """Starts ``work`` in a copy of this process; ``result`` waits for what it gives, which is handed over by pickling.

    What goes wrong there (an exception, a crash, no process to be had) is done again in this process, so that errors rise where they
    are awaited. Only for processes without threads that hold locks: a command, not the platform.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._child, self._pipe = 0, -1
        if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
            return
        self._pipe, out = os.pipe()
        try:
            self._child = os.fork()
        except OSError:
            os.close(self._pipe)
            os.close(out)
            return
        if self._child == 0:
            _answer(work, out)
        os.close(out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends work whose result nobody awaited."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            os.close(self._pipe)
            self._child = 0

    def result(self) -> T:
        """What the work gives."""
        if not self._child:
            return self._work()
        with os.fdopen(self._pipe, "rb") as pipe:
            given = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        self._child = 0
        if status:
            return self._work()
        found: T = pickle.loads(given)  # noqa: S301 - written by our own child
        return found


def _answer(work: Callable[[], T], out: int) -> None:
    """In the child: writes the result and ends, without the parent's endings and buffers."""
    status = 1
    try:
        with os.fdopen(out, "wb") as pipe:
            pickle.dump(work(), pipe, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)
