"""The machine's run: stored once, run again without duplicates, and failures that change nothing else."""

from __future__ import annotations

import os

import pytest

from hezhu.bim import actions, errors, reviewing
from hezhu.bim.models import CaseFinding, ModelVersion, ReviewCase
from hezhu.core.errors import NotAllowed
from hezhu.core.files.models import Attachment
from hezhu.core.jobs.actions import run_here
from hezhu.core.jobs.models import Job
from hezhu.core.jobs.progress import Progress
from hezhu.engines.findings import Verdict
from tests.bim.conftest import DOOR, STAIR, FakeConversion, finding


class Silent(Progress):
    """Progress of a run outside the queue."""

    def __init__(self) -> None:
        self.said: list[float] = []

    def at(self, fraction: float, stage: object = None) -> None:
        self.said.append(fraction)


def test_a_run_stores_findings_counts_files_and_waits_for_a_person(case, engines) -> None:
    assert case.state == ReviewCase.State.AWAITING_DECISION
    assert case.counts == {"fail": 1, "manual": 1, "pass": 1, "na": 1}
    assert case.undecided == 2
    assert list(case.findings.values_list("position", "verdict", "rule")) == [
        (1, "fail", "stair-width"),
        (2, "manual", "room-function"),
        (3, "pass", "corridor"),
        (4, "na", "storey-height"),
    ]
    worst = case.findings.get(position=1)
    assert worst.measured == {"value": 1.06, "unit": "m"}
    assert worst.required == {"op": ">=", "value": 1.1, "upper": None, "unit": "m", "note": ""}
    assert (worst.standard, worst.clause, worst.clause_confirmed) == ("GB 55037-2022", "7.1.4", False)
    assert worst.shape == {"kind": "line", "points": [[0.0, 0.0, 0.0], [1.06, 0.0, 0.0]]}
    assert case.findings.get(position=2).missing == ["房间功能"]
    assert sorted(case.reports.values_list("purpose", flat=True)) == ["report"] * 3
    assert case.viewer_file.file.size == 8
    assert case.job.state == "done"
    assert engines.requests[0].building_kind == "dwelling"
    assert engines.requests[0].on == "2026-03-01"


def test_running_a_finished_case_again_changes_nothing(case, engines) -> None:
    before = list(case.findings.values_list("pk", "key"))
    assert reviewing.run_review(case.pk, Silent()) is None
    assert list(case.findings.values_list("pk", "key")) == before
    assert len(engines.requests) == 1


def test_a_run_killed_before_it_stored_is_done_again_without_duplicates(queued, engines) -> None:
    ReviewCase.objects.filter(pk=queued.pk).update(state=ReviewCase.State.REVIEWING)
    reviewing.run_review(queued.pk, Silent())
    assert CaseFinding.objects.count() == 4


def test_a_run_killed_after_it_stored_only_makes_the_viewer_file(queued, engines, monkeypatch) -> None:
    monkeypatch.setattr(FakeConversion, "content", None)
    reviewing.run_review(queued.pk, Silent())
    ModelVersion.objects.update(viewer_failed=False)
    monkeypatch.setattr(FakeConversion, "content", b"x\x9c\x03\x00\x00\x00\x00\x01")
    reviewing.run_review(queued.pk, Silent())
    queued.refresh_from_db()
    assert queued.viewer_file is not None
    assert len(engines.requests) == 1
    assert CaseFinding.objects.count() == 4


def test_without_a_viewer_file_the_findings_stand(queued, engines, monkeypatch) -> None:
    monkeypatch.setattr(FakeConversion, "content", None)
    run_here(queued.job)
    queued.refresh_from_db()
    assert (queued.state, queued.viewer_file, queued.viewer_failed) == ("awaiting_decision", None, True)


def test_a_second_run_keeps_decisions_and_comments_and_drops_what_is_gone(case, engines, city_officer) -> None:
    stair, door = case.findings.get(rule="stair-width"), case.findings.get(rule="room-function")
    actions.decide_finding(stair, by=city_officer, decision="confirmed", opinion="核过")
    actions.comment(door, by=city_officer, text="请补房间功能")
    engines.findings = [finding("stair-width", Verdict.FAIL), finding("railing", Verdict.FAIL)]
    actions.rerun(case, by=city_officer)
    case.refresh_from_db()
    run_here(case.job)
    case.refresh_from_db()
    kept = case.findings.get(rule="stair-width")
    assert (kept.pk, kept.decision, kept.opinion) == (stair.pk, "confirmed", "核过")
    assert sorted(case.findings.filter(superseded=False).values_list("rule", flat=True)) == ["railing", "stair-width"]
    assert list(case.findings.filter(superseded=True).values_list("rule", flat=True)) == ["room-function"]
    assert case.counts == {"fail": 2, "manual": 0, "pass": 0, "na": 0}
    assert case.undecided == 1


