"""Submitting a model: what is kept, what is refused, and that a refusal keeps nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hezhu.bim import actions, errors
from hezhu.bim.models import ModelVersion, ReviewCase
from hezhu.core.errors import NotAllowed
from hezhu.core.files.errors import WrongKind
from hezhu.core.files.models import Attachment
from hezhu.core.jobs.models import Job
from tests.bim.conftest import MODEL

IDS = b'<?xml version="1.0"?><ids xmlns="http://standards.buildingsmart.org/IDS"></ids>'


def test_a_submitted_model_is_kept_numbered_and_queued_once(project, building, submission, city_officer) -> None:
    case = actions.submit_model(project, building, MODEL, by=city_officer, submission=replace(submission, ids=[IDS, IDS]))
    assert case.number.startswith("BS-20")
    assert case.number.endswith("-0001")
    assert (case.version, case.state, case.division, case.unit) == (1, "queued", "330481", city_officer.unit)
    assert case.model_file.file.size == len(MODEL)
    assert case.model_file.purpose == "model"
    assert case.requirement_files.count() == 2
    job = Job.objects.get()
    assert (job.kind, job.args, job.url, job.pk) == ("bim.review", {"case_id": case.pk}, f"/bim/{case.number}/", case.job_id)


def test_the_next_version_waits_for_the_opinion_on_the_last(project, building, submission, case, city_officer) -> None:
    with pytest.raises(errors.VersionUnderReview) as refusal:
        actions.submit_model(project, building, MODEL, by=city_officer, submission=submission)
    assert case.number in str(refusal.value)
    assert ReviewCase.objects.count() == 1
    actions.withdraw(case, by=city_officer, reason="换文件")
    second = actions.submit_model(project, building, MODEL, by=city_officer, submission=submission)
    assert (second.version, second.number[-4:]) == (2, "0002")


def test_the_same_file_is_reviewed_as_the_version_it_is_and_another_is_a_new_one(
    project, building, submission, case, city_officer
) -> None:
    actions.withdraw(case, by=city_officer, reason="换评分表")
    again = actions.submit_model(project, building, MODEL, by=city_officer, submission=submission)
    assert (again.version, again.model_version) == (2, case.model_version)
    ReviewCase.objects.filter(pk=again.pk).update(state="withdrawn")
    third = actions.submit_model(project, building, MODEL + b"\n", by=city_officer, submission=submission)
    assert (third.version, third.model_version.number, third.model_version.status) == (3, 2, "shared")
    assert Attachment.objects.filter(purpose="model").count() == ModelVersion.objects.count() == 2


def test_each_discipline_has_its_own_case(project, building, submission, case, city_officer) -> None:
    structure = replace(submission, discipline="structure")
    other = actions.submit_model(project, building, MODEL, by=city_officer, submission=structure)
    assert (other.version, other.discipline, other.state) == (1, "structure", "queued")
    assert (other.model_version.discipline, other.model_version.number) == ("structure", 1)
    with pytest.raises(errors.SubmissionIncomplete):
        actions.submit_model(project, building, MODEL, by=city_officer, submission=replace(submission, discipline="poetry"))


def test_another_stage_counts_its_own_versions(project, building, submission, case, city_officer) -> None:
    other = actions.submit_model(project, building, MODEL, by=city_officer, submission=replace(submission, stage="change"))
    assert other.version == 1


@pytest.mark.parametrize("role", ["auditor", "administrator", "expert", "haiyan_officer", "other_firm_user"])
def test_who_may_not_submit_leaves_nothing(role, request, project, building, submission) -> None:
    by = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        actions.submit_model(project, building, MODEL, by=by, submission=submission)
    assert ReviewCase.objects.count() == Attachment.objects.count() == Job.objects.count() == 0


def test_the_builder_may_submit(project, building, submission, firm_user) -> None:
    case = actions.submit_model(project, building, MODEL, by=firm_user, submission=submission)
    assert case.submitted_by == firm_user
    assert case.is_visible_to(firm_user)


def test_a_file_that_is_no_model_is_refused_and_nothing_is_kept(project, building, submission, city_officer) -> None:
    with pytest.raises(WrongKind):
        actions.submit_model(project, building, b"a,b\n1,2\n", by=city_officer, submission=submission)
    with pytest.raises(WrongKind):
        actions.submit_model(project, building, MODEL, by=city_officer, submission=replace(submission, ids=[b"a,b\n1,2\n"]))
    assert ReviewCase.objects.count() == Attachment.objects.count() == Job.objects.count() == 0


def test_a_building_of_another_project_is_refused(project, building, submission, city_officer) -> None:
    from hezhu.registers.projects.models import Project

    other = Project.objects.create(number="3304812603010102", name="另一个项目", division="330481")
    with pytest.raises(errors.SubmissionIncomplete) as refusal:
        actions.submit_model(other, building, MODEL, by=city_officer, submission=submission)
    assert [problem["field"] for problem in refusal.value.data["problems"]] == ["building"]
    assert ReviewCase.objects.count() == 0


def test_an_unknown_stage_names_the_field(project, building, submission, city_officer) -> None:
    with pytest.raises(errors.SubmissionIncomplete) as refusal:
        actions.submit_model(project, building, MODEL, by=city_officer, submission=replace(submission, stage="dream"))
    assert refusal.value.data["problems"][0]["value"] == "dream"
    assert ReviewCase.objects.count() == 0
