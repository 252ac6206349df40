"""What the worker does by the clock."""

from hezhu.programme.models import RequirementInstance
from hezhu.programme.tasks import open_this_year


def test_a_new_year_opens_once(plan, monkeypatch):
    monkeypatch.setenv("HEZHU_TODAY", "2027-01-04")
    open_this_year()
    open_this_year()
    assert RequirementInstance.objects.filter(year=2027).count() == 12
    assert RequirementInstance.objects.filter(year=2027).values("registered_on").distinct().get()["registered_on"].year == 2027
