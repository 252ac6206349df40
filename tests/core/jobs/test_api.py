"""Jobs over the API, scoped like the pages."""

from __future__ import annotations

import pytest

from hezhu.core.access.models import User
from hezhu.core.jobs.actions import run_here
from hezhu.core.jobs.models import Job


def test_a_job_is_followed_to_its_result(client, city_officer: User, waiting: Job) -> None:
    client.force_login(city_officer)
    assert client.get(f"/api/v1/jobs/{waiting.pk}").json()["state"] == "waiting"
    run_here(waiting)
    body = client.get(f"/api/v1/jobs/{waiting.pk}").json()
    assert (body["state"], body["progress"], body["result"]) == ("done", 1.0, {"double": 14})
    assert [row["id"] for row in client.get("/api/v1/jobs/").json()] == [waiting.pk]


def test_cancel_and_retry(client, city_officer: User, waiting: Job) -> None:
    client.force_login(city_officer)
    assert client.post(f"/api/v1/jobs/{waiting.pk}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{waiting.pk}/cancel").status_code == 409
    assert client.post(f"/api/v1/jobs/{waiting.pk}/retry").json()["state"] == "waiting"


@pytest.mark.parametrize(("name", "status"), [("haiyan_officer", 404), ("demo_officer", 404), ("bureau_officer", 403)])
def test_others_change_nothing(client, waiting: Job, name: str, status: int, request) -> None:
    client.force_login(request.getfixturevalue(name))
    for act in ("cancel", "retry"):
        assert client.post(f"/api/v1/jobs/{waiting.pk}/{act}").status_code == status
    assert Job.objects.get(pk=waiting.pk).state == Job.State.WAITING
    assert client.get("/api/v1/jobs/").json() == []
