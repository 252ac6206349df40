"""What the query methods share: the project of the key, pages from 0, numbers sealed again on the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from hezhu.engines.gate import ProtocolError
from hezhu.engines.gate.cipher import Unreadable, decrypt, encrypt
from hezhu.engines.gate.envelope import BAD_PARAMETERS, NOT_PERMITTED
from hezhu.engines.gate.passes import text
from hezhu.engines.gate.rules import rules
from hezhu.gate.calls.declare import Call

DEEPEST_PAGE = 2_000
NUMBER_LENGTH = 16


def own_project(call: Call) -> None:
    """Raise ProtocolError when the data name another project than the key's."""
    said = text(call.data, "projectCode", 40)
    if not said or said in {call.key.appid, call.key.appid[:NUMBER_LENGTH]}:  # an appid begins with its project's number
        return
    if said != call.key.project.number:
        raise ProtocolError(NOT_PERMITTED, f"本密钥只用于项目 {call.key.project.number}")


def page(call: Call, rows: models.QuerySet, told: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """``pageIndex`` from 0, ``pageSize`` up to the protocol's page."""
    index = _number(call, "pageIndex", 0, DEEPEST_PAGE)
    size = max(1, _number(call, "pageSize", rules().page_rows, rules().page_rows))
    return {
        "pageIndex": index,
        "pageSize": size,
        "totalCount": rows.order_by().count(),
        "rows": [told(row) for row in rows[index * size : (index + 1) * size]],
    }


def _number(call: Call, name: str, default: int, most: int) -> int:
    said = text(call.data, name, 10)
    if said and not (said.isascii() and said.isdigit()):
        raise ProtocolError(BAD_PARAMETERS, f"{name} 应为整数")
    return min(int(said), most) if said else default


def person_filter(call: Call, rows: models.QuerySet, path: str) -> models.QuerySet:
    """Only the rows of the person named by ``idCardNumber``, when one is."""
    sealed = text(call.data, "idCardNumber", 256)
    if not sealed:
        return rows
    try:
        number = decrypt(sealed, call.secret)
    except Unreadable as error:
        raise ProtocolError(BAD_PARAMETERS, "idCardNumber 解不开") from error
    return rows.filter(**{path: number})


def sealed_number(call: Call, number: str) -> str:
    """A personal number for the caller, under the caller's own secret."""
    return encrypt(str(number), call.secret)
