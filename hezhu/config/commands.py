"""Commands on the database: migrate, seed, demo, account."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from functools import wraps

from hezhu.config import embedded


def with_database(command: Callable[[list[str]], int | None]) -> Callable[[list[str]], int | None]:
    """Start the embedded database when no server is named, set Django up, and leave the database afterwards."""

    @wraps(command)
    def wrapped(arguments: list[str]) -> int | None:
        handle = embedded.use()
        try:
            import django

            django.setup()
            return command(arguments)
        finally:
            if handle is not None:
                from django.db import connections

                connections.close_all()
                embedded.stop(handle)

    return wrapped


def migrate_now() -> None:
    """Create or upgrade the tables; quick when nothing changed."""
    from django.core.management import call_command

    from hezhu.core.register import statistics

    call_command("migrate", verbosity=0, interactive=False)
    statistics.ensure()


def seed_now() -> None:
    """Load the pilot plan and the working days; running it again changes nothing."""
    from hezhu.core.calendar.actions import seed_working_days
    from hezhu.portal import definitions
    from hezhu.programme import seed as programme

    seed_working_days()
    programme.load()
    definitions.load()


@with_database
def migrate(arguments: list[str]) -> None:
    argparse.ArgumentParser(prog="hezhu migrate").parse_args(arguments)
    migrate_now()
    print("数据表已是最新")


@with_database
def seed(arguments: list[str]) -> None:
    argparse.ArgumentParser(prog="hezhu seed").parse_args(arguments)
    migrate_now()
    seed_now()
    print("试点方案已装入")


@with_database
def demo(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="hezhu demo")
    parser.add_argument("--remove", action="store_true", help="移除演示城市和演示账号")
    chosen = parser.parse_args(arguments)
    migrate_now()
    seed_now()
    from hezhu.portal import demo as city

    if chosen.remove:
        city.remove()
        print("演示数据已移除")
    else:
        city.load()
        print("演示城市已装入")


@with_database
def account(arguments: list[str]) -> int:
    """Add an account: ``hezhu account NAME --display 陈敏 --role city_office --unit 市建设局``; the password is asked for."""
    from django.contrib.auth import password_validation
    from django.core.exceptions import ValidationError

    from hezhu.core.access.models import Unit, User
    from hezhu.core.access.permissions import Role

    parser = argparse.ArgumentParser(prog="hezhu account")
    parser.add_argument("username")
    parser.add_argument("--display", required=True, help="姓名")
    parser.add_argument("--role", required=True, choices=Role.values)
    parser.add_argument("--unit", required=True, help="单位名称、简称或别名")
    chosen = parser.parse_args(arguments)
    try:
        unit = Unit.by_name(chosen.unit)
    except Unit.DoesNotExist:
        print(f"没有单位“{chosen.unit}”，请先登记单位", file=sys.stderr)
        return 2
    if User.objects.filter(username=chosen.username).exists():
        print(f"账号 {chosen.username} 已存在", file=sys.stderr)
        return 2
    password = getpass.getpass("密码：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        password_validation.validate_password(password)
    except ValidationError as error:
        print(" ".join(error.messages), file=sys.stderr)
        return 2
    User.objects.create_user(chosen.username, password, display_name=chosen.display, role=chosen.role, unit=unit)
    print(f"账号 {chosen.username} 已建立")
    return 0


@with_database
def key(arguments: list[str]) -> int:
    """Issue or revoke an API key: ``hezhu key NAME --for 对接用途`` prints the secret once; ``hezhu key NAME --revoke 对接用途``."""
    from django.utils import timezone

    from hezhu.core.access.models import ApiKey, User

    parser = argparse.ArgumentParser(prog="hezhu key")
    parser.add_argument("username")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--for", dest="purpose", help="用途")
    choice.add_argument("--revoke", help="要停用的密钥的用途")
    choice.add_argument("--list", action="store_true", help="列出密钥")
    chosen = parser.parse_args(arguments)
    user = User.objects.filter(username=chosen.username).first()
    if user is None:
        print(f"没有账号 {chosen.username}", file=sys.stderr)
        return 2
    if chosen.list:
        for row in user.api_keys.order_by("id"):
            print(f"{row.name}\t{row.created_at:%Y-%m-%d}\t{'停用' if row.revoked_at else '有效'}")
    elif chosen.purpose:
        print(ApiKey.issue(user, chosen.purpose[:60]))
    elif not user.api_keys.filter(name=chosen.revoke, revoked_at=None).update(revoked_at=timezone.now()):
        print(f"没有用途为“{chosen.revoke}”的有效密钥", file=sys.stderr)
        return 2
    return 0
