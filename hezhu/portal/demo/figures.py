"""Entered figures of the demonstration city: what no register can give yet, each with its evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.core.access.models import User
from hezhu.portal.actions import FigureContent, enter_figure
from hezhu.programme.models import Target

# target → (day, value); the last one stands
ENTERED: dict[str, tuple[tuple[date, int], ...]] = {
    "T10": ((date(2025, 7, 1), 88), (date(2026, 7, 1), 126)),
    "T11": ((date(2025, 12, 20), 352), (date(2026, 6, 30), 448)),
    "T13": ((date(2025, 12, 31), 15842), (date(2026, 6, 30), 17410), (date(2026, 10, 31), 18236)),
    "T15": ((date(2026, 9, 30), 2),),
    "T16": ((date(2026, 9, 30), 0),),
}


def load(accounts: dict[str, User]) -> None:
    """Enter the figures as the city office would."""
    note = "演示数据：此件代表佐证材料。\n".encode()
    for code, entries in ENTERED.items():
        target = Target.objects.get(code=code)
        for day, value in entries:
            evidence = SimpleUploadedFile(f"演示佐证-{code}-{day:%Y%m%d}.txt", note, content_type="text/plain")
            content = FigureContent(value=Decimal(value), as_of=day, note="演示数据")
            enter_figure(target, content, [evidence], by=accounts["chenmin"], reason="演示数据")
