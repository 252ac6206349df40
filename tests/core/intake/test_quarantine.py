"""Refused rows are corrected, replayed, abandoned; a batch can be taken back."""

from __future__ import annotations

import pytest
from django.db import connection

from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change
from hezhu.core.intake import actions
from hezhu.core.intake.errors import BatchClosed, CorrectionRefused, NothingToReplay
from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.intake.tally import held
from hezhu.core.intake.waiting import quarantined_batches
from hezhu.registers.enterprises.models import Enterprise, Qualification
from tests.core.intake.conftest import CODES, firm

pytestmark = pytest.mark.django_db
OPEN, FIXED, REPLAYED, ABANDONED = QuarantinedRow.State.values


def with_letter_o(code: str) -> str:
    return code.replace("0", "O", 1) if code.find("0") >= 0 else code


def state(batch):
    return list(batch.quarantine.values_list("line", "state"))


def test_correct_and_replay(bring_in, city_officer):
    batch = bring_in(firm(0), firm(1, 企业名称="无"), firm(2, 企业类别="瓦匠"), by=city_officer)
    first = batch.quarantine.first()
    actions.correct(first, {"name": " 补上的名称 "}, by=city_officer)
    assert state(batch) == [(3, FIXED), (4, OPEN)]
    assert first.raw["企业名称"] == "无"
    after = actions.replay(batch, by=city_officer)
    assert (after.inserted, after.updated, after.unchanged) == (2, 0, 0)
    assert state(batch) == [(3, REPLAYED), (4, OPEN)]
    row = Enterprise.objects.get(credit_code=CODES[1])
    assert (row.name, row.source_batch, row.source_line) == ("补上的名称", batch.number, 3)


def test_a_correction_that_is_still_wrong_changes_nothing(bring_in, city_officer):
    batch = bring_in(firm(0, 企业类别="瓦匠", 企业名称="无"), by=city_officer)
    row = batch.quarantine.get()
    with pytest.raises(CorrectionRefused) as raised:
        actions.correct(row, {"role": "木匠"}, by=city_officer)
    assert [problem["reason"] for problem in raised.value.data["problems"]] == [
        "“无”按空值处理，此项必填",
        "“木匠”不在参建企业角色中",
    ]
    row.refresh_from_db()
    assert (row.state, row.replacement) == (OPEN, {})


def test_a_row_refused_again_at_replay_stays_with_what_is_wrong_now(bring_in, city_officer, haining_officer):
    bring_in(firm(1, **{"县（市、区）": "海盐县"}), by=city_officer)
    batch = bring_in(firm(1, 企业名称="无"), by=haining_officer)
    actions.correct(batch.quarantine.get(), {"name": "新"}, by=haining_officer)
    after = actions.replay(batch, by=haining_officer)
    row = batch.quarantine.get()
    assert (after.inserted, row.state) == (0, OPEN)
    assert row.still[0]["rule"] == "scope.elsewhere"
    assert row.problems[0]["rule"] == "required"


def test_suggestions_with_ground_are_adopted(bring_in, city_officer):
    code = next(code for code in CODES if "0" in code[9:])
    typed = code[:9] + code[9:].replace("0", "O", 1)
    batch = bring_in(firm(0, 统一社会信用代码=typed), firm(2, 企业类别="瓦匠"), by=city_officer)
    assert actions.adopt_suggestions(batch, by=city_officer) == 1
    assert batch.quarantine.get(line=2).replacement == {"credit_code": code}
    actions.replay(batch, by=city_officer)
    assert Enterprise.objects.get().credit_code == code


def test_nothing_to_replay_is_said(bring_in, city_officer):
    batch = bring_in(firm(0, 企业名称="无"), by=city_officer)
    with pytest.raises(NothingToReplay, match="没有已改好的行"):
        actions.replay(batch, by=city_officer)


def test_abandoned_rows_stay_as_they_came(bring_in, city_officer):
    batch = bring_in(firm(0, 企业名称="无"), firm(1, 企业名称="无"), by=city_officer)
    assert actions.abandon(batch, [2], by=city_officer, reason="企业已注销") == 1
    row = batch.quarantine.get(line=2)
    assert (row.state, row.reason, row.handled_by) == (ABANDONED, "企业已注销", city_officer)
    assert held([quarantined_batches(city_officer).get()]) == 1


