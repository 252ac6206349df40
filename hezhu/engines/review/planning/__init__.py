"""BIM 报建: a site model against a city's planning regulation and the project's planning conditions.

``run(read(path), load_planning(), conditions)`` gives a ``PlanningReview``: figures with the elements behind them, and findings.
Numbers are data in ``rulepacks/planning``; a method is a small function here over the plain ``SitePlan``.
"""

from hezhu.engines.review.planning.conditions import Conditions, ConditionsInvalid, read_conditions
from hezhu.engines.review.planning.drawing import drawing
from hezhu.engines.review.planning.pack import DEFAULT_PLANNING, PlanningPack, list_planning_packs, load_planning
from hezhu.engines.review.planning.plan import SitePlan
from hezhu.engines.review.planning.read import site_plan
from hezhu.engines.review.planning.run import PlanningReview, judge, run
from hezhu.engines.review.planning.sheet import panel, write_sheet

__all__ = [
    "DEFAULT_PLANNING",
    "Conditions",
    "ConditionsInvalid",
    "PlanningPack",
    "PlanningReview",
    "SitePlan",
    "drawing",
    "judge",
    "list_planning_packs",
    "load_planning",
    "panel",
    "read_conditions",
    "run",
    "site_plan",
    "write_sheet",
]
