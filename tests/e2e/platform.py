"""The whole platform as a user starts it, ``hezhu run``, in a data folder and on a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = int(os.environ.get("HEZHU_E2E_START_SECONDS", "900"))  # a busy machine needs longer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Platform:
    """A running platform. ``stop()`` sends what Ctrl-C sends and returns the exit status."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "XDG_RUNTIME_DIR"}}
        environment |= {"HEZHU_VAR": str(folder), "PYTHONUNBUFFERED": "1"}
        self.log = (folder.parent / f"{folder.name}.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hezhu.cli", "run", "--port", str(self.port), *arguments],
            env=environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_ready(self) -> float:
        """Seconds until the platform answers."""
        started = time.monotonic()
        while time.monotonic() - started < START_SECONDS:
            if self.process.poll() is not None:
                raise RuntimeError(f"hezhu run ended with {self.process.returncode}:\n{self.output()}")
            try:
                with urlopen(f"{self.url}/healthz", timeout=2):
                    return time.monotonic() - started
            except (URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"hezhu run was not ready in {START_SECONDS} s:\n{self.output()}")

    def output(self) -> str:
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")[-4000:]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def processes(self) -> list[str]:
        """Command lines of every process that names this data folder or belongs to this platform."""
        import psutil

        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            command = " ".join(process.info["cmdline"] or [])
            environment = process.info["environ"] or {}
            if str(self.folder) in command or environment.get("HEZHU_VAR") == str(self.folder):
                found.append(command)
        return found
