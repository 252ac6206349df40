"""今日要办: each account sees what waits for it, and no kind of work hides another."""

from __future__ import annotations

from datetime import date

import pytest

from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.portal.todo import todo_list
from hezhu.programme.instances import instances_on, open_instances
from hezhu.programme.models import MonthlyReport, Requirement, RequirementInstance
from hezhu.programme.standing import standings

from .conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def tasks(plan):
    open_instances(TODAY)
    return standings(instances_on(TODAY), demo=False, today=TODAY)


def report(user: User, state: str) -> MonthlyReport:
    instance = RequirementInstance.objects.get(requirement__code="JX-03")
    return MonthlyReport.objects.create(
        instance=instance, unit=user.unit, month=date(2026, 5, 1), state=state, written_by=user, division=user.division
    )


def test_the_office_sees_late_tasks_longest_first_and_reports_to_accept(city_officer, bureau_officer, tasks):
    report(bureau_officer, MonthlyReport.State.SUBMITTED)
    found = todo_list(city_officer, tasks, TODAY)
    late = [item for item in found.shown if item.is_late]
    assert late[0].due == "逾期 1264 天"
    assert [item.days for item in late] == sorted(item.days for item in late)
    assert "测试市资规局 2026-05 月报待审核" in [item.title for item in found.shown]
    assert found.late == sum(1 for row in tasks.values() if row.light == "late")


def test_a_bureau_sees_the_tasks_it_leads_and_its_returned_reports(bureau_officer, tasks):
    lead = Requirement.objects.get(code="JX-03").lead_unit
    own = User.objects.create_user("zigui", "x", display_name="资规", role=Role.BUREAU, unit=lead)
    report(own, MonthlyReport.State.RETURNED)
    titles = [item.title for item in todo_list(own, tasks, TODAY).shown]
    assert titles[0].startswith("JX-03 ")
    assert titles[1].endswith("2026-05 月报被退回")
    assert len(titles) == 2
    assert todo_list(bureau_officer, tasks, TODAY).shown == []


def test_a_firm_has_nothing_of_the_programme_to_do(firm_user, tasks):
    assert todo_list(firm_user, tasks, TODAY).total == 0
