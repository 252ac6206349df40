"""Differences from stored prints: as a page, rows, a sheet and JSON, within what an account may see."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from hezhu.bim.life import comparing, errors
from hezhu.bim.life.kinds import Discipline
from tests.bim.life.conftest import PLACE, row

A, B, C, D, E, F = (f"0000000000000000000{number:03d}" for number in range(1, 7))
MOVED = (1.0, 2.5, *PLACE[2:])
FAR = (50.0, 2.0, *PLACE[2:])


@pytest.fixture
def pair(uploaded, describing):
    """The second version adds D, drops C, moves A by 0.5 m, changes B's properties, and exports E as F."""
    describing.prints = [row(A, "墙A"), row(B, "墙B", place=FAR), row(C, "=1+1", storey="2F"), row(E, "柱", "IfcColumn")]
    before = uploaded(shared=True)
    describing.prints = [
        row(A, "墙A", place=MOVED),
        row(B, "墙B", place=FAR, properties="q"),
        row(D, "墙D", storey="4F", place=(9.0, *PLACE[1:])),
        row(F, "柱", "IfcColumn"),
    ]
    return before, uploaded(shared=True)


def test_the_viewer_gets_the_gravest_change_of_each_element(pair, client, city_officer) -> None:
    before, after = pair
    client.force_login(city_officer)
    found = client.get(f"/bim/models/{before.pk}/difference/{after.pk}.json").json()
    assert found["changes"] == {D: "added", C: "removed", A: "moved", B: "properties", F: "new-id"}
    expected = {"added": 1, "removed": 1, "reshaped": 0, "moved": 1, "properties": 1, "renamed": 0, "new-id": 1}
    assert (found["counts"], found["unchanged"]) == (expected, 0)
    elements = client.get(f"/bim/models/{after.pk}/elements.json?difference={before.pk}").json()
    assert elements["verdicts"] == {D: "pass", A: "fail", B: "manual", F: "na"}


def test_the_page_groups_filters_and_counts(pair, client, city_officer) -> None:
    before, after = pair
    client.force_login(city_officer)
    page = client.get(f"/bim/models/{before.pk}/difference/{after.pk}/")
    assert page.status_code == 200
    rows = page.context["rows"]
    assert [(one["storey"], one["ifc_class"], one["global_id"], one["heads"]) for one in rows] == [
        ("2F", "IfcWall", C, True),
        ("3F", "IfcColumn", F, True),
        ("3F", "IfcWall", A, True),
        ("3F", "IfcWall", B, False),
        ("4F", "IfcWall", D, True),
    ]
    assert [(key, count) for key, _label, count in page.context["tabs"]][:3] == [("", 5), ("added", 1), ("removed", 1)]
    moved = client.get(f"/bim/models/{before.pk}/difference/{after.pk}/?change=moved&storey=3F")
    assert [one["distance_m"] for one in moved.context["rows"]] == [0.5]
    nothing = client.get(f"/bim/models/{before.pk}/difference/{after.pk}/?q=没有的")
    assert nothing.context["rows"] == []


def test_the_sheet_has_every_difference_and_no_formula(pair, client, city_officer) -> None:
    before, after = pair
    client.force_login(city_officer)
    answer = client.get(f"/bim/models/{before.pk}/difference/{after.pk}.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 6
    assert rows[2][:5] == ("删除", "2F", "IfcWall", "=1+1", C)
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_versions_of_another_discipline_and_without_prints_are_refused(uploaded, place, client, firm_user) -> None:
    first = uploaded()
    other = uploaded(at=replace(place, discipline=Discipline.HVAC))
    waiting = uploaded(prepare=False)
    with pytest.raises(errors.NotComparable):
        comparing.differences(first, other)
    with pytest.raises(errors.NoPrints):
        comparing.differences(first, waiting)
    client.force_login(firm_user)
    assert client.get(f"/bim/models/{first.pk}/difference/{other.pk}.json").status_code == 422
    assert client.get(f"/bim/models/{first.pk}/difference/{waiting.pk}/").status_code == 409


def test_nobody_compares_what_they_may_not_see(pair, client, other_firm_user, haiyan_officer) -> None:
    before, after = pair
    for user in (other_firm_user, haiyan_officer):
        client.force_login(user)
        for ending in (".json", ".xlsx", "/", "/rows/"):
            assert client.get(f"/bim/models/{before.pk}/difference/{after.pk}{ending}").status_code == 404


def test_ten_thousand_differences_come_a_hundred_at_a_time(uploaded, describing, client, firm_user) -> None:
    describing.prints = []
    before = uploaded()
    describing.prints = [row(f"{number:022d}", f"墙{number}", storey=f"{number % 30}F") for number in range(10_000)]
    after = uploaded()
    client.force_login(firm_user)
    page = client.get(f"/bim/models/{before.pk}/difference/{after.pk}/")
    assert (len(page.context["rows"]), page.context["total"], page.context["after"]) == (100, 10_000, 100)
    last = client.get(f"/bim/models/{before.pk}/difference/{after.pk}/rows/?after=9900")
    assert (len(last.context["rows"]), last.context["after"]) == (100, None)
    assert len(page.content) < 200_000
