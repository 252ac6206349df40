"""The elements behind an item of the assembly rate, and two evaluations of one building kept apart and side by side."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal

import pytest

from hezhu.bim import actions
from hezhu.bim.models import ReviewCase
from hezhu.core.jobs.actions import run_here
from hezhu.engines.prefab import Contribution, ItemInput, Part, Provenance, StoreySum
from tests.bim.conftest import DOOR, MODEL, STAIR
from tests.bim.test_assembly import quantities

WALL = "3vB2YO$rLBsv5TzYzVXMZd"


def element(global_id: str, name: str, part: Part, size: float, **values) -> Contribution:
    given = size if part is Part.COUNTED else 0.0
    return Contribution(global_id, "IfcWall", name, "3F", part, given, size, "Hezhu_Prefab.Prefabricated＝是", "几何", **values)


def vertical(*rows: Contribution) -> ItemInput:
    numerator, denominator = sum(row.numerator for row in rows), sum(row.denominator for row in rows)
    ids = {part: tuple(row.global_id for row in rows if row.part is part) for part in Part}
    return ItemInput(
        Provenance.MODEL,
        numerator=numerator,
        denominator=denominator,
        counted=ids[Part.COUNTED],
        considered=tuple(row.global_id for row in rows),
        silent=ids[Part.SILENT],
        elements=rows,
        storeys=(StoreySum("3F", numerator, denominator),),
        notes=("1 处后浇混凝土按几何核对计入（4.0.3，待核）",),
        lacking=("Hezhu_Prefab.Prefabricated（是或否）",) if ids[Part.SILENT] else (),
    )


DESIGN = (
    element(STAIR, "3F-YWQ-1", Part.COUNTED, 3.0, declared=3.4),
    element(DOOR, "3F-YWQ-2", Part.COUNTED, 2.0),
    element(WALL, "=SUM(A1)", Part.SILENT, 1.0, undecided=1.0, lacking="Hezhu_Prefab.Prefabricated（是或否）"),
)
BUILT = (element(STAIR, "3F-YWQ-1", Part.COUNTED, 3.0), element(DOOR, "3F-YWQ-2", Part.LEFT_OUT, 2.0))


def review(project, building, submission, engines, by, stage: str, rows) -> ReviewCase:
    engines.quantities = quantities(q1a=vertical(*rows))
    case = actions.submit_model(project, building, MODEL, by=by, submission=replace(submission, stage=stage))
    run_here(case.job)
    case.refresh_from_db()
    return case


@pytest.fixture
def design(project, building, submission, engines, city_officer) -> ReviewCase:
    return review(project, building, submission, engines, city_officer, "drawings", DESIGN)


@pytest.fixture
def built(design, project, building, submission, engines, city_officer) -> ReviewCase:
    return review(project, building, submission, engines, city_officer, "completion", BUILT)


def test_the_item_page_lists_every_element_with_its_part(client, design, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get(f"/bim/{design.number}/assembly/items/q1a/")
    text = page.content.decode()
    assert page.status_code == 200
    assert [(row["global_id"], row["verdict"], row["size"], row["differs"]) for row in page.context["rows"]] == [
        (WALL, "manual", "1.000 m³", ""),
        (STAIR, "pass", "3.000 m³", "3.400"),
        (DOOR, "pass", "2.000 m³", ""),
    ]
    assert [(part, count) for part, _, count in page.context["counts"]] == [
        ("", 3),
        ("counted", 2),
        ("left_out", 0),
        ("silent", 1),
    ]
    assert f'data-global-id="{WALL}"' in text
    assert "应补属性" in text
    assert "1 处后浇混凝土按几何核对计入（4.0.3，待核）" in text


def test_elements_are_narrowed_by_part_and_storey(client, design, city_officer) -> None:
    client.force_login(city_officer)
    address = f"/bim/{design.number}/assembly/items/q1a/"
    assert [row["global_id"] for row in client.get(f"{address}?part=silent").context["rows"]] == [WALL]
    assert client.get(f"{address}?storey=9F").context["rows"] == []
    assert len(client.get(f"{address}?part=nonsense").context["rows"]) == 3
    assert [row["position"] for row in client.get(f"{address}rows/?after=2").context["rows"]] == [3]


def test_the_element_that_was_asked_for_comes_first_and_is_marked(client, design, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get(f"/bim/{design.number}/assembly/items/q1a/?element={DOOR}")
    assert [row["global_id"] for row in page.context["rows"]] == [DOOR, WALL, STAIR]
    assert f'<a class="finding is-on" aria-current="true" href="#{DOOR}"' in page.content.decode()


def test_the_viewer_is_coloured_by_the_item(client, design, city_officer) -> None:
    client.force_login(city_officer)
    told = client.get(f"/bim/{design.number}/elements.json?assembly=q1a").json()
    assert told["verdicts"] == {STAIR: "pass", DOOR: "pass", WALL: "manual"}
    assert told["storeys"][0]["name"] == "3F"
    assert client.get(f"/bim/{design.number}/elements.json?assembly=nowhere").json()["verdicts"] == {}


def test_the_element_list_is_a_sheet(client, design, city_officer) -> None:
    client.force_login(city_officer)
    answer = client.get(f"/bim/{design.number}/assembly/elements.csv")
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
    assert [(row["编号"], row["构件"], row["计入情况"], row["分子"], row["模型申报"]) for row in rows] == [
        ("q1a", "3F-YWQ-1", "计入分子", "3.0", "3.4"),
        ("q1a", "3F-YWQ-2", "计入分子", "2.0", ""),
        ("q1a", "'=SUM(A1)", "需人工", "0.0", ""),
    ]


def test_what_is_not_there_or_not_ones_own_is_not_found(client, design, haiyan_officer, city_officer) -> None:
    client.force_login(city_officer)
    assert client.get(f"/bim/{design.number}/assembly/items/q9/").status_code == 404
    client.force_login(haiyan_officer)
    for place in ("items/q1a/", "items/q1a/rows/", "elements.csv"):
        assert client.get(f"/bim/{design.number}/assembly/{place}").status_code == 404


def test_a_case_reviewed_before_elements_were_kept_still_opens(client, case, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get(f"/bim/{case.number}/assembly/items/q1a/")
    assert (page.status_code, page.context["rows"]) == (200, [])


def test_design_and_completion_are_kept_apart_and_compared(client, design, built, city_officer) -> None:
    client.force_login(city_officer)
    page = client.get(f"/bim/{built.number}/assembly/?with={design.number}")
    found = page.context["comparison"]
    assert [(row["id"], row["shares"], row["scores"]) for row in found["rows"]] == [
        ("q1a", [pytest.approx(5 / 6), 0.6], [30.0, 25.6])
    ]
    assert [(row["place"], str(row["label"]), row["before"], row["after"]) for row in found["rows"][0]["changes"]] == [
        ("3F-YWQ-2", "由计入变为不计入", "2.000", "0.000"),
        ("3F =SUM(A1)", "构件没有了", "1.000", "—"),
    ]
    assert (found["rates"], found["points"]) == ([88.0, 83.6], -4.4)
    text = page.content.decode()
    assert "−4.4 个百分点" in text
    assert "评价（竣工）" in text
    assert "由计入变为不计入" in text


def test_an_unknown_case_to_compare_with_is_ignored(client, design, built, city_officer) -> None:
    client.force_login(city_officer)
    assert client.get(f"/bim/{built.number}/assembly/?with=BS-0000-0000").context["comparison"] is None


def test_a_pre_evaluation_never_replaces_the_evaluation_of_completion(
    built, project, building, submission, engines, city_officer
) -> None:
    building.refresh_from_db()
    assert (building.assembly_rate, building.assembly_source) == (Decimal("83.6"), f"BIM审查 {built.number}")
    assert building.assembly_reason.startswith("竣工评价：")
    review(project, building, submission, engines, city_officer, "change", DESIGN)
    building.refresh_from_db()
    assert (building.assembly_rate, building.assembly_source) == (Decimal("83.6"), f"BIM审查 {built.number}")


def test_the_api_gives_the_score_and_the_elements(client, design, built, city_officer, haiyan_officer) -> None:
    client.force_login(city_officer)
    address = f"/api/v1/bim/cases/{built.number}/assembly/"
    told = client.get(address).json()
    assert (told["stage"], told["rate"]["percent"], told["result"]["items"][0]["score"]) == ("completion", 83.6, 25.6)
    rows = client.get(f"{address}q1a/").json()["elements"]
    assert [(row["global_id"], row["part"], row["denominator"]) for row in rows] == [
        (STAIR, "counted", 3.0),
        (DOOR, "left_out", 2.0),
    ]
    assert client.get(f"{address}q9/").status_code == 404
    client.force_login(haiyan_officer)
    assert client.get(f"{address}q1a/").status_code == 404
