"""The planner's statistics of filter columns."""

from __future__ import annotations

import pytest
from django.db import connection

from hezhu.core.register import statistics
from hezhu.core.register.declare import registers


@pytest.mark.django_db
def test_every_register_gets_its_statistics_once() -> None:
    statistics.ensure()
    statistics.ensure()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stxname FROM pg_statistic_ext WHERE stxname LIKE '%\\_facets'")
        names = {row[0] for row in cursor.fetchall()}
    assert names == {f"{register.model._meta.db_table}_facets" for register in registers}


def test_dates_and_lists_are_left_out() -> None:
    register = registers.get("enterprises")
    assert register is not None
    assert statistics.facets(register) == ["division", "role", "is_demo"]
