"""Work in a process beside this one: its result, its errors, its death, and work that nobody awaits."""

import os
import signal

import pytest

from hezhu.engines.beside import Beside


def test_the_result_comes_from_another_process() -> None:
    with Beside(lambda: (os.getpid(), {"三": [3.0]})) as work:
        process, found = work.result()
    assert found == {"三": [3.0]}
    assert process != os.getpid()


def test_an_error_rises_where_the_result_is_awaited() -> None:
    def fail() -> int:
        raise ValueError("no")

    with Beside(fail) as work, pytest.raises(ValueError, match="no"):
        work.result()


def test_work_that_died_is_done_here() -> None:
    here = os.getpid()

    def die_elsewhere() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    with Beside(die_elsewhere) as work:
        assert work.result() == 7


def test_work_that_nobody_awaits_is_ended() -> None:
    def wait_long() -> None:
        signal.pause()

    work = Beside(wait_long)
    child = work._child
    assert child
    with pytest.raises(KeyError), work:
        raise KeyError
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
