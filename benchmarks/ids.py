"""Data requirements: our evaluation against ifctester, on the same models with the same ten specifications.

``make bench-ids``. Each side runs in a process of its own and does the same: open the model, read the IDS, check. The best of
RUNS is printed in seconds, with how many objects fail on each side.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT.parent / "shared" / "data" / "ifc"
SPECIFICATIONS = ROOT / "benchmarks" / "ten-specifications.ids"
NAMES = ("duplex", "office_a")
RUNS = 3


def ours(path: str) -> dict[str, float]:
    """Open and check with the product."""
    import ifcopenshell

    from hezhu.engines.review.ids.check import load
    from hezhu.engines.review.ids.evaluate import evaluate
    from hezhu.engines.review.ids.model_facts import ModelFacts

    started = time.perf_counter()
    file = ifcopenshell.open(path)
    opened = time.perf_counter()
    facts = ModelFacts(file)
    outcomes = [evaluate(each, facts) for each in load(SPECIFICATIONS).specifications]
    checked = time.perf_counter()
    return {"open": opened - started, "check": checked - opened, "failed": sum(len(each.failed) for each in outcomes)}


def theirs(path: str) -> dict[str, float]:
    """Open and check with ifctester."""
    import ifcopenshell
    import ifctester.ids

    started = time.perf_counter()
    file = ifcopenshell.open(path)
    opened = time.perf_counter()
    document = ifctester.ids.open(str(SPECIFICATIONS), validate=True)
    document.validate(file)
    checked = time.perf_counter()
    failed = sum(len(each.failed_entities) for each in document.specifications)
    return {"open": opened - started, "check": checked - opened, "failed": failed}


def measure(side: str, path: Path) -> dict[str, float]:
    """The fastest of RUNS fresh processes."""
    runs = []
    for _ in range(RUNS):
        command = [sys.executable, "-m", "benchmarks.ids", side, str(path)]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        runs.append(json.loads(told.stdout.splitlines()[-1]))
    return min(runs, key=lambda run: run["open"] + run["check"])


def main() -> int:
    """Prints both sides of every model and the ratio of their sums."""
    if len(sys.argv) == 3:
        print(json.dumps({"ours": ours, "ifctester": theirs}[sys.argv[1]](sys.argv[2])))
        return 0
    if not MODELS.is_dir():
        print("needs the models in ../shared/data/ifc", file=sys.stderr)
        return 2
    total, checks = {"ours": 0.0, "ifctester": 0.0}, {"ours": 0.0, "ifctester": 0.0}
    for name in NAMES:
        for side in total:
            run = measure(side, MODELS / f"{name}.ifc")
            total[side] += run["open"] + run["check"]
            checks[side] += run["check"]
            print(f"{name:<10} {side:<10} open {run['open']:.3f}  check {run['check']:.3f}  failed {run['failed']:.0f}")
    print(f"check only ratio {checks['ifctester'] / checks['ours']:.2f}")
    print(f"ratio={total['ifctester'] / total['ours']:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
