"""Ten thousand findings in one case: pages stay within their queries, and one reason covers a selection."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hezhu.bim.drawings import draws, joining, opinions, rounds
from hezhu.bim.drawings.models import Expert, FindingOpinion
from hezhu.bim.models import CaseFinding
from hezhu.core.access.models import User
from hezhu.core.cases import actions as cases
from hezhu.core.cases.models import Case
from tests.bim.drawings.conftest import REQUIRED

pytestmark = pytest.mark.django_db
MANY = 10_000


@pytest.fixture
def many(accepted: Case, body: User, experts: dict[str, Expert]) -> Case:
    """Ten thousand failures in the architecture, and an expert for each discipline."""
    row = rounds.current_cases(accepted.drawings)[0]
    CaseFinding.objects.bulk_create(
        [
            CaseFinding(
                case=row,
                position=100 + number,
                key=f"door:{number}",
                rule="door",
                verdict="fail",
                title="疏散门净宽",
                severity="mandatory",
                element_name=f"M-{number}",
                storey=f"{number % 30}F",
            )
            for number in range(MANY)
        ],
        batch_size=2000,
    )
    draws.draw(accepted, dict.fromkeys(REQUIRED, 1), by=body)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return accepted


def timed(client: Client, path: str) -> tuple[Any, float, int]:
    """The answer, the seconds spent here and waiting for the database, and how many queries."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        started = time.process_time()
        answer = client.get(path)
        seconds = time.process_time() - started
    seconds += sum(float(query["time"]) for query in queries.captured_queries)
    return answer, seconds, len(queries)


def test_pages_and_bulk_opinions_with_ten_thousand_findings(many: Case, body: User) -> None:
    expert = many.drawings.assignments.get(discipline="architecture").expert.user
    client = Client()
    client.force_login(expert)
    desk = rounds.current_cases(many.drawings)[0].get_absolute_url()
    for path in (
        desk,
        f"{desk}?page=100",
        many.get_absolute_url(),
        f"/drawings/{many.number}/findings/?tab=mine",
        f"/drawings/{many.number}/findings/?page=200",
    ):
        answer, seconds, queries = timed(client, path)
        assert answer.status_code == 200
        assert queries < 60, path
        print(f"{path} {seconds * 1000:.0f} ms {queries} queries")
    sent = {
        "whole": "1",
        "tab": "mine",
        "q": "疏散门",
        "decision": "downgraded",
        "severity": "advice",
        "text": "同一原因：洞口按建筑尺寸",
    }
    assert client.post(f"/drawings/{many.number}/findings/opine/", sent).status_code == 302
    assert FindingOpinion.objects.filter(by=expert, decision="downgraded").count() == MANY
    all_say_rest(many)
    case = cases.move(many, "join", by=body)
    assert joining.join(case, by=body) >= MANY
    assert CaseFinding.objects.filter(decision="downgraded", decided_severity="advice").count() == MANY
    assert cases.move(case, "certify", by=body).state == "certified"


def all_say_rest(case: Case) -> None:
    expert = case.drawings.assignments.get(discipline="architecture").expert.user
    rows = [row for row in rounds.current_cases(case.drawings) if row.discipline == "architecture"]
    left = rounds.findings_of(rows).exclude(opinions__by=expert)
    opinions.give(case, left, by=expert, decision="rejected", text="表达问题")
    others = case.drawings.assignments.filter(state="working").exclude(discipline="architecture")
    for assignment in others.select_related("expert__user"):
        mine = [row for row in rounds.current_cases(case.drawings) if row.discipline == assignment.discipline]
        opinions.give(case, rounds.findings_of(mine), by=assignment.expert.user, decision="rejected", text="表达问题")
    for user in {row.expert.user for row in case.drawings.assignments.filter(state="working").select_related("expert__user")}:
        opinions.finish(case, by=user)
