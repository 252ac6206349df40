"""What the system administrator does to accounts. Administrators see accounts and units, and no business data."""

from __future__ import annotations

import secrets

from django.contrib.auth import password_validation
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.errors import Refusal
from hezhu.core.history import reason_of_change

ADMINISTRATORS = {Role.ADMINISTRATOR, Role.AUDITOR}


class AccountExists(Refusal):
    code = "account-exists"
    title = _("账号已存在")
    message = _("账号 %(username)s 已存在，换一个账号名。")


class OwnAccount(Refusal):
    code = "own-account"
    title = _("不能停用自己")
    message = _("不能停用自己正在用的账号，请由另一位系统管理员操作。")


class SeparateDuties(Refusal):
    code = "separate-duties"
    title = _("三员分立")
    message = _("系统管理员不能给自己的账号换角色。")


def first_password() -> str:
    """A password to hand over once: letters and figures, 16 characters."""
    while True:
        made = secrets.token_urlsafe(12)
        if any(c.isalpha() for c in made) and any(c.isdigit() for c in made):
            return made


def add_account(username: str, *, display_name: str, role: str, unit: Unit, by: User, reason: str) -> tuple[User, str]:
    """Make an account; returns it with its first password, which is shown once and kept nowhere."""
    require(by, "accounts.add")
    if User.objects.filter(username=username).exists():
        raise AccountExists(username=username)
    password = first_password()
    with transaction.atomic(), reason_of_change(by, reason):
        user = User(username=username, display_name=display_name, role=role, unit=unit, is_demo=by.is_demo)
        password_validation.validate_password(password, user)
        user.set_password(password)
        user.save()
    return user, password


def change_account(user: User, *, display_name: str, role: str, unit: Unit, by: User, reason: str) -> None:
    """Change name, role or unit."""
    require(by, "accounts.change")
    if user.pk == by.pk and role != by.role:
        raise SeparateDuties()
    user.display_name, user.role, user.unit = display_name, role, unit
    with reason_of_change(by, reason):
        user.save(update_fields=["display_name", "role", "unit"])


def set_active(user: User, active: bool, *, by: User, reason: str) -> None:
    """Disable an account, which ends its sessions at the next request, or enable it again."""
    require(by, "accounts.change")
    if user.pk == by.pk:
        raise OwnAccount()
    user.is_active, user.failed_sign_ins, user.locked_until = active, 0, None
    with reason_of_change(by, reason):
        user.save(update_fields=["is_active", "failed_sign_ins", "locked_until"])


def reset_password(user: User, *, by: User, reason: str) -> str:
    """Give a new first password and lift a lock; returns it once."""
    require(by, "accounts.change")
    password = first_password()
    user.set_password(password)
    user.failed_sign_ins, user.locked_until = 0, None
    with reason_of_change(by, reason):
        user.save(update_fields=["password", "failed_sign_ins", "locked_until"])
    return password
