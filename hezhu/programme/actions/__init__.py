"""Every change to the programme. Pages, the API, jobs and commands call these and nothing else."""

from hezhu.programme.actions.breakdown import (
    StepContent,
    SubTaskContent,
    decompose,
    record_progress,
    revise_subtask,
    set_road_map,
    withdraw_subtask,
)
from hezhu.programme.actions.bulletins import issue_bulletin
from hezhu.programme.actions.decisions import accept_report, close_instance, remind, reopen_instance, return_report
from hezhu.programme.actions.office import file_duty, open_year, set_target_basis
from hezhu.programme.actions.reports import ReportContent, reporting_units, save_draft, submit_report, withdraw_report

__all__ = [
    "ReportContent",
    "StepContent",
    "SubTaskContent",
    "accept_report",
    "close_instance",
    "decompose",
    "file_duty",
    "issue_bulletin",
    "open_year",
    "record_progress",
    "remind",
    "reopen_instance",
    "reporting_units",
    "return_report",
    "revise_subtask",
    "save_draft",
    "set_road_map",
    "set_target_basis",
    "submit_report",
    "withdraw_report",
    "withdraw_subtask",
]
