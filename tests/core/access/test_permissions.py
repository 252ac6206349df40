"""Roles: what is not listed is denied, and audit opens to auditors alone."""

from __future__ import annotations

import pytest

from hezhu.core.access.permissions import PERMISSIONS, Role, granted


def test_every_role_has_its_list() -> None:
    assert set(PERMISSIONS) == set(Role.values)


@pytest.mark.parametrize("role", Role.values)
def test_audit_records_open_to_auditors_alone(role: str) -> None:
    assert granted(role, "audit.view") == (role == Role.AUDITOR)


@pytest.mark.parametrize("role", Role.values)
def test_accounts_open_to_administrators_alone(role: str) -> None:
    assert granted(role, "accounts.change") == (role == Role.ADMINISTRATOR)
    assert granted(role, "accounts.view") == (role == Role.ADMINISTRATOR)


@pytest.mark.parametrize("permission", ["projects.add", "projects.change", "bim.decide", "programme.decide", "personal.unmask"])
def test_an_auditor_changes_nothing(permission: str) -> None:
    assert not granted(Role.AUDITOR, permission)


def test_an_unknown_role_or_permission_is_denied() -> None:
    assert not granted("nobody", "projects.view")
    assert not granted(Role.ENTERPRISE, "projects.delete")
