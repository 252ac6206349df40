"""3D Tiles of a model: ours against IfcOpenShell's own GLB serializer, each in a process of its own.

``make bench-tiles`` measures the sample building; ``python -m benchmarks.tiles MODEL.ifc …`` other files. IfcOpenShell writes one GLB without
tiles, feature ids or metadata, with the same kernel and threads: the floor for the work of meshing and writing. Where py3dtiles is installed
(``pip install py3dtiles[ifc]``) its conversion is measured as well; it writes neither GlobalIds nor properties, and crashes on some models.
Sizes: on disk, and gzipped as our archive hands tiles out. Ends with ratio = ours / IfcOpenShell in CPU seconds (above 1: ours takes longer).
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def run_ours(model: Path, out: Path, *, quantise: bool) -> None:
    from hezhu.engines import ifc
    from hezhu.engines.ifc import tiles

    tiles.build(ifc.read(model), out, tiles.Placement(571_700.0, 3_401_200.0), quantise=quantise)


def run_serializer(model: Path, out: Path) -> None:
    import ifcopenshell.geom

    from hezhu.engines import ifc
    from hezhu.engines.ifc.geometry.mesh import KERNEL, THREADS

    read = ifc.read(model)
    settings: Any = ifcopenshell.geom.settings()
    entities = [element.entity for element in read.elements if element.entity.Representation is not None]
    serializer: Any = ifcopenshell.geom.serializers.glb(str(out / "model.glb"), settings)
    iterator: Any = ifcopenshell.geom.iterator(settings, read.file, THREADS, include=entities, geometry_library=KERNEL)
    serializer.setFile(read.file)
    serializer.writeHeader()
    for shape in iterator:
        serializer.write(shape)
    serializer.finalize()


def run_py3dtiles(model: Path, out: Path) -> None:
    from py3dtiles.convert import convert

    convert([str(model)], outfolder=out / "py3dtiles", overwrite=True, jobs=2)


SIDES = {
    "hezhu": lambda model, out: run_ours(model, out, quantise=True),
    "hezhu, floats": lambda model, out: run_ours(model, out, quantise=False),
    "ifcopenshell glb": run_serializer,
    "py3dtiles": run_py3dtiles,
}


def child(side: str, model: str, out: str) -> None:
    started = time.perf_counter()
    SIDES[side](Path(model), Path(out))
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(row.ru_utime + row.ru_stime for row in use)
    print(json.dumps({"wall": time.perf_counter() - started, "cpu": cpu, "mb": use[0].ru_maxrss / 1024}))


def measure(side: str, model: Path) -> dict[str, float] | None:
    """Seconds, peak memory and sizes of one side; None when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.tiles", "--side", side, str(model), folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"  {side:<18} fails: {(done.stderr.strip().splitlines() or ['signal'])[-1][:100]}")
            return None
        found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        found["disk"] = sum(path.stat().st_size for path in files) / 1e6
        found["gzip"] = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) / 1e6
        found["files"] = len(files)
        print(
            f"  {side:<18} {found['wall']:7.1f} s wall {found['cpu']:7.1f} s CPU {found['mb']:6.0f} MB peak"
            f" {found['files']:4.0f} files {found['disk']:7.2f} MB, {found['gzip']:6.2f} MB gzipped"
        )
        return found


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--side"]:
        child(*arguments[1:])
        return
    with tempfile.TemporaryDirectory() as folder:
        from hezhu.engines.ifc.sample import write_sample

        models = [Path(argument) for argument in arguments] or [write_sample(Path(folder) / "sample.ifc")]
        sums = {"hezhu": 0.0, "ifcopenshell glb": 0.0}
        for model in models:
            print(f"{model.name}, {model.stat().st_size / 1e6:.1f} MB")
            for side in SIDES:
                if side == "py3dtiles" and importlib.util.find_spec("py3dtiles") is None:
                    print("  py3dtiles          not installed")
                    continue
                found = measure(side, model)
                if found and side in sums:
                    sums[side] += found["cpu"]
    print(f"ratio={sums['hezhu'] / sums['ifcopenshell glb']:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
