"""The progress pages: own jobs only, polled while active, then on to the result."""

from __future__ import annotations

import pytest

from hezhu.core.access.models import User
from hezhu.core.jobs.actions import run_here
from hezhu.core.jobs.models import Job


def test_the_fragment_polls_while_active(client, city_officer: User, waiting: Job) -> None:
    client.force_login(city_officer)
    page = client.get(f"/jobs/{waiting.pk}/progress/?follow=1", headers={"HX-Request": "true"})
    text = page.content.decode()
    assert f'hx-get="/jobs/{waiting.pk}/progress/?follow=1" hx-trigger="every 1s"' in text
    assert "排队中" in text
    assert "HX-Redirect" not in page
    Job.objects.filter(pk=waiting.pk).update(state=Job.State.RUNNING, progress=0.42, stage="读取模型")
    text = client.get(f"/jobs/{waiting.pk}/progress/").content.decode()
    assert '<progress class="bar" max="100" value="42"' in text
    assert "读取模型" in text


def test_a_done_job_goes_on_to_its_result(client, city_officer: User, waiting: Job) -> None:
    run_here(waiting)
    client.force_login(city_officer)
    page = client.get(f"/jobs/{waiting.pk}/progress/?follow=1", headers={"HX-Request": "true"})
    assert page["HX-Redirect"] == "/bim/1/"
    still = client.get(f"/jobs/{waiting.pk}/progress/", headers={"HX-Request": "true"})
    assert "HX-Redirect" not in still
    assert "every 1s" not in still.content.decode()
    assert '<a class="push" href="/bim/1/">看结果</a>' in still.content.decode()


def test_a_result_elsewhere_is_never_followed(client, city_officer: User, waiting: Job) -> None:
    run_here(waiting)
    Job.objects.filter(pk=waiting.pk).update(url="https://elsewhere.example/")
    client.force_login(city_officer)
    assert "HX-Redirect" not in client.get(f"/jobs/{waiting.pk}/progress/?follow=1", headers={"HX-Request": "true"})


def test_a_failed_job_says_why(client, city_officer: User, waiting: Job) -> None:
    Job.objects.filter(pk=waiting.pk).update(state=Job.State.FAILED, error_message="a.ifc 不是模型")
    client.force_login(city_officer)
    text = client.get(f"/jobs/{waiting.pk}/").content.decode()
    assert "a.ifc 不是模型" in text
    assert "重试" in text
    assert "every 1s" not in text


def test_the_list_holds_own_jobs_only(client, city_officer: User, bureau_officer: User, waiting: Job) -> None:
    client.force_login(city_officer)
    assert "测试事项" in client.get("/jobs/").content.decode()
    client.force_login(bureau_officer)
    text = client.get("/jobs/").content.decode()
    assert "测试事项" not in text
    assert "还没有后台任务" in text


@pytest.mark.parametrize("address", ["", "progress/"])
@pytest.mark.parametrize("name", ["haiyan_officer", "firm_user", "reviewer", "demo_officer"])
def test_others_find_nothing(client, waiting: Job, name: str, address: str, request) -> None:
    client.force_login(request.getfixturevalue(name))
    assert client.get(f"/jobs/{waiting.pk}/{address}").status_code == 404


def test_the_starter_cancels_and_retries(client, city_officer: User, waiting: Job) -> None:
    client.force_login(city_officer)
    page = client.post(f"/jobs/{waiting.pk}/cancel/", headers={"HX-Request": "true"})
    assert "已取消" in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == Job.State.CANCELLED
    again = client.post(f"/jobs/{waiting.pk}/cancel/", headers={"HX-Request": "true"})
    assert (again.status_code, again.json()["code"]) == (409, "job-not-active")
    page = client.post(f"/jobs/{waiting.pk}/retry/")
    assert (page.status_code, page["Location"]) == (302, f"/jobs/{waiting.pk}/")
    waiting.refresh_from_db()
    assert waiting.state == Job.State.WAITING


@pytest.mark.parametrize(
    ("name", "status"), [("haiyan_officer", 404), ("firm_user", 404), ("bureau_officer", 403), ("auditor", 403)]
)
@pytest.mark.parametrize("act", ["cancel", "retry"])
def test_others_change_nothing(client, waiting: Job, name: str, status: int, act: str, request) -> None:
    client.force_login(request.getfixturevalue(name))
    assert client.post(f"/jobs/{waiting.pk}/{act}/").status_code == status
    row = Job.objects.get(pk=waiting.pk)
    assert (row.state, row.queue_id, row.cancel_requested) == (Job.State.WAITING, waiting.queue_id, False)


def test_acts_need_post(client, city_officer: User, waiting: Job) -> None:
    client.force_login(city_officer)
    assert client.get(f"/jobs/{waiting.pk}/cancel/").status_code == 405
