"""Clients that the administrator registered, codes that wait to be exchanged, and tokens. Secrets are kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.util import scope_to_list
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.history import keeps_history

SCOPE = "bcf"
CODE_SECONDS = 60
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 86_400


def _same_but_port(asked: str, known: str) -> bool:
    one, other = urlsplit(asked), urlsplit(known)
    return (one.scheme, one.hostname, one.path, one.query, one.fragment, one.username) == (
        other.scheme,
        other.hostname,
        other.path,
        other.query,
        "",
        None,
    )


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@keeps_history(exclude=["secret_digest"])
class OAuthClient(models.Model, ClientMixin):
    """A program that may ask people for access. A public one (desktop, browser) has no secret and must use PKCE."""

    client_id = models.CharField(_("客户端标识"), max_length=48, unique=True)
    name = models.CharField(_("程序名称"), max_length=80)
    redirect_uris = ArrayField(models.CharField(max_length=400), verbose_name=_("回调地址"))
    secret_digest = models.CharField(max_length=64, blank=True, editable=False)
    is_demo = models.BooleanField(_("演示数据"), default=False, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        verbose_name = _("授权的程序")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_confidential(self) -> bool:
        return bool(self.secret_digest)

    # What Authlib asks of a client (RFC 6749, 2).

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uris[0] if self.redirect_uris else ""

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(each for each in scope_to_list(scope) or [] if each == SCOPE) if scope else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """A registered address, exactly; of a desktop program's own loopback address the port may differ (RFC 8252, 7.3)."""
        return redirect_uri in self.redirect_uris or any(
            _same_but_port(redirect_uri, known) for known in self.redirect_uris if known.startswith("http://")
        )

    def check_client_secret(self, client_secret: str) -> bool:
        return self.is_confidential and secrets.compare_digest(digest_of(client_secret), self.secret_digest)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        allowed = ("client_secret_basic", "client_secret_post") if self.is_confidential else ("none",)
        return method in allowed

    @property
    def token_endpoint_auth_method(self) -> str:
        return "client_secret_basic" if self.is_confidential else "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


class OAuthCode(models.Model, AuthorizationCodeMixin):
    """An authorization code; it is taken out when it is exchanged, so it works once."""

    digest = models.CharField(max_length=64, unique=True)
    client = models.ForeignKey(OAuthClient, on_delete=models.CASCADE, related_name="codes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    redirect_uri = models.CharField(max_length=400, blank=True)
    scope = models.CharField(max_length=100, blank=True)
    code_challenge = models.CharField(max_length=128, blank=True)
    code_challenge_method = models.CharField(max_length=10, blank=True)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("授权码")

    def __str__(self) -> str:
        return f"{self.client_id} {self.user_id}"

    @property
    def is_expired(self) -> bool:
        return self.issued_at + timedelta(seconds=CODE_SECONDS) < timezone.now()

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


class OAuthToken(models.Model, TokenMixin):
    """Access that a person gave a program: a short access token, and a refresh token that works once and gives the next pair.

    ``family`` is shared by all pairs that came of one consent: when a refresh token is used a second time someone has copied it, and
    the whole family ends (RFC 9700, 4.14.2).
    """

    client = models.ForeignKey(OAuthClient, on_delete=models.CASCADE, related_name="tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="oauth_tokens")
    family = models.UUIDField(db_index=True)
    access_digest = models.CharField(max_length=64, unique=True)
    refresh_digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=100, blank=True)
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("授权令牌")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.client_id} {self.user_id}"

    def check_client(self, client: Any) -> bool:
        return self.client_id == client.pk

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return ACCESS_SECONDS

    def is_expired(self) -> bool:
        return self.expires_at < timezone.now()

    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    def get_user(self) -> Any:
        return self.user

    def get_client(self) -> Any:
        return self.client

    @property
    def works(self) -> bool:
        """Whether the refresh token still gives access."""
        return self.revoked_at is None and self.refreshed_at is None and self.refresh_expires_at > timezone.now()

    @staticmethod
    def ends(seconds: int) -> datetime:
        return timezone.now() + timedelta(seconds=seconds)
