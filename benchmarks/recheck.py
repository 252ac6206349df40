"""A stored 110 MB model checked again against ten specifications, without its file. ``make bench-recheck``.

office_a ×25 is packed once; then each side, in fresh processes whose imports are not counted, answers the same ten specifications:
``file`` scans the model file and checks it, ``stored`` opens the archive of Parquet tables and checks that. Both count the same failed objects or
the benchmark ends with status 1. The best of RUNS is printed in seconds. Needs the outside data folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SPECIFICATIONS = ROOT / "benchmarks" / "ten-specifications.ids"
COPIES = 25
LIMIT_SECONDS = 0.3
RUNS = {"file": 2, "stored": 5}


def check(side: str, path: Path) -> dict[str, float]:
    """Seconds from the path to every outcome, and how many objects fail."""
    from hezhu.engines.ifc.tables.store import open_instances
    from hezhu.engines.review.ids.check import check_document, load
    from hezhu.engines.review.ids.columns import Columns, read_columns

    started = time.perf_counter()
    columns = read_columns(path) if side == "file" else Columns(open_instances(path)[0])
    checked = check_document(columns, load(SPECIFICATIONS))
    return {"seconds": time.perf_counter() - started, "failed": sum(len(outcome.failed) for outcome in checked.outcomes)}


def measure(side: str, path: Path) -> dict[str, float]:
    """The fastest of its RUNS fresh processes."""
    runs = []
    for _ in range(RUNS[side]):
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.recheck", side, path], cwd=ROOT, check=True, capture_output=True, text=True
        )
        runs.append(json.loads(told.stdout))
    return min(runs, key=lambda run: run["seconds"])


def main() -> int:
    """Prints both sides, the ceiling and the ratio."""
    if len(sys.argv) == 3:
        print(json.dumps(check(sys.argv[1], Path(sys.argv[2]))))
        return 0
    if not SHARED.is_dir():
        print("needs the outside data folder ../shared", file=sys.stderr)
        return 2
    from hezhu.engines.ifc.tables.store import pack

    with tempfile.TemporaryDirectory() as folder:
        model, archive = Path(folder) / f"office_a_x{COPIES}.ifc", Path(folder) / "tables.zip"
        tool = [
            sys.executable,
            SHARED / "tools" / "make_big_ifc.py",
            SHARED / "data" / "ifc" / "office_a.ifc",
            str(COPIES),
            model,
        ]
        subprocess.run(tool, check=True, capture_output=True)
        started = time.perf_counter()
        pack(model, archive)
        print(
            f"packed once: {time.perf_counter() - started:.1f} s, {archive.stat().st_size / 1e6:.1f} MB of {model.stat().st_size / 1e6:.1f} MB"
        )
        file, stored = measure("file", model), measure("stored", archive)
    print(f"model file    {file['seconds']:6.3f} s   failed {file['failed']:.0f}")
    print(f"stored tables {stored['seconds']:6.3f} s   failed {stored['failed']:.0f}   (ceiling {LIMIT_SECONDS} s)")
    print(f"ratio={file['seconds'] / stored['seconds']:.1f}")
    return 0 if file["failed"] == stored["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
