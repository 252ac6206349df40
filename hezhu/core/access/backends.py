"""Sign-in with lock-out: after so many wrong passwords the account rests for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import SignInRecord, User
from hezhu.core.errors import Refusal
from hezhu.core.prepared import HOLE, compiled


class AccountLocked(Refusal):
    code = "account-locked"
    status = 423
    title = _("账号已锁定")
    message = _("密码连续输错，账号已锁定，请在 %(minutes)s 分钟后再试。")


class LockingBackend:
    """Authenticates by username and password; counts failures and locks."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or password is None:
            return None
        with transaction.atomic():
            user = User.objects.select_for_update().filter(username=username).first()
            outcome = self._judge(user, password)
            SignInRecord.objects.create(username=username[:60], user=user, address=address_of(request), outcome=outcome)
        if outcome == "locked" and user is not None and user.locked_until is not None:
            minutes = int((user.locked_until - timezone.now()).total_seconds() // 60) + 1
            raise AccountLocked(minutes=minutes)
        return user if outcome == "signed-in" else None

    def _judge(self, user: User | None, password: str) -> str:
        if user is None:
            User().set_password(password)  # takes as long as a real check, so that names cannot be guessed by time
            return "unknown"
        if user.locked_until and user.locked_until > timezone.now():
            return "locked"
        if user.check_password(password) and user.is_active:
            user.failed_sign_ins, user.locked_until = 0, None
            outcome = "signed-in"
        else:
            user.failed_sign_ins += 1
            outcome = "wrong-password"
            if user.failed_sign_ins >= settings.SIGN_IN_FAILURES:
                user.failed_sign_ins = 0
                user.locked_until = timezone.now() + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
                outcome = "locked"
        user.save(update_fields=["failed_sign_ins", "locked_until"])
        return outcome

    def get_user(self, user_id: int) -> User | None:
        return compiled("account", lambda: User.objects.select_related("unit").filter(pk=HOLE)).first(user_id)


def address_of(request: HttpRequest | None) -> str | None:
    """The caller's network address, as the web server names it."""
    return request.META.get("REMOTE_ADDR") if request is not None else None
