"""The demonstration city (演示数据): invented firms, projects, reports and models on the real pilot plan.

Every row carries ``is_demo``; only demonstration accounts see it, and they see no real row.
"""

from __future__ import annotations

from django.db import transaction

from hezhu.core.access.models import User
from hezhu.core.history import reason_of_change
from hezhu.core.jobs.registry import unhurried
from hezhu.portal.actions import compute_all
from hezhu.portal.demo import city, drawings, figures, libraries, people, plans, programme, reviews
from hezhu.programme.dates import today

PASSWORD = "hezhu-demo-2026"  # noqa: S105 - printed on the sign-in page, opens invented rows only


def load() -> bool:
    """Load the demonstration city once. Returns whether anything was written."""
    if User.objects.filter(is_demo=True).exists():
        return False
    with transaction.atomic(), unhurried():
        with reason_of_change(None, "装入演示城市", "演示数据"):
            accounts = people.load(PASSWORD)
            rows = city.load(people.firms())
            libraries.load(accounts)
        programme.load(accounts)
        figures.load(accounts)
        reviews.load(accounts, rows)
        plans.load(accounts, rows)
        drawings.load(accounts)
    compute_all(today(), demo=True)
    return True


def remove() -> None:
    """Take every demonstration row and account out again."""
    with transaction.atomic(), reason_of_change(None, "移除演示城市", "演示数据"):
        for remover in (
            libraries.remove,
            drawings.remove,
            plans.remove,
            reviews.remove,
            figures.remove,
            programme.remove,
            city.remove,
            people.remove,
        ):
            remover()
