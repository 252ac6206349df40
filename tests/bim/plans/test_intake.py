"""What a site model must show before an officer sees it, on the sample site and on the same with things taken away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ifcopenshell
import pytest

from hezhu.bim.plans.intake import lacking, site_items
from hezhu.engines import ifc
from hezhu.engines.review import planning
from hezhu.engines.review.planning.sample import write_site
from hezhu.engines.review.planning.sample_block import sample_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("intake") / "site.ifc", sample_site([]))


def items(path: Path) -> dict[str, tuple[bool, bool, int]]:
    review = planning.run(ifc.read(path), planning.load_planning("jiaxing-2018"), None, date(2026, 11, 23))
    return {item.key: (item.met, item.required, item.count) for item in site_items(review)}


def test_the_sample_site_has_all_that_is_required(site: Path) -> None:
    found = items(site)
    assert {key for key, (met, required, _count) in found.items() if required and not met} == set()
    assert {"units", "boundary", "buildings", "storeys", "use", "height", "features"} <= set(found)


def test_what_was_taken_away_is_named(site: Path, tmp_path: Path) -> None:
    file = ifcopenshell.open(str(site))
    buildings = file.by_type("IfcBuilding")
    buildings[0].Name = None
    buildings[1].ObjectType = None
    for element in file.by_type("IfcGeographicElement"):
        if element.ObjectType == "用地红线":
            element.ObjectType = element.Name = "无名线"
    broken = tmp_path / "broken.ifc"
    file.write(str(broken))
    found = items(broken)
    assert found["boundary"][:2] == (False, True)
    assert found["use"] == (False, True, 1)
    assert found["ids:单体须有名称"] == (False, True, 1)


def test_only_the_required_holds_an_application_up() -> None:
    rows = [{"required": True, "met": False}, {"required": False, "met": False}, {"required": True, "met": True}]
    assert lacking(rows) == rows[:1]
