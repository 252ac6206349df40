"""The demonstration city (演示数据): invented firms, projects, reports and models on the real pilot plan.

Every row carries ``is_demo``; only demonstration accounts see it, and they see no real row.
"""

from __future__ import annotations

import logging

from django.db import transaction

from hezhu.core.access.models import User
from hezhu.core.history import reason_of_change
from hezhu.portal.demo import city, people, programme, reviews

logger = logging.getLogger(__name__)
PASSWORD = "hezhu-demo-2026"  # noqa: S105 - printed on the sign-in page, opens invented rows only


def load() -> bool:
    """Load the demonstration city once. Returns whether anything was written."""
    if User.objects.filter(is_demo=True).exists():
        return False
    with transaction.atomic(), reason_of_change(None, "装入演示城市", "演示数据"):
        accounts = people.load(PASSWORD)
        rows = city.load(people.firms())
        programme.load(accounts)
        reviews.load(accounts, rows)
    _compute()
    return True


def remove() -> None:
    """Take every demonstration row and account out again."""
    with transaction.atomic(), reason_of_change(None, "移除演示城市", "演示数据"):
        for remover in (reviews.remove, programme.remove, city.remove, people.remove):
            remover()


def _compute() -> None:
    """Take the snapshots of the figures, so that tiles have numbers before the first nightly run."""
    from hezhu.portal.actions import compute_all

    compute_all(is_demo=True)
