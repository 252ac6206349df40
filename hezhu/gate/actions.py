"""Issuing and revoking the keys of site gates."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require, require_division
from hezhu.core.history import reason_of_change
from hezhu.gate.errors import KeyRevoked, NotTheContractor, TooManyKeys
from hezhu.gate.models import GateKey
from hezhu.registers.projects.models import Project

SECRET_BYTES = 16  # 32 characters in hex: the AES-256 key of the protocol
MOST_KEYS = 99


def may_manage(user: User, project: Project) -> bool:
    """Offices that serve the division, and the project's contractor: the gate is theirs."""
    if not user.may("gates.manage"):
        return False
    return project.contractor_id == user.unit_id if user.role == Role.ENTERPRISE else project.division in user.divisions


def _require(user: User, project: Project) -> None:
    require(user, "gates.manage", project)
    if user.role == Role.ENTERPRISE and project.contractor_id != user.unit_id:
        raise NotTheContractor()
    require_division(user, project.division)


def issue_key(project: Project, *, name: str, by: User, vendor: str = "") -> tuple[GateKey, str]:
    """A key for one device or system on ``project``, and its secret, which is shown once.

    Raises NotAllowed, NotTheContractor, TooManyKeys.
    """
    _require(by, project)
    secret = secrets.token_hex(SECRET_BYTES)
    for _try in range(5):
        appid = _free_appid(project)
        try:
            with transaction.atomic(), reason_of_change(by, "签发门禁密钥"):
                key = GateKey.objects.create(
                    project=project,
                    division=project.division,
                    is_demo=project.is_demo,
                    appid=appid,
                    name=name,
                    vendor=vendor,
                    secret=secret,
                    issued_by=by,
                )
                return key, secret
        except IntegrityError:  # another one took the number in between
            continue
    raise TooManyKeys(project=project.number)


def _free_appid(project: Project) -> str:
    taken = set(GateKey.objects.filter(appid__startswith=project.number).values_list("appid", flat=True))
    free = (f"{project.number}{serial:02}" for serial in range(1, MOST_KEYS + 1))
    appid = next((appid for appid in free if appid not in taken), None)
    if appid is None:
        raise TooManyKeys(project=project.number)
    return appid


def revoke_key(key: GateKey, *, by: User, reason: str) -> None:
    """From now on the key opens nothing. What it wrote stays. Raises NotAllowed, NotTheContractor, KeyRevoked."""
    _require(by, key.project)
    with transaction.atomic(), reason_of_change(by, reason):
        revoked = GateKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    if not revoked:
        raise KeyRevoked(appid=key.appid)
    key.refresh_from_db()
