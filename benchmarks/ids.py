"""Data requirements: our check against ifctester and ifcfast, on the same models with the same ten specifications.

``make bench-ids``. Each side runs in a process of its own and does the whole of it: import, open the model, read the IDS, check, write
a JSON and an HTML report (ifcfast has no HTML report, so it writes none). Seconds are those of the process itself; memory is the
peak of its resident set. ifctester is a development dependency; ifcfast is measured where it is installed (``pip install ifcfast``).
The last line is the ratio of ifctester to ours on the first model.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTED = time.perf_counter()
ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT.parent / "shared" / "data" / "ifc"
TOOL = MODELS.parents[1] / "tools" / "make_big_ifc.py"
SPECIFICATIONS = ROOT / "benchmarks" / "ten-specifications.ids"
# Kept between runs, because making them takes longer than measuring
LARGE = Path(tempfile.gettempdir()) / "hezhu-bench-ids"
COPIES = (("office_a.ifc", 25), ("janesville_restaurant.ifczip", 4))
SMALL = ("duplex.ifc", "office_a.ifc")
RUNS = 2


def ours(path: Path, out: Path) -> int:
    """The product. Returns how many objects fail, as every side does."""
    from hezhu.engines.review.ids import check_document, load, read_columns
    from hezhu.engines.review.ids.reports import write_ids_html, write_ids_json

    document = load(SPECIFICATIONS)
    checked = check_document(read_columns(path), document, path.name)
    with (out / "ids.json").open("w", encoding="utf-8") as stream:
        write_ids_json(checked, stream, 1)
    write_ids_html(checked, out / "ids.html", "ids.xlsx")
    return sum(len(outcome.failed) for outcome in checked.outcomes)


def ifctester(path: Path, out: Path) -> int:
    """ifctester with its own two reporters."""
    import ifcopenshell
    import ifctester.ids
    import ifctester.reporter

    document = ifctester.ids.open(str(SPECIFICATIONS), validate=True)
    file = ifcopenshell.open(str(path))  # named, for the entities in the report are only valid as long as it is
    document.validate(file)
    for kind, name in ((ifctester.reporter.Json, "ids.json"), (ifctester.reporter.Html, "ids.html")):
        reporter = kind(document)
        reporter.report()
        reporter.to_file(str(out / name))
    return sum(len(each.failed_entities) for each in document.specifications)


def ifcfast(path: Path, out: Path) -> int:
    """ifcfast with its JSON report made in the same pass, as its own command does it."""
    import ifcfast.ids

    report = ifcfast.ids._validate_with_json(str(SPECIFICATIONS), str(path))
    (out / "ids.json").write_text(report.__dict__["_json"][0], encoding="utf-8")
    return int(report.specs["failed"].sum())


SIDES = {"ours": ours, "ifctester": ifctester, "ifcfast": ifcfast}


def run_one(side: str, path: Path) -> int:
    """One side in this process: prints its seconds, its peak memory in MB and what it found, as JSON."""
    with tempfile.TemporaryDirectory() as out:
        failed = SIDES[side](path, Path(out))
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"seconds": time.perf_counter() - STARTED, "cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024}
    print(json.dumps(told | {"failed": failed}))
    return 0


def measure(side: str, path: Path, runs: int) -> dict[str, float]:
    """The fastest of some fresh processes."""
    command = [sys.executable, "-m", "benchmarks.ids", side, str(path)]
    told = [subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout for _ in range(runs)]
    return min((json.loads(each.splitlines()[-1]) for each in told), key=lambda run: run["seconds"])


def large_models() -> list[Path]:
    """The two large models, made on first use."""
    LARGE.mkdir(exist_ok=True)
    made = []
    for name, times in COPIES:
        target = LARGE / f"{Path(name).stem}_x{times}.ifc"
        if not target.exists():
            source = MODELS / name
            with tempfile.TemporaryDirectory() as folder:
                if source.suffix == ".ifczip":
                    import zipfile

                    with zipfile.ZipFile(source) as packed:
                        source = Path(packed.extract(packed.namelist()[0], folder))
                part = target.with_suffix(".part")
                subprocess.run([sys.executable, str(TOOL), str(source), str(times), str(part)], check=True)
                part.rename(target)
        made.append(target)
    return made


def main() -> int:
    """Prints every side on every model, and how much longer and larger each is than ours."""
    if len(sys.argv) == 3:
        return run_one(sys.argv[1], Path(sys.argv[2]))
    if not MODELS.is_dir():
        print("needs the models in ../shared/data/ifc", file=sys.stderr)
        return 2
    sides = [side for side in SIDES if side == "ours" or importlib.util.find_spec(side)]
    if "ifcfast" not in sides:
        print("ifcfast is not installed and is left out")
    ratios = []
    for path, runs in [*((path, 1) for path in large_models()), *((MODELS / name, RUNS) for name in SMALL)]:
        found = {side: measure(side, path, runs) for side in sides}
        mine = found["ours"]
        for side, run in found.items():
            times = f"{run['seconds'] / mine['seconds']:.1f} × time, {run['mb'] / mine['mb']:.1f} × memory"
            print(
                f"{path.stem:<24} {side:<10} {run['seconds']:6.2f} s  cpu {run['cpu']:6.2f} s  {run['mb']:6.0f} MB  "
                f"failed {run['failed']:<6} {'' if side == 'ours' else times}",
                flush=True,
            )
        ratios.append(found["ifctester"]["seconds"] / mine["seconds"])
    print(f"ratio={ratios[0]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
