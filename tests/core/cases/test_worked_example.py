"""The app of docs/developers/adding-a-case.md, written down as its page has it and run as a reader would."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import include, path

import hezhu
from hezhu.core.access.models import User
from hezhu.core.cases import actions
from hezhu.core.cases.declare import Said, procedures
from hezhu.core.cases.models import available_moves
from hezhu.core.errors import BadInput

PAGE = Path(__file__).resolve().parents[3] / "docs" / "developers" / "adding-a-case.md"
FILE = re.compile(r"^```\w+\n(?:#|\{#) (\S+?\.(?:py|html))(?: #\})?\n(.*?)^```", re.S | re.M)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The files of the page under ``hezhu.correction``, hung in as the page says; gone afterwards."""
    files = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
    for name, text in files.items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    (tmp_path / "hezhu/correction/__init__.py").touch()
    monkeypatch.setattr(hezhu, "__path__", [*hezhu.__path__, str(tmp_path / "hezhu")])
    # An app added to INSTALLED_APPS while the tests run would start every other app again: it is hung in by hand.
    config = import_module("hezhu.correction.apps").CorrectionConfig("hezhu.correction", import_module("hezhu.correction"))
    config.ready()
    urls = ModuleType("correction_urls")
    urls.urlpatterns = [path("", include("hezhu.correction.views")), path("", include("hezhu.config.urls"))]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "correction_urls", urls)
    (engine,) = settings.TEMPLATES
    templates = [{**engine, "DIRS": [*engine.get("DIRS", []), str(tmp_path / "hezhu/correction/templates")]}]
    with override_settings(ROOT_URLCONF="correction_urls", TEMPLATES=templates):
        yield files
    procedures.remove("correction")
    for name in [name for name in sys.modules if name.startswith("hezhu.correction")]:
        del sys.modules[name]


@pytest.mark.django_db
def test_the_procedure_of_the_page_works(app: dict[str, str], firm_user: User, haining_officer: User) -> None:
    assert sorted(name.removeprefix("hezhu/correction/") for name in app) == [
        "acts.py",
        "apps.py",
        "procedure.py",
        "templates/correction/apply.html",
        "tests/correction/test_apply.py",
        "views.py",
    ]
    acts = import_module("hezhu.correction.acts")
    case = acts.apply(firm_user, "名称有误", "少一个字")
    assert [move.key for move in available_moves(case, haining_officer)] == ["complete", "do", "refuse"]
    case = actions.move(case, "complete", by=haining_officer, said=Said("补营业执照"))
    with pytest.raises(BadInput, match="哪一项"):
        actions.move(case, "add", by=firm_user)
    case = actions.move(case, "add", by=firm_user, said=Said(answers={"field": "name"}))
    case = acts.finish(case, haining_officer)
    assert (case.state_label, case.documents.get().standing) == ("已更正", "valid")


@pytest.mark.django_db
def test_the_page_of_the_page_takes_an_application(
    app: dict[str, str], client: Client, firm_user: User, haining_officer: User
) -> None:
    names: dict[str, Any] = {}
    exec(compile(app["tests/correction/test_apply.py"], str(PAGE), "exec"), names)
    names["test_a_firm_applies_and_the_office_finds_it"](client, firm_user, haining_officer)
    wrong = client.post("/corrections/apply/", {"title": ""})
    assert wrong.status_code == 422
    assert 'data-draft="correction"' in wrong.content.decode()
