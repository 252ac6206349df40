"""What the pilot programme keeps: the plan as published, the work on it, and the bulletins about it."""

from hezhu.programme.models.bulletins import Bulletin
from hezhu.programme.models.duties import DutyFiling, ExternalDuty
from hezhu.programme.models.notes import SeedNote
from hezhu.programme.models.requirements import Phase, Requirement, RequirementUnit
from hezhu.programme.models.targets import Target, TargetBasis
from hezhu.programme.models.work import Closure, MonthlyReport, Reminder, RequirementInstance, RoadMapStep, SubTask

__all__ = [
    "Bulletin",
    "Closure",
    "DutyFiling",
    "ExternalDuty",
    "MonthlyReport",
    "Phase",
    "Reminder",
    "Requirement",
    "RequirementInstance",
    "RequirementUnit",
    "RoadMapStep",
    "SeedNote",
    "SubTask",
    "Target",
    "TargetBasis",
]