def test_equal_keys_are_told_apart(case, engines, city_officer) -> None:
    engines.findings = [finding("door", Verdict.FAIL, DOOR)] * 3
    actions.rerun(case, by=city_officer)
    case.refresh_from_db()
    run_here(case.job)
    assert sorted(case.findings.values_list("key", flat=True)) == [f"door|{DOOR}", f"door|{DOOR}#2", f"door|{DOOR}#3"]


def test_an_unreadable_model_fails_the_case_with_the_engines_words(queued, engines) -> None:
    engines.error = errors.ModelRefused(code="truncated", reason="模型只读到一半，没有出具任何结论")
    kept = Attachment.objects.count()
    job = run_here(queued.job)
    queued.refresh_from_db()
    assert (queued.state, queued.failure_code) == ("failed", "truncated")
    assert queued.failure_message == job.error_message == "模型只读到一半，没有出具任何结论"
    assert (job.state, CaseFinding.objects.count(), Attachment.objects.count()) == ("failed", 0, kept)


def test_a_failed_second_run_leaves_the_first_results(case, engines, city_officer) -> None:
    before = list(case.findings.values_list("pk", "key", "verdict"))
    engines.error = errors.ReviewBroke(how="signal 11")
    actions.rerun(case, by=city_officer)
    case.refresh_from_db()
    run_here(case.job)
    case.refresh_from_db()
    assert case.state == "failed"
    assert "signal 11" in case.failure
    assert list(case.findings.values_list("pk", "key", "verdict")) == before


def test_trying_the_job_again_reviews_the_failed_case(queued, engines, city_officer) -> None:
    from hezhu.core.jobs.actions import retry

    engines.error = errors.ReviewBroke(how="exit 1")
    job = run_here(queued.job)
    engines.error = None
    retry(job, by=city_officer)
    run_here(job)
    queued.refresh_from_db()
    assert (queued.state, queued.failure, queued.findings.count()) == ("awaiting_decision", "", 4)


def test_a_withdrawn_case_is_not_reviewed(queued, engines, city_officer) -> None:
    ReviewCase.objects.filter(pk=queued.pk).update(state=ReviewCase.State.WITHDRAWN)
    run_here(queued.job)
    assert CaseFinding.objects.count() == 0
    assert engines.requests == []


def test_a_job_that_ended_without_a_word_shows_as_failed_and_may_be_run_again(queued, engines, city_officer) -> None:
    Job.objects.filter(pk=queued.job_id).update(state="failed", error_message="处理中断，已试 3 次")
    queued.refresh_from_db()
    assert (queued.is_running, queued.failure) == (False, "处理中断，已试 3 次")
    actions.rerun(queued, by=city_officer)
    queued.refresh_from_db()
    run_here(queued.job)
    queued.refresh_from_db()
    assert queued.state == "awaiting_decision"


def test_a_running_case_is_not_queued_twice(queued, city_officer) -> None:
    with pytest.raises(errors.StillRunning):
        actions.rerun(queued, by=city_officer)
    assert Job.objects.count() == 1


def test_another_county_cannot_run_it_again(case, haiyan_officer) -> None:
    with pytest.raises(NotAllowed):
        actions.rerun(case, by=haiyan_officer)
    case.refresh_from_db()
    assert case.state == "awaiting_decision"


def test_ten_thousand_findings_are_stored_and_replaced(queued, engines) -> None:
    engines.findings = [finding("door", Verdict.PASS, f"{number:022d}") for number in range(10_000)]
    run_here(queued.job)
    queued.refresh_from_db()
    assert queued.counts["pass"] == queued.findings.count() == 10_000
    engines.findings = [finding("door", Verdict.FAIL, f"{number:022d}") for number in range(5_000, 10_000)]
    ReviewCase.objects.filter(pk=queued.pk).update(state="queued")
    reviewing.run_review(queued.pk, Silent())
    assert queued.findings.count() == 5_000
    assert queued.findings.filter(verdict="fail").count() == 5_000


def test_the_shape_and_the_element_reach_the_viewer(case, client, city_officer) -> None:
    client.force_login(city_officer)
    elements = client.get(f"/bim/{case.number}/elements.json").json()
    assert elements == {
        "storeys": [{"id": "s3", "name": "3F", "elevation": 7.8, "elements": [STAIR, DOOR]}],
        "verdicts": {STAIR: "fail", DOOR: "manual"},
    }


def test_what_a_killed_worker_left_is_cleared_after_a_day(queued, engines, tmp_path) -> None:
    old, fresh = tmp_path / "cache" / "reviews" / "7-old", tmp_path / "cache" / "reviews" / "8-fresh"
    for folder in (old, fresh):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    run_here(queued.job)
    assert [folder.name for folder in (tmp_path / "cache" / "reviews").iterdir()] == ["8-fresh"]
