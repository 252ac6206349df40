"""A firm with its unit, a project it builds, and rows of the six libraries."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from hezhu.core.access.models import Unit
from hezhu.engines.codes import credit
from hezhu.registers.enterprises.models import Enterprise
from tests.core.register.library_rows import library_rows


@pytest.fixture
def firm(units: dict[str, Unit]) -> Enterprise:
    unit = units["firm"]
    return Enterprise.objects.create(
        credit_code=credit.generate(Random(1), division="330481"), name=unit.name, division="330481", unit=unit, role="3"
    )


@pytest.fixture
def other_enterprise(units: dict[str, Unit]) -> Enterprise:
    unit = units["other_firm"]
    return Enterprise.objects.create(
        credit_code=credit.generate(Random(2), division="330483"), name=unit.name, division="330483", unit=unit, role="3"
    )


@pytest.fixture
def rows(firm: Enterprise, project: Any) -> dict[str, Any]:
    return library_rows(firm, project)
