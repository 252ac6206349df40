"""A sheet enters: every row is written, found unchanged, or kept in quarantine."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hezhu.core.errors import NotAllowed
from hezhu.core.history.changes import changes_of
from hezhu.core.intake import actions
from hezhu.core.intake.errors import BatchClosed, MappingUnusable, SheetUnreadable
from hezhu.core.intake.models import Batch
from hezhu.registers.enterprises.models import Enterprise
from tests.core.intake.conftest import CODES, firm, sheet

pytestmark = pytest.mark.django_db


def places(batch):
    return (batch.total, batch.inserted, batch.updated, batch.unchanged, batch.quarantine.count())


def test_new_rows_carry_their_lineage(bring_in, city_officer):
    batch = bring_in(firm(0, 联系电话="138 1234 8000", 认定称号="智能建造示范企业、产业工人实训基地"), firm(1), by=city_officer)
    assert batch.state == Batch.State.DONE
    assert places(batch) == (2, 2, 0, 0, 0)
    row = Enterprise.objects.get(credit_code=CODES[0])
    assert (row.name, row.division, row.role, row.phone) == ("测试企业0", "330481", "3", "13812348000")
    assert row.titles == ["demonstration", "training_base"]
    assert (row.source, row.source_batch, row.source_line) == ("表格导入", batch.number, 2)
    assert row.is_demo is False
    assert row.created_at is not None


def test_defaults_fill_what_the_sheet_does_not_bring(bring_in, city_officer, enterprises):
    row = {"统一社会信用代码": CODES[0], "企业名称": "甲", "县（市、区）": "海盐"}
    bring_in(row, by=city_officer)
    saved = Enterprise.objects.get()
    assert (saved.role, saved.titles, saved.address, saved.registered_capital_wan_yuan, saved.unit) == ("99", [], "", None, None)


def test_the_same_sheet_again_writes_nothing(bring_in, city_officer, enterprises):
    bring_in(firm(0), firm(1), by=city_officer)
    before = list(Enterprise.objects.order_by("pk").values())
    events = len(changes_of(enterprises, Enterprise.objects.first()))
    again = bring_in(firm(0), firm(1), by=city_officer)
    assert places(again) == (2, 0, 0, 2, 0)
    assert list(Enterprise.objects.order_by("pk").values()) == before
    assert len(changes_of(enterprises, Enterprise.objects.first())) == events


def test_a_changed_row_is_updated_with_who_and_why(bring_in, city_officer, enterprises):
    bring_in(firm(0), firm(1), by=city_officer)
    batch = bring_in(firm(0, 企业名称="新名称"), firm(1), firm(2), by=city_officer)
    assert places(batch) == (3, 1, 1, 1, 0)
    row = Enterprise.objects.get(credit_code=CODES[0])
    change = changes_of(enterprises, row)[0]
    assert (change.by, change.reason, change.source) == ("city", "导入", batch.number)
    assert ("企业名称", "测试企业0", "新名称") in [(str(label), before, after) for label, before, after in change.fields]


def test_an_empty_cell_leaves_what_is_there(bring_in, city_officer):
    bring_in(firm(0, 住所="海宁市盐官镇"), by=city_officer)
    batch = bring_in(firm(0, 住所="无", 企业名称="新名称"), by=city_officer)
    assert places(batch) == (1, 0, 1, 0, 0)
    assert Enterprise.objects.get().address == "海宁市盐官镇"


def test_a_column_in_yuan_is_stored_in_ten_thousand_yuan(bring_in, city_officer):
    bring_in(firm(0, **{"注册资本（元）": 12345678.9}), by=city_officer)
    assert Enterprise.objects.get().registered_capital_wan_yuan == Decimal("1234.57")


def test_refused_rows_are_kept_as_they_came(bring_in, city_officer):
    wrong = CODES[1][:-1] + ("0" if CODES[1][-1] != "0" else "1")
    batch = bring_in(firm(0), firm(1, 统一社会信用代码=wrong), firm(2, 企业名称="无"), firm(0), by=city_officer)
    assert places(batch) == (4, 1, 0, 0, 3)
    kept = list(batch.quarantine.all())
    assert [row.line for row in kept] == [3, 4, 5]
    assert kept[0].raw["统一社会信用代码"] == wrong
    assert kept[0].problems[0]["reason"] == f"第 18 位校验位应为 {CODES[1][-1]}，现为 {wrong[-1]}"
    assert kept[1].problems[0]["reason"] == "“无”按空值处理，此项必填"
    assert kept[2].problems[0]["reason"] == "与第 2 行完全相同"


def test_a_relation_is_found_by_name_among_visible_rows(enterprises, city_officer, units):
    from hezhu.core.register.declare import registers
    from hezhu.registers.projects.models import Project

    rows = [
        {"工程项目编号": "3304812606010101", "项目名称": "甲", "县（市、区）": "海宁市", "施工单位": "测试海宁建工有限公司"},
        {"工程项目编号": "3304812606010102", "项目名称": "乙", "县（市、区）": "海宁市", "施工单位": "没有这家"},
    ]
    batch = actions.commit(actions.receive(registers.get("projects"), sheet(*rows), by=city_officer), by=city_officer)
    assert Project.objects.get().contractor == units["firm"]
    assert batch.quarantine.get().problems[0]["reason"] == "施工单位“没有这家”没有登记"


def test_a_table_check_refuses_the_row_not_the_batch(city_officer, project):
    from hezhu.core.register.declare import registers
    from hezhu.registers.projects.models import UnitBuilding

    rows = [
        {
            "项目": project.name,
            "单体编号": "A",
            "单体名称": "一号",
            "县（市、区）": "海宁市",
            "建筑面积（㎡）": 100,
            "装配式建筑": "是",
        },
        {"项目": project.number, "单体编号": "B", "单体名称": "二号", "县（市、区）": "海宁市", "建筑面积（㎡）": 0},
    ]
    batch = actions.commit(actions.receive(registers.get("buildings"), sheet(*rows), by=city_officer), by=city_officer)
    building = UnitBuilding.objects.get()
    assert (building.project, building.code, building.area_m2) == (project, "A", 100)
    problem = batch.quarantine.get().problems[0]
    assert (problem["rule"], problem["label"], problem["value"]) == ("register.check", "建筑面积（㎡）", "0")


def test_a_county_brings_in_only_its_own_rows(bring_in, city_officer, haining_officer):
    bring_in(firm(5, **{"县（市、区）": "海盐县"}), by=city_officer)
    batch = bring_in(firm(0), firm(1, **{"县（市、区）": "海盐县"}), firm(5, 企业名称="抢来的"), by=haining_officer)
    assert places(batch) == (3, 1, 0, 0, 2)
    assert [row.problems[0]["rule"] for row in batch.quarantine.all()] == ["scope.division", "scope.elsewhere"]
    assert Enterprise.objects.get(credit_code=CODES[5]).name == "测试企业5"
    assert not Enterprise.objects.filter(credit_code=CODES[1]).exists()


def test_demonstration_rows_stay_apart(bring_in, city_officer, demo_officer):
    bring_in(firm(0), by=city_officer)
    batch = bring_in(firm(0, 企业名称="演示名称"), by=demo_officer)
    assert places(batch) == (1, 1, 0, 0, 0)
    assert batch.number.startswith("演示-")
    assert sorted(Enterprise.objects.values_list("name", "is_demo")) == [("测试企业0", False), ("演示名称", True)]


def test_who_may_not_import_changes_nothing(enterprises, auditor, firm_user, city_officer):
    for user in (auditor, firm_user):
        with pytest.raises(NotAllowed):
            actions.receive(enterprises, sheet(firm(0)), by=user)
    batch = actions.receive(enterprises, sheet(firm(0)), by=city_officer)
    with pytest.raises(NotAllowed):
        actions.commit(batch, by=auditor)
    assert Batch.objects.count() == 1
    assert Enterprise.objects.count() == 0


def test_another_county_cannot_commit_my_batch(enterprises, haining_officer, haiyan_officer):
    batch = actions.receive(enterprises, sheet(firm(0)), by=haining_officer)
    with pytest.raises(NotAllowed):
        actions.commit(batch, by=haiyan_officer)
    batch.refresh_from_db()
    assert batch.state == Batch.State.READY


def test_a_missing_required_column_stops_the_commit(enterprises, city_officer):
    batch = actions.receive(enterprises, sheet({"企业名称": "甲"}), by=city_officer)
    with pytest.raises(MappingUnusable, match="必填列没有对上：县（市、区）、统一社会信用代码"):
        actions.commit(batch, by=city_officer)
    batch.refresh_from_db()
    assert batch.state == Batch.State.READY


def test_an_unreadable_sheet_opens_no_batch(enterprises, city_officer):
    with pytest.raises(SheetUnreadable, match="没有找到表头"):
        actions.receive(enterprises, sheet({"甲": 1}), by=city_officer)
    assert Batch.objects.count() == 0


def test_a_batch_enters_once(bring_in, city_officer):
    batch = bring_in(firm(0), by=city_officer)
    with pytest.raises(BatchClosed, match="现在是“已入库”"):
        actions.commit(batch, by=city_officer)


def test_a_chosen_mapping_is_followed(enterprises, city_officer):
    batch = actions.receive(enterprises, sheet(firm(0) | {"备用名": "另名"}), by=city_officer)
    columns = {**batch.mapping["columns"], "name": "备用名"}
    actions.choose_mapping(batch, columns, by=city_officer)
    actions.commit(batch, by=city_officer)
    assert Enterprise.objects.get().name == "另名"
    other = actions.receive(enterprises, sheet(firm(1)), by=city_officer)
    with pytest.raises(MappingUnusable, match="一列只能对应一个字段：企业名称"):
        actions.choose_mapping(other, {"name": "企业名称", "address": "企业名称"}, by=city_officer)


def test_a_large_batch_is_a_job(enterprises, city_officer, monkeypatch):
    from hezhu.core.jobs.actions import run_here
    from hezhu.core.jobs.models import Job

    monkeypatch.setattr(actions, "AT_ONCE_ROWS", 1)
    batch = actions.commit(actions.receive(enterprises, sheet(firm(0), firm(1)), by=city_officer), by=city_officer)
    assert batch.state == Batch.State.WORKING
    assert Enterprise.objects.count() == 0
    job = run_here(batch.job)
    assert (job.state, job.error_message) == (Job.State.DONE, "")
    assert job.result == {"batch": batch.number, "inserted": 2, "updated": 0, "unchanged": 0}
    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE
    assert Enterprise.objects.count() == 2
