"""``hezhu upload``: what it holds, what it refuses, and that a refusal keeps nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hezhu.bim.life.models import ModelVersion
from hezhu.config import model_upload
from hezhu.core.files.models import Attachment
from tests.bim.conftest import MODEL

upload = model_upload.main.__wrapped__  # type: ignore[attr-defined]  # the tests have their database already


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "1号楼.ifc"
    path.write_bytes(MODEL)
    return path


def told(model: Path, project, account: str, *more: str) -> list[str]:
    where = ["--project", project.number, "--stage", "scheme", "--discipline", "architecture"]
    return [str(model), *where, "--as", account, "--json", *more]


def test_a_model_becomes_the_next_version_of_its_place(model, project, building, firm_user, capsys) -> None:
    more = ("--building", building.code, "--purpose", "协同提资", "--shared")
    assert upload(told(model, project, firm_user.username, *more)) == 0
    version = ModelVersion.objects.get()
    assert json.loads(capsys.readouterr().out) == {
        "id": version.pk,
        "version": str(version),
        "status": "shared",
        "sha256": version.model_file.file.sha256,
        "url": f"/bim/models/{version.pk}/",
    }
    assert (version.building, version.purpose, version.author, version.number) == (building, "协同提资", firm_user, 1)
    assert version.job is not None
    assert upload(told(model, project, firm_user.username, *more)) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "model-same-file"
    assert ModelVersion.objects.count() == 1


def test_what_nobody_bears_or_may_is_refused_and_nothing_is_kept(model, project, firm_user, haiyan_officer, capsys) -> None:
    assert upload(told(model, project, "nobody")) == 2
    assert upload(told(model, project, haiyan_officer.username)) == 2
    assert upload(told(model, project, firm_user.username, "--building", "99#")) == 2
    assert upload(told(model.with_name("missing.ifc"), project, firm_user.username)) == 2
    reasons = [json.loads(line)["reason"] for line in capsys.readouterr().out.splitlines()]
    assert reasons[0] == "没有账号 nobody"
    assert reasons[1] == f"账号 {haiyan_officer.username} 看不到编号为 {project.number} 的项目"
    assert reasons[2].startswith("项目里没有单体 99#。有：")
    assert "missing.ifc" in reasons[3]
    assert (ModelVersion.objects.count(), Attachment.objects.count()) == (0, 0)
