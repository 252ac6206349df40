"""软删除: what a source that says everything no longer lists is left out of lists, counts, links and search, and comes back."""

from __future__ import annotations

import csv
import io

import pytest

from hezhu.core.intake import actions
from hezhu.core.intake.models import Absence, Batch
from hezhu.core.intake.sources import actions as sources
from hezhu.core.register import absence, everywhere
from hezhu.core.register.actions import submit
from hezhu.core.register.counting import counts
from hezhu.core.register.links import links_of
from hezhu.registers.enterprises.models import Enterprise, Qualification
from tests.core.intake.conftest import CODES
from tests.core.intake.test_sources import as_csv, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(declare, city_officer):
    """Runs the source with these firms, and none else."""
    drop = declare(more="  - {property: full, value: true}")

    def run(*numbers) -> Batch:
        as_csv(drop / "firms.csv", rows(*numbers))
        done = sources.run_here("firms", by=city_officer)
        assert done.state == "done", done.error_message
        return done.batches.get()

    return run


def listed(client, query="") -> list[str]:
    answer = client.get(f"/api/v1/registers/enterprises/?order=id{query}").json()
    assert answer["total"] == len(answer["rows"])
    return [row["name"] for row in answer["rows"]]


def test_an_absent_row_is_left_out_everywhere_until_it_is_asked_for(whole, enterprises, city_officer, client):
    whole(0, 1, 2)
    batch = whole(0, 2)
    gone = Enterprise.objects.get(credit_code=CODES[1])
    client.force_login(city_officer)
    assert listed(client) == ["企业0", "企业2"]
    assert listed(client, "&presence=absent") == ["企业1"]
    assert listed(client, "&presence=all") == ["企业0", "企业1", "企业2"]
    page = client.get("/r/enterprises/").content.decode()
    assert ("企业1" in page, "另有 1 条来源已无" in page) == (False, True)
    assert "企业1" in client.get("/r/enterprises/?presence=absent").content.decode()
    text = b"".join(client.get("/r/enterprises/export.csv").streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == 3
    assert [len(found.rows) for found in everywhere.find(city_officer, "企业", 8) if found.register is enterprises] == [2]
    assert everywhere.find(city_officer, CODES[1], 8) == []
    own = client.get(f"/r/enterprises/{gone.pk}/").content.decode()
    assert "不再列出这条记录" in own
    assert batch.number in own
    assert (
        next(h for h in client.get("/r/groups/libraries/").context["libraries"] if h.slug == "enterprises").head.count.rows == 2
    )


def test_it_comes_back_with_the_source_and_leaves_again_when_that_is_taken_back(whole, city_officer, client):
    whole(0, 1)
    whole(0)
    client.force_login(city_officer)
    assert listed(client) == ["企业0"]
    back = whole(0, 1)
    assert listed(client) == ["企业0", "企业1"]
    actions.withdraw(back, by=city_officer, reason="送错了")
    assert listed(client) == ["企业0"]
    left_out = Batch.objects.filter(absences__isnull=False).get()
    actions.withdraw(left_out, by=city_officer, reason="也送错了")
    assert (listed(client), Absence.objects.count()) == (["企业0", "企业1"], 0)


def test_the_mark_goes_with_a_row_that_is_taken_out(whole, city_officer):
    first = whole(0, 1)
    whole(0)
    actions.withdraw(first, by=city_officer, reason="送错了")
    assert (Enterprise.objects.count(), Absence.objects.count()) == (0, 0)


def test_a_row_that_a_person_changes_is_present(whole, enterprises, city_officer, client):
    whole(0, 1)
    whole(0)
    client.force_login(city_officer)
    row = Enterprise.objects.get(credit_code=CODES[1])
    submit(enterprises, {"name": "仍在"}, by=city_officer, row=row, reason="来函", source="页面填报")
    assert listed(client) == ["企业0", "仍在"]
    assert absence.mark_of(enterprises, row) is None


def test_links_leave_absent_rows_out(whole, enterprises, city_officer):
    whole(0)
    owner = Enterprise.objects.get()
    papers = [
        Qualification.objects.create(enterprise=owner, division="330481", number=f"D{n}", name="施工", issued_on="2024-01-01")
        for n in (1, 2)
    ]
    link = next(link for link in links_of(enterprises) if link.register.slug == "qualifications")
    assert counts([link], owner, city_officer) == [2]
    batch = Batch.objects.get()
    Absence.objects.create(register="qualifications", row=papers[0].pk, batch=batch, source="x")
    assert counts([link], owner, city_officer) == [1]
    assert (link.count(owner, city_officer), list(link.rows(owner, city_officer))) == (1, [papers[1]])
