"""Versions: numbered once, told apart by content, and moved forward only by those who may."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from hezhu.bim.errors import ReviewBroke
from hezhu.bim.life import actions, errors
from hezhu.bim.life.kinds import Status
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.shown import status_changes
from hezhu.bim.life.versions import Place
from hezhu.bim.models import ReviewCase
from hezhu.core.errors import NotAllowed
from hezhu.core.files.errors import WrongKind
from hezhu.core.files.models import Attachment
from hezhu.core.jobs.actions import run_here
from hezhu.core.jobs.models import Job
from tests.bim.conftest import MODEL, STAIR


def test_an_upload_is_numbered_and_prepared(uploaded, firm_user) -> None:
    version = uploaded()
    assert str(version) == "1# 施工图 建筑 V1"
    assert (version.status, version.unit, version.author, version.purpose) == ("wip", firm_user.unit, firm_user, "协同")
    assert version.prepared_at is not None
    assert (version.trouble, version.warnings) == ("", [])
    assert [file.purpose for file in (version.viewer_file, version.content_file, version.prints_file)] == [
        "viewer",
        "report",
        "report",
    ]
    assert uploaded().number == 2


def test_the_same_file_twice_is_answered_with_the_version_that_has_it(place, describing, firm_user) -> None:
    first = actions.upload_version(place, MODEL, by=firm_user)
    with pytest.raises(errors.SameFile) as refusal:
        actions.upload_version(place, MODEL, by=firm_user)
    assert refusal.value.data["pk"] == first.pk
    assert refusal.value.data["url"] == f"/bim/models/{first.pk}/"
    assert (ModelVersion.objects.count(), Attachment.objects.count(), Job.objects.count()) == (1, 1, 1)


def test_the_same_file_of_another_units_work_in_progress_is_not_told(place, describing, firm_user, city_officer) -> None:
    actions.upload_version(place, MODEL, by=firm_user)
    other = actions.upload_version(place, MODEL, by=city_officer)
    assert (other.number, other.unit) == (2, city_officer.unit)


@pytest.mark.parametrize("role", ["auditor", "administrator", "expert", "haiyan_officer", "other_firm_user"])
def test_who_may_not_upload_leaves_nothing(role, request, place) -> None:
    with pytest.raises(NotAllowed):
        actions.upload_version(place, MODEL, by=request.getfixturevalue(role))
    assert ModelVersion.objects.count() == Attachment.objects.count() == Job.objects.count() == 0


def test_what_is_no_model_or_has_no_place_is_refused(place, project, building, firm_user) -> None:
    with pytest.raises(WrongKind):
        actions.upload_version(place, b"a,b\n1,2\n", by=firm_user)
    with pytest.raises(errors.UploadIncomplete) as refusal:
        actions.upload_version(Place(project, building, "dream", "poetry"), MODEL, by=firm_user)
    assert [problem["field"] for problem in refusal.value.data["problems"]] == ["stage", "discipline"]
    assert ModelVersion.objects.count() == Attachment.objects.count() == 0


def test_work_in_progress_is_seen_by_its_own_unit_only(uploaded, firm_user, city_officer, haining_officer) -> None:
    version = uploaded()
    assert version.is_visible_to(firm_user)
    assert not version.is_visible_to(city_officer)
    assert not version.is_visible_to(haining_officer)
    actions.move(version, Status.SHARED, by=firm_user)
    assert version.is_visible_to(city_officer)
    assert version.is_visible_to(haining_officer)


def test_another_firm_or_county_sees_no_version(uploaded, other_firm_user, haiyan_officer, client) -> None:
    version = uploaded(shared=True)
    for user in (other_firm_user, haiyan_officer):
        assert not version.is_visible_to(user)
        client.force_login(user)
        for path in ("", "elements.json", "model.frag", "model/", "needs/"):
            assert client.get(f"/bim/models/{version.pk}/{path}").status_code == 404
        assert client.post(f"/bim/models/{version.pk}/move/", {"to": "published"}).status_code == 404
    assert ModelVersion.objects.get().status == "shared"


def test_publishing_supersedes_the_version_that_was_published(uploaded, firm_user) -> None:
    first, second = uploaded(shared=True), uploaded(shared=True)
    actions.move(first, Status.PUBLISHED, by=firm_user)
    actions.move(second, Status.PUBLISHED, by=firm_user, reason="按会审意见修改")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.superseded_by, second.status) == ("archived", second, "published")
    assert second.published_at is not None
    moves = status_changes(second)
    assert [(str(change.status), change.reason) for change in moves] == [("出版", "按会审意见修改"), ("共享", "协同")]


def test_an_older_version_never_replaces_a_published_newer_one(uploaded, firm_user) -> None:
    first, second = uploaded(shared=True), uploaded(shared=True)
    actions.move(second, Status.PUBLISHED, by=firm_user)
    with pytest.raises(errors.NewerPublished):
        actions.move(first, Status.PUBLISHED, by=firm_user)
    assert list(ModelVersion.objects.order_by("pk").values_list("status", flat=True)) == ["shared", "published"]


@pytest.mark.parametrize(
    ("start", "to"), [("wip", "published"), ("shared", "wip"), ("published", "shared"), ("archived", "published")]
)
def test_a_status_only_moves_forward(start, to, uploaded, firm_user) -> None:
    version = uploaded()
    ModelVersion.objects.update(status=start)
    with pytest.raises(errors.MoveNotOpen):
        actions.move(version, to, by=firm_user, reason="试试")
    assert ModelVersion.objects.get().status == start


def test_who_may_publish(uploaded, expert, auditor, haining_officer, bureau_officer, haiyan_officer, other_firm_user) -> None:
    version = uploaded(shared=True)
    for user in (expert, auditor, haiyan_officer, other_firm_user):
        with pytest.raises(NotAllowed):
            actions.move(version, Status.PUBLISHED, by=user)
    with pytest.raises(errors.NotYourVersion):
        actions.move(version, Status.PUBLISHED, by=bureau_officer)
    assert ModelVersion.objects.get().status == "shared"
    actions.move(version, Status.PUBLISHED, by=haining_officer)
    assert ModelVersion.objects.get().status == "published"


def test_archiving_what_is_published_needs_a_reason(uploaded, firm_user) -> None:
    version = uploaded(shared=True)
    actions.move(version, Status.PUBLISHED, by=firm_user)
    with pytest.raises(errors.ReasonMissing):
        actions.move(version, Status.ARCHIVED, by=firm_user, reason=" ")
    actions.move(version, Status.ARCHIVED, by=firm_user, reason="项目停建")
    assert ModelVersion.objects.get().status == "archived"


def test_a_version_that_is_being_prepared_or_broke_is_not_shared(uploaded, describing, firm_user) -> None:
    waiting = uploaded(prepare=False)
    with pytest.raises(errors.StillPreparing):
        actions.move(waiting, Status.SHARED, by=firm_user)
    describing.error = ReviewBroke(how="signal 11")
    run_here(waiting.job)
    waiting.refresh_from_db()
    assert "signal 11" in waiting.trouble
    with pytest.raises(errors.NotPrepared):
        actions.move(waiting, Status.SHARED, by=firm_user)
    describing.error = None
    actions.prepare_again(waiting, by=firm_user)
    waiting.refresh_from_db()
    run_here(waiting.job)
    waiting.refresh_from_db()
    assert waiting.trouble == ""
    assert actions.move(waiting, Status.SHARED, by=firm_user).status == "shared"


def test_an_approval_publishes_and_a_return_forbids(case, engines, city_officer) -> None:
    from hezhu.bim import actions as reviews

    version = case.model_version
    with pytest.raises(errors.UnderReview):
        actions.move(version, Status.PUBLISHED, by=city_officer)
    reviews.decide_findings(case, case.findings.all(), by=city_officer, decision="rejected", opinion="核过")
    reviews.conclude(case, by=city_officer, approve=True)
    version.refresh_from_db()
    assert (version.status, version.published_at is not None) == ("published", True)
    ModelVersion.objects.update(status="shared", published_at=None)
    ReviewCase.objects.update(state="returned")
    with pytest.raises(errors.ReviewReturned):
        actions.move(version, Status.PUBLISHED, by=city_officer)


def test_a_job_run_twice_prepares_once(uploaded) -> None:
    from hezhu.bim.life.preparing import prepare
    from tests.bim.test_run_review import Silent

    version = uploaded()
    kept = Attachment.objects.count()
    assert prepare(version.pk, Silent()) is None
    assert Attachment.objects.count() == kept


@pytest.mark.django_db(transaction=True)
def test_two_people_upload_at_once_and_get_two_numbers(place, describing, firm_user, city_officer) -> None:
    """Both wait for the project's row, so that no number is given twice and nothing is lost."""
    gate, found = threading.Barrier(2), []

    def send(by, content: bytes) -> None:
        gate.wait()
        try:
            found.append(actions.upload_version(place, content, by=by, shared=True).number)
        finally:
            connection.close()

    pairs = ((firm_user, MODEL + b"\n"), (city_officer, MODEL + b"\n\n"))
    threads = [threading.Thread(target=send, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_people_publish_at_once_and_one_version_stands(uploaded, firm_user, city_officer) -> None:
    first, second = uploaded(shared=True), uploaded(shared=True)
    gate = threading.Barrier(2)

    def publish(version: ModelVersion, by) -> None:
        gate.wait()
        try:
            actions.move(version, Status.PUBLISHED, by=by)
        except errors.NewerPublished:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=pair) for pair in ((first, firm_user), (second, city_officer))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.refresh_from_db()
    assert second.status == "published"
    assert ModelVersion.objects.filter(status="published").count() == 1


def test_the_viewer_reads_a_version(uploaded, client, firm_user) -> None:
    version = uploaded()
    client.force_login(firm_user)
    assert client.get(f"/bim/models/{version.pk}/model.frag").status_code == 200
    assert STAIR in client.get(f"/bim/models/{version.pk}/elements.json").json()["storeys"][0]["elements"]
    panel = client.get(f"/bim/models/{version.pk}/properties/{STAIR}/").json()
    assert panel["groups"][0]["rows"] == [["名称", "LT-1"]]
    assert client.get(f"/bim/models/{version.pk}/properties/nobody/").status_code == 404
