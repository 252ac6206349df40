"""The envelope of a call: appid, method, version, format, nonce, timestamp, sign and data; and its signature.

``sign`` is the SHA-256 of ``name=value`` pairs sorted by name, joined by ``&``, ending ``&appsecret=<secret>``, all in lower case.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hezhu.engines.gate.rules import rules

CHINA = ZoneInfo("Asia/Shanghai")
BAD_PARAMETERS, BAD_SIGNATURE, NOT_PERMITTED, OVER_LIMIT = "-1", "-2", "-3", "-5"
NAMES = ("appid", "method", "version", "format", "nonce", "timestamp", "sign", "data")
LONGEST = {"appid": 64, "method": 64, "version": 8, "format": 8, "nonce": 64, "timestamp": 14, "sign": 64}
VERSIONS = {"1.0", "1.1"}


class ProtocolError(Exception):
    """A call that is not carried out: the protocol's own code and a sentence that says what to correct."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What one call says of itself; ``signed`` are the parameters that its signature covers."""

    appid: str
    method: str
    nonce: str
    timestamp: str
    sign: str
    data: str
    signed: dict[str, str] = field(repr=False)

    @property
    def at(self) -> datetime:
        """The time that the caller gives. Raises ProtocolError."""
        try:
            return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
        except ValueError as error:
            raise ProtocolError(BAD_PARAMETERS, "timestamp 应写作 yyyyMMddHHmmss") from error


def read(fields: Mapping[str, str]) -> Envelope:
    """The envelope of the parameters that arrived. Raises ProtocolError naming the first that is missing or unusable."""
    for name in NAMES:
        value = fields.get(name)
        if not value:
            raise ProtocolError(BAD_PARAMETERS, f"缺少参数 {name}")
        if len(value) > LONGEST.get(name, len(value)):
            raise ProtocolError(BAD_PARAMETERS, f"{name} 过长")
    if any("\x00" in value for value in fields.values()):
        raise ProtocolError(BAD_PARAMETERS, "参数中有不可用的字符")
    if fields["format"].lower() != "json":
        raise ProtocolError(BAD_PARAMETERS, "format 只接受 json")
    if fields["version"] not in VERSIONS:
        raise ProtocolError(BAD_PARAMETERS, f"version 只接受 {'、'.join(sorted(VERSIONS))}")
    if not re.fullmatch(r"[0-9a-fA-F]{64}", fields["sign"]):
        raise ProtocolError(BAD_SIGNATURE, "sign 应为 64 位十六进制")
    signed = {name: value for name, value in fields.items() if name not in {"sign", "appsecret"}}
    return Envelope(
        fields["appid"], fields["method"], fields["nonce"], fields["timestamp"], fields["sign"].lower(), fields["data"], signed
    )


def signature(fields: Mapping[str, str], secret: str) -> str:
    """The signature of ``fields`` (without ``sign``) under ``secret``."""
    said = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name not in {"sign", "appsecret"})
    return hashlib.sha256(f"{said}&appsecret={secret}".lower().encode()).hexdigest()


def check(envelope: Envelope, secret: str, now: datetime | None = None) -> None:
    """Raise ProtocolError unless the signature is right and the time within the window: an older call is a replay."""
    filled = {name: value for name, value in envelope.signed.items() if value}  # some callers leave empty parameters out of it
    if not any(hmac.compare_digest(signature(said, secret), envelope.sign) for said in (envelope.signed, filled)):
        raise ProtocolError(BAD_SIGNATURE, rules().answers[BAD_SIGNATURE])
    apart = abs(envelope.at - (now or datetime.now(UTC)))
    if apart > timedelta(seconds=rules().window_seconds):
        minutes = rules().window_seconds // 60
        raise ProtocolError(BAD_PARAMETERS, f"timestamp 与平台时间相差超过 {minutes} 分钟，请校准设备时钟（北京时间）后重发")


def data_of(envelope: Envelope) -> dict[str, Any]:
    """The ``data`` parameter as an object. Raises ProtocolError for what is no JSON object, or nested without end."""
    try:
        data = json.loads(envelope.data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(BAD_PARAMETERS, "data 不是可读的 JSON") from error
    if not isinstance(data, dict):
        raise ProtocolError(BAD_PARAMETERS, "data 应为 JSON 对象")
    return data


def _no_constant(name: str) -> None:
    raise ValueError(name)
