"""``rulepacks/gate.yaml``: window, sizes and answer codes of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hezhu.engines.codes.lists import rulepack_folder
from hezhu.engines.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class GateRules:
    """``window_seconds`` each way; ``body_bytes``, ``photo_bytes`` and rows a request; ``answers`` code → words."""

    window_seconds: int
    body_bytes: int
    photo_bytes: int
    attendance_rows: int
    worker_rows: int
    contract_rows: int
    payroll_rows: int
    training_rows: int
    page_rows: int
    keep_days: int
    answers: dict[str, str]


@cache
def rules() -> GateRules:
    """The rules in force."""
    data = read_yaml(rulepack_folder().parent / "gate.yaml")
    answers = {code: str(words) for code, words in data["answers"].items() if code not in {"source", "status"}}
    return GateRules(
        window_seconds=int(data["window"]["minutes"]) * 60,
        body_bytes=int(data["body"]["megabytes"]) * 1024 * 1024,
        photo_bytes=int(data["photo"]["kilobytes"]) * 1024,
        attendance_rows=int(data["rows"]["attendance"]),
        worker_rows=int(data["rows"]["workers"]),
        contract_rows=int(data["rows"]["contracts"]),
        payroll_rows=int(data["rows"]["payrolls"]),
        training_rows=int(data["rows"]["trainings"]),
        page_rows=int(data["page"]["rows"]),
        keep_days=int(data["keep"]["days"]),
        answers=answers,
    )
