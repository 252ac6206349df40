"""Tables kept with their cases: asked within what an account may see, gone with the case, and never in the way of a review."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hezhu.bim import model_store, processes, reviewing
from hezhu.bim.models import ModelVersion, ReviewCase
from hezhu.config import model_store as command
from hezhu.core.files.models import Attachment
from hezhu.core.jobs.actions import run_here
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import store
from tests.bim.conftest import FakeEngines, no_tables

ROOT = Path(__file__).resolve().parents[2]
TEN = ROOT / "benchmarks" / "ten-specifications.ids"
DOORS = (
    "SELECT project, building, version, division, county, count(*) AS doors FROM entities WHERE class = 'IfcDoor' GROUP BY ALL"
)


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a small building."""
    folder = tmp_path_factory.mktemp("packed")
    store.pack(write_sample(folder / "示例.ifc", storeys=2), folder / "tables.zip")
    return folder / "tables.zip"


@pytest.fixture
def tabled(queued: ReviewCase, engines: FakeEngines, packed: Path, monkeypatch: pytest.MonkeyPatch) -> ReviewCase:
    """A reviewed case that has tables."""

    def made(model: Path, archive: Path, waiting: Callable[[], None]) -> Path:
        waiting()
        archive.write_bytes(packed.read_bytes())
        return archive

    monkeypatch.setattr(reviewing, "make_tables", made)
    run_here(queued.job)
    queued.refresh_from_db()
    return queued


def test_a_review_leaves_tables_that_answer_for_the_version(tabled, city_officer) -> None:
    assert tabled.state == "awaiting_decision"
    assert tabled.model_version.tables_file.name == f"{tabled.number}-tables.zip"
    answer = model_store.ask(DOORS, city_officer)
    assert answer.columns == ["project", "building", "version", "division", "county", "doors"]
    (row,) = answer.rows()
    assert row[:5] == (tabled.project.name, tabled.building.name, 1, "330481", "海宁市")
    assert row[5] > 10


def test_nobody_asks_beyond_what_they_may_see(tabled, city_officer, haiyan_officer, other_firm_user, firm_user) -> None:
    from hezhu.engines.ifc.tables import QueryRefused

    assert len(model_store.ask(DOORS, firm_user)) == len(model_store.ask(DOORS, None)) == 1
    for user in (haiyan_officer, other_firm_user):
        with pytest.raises(QueryRefused):
            model_store.ask(DOORS, user)
        assert list(model_store.check_again(TEN, user)) == []


def test_a_version_removed_takes_its_tables_and_what_was_laid_out(tabled, settings) -> None:
    from hezhu.engines.ifc.tables import QueryRefused

    model_store.ask(DOORS)
    laid_out = list((Path(settings.VAR) / "cache" / "tables").iterdir())
    assert len(laid_out) == 1
    version = tabled.model_version
    tabled.delete()
    assert len(model_store.ask(DOORS)) == 1
    version.delete()
    with pytest.raises(QueryRefused):
        model_store.ask(DOORS)
    model_store._forget_removed()
    assert not laid_out[0].exists()


def test_a_stored_version_is_checked_again_without_its_file(tabled, city_officer) -> None:
    from hezhu.core.files.actions import local_path

    local_path(tabled.model_file).unlink()
    ((version, findings),) = model_store.check_again(TEN, city_officer, tabled.number)
    assert version == tabled.model_version
    assert len({finding.rule for finding in findings}) == 10
    assert list(model_store.check_again(TEN, city_officer, "BS-1999-0001")) == []


def test_without_tables_the_findings_stand_and_can_be_filled_in_later(case, packed, monkeypatch, capsys) -> None:
    assert (case.state, case.model_version.tables_file) == ("awaiting_decision", None)
    fill = command._fill

    monkeypatch.setattr(processes, "make_tables", no_tables)
    assert fill(command._parser().parse_args(["fill"])) == 2
    assert str(case.model_version) in capsys.readouterr().err

    monkeypatch.setattr(processes, "make_tables", lambda model, archive, waiting: packed)
    assert fill(command._parser().parse_args(["fill"])) == 0
    assert ModelVersion.objects.exclude(tables_file=None).get() == case.model_version
    assert fill(command._parser().parse_args(["fill"])) == 0  # nothing is left
    assert Attachment.objects.filter(name__endswith="tables.zip").count() == 1


def test_a_second_run_keeps_the_tables_it_has(tabled) -> None:
    before = (tabled.model_version.tables_file_id, Attachment.objects.filter(name__endswith="tables.zip").count())
    ReviewCase.objects.filter(pk=tabled.pk).update(state="queued")
    run_here(tabled.job)
    tabled.refresh_from_db()
    assert (tabled.model_version.tables_file_id, Attachment.objects.filter(name__endswith="tables.zip").count()) == before


def test_the_command_answers_and_refuses_in_words(tabled, city_officer, haiyan_officer, capsys) -> None:
    main = command.main.__wrapped__  # without starting the embedded database, which the tests have
    assert main(["query", "SELECT county, count(*) AS n FROM entities WHERE class = 'IfcProject' GROUP BY 1", "--csv"]) == 0
    assert capsys.readouterr().out == "county,n\n海宁市,1\n"
    assert main(["query", DOORS, "--as", "haiyan"]) == 2
    assert "model-store fill" in capsys.readouterr().err
    assert main(["query", DOORS, "--as", "nobody"]) == 2
    assert "没有账号 nobody" in capsys.readouterr().err
    assert main(["check", str(TEN), "--case", tabled.number]) in (0, 1)
    assert tabled.number in capsys.readouterr().out
    assert main(["check", str(TEN), "--case", "BS-1999-0001"]) == 2
    assert main(["query", "DROP TABLE versions"]) == 2
    assert "SELECT" in capsys.readouterr().err


def test_the_question_of_the_operators_manual_has_an_answer(tabled) -> None:
    manual = (ROOT / "docs" / "operators" / "README.md").read_text(encoding="utf-8")
    sql = re.search(r'model-store query "(SELECT e\.project[^"]+)"', manual)
    assert sql is not None
    assert model_store.ask(sql[1]).columns == ["project", "building", "version", "storey", "name", "value"]


def test_a_real_file_becomes_an_archive_in_a_process_of_its_own(tmp_path) -> None:
    model = write_sample(tmp_path / "示例.ifc", storeys=2)
    said: list[None] = []
    archive = processes.make_tables(model, tmp_path / "tables.zip", lambda: said.append(None))
    assert archive is not None
    assert store.open_instances(archive)[1].file == "示例.ifc"


@pytest.mark.parametrize("text", ["import os; os.kill(os.getpid(), 11)", "import time; time.sleep(60)"])
def test_a_file_that_breaks_the_reader_costs_only_the_tables(text, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(processes, "TABLES", (sys.executable, "-c", text))
    assert processes.make_tables(tmp_path / "a.ifc", tmp_path / "tables.zip", lambda: None, time_limit=2) is None
