"""``POST /open.api``: the door through which site gates call. Every answer is the protocol's: code, message, data."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Mapping
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from hezhu.core.history import reason_of_change
from hezhu.engines.gate import Envelope, ProtocolError, check, read
from hezhu.engines.gate.envelope import BAD_PARAMETERS, NOT_PERMITTED, OVER_LIMIT, data_of
from hezhu.engines.gate.passes import Unusable
from hezhu.engines.gate.rules import rules
from hezhu.gate.calls import attendance, contracts, pay, people, queries  # noqa: F401 - they declare the methods
from hezhu.gate.calls.declare import READERS, WRITERS, Call, Outcome
from hezhu.gate.models import GateKey, GateRequest
from hezhu.gate.writing import SOURCE

log = logging.getLogger("hezhu.gate")
BUSY = "-99"  # ours: the call was not carried out and may be sent again as it is
ATTEMPTS = 4
MOST_REFUSED_NAMED = 50

KEEP = """
INSERT INTO gate_gaterequest (key_id, serial, method, timestamp, nonce, sign, status, result, data, rows, held, refused, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())
ON CONFLICT (key_id, timestamp, nonce) DO NOTHING RETURNING id
"""


class Replayed(Exception):
    """The same key, time and nonce were told before: what was done now is taken back."""


@csrf_exempt
def open_api(request: HttpRequest) -> JsonResponse:
    """One call. HTTP 200 for every answer of the protocol; 503 when the call may be sent again as it is."""
    try:
        return _said("0", data=answered(_fields(request)))
    except ProtocolError as error:
        return _said(error.code, error.message)
    except Unusable as error:
        return _said(BAD_PARAMETERS, f"{error.field}：{error.reason}")
    except (OperationalError, InterfaceError) as error:
        log.warning("gate call not carried out: %s", error)
        connection.close()
        return _said(BUSY, "平台暂时没能处理，请原样重发", status=503)


def _said(code: str, message: str = "", data: Any = None, *, status: int = 200) -> JsonResponse:
    words = message or rules().answers.get(code, "")
    return JsonResponse({"code": code, "message": words, "data": data}, status=status, json_dumps_params={"ensure_ascii": False})


def _fields(request: HttpRequest) -> Mapping[str, str]:
    if request.method != "POST":
        raise ProtocolError(BAD_PARAMETERS, "只接受 POST")
    if int(request.META.get("CONTENT_LENGTH") or 0) > rules().body_bytes:
        raise ProtocolError(OVER_LIMIT, f"请求超过 {rules().body_bytes // 1024 // 1024} MB")
    try:
        if request.content_type == "application/json":
            return _json_fields(request.body)
        return {name: str(request.POST[name]) for name in request.POST}
    except (RequestDataTooBig, TooManyFieldsSent) as error:
        raise ProtocolError(OVER_LIMIT, "请求过大") from error


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(BAD_PARAMETERS, "请求不是可读的 JSON") from error
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise ProtocolError(BAD_PARAMETERS, "JSON 请求应为文本参数的对象")
    return said


def answered(fields: Mapping[str, str]) -> Any:
    """The ``data`` of the answer. Raises ProtocolError, Unusable, OperationalError."""
    envelope = read(fields)
    key = GateKey.objects.filter(appid=envelope.appid).first()  # the project is read by those that need it
    if key is None:
        raise ProtocolError(NOT_PERMITTED, "appid 未登记")
    secret = str(key.secret)
    check(envelope, secret)
    if key.revoked_at is not None:
        raise ProtocolError(NOT_PERMITTED, "密钥已停用")
    call = Call(key, secret, _serial(envelope.method), data_of(envelope))
    if envelope.method in READERS:
        return READERS[envelope.method](call)
    if envelope.method not in WRITERS:
        raise ProtocolError(NOT_PERMITTED, f"不支持方法 {envelope.method}")
    return _written(envelope, call)


def _serial(method: str) -> str:
    """``workerattendance-add-2026112803-1-…``, as the platform writes them."""
    return f"{method.lower().replace('.', '-')[:30]}-{timezone.localtime():%Y%m%d%H}-1-{secrets.token_hex(6)}"


def _written(envelope: Envelope, call: Call) -> dict[str, Any]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(), _told(envelope, call):
                return _keep(envelope, call, WRITERS[envelope.method](call))
        except Replayed:
            return _as_before(envelope, call)
        except DatabaseError as error:  # two calls with the same people at once: the other one is through by now
            if attempt == ATTEMPTS or not _may_pass(error):
                if isinstance(error, IntegrityError):
                    raise OperationalError(str(error)) from error
                raise
            time.sleep(0.05 * attempt)
    raise AssertionError


def _told(envelope: Envelope, call: Call) -> Any:
    """Who answers for what a device writes: the account that issued its key. Passes have no history and need none."""
    if envelope.method == "WorkerAttendance.Add":
        return nullcontext()
    return reason_of_change(SimpleNamespace(pk=call.key.issued_by_id), f"{envelope.method} {call.key.appid}", SOURCE)


def _may_pass(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", "") or ""
    return isinstance(error, IntegrityError) or state in {"40P01", "40001", "55P03"}


def _keep(envelope: Envelope, call: Call, outcome: Outcome) -> dict[str, Any]:
    """Record the call beside what it wrote, and give the caller its serial."""
    status = GateRequest.FAILED if outcome.refused or outcome.held else GateRequest.DONE
    words = [*outcome.words, *(str(row) for row in outcome.refused[:MOST_REFUSED_NAMED])]
    values = [
        call.key.pk,
        call.serial,
        envelope.method,
        envelope.timestamp,
        envelope.nonce,
        envelope.sign,
        status,
        "；".join(words),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP, [*values, json.dumps(outcome.data, ensure_ascii=False), outcome.rows, outcome.held, len(outcome.refused)]
        )
        if cursor.fetchone() is None:
            raise Replayed
    return {"requestSerialCode": call.serial, **outcome.data}


def _as_before(envelope: Envelope, call: Call) -> dict[str, Any]:
    """The answer that this very call got the first time. Raises ProtocolError when another call used its nonce."""
    first = GateRequest.objects.get(key=call.key, timestamp=envelope.timestamp, nonce=envelope.nonce)
    if not secrets.compare_digest(first.sign, envelope.sign):
        raise ProtocolError(BAD_PARAMETERS, "nonce 在同一秒内已用过，请换一个随机数重发")
    return {"requestSerialCode": first.serial, **first.data}
