"""Assembly rate (装配率) of one building, scored by a profile from quantities of its model and an entered sheet.

``rate`` scores; ``quantities_from_model`` and ``quantities_from_sheet`` find the inputs; ``merge`` joins them. An item without
data is named and never taken as 0: the result then is a lower bound.
"""

from hezhu.engines.prefab.compare import Change, Comparison, ItemDifference, changed, compare
from hezhu.engines.prefab.evaluation import Evaluation, Stage, opened
from hezhu.engines.prefab.inputs import Contribution, ItemInput, Part, Provenance, StoreySum, merge
from hezhu.engines.prefab.model import quantities_from_model
from hezhu.engines.prefab.profile import Profile, ProfileInvalid, list_profiles, load_profile
from hezhu.engines.prefab.rate import AssemblyRate, Condition, GroupScore, ItemScore, rate
from hezhu.engines.prefab.sheet import SheetInvalid, SheetProblem, quantities_from_sheet, sheet_template

__all__ = [
    "AssemblyRate",
    "Change",
    "Comparison",
    "Condition",
    "Contribution",
    "Evaluation",
    "GroupScore",
    "ItemDifference",
    "ItemInput",
    "ItemScore",
    "Part",
    "Profile",
    "ProfileInvalid",
    "Provenance",
    "SheetInvalid",
    "SheetProblem",
    "Stage",
    "StoreySum",
    "changed",
    "compare",
    "list_profiles",
    "load_profile",
    "merge",
    "opened",
    "quantities_from_model",
    "quantities_from_sheet",
    "rate",
    "sheet_template",
]
