"""Model tables against IfcOpenShell filling the same tables entity by entity. ``make bench-tables``.

Both sides open each model and make entities with attributes, properties, quantities and relations (the tables' side makes all
sixteen tables). Each side runs in its own process; the best of RUNS is taken, of a large model the only one. Needs the outside data folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 2
FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "ifc"
TOOL = FOLDER.parents[1] / "tools" / "make_big_ifc.py"
COPIES = 25
LARGE_BYTES = 50_000_000


def ours(path: Path) -> tuple[float, int]:
    """Seconds and number of property rows."""
    from hezhu.engines.ifc.tables import read_tables

    started = time.perf_counter()
    tables = read_tables(path)
    return time.perf_counter() - started, len(tables.properties)


def entity_by_entity(path: Path) -> tuple[float, int]:
    """Seconds and number of property values, filled the usual way with IfcOpenShell."""
    import ifcopenshell
    import ifcopenshell.util.element

    from hezhu.engines.ifc.container import plain_step
    from hezhu.engines.ifc.limits import Limits

    started = time.perf_counter()
    with plain_step(path, Limits()) as (step, _):
        file = ifcopenshell.open(step, format=".ifc")
    attributes, values, relations = [], [], []
    for entity in file:
        if not entity.is_a("IfcRepresentationItem") and not entity.is_a("IfcPlacement"):
            attributes.append((entity.id(), entity.is_a(), *(entity[position] for position in range(len(entity)))))
    for entity in [*file.by_type("IfcObject"), *file.by_type("IfcTypeObject")]:
        for name, members in ifcopenshell.util.element.get_psets(entity).items():
            values += [(entity.id(), name, member, value) for member, value in members.items() if member != "id"]
    for relation in file.by_type("IfcRelationship"):
        relations += [(relation.id(), part.id()) for part in file.traverse(relation, max_levels=1)[1:]]
    return time.perf_counter() - started, len(values)


def _best(side: str, path: Path) -> tuple[float, int]:
    found = []
    for _ in range(RUNS if path.stat().st_size < LARGE_BYTES else 1):
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.tables", side, path], capture_output=True, text=True, check=True
        )
        seconds, rows = answer.stdout.split()
        found.append((float(seconds), int(rows)))
    return min(found)


def main() -> int:
    if len(sys.argv) > 1:
        seconds, rows = {"ours": ours, "peer": entity_by_entity}[sys.argv[1]](Path(sys.argv[2]))
        print(seconds, rows)
        return 0
    if not FOLDER.is_dir():
        print("the outside data folder is absent", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        big = Path(folder) / f"office_a_x{COPIES}.ifc"
        subprocess.run([sys.executable, TOOL, FOLDER / "office_a.ifc", str(COPIES), big], check=True, capture_output=True)
        total = {"ours": 0.0, "peer": 0.0}
        for path in [*sorted(FOLDER.glob("*.ifc*")), big]:
            peer, peer_rows = _best("peer", path)
            mine, rows = _best("ours", path)
            total = {"ours": total["ours"] + mine, "peer": total["peer"] + peer}
            print(f"{path.name:<42} IfcOpenShell {peer:7.2f} s ({peer_rows} values)   tables {mine:6.2f} s ({rows} values)")
    print(f"ratio={total['peer'] / total['ours']:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
