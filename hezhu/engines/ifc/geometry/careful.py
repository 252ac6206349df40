"""Shapes made in processes that may die: which element it is that kills the geometry kernel, and the shapes of all the others."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import IO, Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]
Make = Callable[[Sequence[Any]], Arrays]
_SECONDS_AT_LEAST, _SECONDS_EACH = 60.0, 2.0


def survivors(make: Make, entities: Sequence[Any]) -> tuple[Arrays, list[Any]]:
    """What ``make`` gives of as many entities as it can, and those that end its process or never end.

    The lot is halved until the guilty ones stand alone.
    """
    found = _made_apart(make, entities)
    if found is not None:
        return found, []
    if len(entities) == 1:
        return {}, list(entities)
    middle = len(entities) // 2
    first, guilty = survivors(make, entities[:middle])
    second, more = survivors(make, entities[middle:])
    return {**first, **second}, [*guilty, *more]


def _made_apart(make: Make, entities: Sequence[Any]) -> Arrays | None:
    """What a forked process gives; None when it did not come to an end in time and in order."""
    with tempfile.TemporaryFile() as sink:
        child = os.fork()
        if child == 0:
            _give(make, entities, sink)
        if not _ended_well(child, _SECONDS_AT_LEAST + _SECONDS_EACH * len(entities)):
            return None
        sink.seek(0)
        with np.load(sink, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}


def _give(make: Make, entities: Sequence[Any], sink: IO[bytes]) -> None:
    """The child's part: it leaves without coming back."""
    try:
        np.savez(sink, allow_pickle=False, **make(entities))
        sink.flush()
    except BaseException:
        os._exit(1)
    os._exit(0)


def _ended_well(child: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False
