"""What the door refuses before anything is read or written, with the protocol's own codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.test import Client

from hezhu.engines.gate import ProtocolError, check, read, signature
from hezhu.engines.gate.cipher import Unreadable, decrypt, encrypt
from hezhu.engines.gate.rules import rules
from hezhu.gate.models import GatePass, GateRequest, HeldPass
from hezhu.registers.people.models import Attendance, Person
from tests.gate.caller import call, sealed
from tests.gate.conftest import ID_NUMBER

SECRET = "0123456789abcdef0123456789abcdef"
AT = "2026-11-20 06:58:03"
CHINA = ZoneInfo("Asia/Shanghai")


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (GateRequest, GatePass, HeldPass, Attendance))


def test_the_signature_of_a_call_in_use() -> None:
    """Built by hand as callers in use do it: names in order, all in lower case, the secret last."""
    fields = {
        "appid": "3304812603010101",
        "data": '{"projectCode":"A"}',
        "format": "json",
        "method": "Team.Add",
        "nonce": "Ab1",
        "timestamp": "20261128030000",
        "version": "1.0",
    }
    said = 'appid=3304812603010101&data={"projectcode":"a"}&format=json&method=team.add&nonce=ab1&timestamp=20261128030000&version=1.0'
    import hashlib

    assert signature(fields, "Secret") == hashlib.sha256(f"{said}&appsecret=secret".encode()).hexdigest()


def test_further_signed_parameters_take_part_in_the_signature() -> None:
    fields = call("a", SECRET, "Team.Query", {}, corpsign="x+/=")
    check(read(fields), SECRET)
    with pytest.raises(ProtocolError):
        check(read(fields | {"corpsign": "y"}), SECRET)


@pytest.mark.parametrize(("seconds", "taken"), [(0, True), (599, True), (601, False), (-599, True), (-601, False)])
def test_the_window(seconds: int, taken: bool) -> None:
    now = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    stamp = (now + timedelta(seconds=seconds)).astimezone(CHINA).strftime("%Y%m%d%H%M%S")
    envelope = read(call("a", SECRET, "Team.Query", {}, timestamp=stamp))
    if taken:
        check(envelope, SECRET, now)
    else:
        with pytest.raises(ProtocolError, match="timestamp 与平台时间相差超过 10 分钟"):
            check(envelope, SECRET, now)


def test_numbers_sealed_by_another_implementation_open() -> None:
    assert decrypt(sealed(ID_NUMBER, SECRET), SECRET) == ID_NUMBER
    assert sealed(ID_NUMBER, SECRET) == encrypt(ID_NUMBER, SECRET)


@pytest.mark.parametrize("text", ["", "not base64!", "QUJD", "A" * 400, encrypt("x", SECRET[::-1])])
def test_other_text_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(text, SECRET)


@pytest.mark.parametrize(
    ("other", "code", "message"),
    [
        ({"sign": "0" * 64}, "-2", "签名校验错误"),
        ({"sign": "zz"}, "-2", "sign 应为 64 位十六进制"),
        ({"timestamp": "20260101000000"}, "-1", "timestamp 与平台时间相差超过 10 分钟，请校准设备时钟（北京时间）后重发"),
        ({"timestamp": "yesterday"}, "-1", "timestamp 应写作 yyyyMMddHHmmss"),
        ({"format": "xml"}, "-1", "format 只接受 json"),
        ({"version": "9"}, "-1", "version 只接受 1.0、1.1"),
        ({"nonce": "n" * 65}, "-1", "nonce 过长"),
        ({"appid": "330481260301010199"}, "-3", "appid 未登记"),
        ({"method": "Anything.Drop"}, "-3", "不支持方法 Anything.Drop"),
        ({"data": "[]"}, "-1", "data 应为 JSON 对象"),
        ({"data": '{"a": NaN}'}, "-1", "data 不是可读的 JSON"),
        ({"data": "[" * 100_000}, "-1", "data 不是可读的 JSON"),
        ({"data": '{"dataList": []}'}, "-1", "data.dataList 应为非空数组"),
        ({"data": '{"dataList": [1]}'}, "-1", "data.dataList 的每一项应为对象"),
        ({"data": '{"dataList": {}}'}, "-1", "data.dataList 应为非空数组"),
        ({"data": json.dumps({"dataList": [{}] * 501})}, "-5", "data.dataList 有 501 条，一次最多 500 条，请分批上传"),
        ({"data": json.dumps({"projectCode": "3304242603010101", "dataList": [{}]})}, "-3", "本密钥只用于项目 3304812603010101"),
        ({"data": json.dumps({"teamSysNo": {"$ne": 1}, "dataList": [{}]})}, "-1", "teamSysNo：应为文本"),
    ],
)
def test_a_call_that_is_not_carried_out_says_why_and_writes_nothing(
    send: Callable, passes: Callable, worker: Person, other: dict[str, str], code: str, message: str
) -> None:
    data = other.pop("data", None) or passes((ID_NUMBER, AT, "01"))
    answer = send("WorkerAttendance.Add", data, **other)
    assert (answer["code"], answer["message"], answer["data"]) == (code, message, None)
    assert written() == (0, 0, 0, 0)


def test_odd_values_in_rows_are_named_by_field(send: Callable, passes: Callable, worker: Person) -> None:
    rows = [
        {"lng": "NaN"},
        {"lat": 91},
        {"date": []},
        {"direction": None},
        {"idCardNumber": {"a": 1}},
        {"image": "http://x/y.jpg"},
    ]
    data = passes(*[(ID_NUMBER, AT, "01")] * len(rows))
    for row, odd in zip(data["dataList"], rows, strict=True):
        row.update(odd)
    send("WorkerAttendance.Add", data)
    assert GateRequest.objects.get().result.split("；") == [
        "入库 0 条",
        "第 1 条 lng：应在 ±180 之间",
        "第 2 条 lat：应在 ±90 之间",
        "第 3 条 date：应为文本",
        "第 4 条 direction：应为 01（入场）或 02（出场）",
        "第 5 条 idCardNumber：应为文本",
        "第 6 条 image：不接受网址，应为 Base64",
    ]


@pytest.mark.parametrize("field", ["appid", "data", "format", "method", "nonce", "sign", "timestamp", "version"])
def test_every_parameter_is_needed(client: Client, issued: Any, passes: Callable, field: str) -> None:
    fields = call(issued[0].appid, issued[1], "WorkerAttendance.Add", passes((ID_NUMBER, AT, "01")))
    del fields[field]
    assert client.post("/open.api", fields).json() == {"code": "-1", "message": f"缺少参数 {field}", "data": None}


def test_too_large_a_body_is_not_read(client: Client, issued: Any, db: None) -> None:
    answer = client.post("/open.api", {"data": "x" * (rules().body_bytes + 1)}).json()
    assert (answer["code"], answer["message"]) == ("-5", "请求超过 8 MB")


def test_only_post(client: Client, db: None) -> None:
    assert client.get("/open.api").json()["code"] == "-1"


def test_json_bodies_are_read_too(client: Client, issued: Any, passes: Callable, worker: Person) -> None:
    fields = call(issued[0].appid, issued[1], "WorkerAttendance.Add", passes((ID_NUMBER, AT, "01")))
    assert client.post("/open.api", json.dumps(fields), content_type="application/json").json()["code"] == "0"
    for odd in ("[]", '{"appid": 1}', "{", "[" * 200_000):
        assert client.post("/open.api", odd, content_type="application/json").json()["code"] == "-1"


def test_without_a_database_the_caller_is_told_to_send_again(
    client: Client, issued: Any, passes: Callable, worker: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hezhu.gate.calls import attendance

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(attendance, "take_passes", away)
    monkeypatch.setattr("hezhu.gate.door.connection.close", lambda: None)
    fields = call(issued[0].appid, issued[1], "WorkerAttendance.Add", passes((ID_NUMBER, AT, "01")))
    answer = client.post("/open.api", fields)
    assert (answer.status_code, answer.json()["code"]) == (503, "-99")
    monkeypatch.undo()
    assert client.post("/open.api", fields).json()["code"] == "0"
    assert Attendance.objects.get().passes == 1
