"""A stored version checked again: the findings of the file itself, and a plain no where only the file knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.ifc import ModelUnreadable
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import store
from hezhu.engines.review.ids.check import check_columns, load
from hezhu.engines.review.ids.columns import read_columns
from hezhu.engines.review.ids.stored import check_stored

ROOT = Path(__file__).resolve().parents[3]
TEN = ROOT / "benchmarks" / "ten-specifications.ids"


def both(model: Path, ids: Path, folder: Path) -> tuple[list, list]:
    store.pack(model, folder / "tables.zip")
    document = load(ids)
    return check_stored(folder / "tables.zip", document), check_columns(read_columns(model), document)


def test_a_stored_building_gives_the_findings_of_its_file(tmp_path: Path) -> None:
    model = write_sample(tmp_path / "示例.ifc", {"narrow-door"}, storeys=3)
    for ids, specifications in ((TEN, 10), (ROOT / "rulepacks" / "ids" / "jiaxing-data-requirements.ids", 14)):
        stored, read = both(model, ids, tmp_path)
        assert stored == read
        assert len({finding.rule for finding in stored}) == specifications


@pytest.mark.parametrize("name", ["duplex.ifc", "office_a.ifc", "fzk_haus_ifc4.ifc", "smiley_west_apartments_2x_final.ifc"])
def test_real_models_too(name: str, outside_data: Path, tmp_path: Path) -> None:
    for ids in (TEN, ROOT / "rulepacks" / "ids" / "jiaxing-data-requirements.ids"):
        stored, read = both(outside_data / "ifc" / name, ids, tmp_path)
        assert stored == read


def test_shapes_are_left_to_the_file(tmp_path: Path) -> None:
    asked = TEN.read_text(encoding="utf-8").replace(
        "<simpleValue>IFCSPACE</simpleValue>", "<simpleValue>IFCEXTRUDEDAREASOLID</simpleValue>"
    )
    asked = asked.replace("LongName", "Depth")
    ids = tmp_path / "shape.ids"
    ids.write_text(asked, encoding="utf-8")
    store.pack(write_sample(tmp_path / "a.ifc", storeys=2), tmp_path / "tables.zip")
    with pytest.raises(ModelUnreadable, match="hezhu ids") as refusal:
        check_stored(tmp_path / "tables.zip", load(ids))
    assert refusal.value.code == "not-stored"
