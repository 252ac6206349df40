"""The expert pool and one drawing review of the demonstration city, waiting for its experts."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from django.core.files import File
from django.db import transaction

from hezhu.bim.drawings import actions, draws, kinds
from hezhu.bim.drawings.models import DrawingReview, Expert
from hezhu.core.access.models import User
from hezhu.core.cases.actions import go_on, locked
from hezhu.engines.ifc.sample import write_sample
from hezhu.portal.demo.accounts import told
from hezhu.portal.demo.cast import Cast
from hezhu.portal.demo.discipline_models import PARTS, write_discipline
from hezhu.registers.projects.models import UnitBuilding

JUDGED_ON = date(2026, 9, 15)


def load(accounts: dict[str, User], parts: Cast) -> None:
    """Experts of the pool; the designer submits a dwelling of its own in all disciplines, the review body accepts and draws."""
    office, designer, reviewer = accounts["jianshe"], accounts["designer"], accounts["reviewer"]
    for row in told()["experts"]:
        draws.keep_expert(
            Expert(
                user=accounts[row["username"]],
                disciplines=row["disciplines"],
                title=row["title"],
                registration=row["registration"],
                appointed_until=date(2028, 12, 31),
            ),
            by=office,
            units=[parts[part] for part in row.get("avoids", ())],
            projects=[],
            reason="演示数据",
        )
    building = _building(designer)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {"architecture": write_sample(folder / "建筑-演示数据.ifc", faults=frozenset({"narrow-door"}), storeys=3)}
        for key in kinds.asked():
            if key in PARTS and key != "prefab":
                files[key] = write_discipline(folder / f"{kinds.asked()[key].discipline.label}-演示数据.ifc", key)
        streams = {key: path.open("rb") for key, path in files.items()}
        try:
            models = [actions.SlotModel(building, key, File(stream, name=files[key].name)) for key, stream in streams.items()]
            case = actions.submit(
                building.project,
                [building],
                models,
                by=designer,
                body=reviewer.unit,
                office=office.unit,
                judged_on=JUDGED_ON,
                text="演示数据",
            )
        finally:
            for stream in streams.values():
                stream.close()
    with transaction.atomic():
        case = locked(case, reviewer)
        # The machine looks at the models when the worker runs; the demonstration is already with its experts.
        go_on(case, "reviewing", by=reviewer, label="受理", move_key="accept", text="演示数据")
        DrawingReview.objects.filter(case=case).update(lead=reviewer)
    case.refresh_from_db()
    draws.draw(case, dict.fromkeys(files, 1), by=reviewer)


def _building(designer: User) -> UnitBuilding:
    """A dwelling that the designer's unit designed and that no other model of the demonstration belongs to."""
    rows = UnitBuilding.objects.filter(is_demo=True, kind="dwelling", project__designer=designer.unit_id)
    return rows.filter(review_cases=None).exclude(is_prefab=True).order_by("id")[0]
