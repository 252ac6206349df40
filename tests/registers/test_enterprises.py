"""Firms that come through the door are joined to the units of the same 统一社会信用代码, so that the unit's accounts see them."""

from __future__ import annotations

from random import Random

import pytest

from hezhu.core.access.models import Unit
from hezhu.core.intake import actions
from hezhu.core.register.declare import registers
from hezhu.engines.codes import credit
from hezhu.registers.enterprises.models import Enterprise

pytestmark = pytest.mark.django_db
CODES = [credit.generate(Random(seed), division="330481") for seed in range(3)]


def bring(by, *rows):
    told = [{"统一社会信用代码": code, "企业名称": name, "县（市、区）": "海宁市"} for code, name in rows]
    return actions.take_in(registers.get("enterprises"), told, by=by, source="省平台")


def coded(unit: Unit, code: str) -> Unit:
    unit.credit_code = code
    unit.save(update_fields=["credit_code"])
    return unit


def test_a_firm_is_joined_to_its_unit_and_seen_by_its_accounts(units, city_officer, firm_user, other_firm_user):
    unit = coded(units["firm"], CODES[0])
    bring(city_officer, (CODES[0], "海宁建工"), (CODES[1], "别家"))
    assert dict(Enterprise.objects.values_list("name", "unit")) == {"海宁建工": unit.pk, "别家": None}
    assert [str(row) for row in Enterprise.objects.visible_to(firm_user)] == ["海宁建工"]
    assert list(Enterprise.objects.visible_to(other_firm_user)) == []


def test_a_firm_that_was_there_is_joined_with_the_next_batch_and_parted_when_that_is_withdrawn(units, city_officer):
    bring(city_officer, (CODES[0], "海宁建工"))
    unit = coded(units["firm"], CODES[0])
    later = bring(city_officer, (CODES[1], "别家"))
    assert Enterprise.objects.get(credit_code=CODES[0]).unit == unit
    done = actions.withdraw(later, by=city_officer, reason="送错了")
    assert (done.removed, done.restored, done.kept) == (1, 1, 0)
    assert Enterprise.objects.get().unit is None


def test_nothing_is_joined_across_the_worlds_nor_where_two_units_bear_the_code(units, city_officer, demo_officer):
    coded(units["firm"], CODES[0])
    coded(units["other_firm"], CODES[0])
    Unit.objects.create(name="示例一", kind="enterprise", division="330481", credit_code=CODES[1], is_demo=True)
    coded(units["office"], CODES[2])
    bring(city_officer, *((code, f"企业{index}") for index, code in enumerate(CODES)))
    assert set(Enterprise.objects.values_list("unit", flat=True)) == {None}


def test_a_join_made_by_hand_stays(units, city_officer):
    coded(units["firm"], CODES[0])
    other = units["other_firm"]
    Enterprise.objects.create(credit_code=CODES[0], name="海宁建工", division="330481", unit=other)
    bring(city_officer, (CODES[0], "海宁建工集团"))
    assert Enterprise.objects.get().unit == other
