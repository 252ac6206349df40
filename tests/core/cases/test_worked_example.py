"""The procedure of docs/developers/adding-a-case.md, as a reader would try it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hezhu.core.access.models import User
from hezhu.core.cases import actions
from hezhu.core.cases.declare import Said, procedures
from hezhu.core.cases.models import available_moves
from hezhu.core.errors import BadInput

PAGE = Path(__file__).resolve().parents[3] / "docs" / "developers" / "adding-a-case.md"


@pytest.mark.django_db
def test_the_procedure_of_the_page_works(firm_user: User, haining_officer: User) -> None:
    declared, used = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)[:2]
    names: dict[str, Any] = {"__name__": "correction"}
    exec(compile(declared, str(PAGE), "exec"), names)
    try:
        exec(compile(used, str(PAGE), "exec"), names)
        case = names["apply"](firm_user, "名称有误", "少一个字")
        assert [move.key for move in available_moves(case, haining_officer)] == ["complete", "do", "refuse"]
        case = actions.move(case, "complete", by=haining_officer, said=Said("补营业执照"))
        with pytest.raises(BadInput, match="哪一项"):
            actions.move(case, "add", by=firm_user)
        case = actions.move(case, "add", by=firm_user, said=Said(answers={"field": "name"}))
        case = names["finish"](case, haining_officer)
        assert (case.state_label, case.documents.get().standing) == ("已更正", "valid")
    finally:
        procedures.remove("correction")