def test_every_row_is_somewhere(bring_in, city_officer):
    batch = bring_in(firm(0), firm(1, 企业名称="无"), firm(2, 企业名称="无"), firm(3, 企业名称="无"), by=city_officer)
    actions.correct(batch.quarantine.get(line=3), {"name": "甲"}, by=city_officer)
    actions.abandon(batch, [4], by=city_officer, reason="重复")
    batch = actions.replay(batch, by=city_officer)
    held = batch.quarantine.exclude(state=REPLAYED).count()
    assert batch.total == 4 == batch.inserted + batch.updated + batch.unchanged + held


def test_withdraw_removes_what_was_added_and_restores_what_was_changed(bring_in, city_officer):
    bring_in(firm(0), by=city_officer)
    before = Enterprise.objects.values().get()
    batch = bring_in(firm(0, 企业名称="改名"), firm(1), by=city_officer)
    done = actions.withdraw(batch, by=city_officer, reason="传错了文件")
    assert (done.removed, done.restored, done.kept) == (1, 1, 0)
    assert Enterprise.objects.values().get() == before
    batch.refresh_from_db()
    assert batch.state == Batch.State.WITHDRAWN
    with pytest.raises(BatchClosed):
        actions.withdraw(batch, by=city_officer, reason="再来")


def test_withdraw_keeps_rows_changed_since_and_rows_in_use(bring_in, city_officer, units):
    from hezhu.core.register.declare import registers
    from tests.core.intake.conftest import sheet

    batch = bring_in(firm(0), firm(1), by=city_officer)
    with reason_of_change(city_officer, "更正", "页面填报"):
        Enterprise.objects.filter(credit_code=CODES[0]).update(name="后来改过")
    done = actions.withdraw(batch, by=city_officer, reason="传错")
    assert (done.removed, done.restored, done.kept) == (1, 0, 1)
    assert Enterprise.objects.get().name == "后来改过"

    rows = [{"工程项目编号": f"330481260601010{n}", "项目名称": f"项目{n}", "县（市、区）": "海宁市"} for n in (1, 2)]
    projects = registers.get("projects")
    batch = actions.commit(actions.receive(projects, sheet(*rows), by=city_officer), by=city_officer)
    used = projects.model.objects.get(number="3304812606010101")
    used.buildings.create(code="1", name="一号", division="330481", area_m2=10)
    done = actions.withdraw(batch, by=city_officer, reason="传错")
    assert (done.removed, done.restored, done.kept) == (1, 0, 1)
    assert projects.model.objects.get() == used


def test_another_county_can_neither_correct_nor_withdraw(bring_in, haining_officer, haiyan_officer):
    batch = bring_in(firm(0), firm(1, 企业名称="无"), by=haining_officer)
    with pytest.raises(NotAllowed):
        actions.correct(batch.quarantine.get(), {"name": "甲"}, by=haiyan_officer)
    with pytest.raises(NotAllowed):
        actions.withdraw(batch, by=haiyan_officer, reason="试试")
    assert state(batch) == [(3, OPEN)]
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize("many", [20_000, 1])
def test_a_firm_that_another_library_names_stays_when_its_batch_is_taken_back(bring_in, city_officer, monkeypatch, many):
    monkeypatch.setattr("hezhu.core.intake.withdrawal.MANY_ROWS", many)
    keys = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE confrelid = 'enterprises_enterprise'::regclass ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(keys)
        before = cursor.fetchall()
    batch = bring_in(firm(0), firm(1), by=city_officer)
    used = Enterprise.objects.get(credit_code=CODES[0])
    Qualification.objects.create(enterprise=used, division="330481", number="D1", name="施工", issued_on="2024-01-01")
    done = actions.withdraw(batch, by=city_officer, reason="送错了")
    assert (done.removed, done.restored, done.kept) == (1, 0, 1)
    assert Enterprise.objects.get() == used
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(keys)
        assert cursor.fetchall() == before
