"""Taking the demonstration city out: its rows, batches, quarantine and history go, and nothing of the real city does.

That the city itself comes in through the door is shown on the running platform (tests/e2e/test_demo_city.py).
"""

from __future__ import annotations

from random import Random

import pytest
from django.apps import apps
from django.db import connection

from hezhu.core.access.models import SignInRecord, Unit, User
from hezhu.core.intake import actions
from hezhu.core.intake.models import QuarantinedRow
from hezhu.core.register.declare import registers
from hezhu.core.register.models import SavedView
from hezhu.engines.codes import credit
from hezhu.portal import demo
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.projects.models import Project
from tests.core.register.library_rows import library_rows

pytestmark = pytest.mark.django_db


def row_counts() -> dict[str, int]:
    """Rows of every table of ours, histories too."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]
    return {model._meta.label: model._default_manager.count() for model in models}


def libraries(*, is_demo: bool) -> None:
    """A firm, a project and a row of every register of the libraries, in one of the two worlds."""
    unit = Unit.objects.create(name="示例建工有限公司", kind="enterprise", division="330481", is_demo=is_demo)
    code = credit.generate(Random(5), division="330481")
    firm = Enterprise.objects.create(credit_code=code, name=unit.name, division="330481", unit=unit)
    project = Project.objects.create(number="3304812603010188", name="示例安置房", division="330481", owner=unit)
    library_rows(firm, project)
    if is_demo:
        for register in registers:
            if register.model is not Unit:
                register.model.objects.update(is_demo=True)


def test_all_of_the_demonstration_goes_and_nothing_else(units, city_officer):
    before = row_counts()
    libraries(is_demo=True)
    by = User.objects.create_user("demo", "x", display_name="演示", role="city_office", unit=units["office"], is_demo=True)
    code = credit.generate(Random(9), division="330482")
    told = [
        {"统一社会信用代码": code, "企业名称": "示例一", "县（市、区）": "平湖市"},
        {"统一社会信用代码": "错", "企业名称": "示例二", "县（市、区）": "平湖市"},
    ]
    batch = actions.take_in(registers.get("enterprises"), told, by=by, source="模拟城市")
    assert (batch.inserted, QuarantinedRow.objects.filter(batch=batch).count()) == (1, 1)
    SavedView.objects.create(user=by, register="enterprises", name="平湖", query="division=330482")
    SignInRecord.objects.create(username=by.username, user=by, outcome="signed-in")
    grown = {label for label, count in row_counts().items() if count != before[label]}
    assert {
        "people.Attendance",
        "intake.Batch",
        "intake.QuarantinedRow",
        "enterprises.EnterpriseEvent",
        "register.SavedView",
    } <= grown

    demo.remove()
    connection.check_constraints()
    assert without_contexts(row_counts()) == without_contexts(before)


def test_nothing_of_the_real_city_goes(units, city_officer):
    libraries(is_demo=False)
    before = row_counts()
    demo.remove()
    assert row_counts() == before


def without_contexts(counts: dict[str, int]) -> dict[str, int]:
    """Contexts of history name accounts by number only, and may stand for real rows too: they stay."""
    return {label: count for label, count in counts.items() if label != "pghistory.Context"}
