"""The demonstration city (演示数据): the smallest simulated city through the intake door, and on it a story told by a few rows of our own.

Every row carries ``is_demo``; only demonstration accounts see it, and they see no real row.
"""

from __future__ import annotations

from django.db import transaction

from hezhu.core.access.models import User
from hezhu.core.history import reason_of_change
from hezhu.core.jobs.registry import unhurried
from hezhu.portal.actions import compute_all
from hezhu.portal.demo import accounts, drawings, figures, papers, plans, programme, removal, reviews, simulated, story
from hezhu.portal.demo.cast import cast
from hezhu.programme.dates import today

PASSWORD = "hezhu-demo-2026"  # noqa: S105 - printed on the sign-in page, opens invented rows only
REASON, SOURCE = "装入演示城市", "演示数据"


def load() -> bool:
    """Load the demonstration city once. Returns whether anything was written.

    All in one transaction: a load that is killed leaves nothing, and the next one begins anew.
    """
    if User.objects.filter(is_demo=True).exists():
        return False
    with transaction.atomic(), unhurried():
        with reason_of_change(None, REASON, SOURCE):
            people = accounts.units_and_offices(PASSWORD)
        # Outside that reason: each batch is the origin of its own rows in their history.
        simulated.load(by=people["chenmin"])
        with reason_of_change(None, REASON, SOURCE):
            parts = cast()
            people |= accounts.of_firms(PASSWORD, parts)
            rows = story.load(parts)
            papers.load(rows.sample.project, by=people["chenmin"])
        programme.load(people)
        figures.load(people)
        reviews.load(people, rows)
        plans.load(people, rows)
        drawings.load(people, parts)
        compute_all(today(), demo=True)
    return True


def remove() -> None:
    """Take every demonstration row and account out again, with its history."""
    removal.remove()
