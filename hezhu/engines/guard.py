"""Bounds around code that reads files from strangers: memory, file size, and a process of its own that may crash."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

GIB = 1024**3
FILE_BYTES = 8 * GIB
_MEMORY_SHARE = 0.75
OUT_OF_MEMORY = "模型需要的内存超过上限（{limit:.1f} GB）。请按单体或专业拆分模型，或在内存更大的机器上处理；上限由 HEZHU_MODEL_MEMORY_MB 设定。"
NOT_READ = 2
_CLOSED_PIPE = 141  # what a shell reports of a process that SIGPIPE ended


def memory_limit() -> int:
    """Bytes of data one process may hold: HEZHU_MODEL_MEMORY_MB, else three quarters of the machine's memory."""
    configured = os.environ.get("HEZHU_MODEL_MEMORY_MB", "")
    if configured.isdigit() and int(configured):
        return int(configured) * 1024 * 1024
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _MEMORY_SHARE)


def bound_this_process() -> None:
    """From here on this process gets no more memory and writes no larger files than it may; asking for more raises MemoryError.

    Nothing is bounded on a system without such limits.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, limit in ((resource.RLIMIT_DATA, memory_limit()), (resource.RLIMIT_FSIZE, FILE_BYTES), (resource.RLIMIT_CORE, 0)):
        _soft, hard = resource.getrlimit(kind)
        bounded = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (bounded, hard))


def out_of_memory() -> str:
    """The sentence for a process that met its bound."""
    return OUT_OF_MEMORY.format(limit=memory_limit() / GIB)


def run_apart(action: Callable[[list[str]], int | None], arguments: list[str], again: Callable[[], None]) -> int:
    """A command in a bounded process of its own; returns its exit status.

    When that process dies of a signal the command runs once more after ``again`` was called in it; when it dies again the status is 2
    and a sentence says so. Runs in this very process where processes cannot be forked.
    """
    if not hasattr(os, "fork"):
        return action(arguments) or 0
    ended = _forked(action, arguments, None)
    if ended >= 0 or -ended == signal.SIGINT:
        return ended if ended >= 0 else 130
    print(f"读取模型的进程崩溃（信号 {-ended}），正在逐个构件重试……", file=sys.stderr)
    ended = _forked(action, arguments, again)
    if ended >= 0:
        return ended
    print(f"没有出具任何结论：读取模型的进程两次崩溃（信号 {-ended}），文件可能已损坏，请重新导出。", file=sys.stderr)
    return NOT_READ


def _forked(action: Callable[[list[str]], int | None], arguments: list[str], first: Callable[[], None] | None) -> int:
    """Exit status of the action in a child, or minus the signal it died of."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os._exit(_in_child(action, arguments, first))
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except KeyboardInterrupt:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return -signal.SIGINT


def _in_child(action: Callable[[list[str]], int | None], arguments: list[str], first: Callable[[], None] | None) -> int:
    try:
        bound_this_process()
        if first is not None:
            first()
        return action(arguments) or 0
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        print(f"没有出具任何结论：{out_of_memory()}", file=sys.stderr)
        return NOT_READ
    except BrokenPipeError:  # the reader of our output has seen enough
        return _CLOSED_PIPE
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
