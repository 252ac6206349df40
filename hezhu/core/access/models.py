"""Units (单位), accounts (账号) and API keys."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import codes_below
from hezhu.core.access.permissions import Role, granted
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history


@keeps_history()
class Unit(Scoped):
    """A unit that acts in the platform: the leading group's office, a bureau, a county government, a firm, a review body."""

    class Kind(models.TextChoices):
        CITY_OFFICE = "city_office", _("领导小组办公室")
        BUREAU = "bureau", _("市级部门")
        COUNTY = "county", _("县（市、区）政府")
        COUNTY_BUREAU = "county_bureau", _("县级部门")
        ENTERPRISE = "enterprise", _("企业")
        REVIEW_BODY = "review_body", _("审图机构")
        INSTITUTION = "institution", _("高校、科研院所、协会")

    name = models.CharField(_("单位名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), verbose_name=_("别名"), default=list, blank=True)
    note = models.TextField(_("备注"), blank=True)

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        constraints = [models.UniqueConstraint(fields=["name", "is_demo"], name="unit_name_once")]
        indexes = [models.Index(fields=["kind", "-id"], name="unit_by_kind")]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.short_name or self.name

    @classmethod
    def demo_scope(cls, demo: bool) -> Q:
        """Bureaus and counties are the same in the real and the demonstration city; firms are not."""
        return Q(is_demo=demo) | Q(is_demo=False, kind__in=["city_office", "bureau", "county", "county_bureau"])

    @classmethod
    def by_name(cls, name: str) -> Unit:
        """The unit called ``name``, by full name, short name or alias. Raises Unit.DoesNotExist."""
        return (
            cls.objects.filter(Q(name=name) | Q(short_name=name) | Q(aliases__contains=[name]))
            .order_by("is_demo", "id")[:1]
            .get()
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@keeps_history(fields=["username", "display_name", "role", "unit", "is_active"])
class User(AbstractBaseUser):
    """One person's account at one unit, with one role."""

    username = models.CharField(_("账号"), max_length=60, unique=True)
    display_name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="users")
    is_active = models.BooleanField(_("启用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.display_name or self.username

    def may(self, permission: str) -> bool:
        """Whether this role grants ``permission`` (``subject.verb``). Rows are scoped apart from this."""
        return self.is_active and granted(self.role, permission)

    @property
    def is_locked(self) -> bool:
        """Whether wrong passwords keep this account out for now."""
        return self.locked_until is not None and self.locked_until > timezone.now()

    @property
    def division(self) -> str:
        return self.unit.division

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions whose rows this account's office serves."""
        return codes_below(self.unit.division)


class SignInRecord(models.Model):
    """One attempt to sign in or out (audit, GB/T 22239-2019 8.1.4.3): who, when, from where, with what result."""

    at = models.DateTimeField(auto_now_add=True)
    username = models.CharField(max_length=60)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    address = models.GenericIPAddressField(null=True)
    outcome = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("登录记录")
        ordering = ["-id"]

    @property
    def outcome_label(self) -> str:
        """The outcome in words."""
        return str(
            {
                "signed-in": _("登录"),
                "signed-out": _("退出"),
                "wrong-password": _("密码不对"),
                "locked": _("锁定"),
                "unknown": _("无此账号"),
            }.get(self.outcome, self.outcome)
        )


class ApiKey(models.Model):
    """A key with which a program acts as an account. Only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    @classmethod
    def issue(cls, user: User, name: str) -> str:
        """Make a key and return its secret, which is shown once."""
        secret = "hz_" + secrets.token_urlsafe(32)
        cls.objects.create(user=user, name=name, digest=cls.digest_of(secret))
        return secret

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
