"""A small procedure: apply, accept, examine with opinions, correct, approve with a document, refuse, withdraw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction

from hezhu.core.access.models import User
from hezhu.core.cases import actions
from hezhu.core.cases.declare import Clock, Move, Party, Procedure, Said, State, TimeLimit, procedures
from hezhu.core.cases.documents import Paper, issue
from hezhu.core.cases.models import Case
from hezhu.core.errors import Refusal
from hezhu.core.numbering import add_series

NUMBERS = add_series("test-permit", "SX-{year}-{number:04d}")
PAPERS = add_series("test-permit-paper", "XK-{year}-{number:04d}")


class TooSmall(Refusal):
    code = "test-too-small"
    message = "面积 %(area)s 不够"


def _area(case: Case, by: User, said: Said) -> None:
    if said.answers.get("area") == "0":
        raise TooSmall(area="0")


def _grant(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    document = issue(
        case, Paper("试验许可", [("项目", case.title)], signers=[("承办", str(by))]), by=by, series=PAPERS, issuer=by.unit
    )
    return {"document": document.number}


@pytest.fixture
def permit() -> Iterator[Procedure]:
    procedure = procedures.add(
        Procedure(
            slug="test-permit",
            label="试验许可",
            series=NUMBERS,
            parties=(
                Party("applicant", "申请人", "bim.submit"),
                Party("officer", "承办部门", "bim.decide", office=True),
                Party("agency", "协办部门", "bim.view"),
            ),
            states=(
                State("received", "待受理", Clock.NOT_STARTED, ("officer",), days=2),
                State("examining", "审查中", Clock.RUNS, ("officer",)),
                State("correcting", "待补正", Clock.PAUSED, ("applicant",), days=10),
                State("granted", "已许可", Clock.ENDED, lamp="done"),
                State("refused", "不予许可", Clock.ENDED, lamp="late"),
                State("withdrawn", "已撤回", Clock.ENDED, lamp="late"),
            ),
            moves=(
                Move("accept", "受理", ("received",), "examining", ("officer",), tone="primary"),
                Move(
                    "correct",
                    "要求补正",
                    ("received", "examining"),
                    "correcting",
                    ("officer",),
                    text="required",
                    text_label="补正内容",
                ),
                Move("resubmit", "补正后再报", ("correcting",), "examining", ("applicant",), text="optional", check=_area),
                Move("grant", "准予许可", ("examining",), "granted", ("officer",), effect=_grant, waits_for_opinions=True),
                Move("refuse", "不予许可", ("examining",), "refused", ("officer",), text="required", tone="refuse"),
                Move("withdraw", "撤回", ("received", "examining", "correcting"), "withdrawn", ("applicant",), text="required"),
                Move("appeal", "申诉", ("refused",), "examining", ("applicant",), text="required"),
            ),
            start="received",
            opened_by="applicant",
            limit=TimeLimit(20, "试验条例 第一条"),
            asks=("agency", "officer"),
        )
    )
    yield procedure
    procedures.remove(procedure.slug)


@pytest.fixture
def case(permit: Procedure, firm_user: User) -> Case:
    with transaction.atomic():
        return actions.open_case(permit, by=firm_user, title="1号楼", division="330481", text="请审")
