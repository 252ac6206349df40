"""The authorization server, by Authlib: code with PKCE, refresh with rotation, revocation."""

from __future__ import annotations

import os
import secrets
import uuid
from typing import Any, ClassVar

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidRequestError, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hezhu.core.oauth.models import (
    ACCESS_SECONDS,
    REFRESH_SECONDS,
    OAuthClient,
    OAuthCode,
    OAuthToken,
    digest_of,
)

METHODS = ["none", "client_secret_basic", "client_secret_post"]


class CodeGrant(grants.AuthorizationCodeGrant):
    """RFC 6749, 4.1."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: Any) -> OAuthCode:
        data = request.payload.data
        return OAuthCode.objects.create(
            digest=digest_of(code),
            client=request.client,
            user=request.user,
            redirect_uri=request.payload.redirect_uri or "",
            scope=request.scope or "",
            code_challenge=data.get("code_challenge") or "",
            code_challenge_method=data.get("code_challenge_method") or "",
        )

    def query_authorization_code(self, code: str, client: OAuthClient) -> OAuthCode | None:
        row = OAuthCode.objects.select_for_update(of=("self",)).select_related("user__unit")
        found = row.filter(digest=digest_of(code), client=client).first()
        return None if found is None or found.is_expired else found

    def delete_authorization_code(self, authorization_code: OAuthCode) -> None:
        authorization_code.delete()

    def authenticate_user(self, authorization_code: OAuthCode) -> Any:
        user = authorization_code.user
        return user if user.is_active else None


class RefreshGrant(grants.RefreshTokenGrant):
    """RFC 6749, 6. Each refresh token works once; a second use ends the whole family."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> OAuthToken | None:
        rows = OAuthToken.objects.select_for_update(of=("self",)).select_related("user__unit", "client")
        row = rows.filter(refresh_digest=digest_of(refresh_token)).first()
        if row is None:
            return None
        if row.refreshed_at is not None:
            OAuthToken.objects.filter(family=row.family, revoked_at=None).update(revoked_at=timezone.now())
            return None
        return row if row.works else None

    def authenticate_user(self, refresh_token: OAuthToken) -> Any:
        self.request.family = refresh_token.family
        return refresh_token.user if refresh_token.user.is_active else None

    def revoke_old_credential(self, refresh_token: OAuthToken) -> None:
        now = timezone.now()
        OAuthToken.objects.filter(pk=refresh_token.pk).update(refreshed_at=now, expires_at=now)


class Revocation(RevocationEndpoint):
    """RFC 7009: either token ends the access that it belongs to."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> OAuthToken | None:
        digest = digest_of(token_string)
        return OAuthToken.objects.filter(access_digest=digest).first() or OAuthToken.objects.filter(refresh_digest=digest).first()

    def revoke_token(self, token: OAuthToken, request: Any) -> None:
        OAuthToken.objects.filter(family=token.family, revoked_at=None).update(revoked_at=timezone.now())


class Server(AuthorizationServer):
    """Finds registered clients that are not revoked, and keeps tokens as digests."""

    def query_client(self, client_id: str) -> OAuthClient | None:
        return OAuthClient.objects.filter(client_id=client_id, revoked_at=None).first()

    def save_token(self, token: dict[str, Any], request: Any) -> OAuthToken:
        return OAuthToken.objects.create(
            client=request.client,
            user=request.user,
            family=getattr(request, "family", None) or uuid.uuid4(),
            access_digest=digest_of(token["access_token"]),
            refresh_digest=digest_of(token["refresh_token"]),
            scope=token.get("scope") or "",
            expires_at=OAuthToken.ends(ACCESS_SECONDS),
            refresh_expires_at=OAuthToken.ends(REFRESH_SECONDS),
        )


def _token(grant_type: str, client: OAuthClient, **_given: Any) -> dict[str, Any]:
    """A new pair. Access tokens begin with hzo_, so that a key scanner and our own log filters know them."""
    scope = _given.get("scope") or ""
    return {
        "token_type": "Bearer",
        "access_token": "hzo_" + secrets.token_urlsafe(32),
        "refresh_token": "hzr_" + secrets.token_urlsafe(32),
        "expires_in": ACCESS_SECONDS,
        "refresh_token_expires_in": REFRESH_SECONDS,
        "scope": scope,
    }


class Challenge(CodeChallenge):
    """PKCE (RFC 7636) with S256 only; a program that keeps no secret must bring a challenge (RFC 9700, 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar[list[str]] = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        challenged = bool(data.get("code_challenge"))
        if challenged and data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge_method must be S256")
        if not challenged and not grant.request.client.is_confidential:
            raise InvalidRequestError("Missing 'code_challenge'")
        super().validate_code_challenge(grant, redirect_uri)


def make_server() -> Server:
    """The one server of this process. Without HEZHU_HTTPS the platform itself runs over plain HTTP, and so does this door."""
    if not settings.SESSION_COOKIE_SECURE:
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    made = Server(OAuthClient, OAuthToken)
    made.register_grant(CodeGrant, [Challenge(required=True)])
    made.register_grant(RefreshGrant)
    made.register_token_generator("default", _token)
    made.register_endpoint(Revocation)
    return made


server = make_server()


def token_answer(request: Any) -> Any:
    """The answer of the token endpoint. The code or refresh token is locked while it is exchanged, so that it works once.

    The family that ends because a refresh token came twice must end although the request is refused: nothing is rolled back.
    """
    with transaction.atomic():
        return server.create_token_response(request)
