"""来历: where each value of a record came from, and those before it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hezhu.core.intake import actions
from hezhu.core.register.actions import submit
from hezhu.core.register.declare import registers
from hezhu.core.register.origins import origins_of
from hezhu.registers.enterprises.models import Enterprise
from tests.core.intake.conftest import CODES, firm
from tests.core.register.library_rows import OTHER_ID_NUMBER

pytestmark = pytest.mark.django_db


def told(register, row, user, name):
    """(value, kind, batch, line, undone) of each value of a column, the present one last."""
    cell = next(cell for cell in origins_of(register, row, user) if cell.field.name == name)
    return [(v.value, v.kind, v.batch, v.line, v.undone) for v in cell.values]


def test_a_value_is_that_of_the_batch_that_brought_it_and_not_of_the_last(enterprises, bring_in, city_officer):
    first = bring_in(firm(0), firm(1, 从业人数="12"), by=city_officer)
    second = bring_in(firm(1, 企业名称="改了名", 从业人数=""), by=city_officer)
    row = Enterprise.objects.get(credit_code=CODES[1])
    assert row.source_batch == second.number
    assert told(enterprises, row, city_officer, "employees") == [("12", "imported", first.number, 3, "")]
    assert told(enterprises, row, city_officer, "name") == [
        ("测试企业1", "imported", first.number, 3, ""),
        ("改了名", "imported", second.number, 2, ""),
    ]
    present = origins_of(enterprises, row, city_officer)[0].present
    assert (present.told.file, present.told.url, present.by) == ("企业.xlsx", first.get_absolute_url(), "city")


def test_what_a_person_wrote_and_what_an_undoing_put_back(enterprises, bring_in, city_officer):
    first = bring_in(firm(0), by=city_officer)
    second = bring_in(firm(0, 企业名称="批二"), by=city_officer)
    actions.withdraw(second, by=city_officer, reason="送错了")
    row = Enterprise.objects.get()
    assert told(enterprises, row, city_officer, "name") == [
        ("测试企业0", "imported", first.number, 2, ""),
        ("批二", "imported", second.number, 2, ""),
        ("测试企业0", "undone", first.number, 2, second.number),
    ]
    submit(enterprises, {"name": "手改的"}, by=city_officer, row=row, reason="来函更正", source="页面填报")
    value = next(cell for cell in origins_of(enterprises, row, city_officer) if cell.field.name == "name").present
    assert (value.value, value.kind, value.source, value.batch, value.line) == ("手改的", "written", "页面填报", "", None)
    assert (value.by, value.reason) == ("city", "来函更正")


def test_the_page_and_the_interface_tell_it_in_bounded_statements(enterprises, bring_in, city_officer, auditor, client):
    for number in range(6):
        bring_in(firm(0, 企业名称=f"名{number}"), by=city_officer)
    row = Enterprise.objects.get()
    with CaptureQueriesContext(
        connection,
    ) as few:
        origins_of(enterprises, row, city_officer)
    assert len(few) == 3  # events, people, batches
    client.force_login(city_officer)
    page = client.get(f"/r/enterprises/{row.pk}/?tab=origins").content.decode()
    assert "5 个值" in page
    assert row.source_batch in page
    assert "企业.xlsx" in page
    cells = {cell["field"]: cell["values"] for cell in client.get(f"/api/v1/registers/enterprises/{row.pk}/origins").json()}
    assert [value["value"] for value in cells["name"]] == ["名5", "名4", "名3", "名2", "名1", "名0"]
    assert (cells["credit_code"][0]["line"], cells["credit_code"][0]["file"]) == (2, "企业.xlsx")
    client.force_login(auditor)  # reads the register, imports nothing: the number, not the batch
    page = client.get(f"/r/enterprises/{row.pk}/?tab=origins").content.decode()
    assert (row.source_batch in page, "企业.xlsx" in page) == (True, False)


def test_who_does_not_see_the_row_sees_no_origin(enterprises, bring_in, city_officer, haiyan_officer, client):
    bring_in(firm(0), by=city_officer)
    row = Enterprise.objects.get()
    client.force_login(haiyan_officer)
    assert client.get(f"/r/enterprises/{row.pk}/?tab=origins").status_code == 404
    assert client.get(f"/api/v1/registers/enterprises/{row.pk}/origins").status_code == 404


def test_personal_values_are_masked_the_earlier_ones_too(city_officer):
    people = registers.get("people")
    labels = {str(people.model._meta.get_field(name).verbose_name): name for name in people.form_fields()}
    number = next(label for label, name in labels.items() if name == "id_number")
    phone = next(label for label, name in labels.items() if name == "phone")
    base = {number: OTHER_ID_NUMBER, "姓名": "周某某", "县（市、区）": "海宁市"}
    batch = actions.take_in(people, [{**base, phone: "13800138000"}], by=city_officer, source="接口")
    assert (batch.inserted, [row.problems for row in batch.quarantine.all()]) == (1, [])
    actions.take_in(people, [{**base, phone: "13900139000"}], by=city_officer, source="接口")
    row = people.model.objects.get()
    assert [value[0] for value in told(people, row, city_officer, "phone")] == ["138****8000", "139****9000"]
    everything = str(origins_of(people, row, city_officer))
    assert "13800138000" not in everything
    assert OTHER_ID_NUMBER not in everything
