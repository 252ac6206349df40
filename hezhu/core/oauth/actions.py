"""Register clients and end access. Registering is the system administrator's; ending one's own access is everyone's."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.errors import BadInput
from hezhu.core.history import reason_of_change
from hezhu.core.oauth.models import OAuthClient, OAuthToken, digest_of

MAX_ADDRESSES = 10


class ClientWrong(BadInput):
    code = "oauth-client-wrong"
    message = gettext_lazy("程序没有登记：%(reason)s")


def register_client(
    name: str, redirect_uris: Sequence[str], *, confidential: bool, by: User, reason: str
) -> tuple[OAuthClient, str]:
    """Register a program; returns it with its secret (empty for a public one), which is shown once.

    Raises NotAllowed, ClientWrong.
    """
    require(by, "accounts.add")
    addresses = list(dict.fromkeys(address.strip() for address in redirect_uris if address.strip()))
    problems = [problem for address in addresses if (problem := _fault_of(address))]
    if not name.strip():
        problems.append({"field": "name", "reason": _("没有填写名称")})
    if not addresses or len(addresses) > MAX_ADDRESSES:
        problems.append({"field": "redirect_uris", "reason": _("回调地址须有 1 到 %(count)d 个") % {"count": MAX_ADDRESSES}})
    if problems:
        raise ClientWrong(reason=problems[0]["reason"], problems=problems)
    secret = secrets.token_urlsafe(32) if confidential else ""
    with transaction.atomic(), reason_of_change(by, reason, source=_("授权的程序")):
        client = OAuthClient.objects.create(
            client_id=secrets.token_urlsafe(18),
            name=name.strip()[:80],
            redirect_uris=addresses,
            secret_digest=digest_of(secret) if secret else "",
            registered_by=by,
            is_demo=by.is_demo,
        )
    return client, secret


def revoke_client(client: OAuthClient, *, by: User, reason: str) -> None:
    """Stop a program: its tokens no longer work, at once."""
    require(by, "accounts.change")
    with transaction.atomic(), reason_of_change(by, reason, source=_("授权的程序")):
        now = timezone.now()
        OAuthClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=now)
        OAuthToken.objects.filter(client=client, revoked_at=None).update(revoked_at=now)


def end_access(client: OAuthClient, *, by: User) -> int:
    """Take back what one gave a program; returns how many token pairs ended."""
    return OAuthToken.objects.filter(client=client, user=by, revoked_at=None).update(revoked_at=timezone.now())


def _fault_of(address: str) -> dict[str, Any] | None:
    """A redirect address is https, or http on this machine's own loopback for desktop programs (RFC 8252), and has no fragment."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    local = host == "localhost"
    if not local:
        try:
            local = ipaddress.ip_address(host).is_loopback
        except ValueError:
            local = False
    if len(address) > 400 or parts.fragment or not host or parts.username or "*" in address:
        reason = _("“%(address)s”不能作回调地址：写完整的地址，不带 # 和通配符")
    elif parts.scheme == "https" or (parts.scheme == "http" and local):
        return None
    else:
        reason = _("“%(address)s”不能作回调地址：用 https，本机程序可用 http://localhost")
    return {"field": "redirect_uris", "value": address[:80], "reason": reason % {"address": address[:80]}}
