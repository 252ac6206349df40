"""The procedure of docs/developers/adding-a-case.md, as a reader would try it: declared, opened from its page, moved to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.template import engines
from django.test import Client

from hezhu.core.access.models import User
from hezhu.core.cases import actions
from hezhu.core.cases.declare import Said, procedures
from hezhu.core.cases.models import available_moves
from hezhu.core.errors import BadInput

PAGE = Path(__file__).resolve().parents[3] / "docs" / "developers" / "adding-a-case.md"
pytestmark = pytest.mark.django_db


@pytest.fixture
def written(settings: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The page's code, run in the order a reader writes it, with its template in a folder and its addresses in the site."""
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    try:
        for block in re.findall(r"^```python\n(.*?)^```", text, re.S | re.M):
            exec(compile(block, str(PAGE), "exec"), names)
        (tmp_path / "correction").mkdir()
        (template,) = re.findall(r"^```html\n(.*?)^```", text, re.S | re.M)
        (tmp_path / "correction" / "apply.html").write_text(template, encoding="utf-8")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
        site = ModuleType("worked_example_urls")
        from hezhu.config import urls

        site.urlpatterns = [*names["urlpatterns"], *urls.urlpatterns]  # type: ignore[attr-defined]
        settings.ROOT_URLCONF = site
        yield names
    finally:
        procedures.remove("correction")
        engines.__dict__.pop("templates", None)


def test_the_procedure_of_the_page_works(written: dict[str, Any], firm_user: User, haining_officer: User) -> None:
    case = written["apply"](firm_user, "名称有误", "少一个字")
    assert [move.key for move in available_moves(case, haining_officer)] == ["complete", "do", "refuse"]
    case = actions.move(case, "complete", by=haining_officer, said=Said("补营业执照"))
    with pytest.raises(BadInput, match="哪一项"):
        actions.move(case, "add", by=firm_user)
    case = actions.move(case, "add", by=firm_user, said=Said(answers={"field": "name"}))
    case = written["finish"](case, haining_officer)
    assert (case.state_label, case.documents.get().standing) == ("已更正", "valid")


def test_its_page_and_its_own_test_work(
    written: dict[str, Any], client: Client, firm_user: User, haining_officer: User, auditor: User
) -> None:
    written["test_a_firm_applies_and_the_office_finds_it"](client, firm_user, haining_officer)
    page = client.get("/corrections/apply/").content.decode()
    assert 'data-draft="correction"' in page
    assert "要更正什么" in page
    refused = client.post("/corrections/apply/", {})
    assert refused.status_code == 422
