"""``hezhu run``: the embedded database, the web server and the worker as one command that leaves nothing behind."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from hezhu.config import embedded, prepared

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 15


def _die_with_parent() -> None:
    """In a child: end when the parent ends, even by kill -9 (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _child(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "hezhu.cli", *arguments],
        preexec_fn=_die_with_parent,
        start_new_session=True,
        env=os.environ | ({"HEZHU_EMBEDDED": "1"} if embedded.is_ours else {}),
    )


def _ready(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 - our own address
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False


def port_problem(host: str, port: str) -> str | None:
    """Why the site cannot listen there, with the way out; None when it can."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        return f"HEZHU_PORT={port!r}：端口要写 1–65535 的整数 (write a port number)"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            return f"{host}:{port} 用不了（{error.strerror}）：停掉占用它的程序，或换端口 hezhu run --port 8001 (the address is in use)"
    return None


def run(arguments: list[str]) -> int:
    """Migrate, seed, load the demonstration city once, then serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="hezhu run")
    parser.add_argument("--host", default=os.environ.get("HEZHU_HOST", "127.0.0.1"))
    parser.add_argument("--port", default=os.environ.get("HEZHU_PORT", "8000"))
    parser.add_argument("--no-demo", action="store_true", help="不装入演示城市")
    chosen = parser.parse_args(arguments)
    if problem := port_problem(chosen.host, chosen.port):
        print(problem, file=sys.stderr)
        return 2
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    handle = embedded.use()
    children: list[subprocess.Popen[bytes]] = []
    status = 0
    try:
        if handle is None or not prepared.is_current(demo=not chosen.no_demo):
            prepare = _child("prepare-data", *(["--no-demo"] if chosen.no_demo else []))
            children.append(prepare)
            while prepare.poll() is None and not stopping:
                time.sleep(0.05)
            if prepare.poll() and not stopping:
                return prepare.returncode
        if stopping:
            return 0
        children = [_child("serve", "--host", chosen.host, "--port", chosen.port), _child("worker")]
        address = f"http://{chosen.host}:{chosen.port}"
        if _ready(address, children[0]):
            print(f"禾筑已就绪 (ready): {address}", flush=True)
        while not stopping:
            time.sleep(0.2)
            ended = [child for child in children if child.poll() is not None]
            if ended:
                status = ended[0].returncode or 1
                print("有一个进程意外结束，平台停止 (a process ended; stopping)", file=sys.stderr)
                break
    finally:
        _end(children)
        if handle is not None:
            embedded.stop(handle)
    return status


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child to finish, then insist."""
    for child in children:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
    end = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def prepare_data(arguments: list[str]) -> int:
    """Tables, pilot plan and, unless told otherwise, the demonstration city."""
    import django

    from hezhu.config.commands import migrate_now, seed_now

    django.setup()
    migrate_now()
    seed_now()
    if "--no-demo" not in arguments:
        from hezhu.portal import demo

        demo.load()
    if os.environ.get("HEZHU_EMBEDDED"):
        prepared.keep_mark(demo="--no-demo" not in arguments)
    return 0


def serve(arguments: list[str]) -> int:
    """The web server: gunicorn, one process with threads (HEZHU_WEB_PROCESSES, HEZHU_WEB_THREADS)."""
    parser = argparse.ArgumentParser(prog="hezhu serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    chosen = parser.parse_args(arguments)
    handle = embedded.use()
    from gunicorn.app.wsgiapp import WSGIApplication

    from hezhu.config.settings import number

    class Server(WSGIApplication):  # type: ignore[misc]
        def init(self, parser: argparse.ArgumentParser, opts: argparse.Namespace, args: list[str]) -> None:
            self.app_uri = "hezhu.config.wsgi:application"

        def load_config(self) -> None:
            self.app_uri = "hezhu.config.wsgi:application"
            for name, value in {
                "bind": f"{chosen.host}:{chosen.port}",
                "workers": number("HEZHU_WEB_PROCESSES", 1),
                "threads": number("HEZHU_WEB_THREADS", 8),
                "worker_class": "gthread",
                "timeout": 300,
                "graceful_timeout": 10,
                "keepalive": 5,
                "accesslog": None,
                "loglevel": "warning",
                "proc_name": "hezhu-web",
                "control_socket_disable": True,
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

    try:
        Server().run()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        if handle is not None:
            embedded.stop(handle)
    return 0


def worker(arguments: list[str]) -> int:
    """The background worker."""
    argparse.ArgumentParser(prog="hezhu worker").parse_args(arguments)
    handle = embedded.use()
    try:
        import django

        django.setup()
        from hezhu.core.jobs.worker import run_worker

        run_worker()
    finally:
        if handle is not None:
            embedded.stop(handle)
    return 0
