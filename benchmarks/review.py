"""The whole clause review of a model, geometry included, against the same review on IfcOpenShell's default geometry path.

``make bench-review``. Both sides are fresh processes that import, open, measure, judge every clause in force and write the three
reports. The other side makes shapes with OpenCascade alone on one thread (IfcOpenShell's defaults); the clauses are the same, so
the ratio is that of the geometry. The best of RUNS is printed in seconds. Needs the outside data folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT.parent / "shared" / "data" / "ifc"
NAMES = ("office_a.ifc", "janesville_restaurant.ifczip")
LIMIT_SECONDS = {"office_a.ifc": 3.0, "janesville_restaurant.ifczip": 15.0}
SIDES = ("opencascade", "ours")
RUNS = 3


def review(side: str, model: str, folder: str) -> None:
    """``hezhu review MODEL --out FOLDER``, on the default geometry path for the other side."""
    if side == "opencascade":
        from hezhu.engines.ifc.geometry import mesh

        mesh.KERNEL, mesh.THREADS = "opencascade", 1  # type: ignore[assignment]
    from hezhu.engines.review.command import main

    main([model, "--date", "2026-11-01", "--out", folder])


def measure(side: str, model: Path) -> float:
    """Seconds of the fastest of RUNS processes, start of the interpreter included."""
    seconds = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            command = [sys.executable, "-m", "benchmarks.review", side, str(model), folder]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - started)
    return min(seconds)


def main() -> int:
    """Prints both sides of each model with its ceiling, and the ratio of the sums."""
    if len(sys.argv) == 4:
        review(*sys.argv[1:])
        return 0
    if not MODELS.is_dir():
        print("needs the models in ../shared/data/ifc", file=sys.stderr)
        return 2
    total = dict.fromkeys(SIDES, 0.0)
    for name in NAMES:
        for side in SIDES:
            seconds = measure(side, MODELS / name)
            total[side] += seconds
            print(f"{name:<30} {side:<12} {seconds:6.2f} s   (ceiling {LIMIT_SECONDS[name]:.0f} s)")
    print(f"ratio={total['opencascade'] / total['ours']:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
