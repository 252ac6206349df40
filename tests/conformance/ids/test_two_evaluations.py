"""The evaluation on columns and the one by objects agree, failure by failure, on real models and on every buildingSMART case."""

from __future__ import annotations

import zipfile
from pathlib import Path

import ifcopenshell
import pytest

from hezhu.engines.findings import Verdict
from hezhu.engines.review import ids
from tests.conformance.ids.all_facets import SPECIFICATIONS, write
from tests.engines.ids.objects.evaluate import evaluate as evaluate_objects
from tests.engines.ids.objects.model_facts import ModelFacts

ROOT = Path(__file__).resolve().parents[3]
TEN = ROOT / "benchmarks" / "ten-specifications.ids"
MODELS = (
    "duplex.ifc",
    "office_a.ifc",
    "fzk_haus_ifc4.ifc",
    "janesville_restaurant.ifczip",
    "smiley_west_apartments_2x_final.ifc",
)
# A failure of one object: which requirement, how, and the values that were refused
Failures = dict[int, list[tuple[int, str, tuple[object, ...]]]]


def step_text(path: Path) -> str:
    """The STEP text, with older releases read as IFC2X3."""
    if path.suffix == ".ifczip":
        with zipfile.ZipFile(path) as archive:
            return archive.read(archive.namelist()[0]).decode("latin-1")
    return path.read_text("latin-1").replace("'IFC2X_FINAL'", "'IFC2X3'", 1)


def by_columns(columns: ids.Columns, document: ids.Document) -> list[tuple[int, Failures]]:
    """Of each specification how many objects it concerns, and the failures by record number."""
    told = []
    for specification in document.specifications:
        outcome = ids.evaluate(specification, columns)
        place = {id(facet): number for number, facet in enumerate(specification.requirements)}
        failed = {
            int(number): [(place[id(each.facet)], each.kind, each.actual) for each in outcome.failures(position)]
            for position, number in enumerate(outcome.failed)
        }
        told.append((outcome.applicable, failed))
    return told


def by_objects(file: ifcopenshell.file, document: ids.Document) -> list[tuple[int, Failures]]:
    """The same, one object at a time."""
    facts = ModelFacts(file)
    told = []
    for specification in document.specifications:
        outcome = evaluate_objects(specification, facts)
        place = {id(facet): number for number, facet in enumerate(specification.requirements)}
        failed = {
            entity.id(): [(place[id(each.facet)], each.kind, each.actual) for each in failures]
            for entity, failures in outcome.failed
        }
        if specification.occurs == "prohibited":
            failed = {entity.id(): [] for entity in outcome.applicable}
        told.append((len(outcome.applicable), failed))
    return told


@pytest.mark.outside
@pytest.mark.parametrize("name", MODELS)
def test_both_agree_on_a_real_model(name: str, outside_data: Path, tmp_path: Path) -> None:
    path = outside_data / "ifc" / name
    columns, file = ids.read_columns(path), ifcopenshell.file.from_string(step_text(path))
    for document in (ids.load(TEN), ids.load(write(tmp_path / "all.ids"))):
        told = by_columns(columns, document)
        assert told == by_objects(file, document)
        assert sum(len(failed) for _, failed in told), "an IDS that everything meets proves nothing"


@pytest.mark.outside
def test_both_agree_on_every_case(outside_data: Path) -> None:
    seen = 0
    for path in sorted((outside_data / "ids").rglob("*.ids")):
        try:
            document = ids.load(path)
        except ids.IdsInvalid:
            continue
        file = ifcopenshell.open(str(path.with_suffix(".ifc")))
        columns = ids.columns_of(path.with_suffix(".ifc").read_bytes(), file.schema_identifier)
        assert by_columns(columns, document) == by_objects(file, document), path.name
        seen += 1
    assert seen == 207


@pytest.mark.outside
def test_the_storey_of_a_failed_element_is_the_readers(outside_data: Path) -> None:
    from hezhu.engines.ifc import read

    for name in ("duplex.ifc", "office_a.ifc"):
        model = read(outside_data / "ifc" / name)
        failed = [each for each in ids.check(model, TEN) if each.verdict is Verdict.FAIL]
        assert len(failed) > 50
        for each in failed:
            element = model.element(each.subject.global_id)
            assert (each.subject.ifc_class, each.subject.name) == (element.ifc_class, element.name)
            assert each.subject.storey == (element.storey.name if element.storey else "")


def test_every_facet_is_asked_both_ways() -> None:
    for part in (0, 1):
        text = "".join(pair[part] for pair in SPECIFICATIONS)
        assert all(f"<{facet}" in text for facet in ("entity", "attribute", "property", "classification", "material", "partOf"))
