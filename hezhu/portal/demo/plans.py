"""One application for BIM报建 on our own sample site: the worker checks it like any other."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from hezhu.bim.plans import actions
from hezhu.bim.plans.models import PlanConditions
from hezhu.core.access.models import User
from hezhu.engines.review.planning import DEFAULT_PLANNING
from hezhu.engines.review.planning.sample import write_site
from hezhu.engines.review.planning.sample_block import sample_site
from hezhu.portal.demo.story import DemoRows

CONDITIONS = {
    "document": "演示规条〔2026〕8号",
    "zone": PlanConditions.Zone.NEW_TOWN,
    "use": "住宅",
    "far_max": 2.2,
    "density_max": 0.25,
    "green_ratio_min": 0.30,
    "height_max_m": 60,
}
DECLARED = {"far": 2.05, "density": 0.12, "green_ratio": 0.35, "height": 52.2}


def load(accounts: dict[str, User], rows: DemoRows) -> None:
    """The planning bureau fixes the conditions of the sample's project, the designer applies with a site that has two faults."""
    officer, project = accounts["zigui"], rows.sample.project
    actions.fix_conditions(project, CONDITIONS, by=officer)
    with tempfile.TemporaryDirectory() as folder:
        path = write_site(Path(folder) / "总图-演示数据.ifc", sample_site(["too-close", "near-road"]))
        with path.open("rb") as stream:
            actions.apply(
                project,
                actions.Papers(File(stream, name=path.name), declared=DECLARED),
                by=accounts["designer"],
                office=officer.unit,
                pack=DEFAULT_PLANNING,
                judged_on=timezone.localdate(),
                text="演示数据",
            )
