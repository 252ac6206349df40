"""WorkerAttendance.Add: the rows of one call, each judged by itself."""

from __future__ import annotations

import binascii
import math
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hezhu.engines.codes import identity
from hezhu.engines.codes.lists import code_list
from hezhu.engines.gate.cipher import Unreadable, decrypt
from hezhu.engines.gate.envelope import BAD_PARAMETERS, CHINA, OVER_LIMIT, ProtocolError
from hezhu.engines.gate.rules import rules

RESIDENT_CARD = "01"
CLOCK_SLACK = timedelta(minutes=10)
EARLIEST = datetime(2015, 1, 1, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Pass:
    """One person at one gate: ``line`` counts from 1; ``direction`` 01 in, 02 out; ``channel`` how (attendance_channel); WGS or GCJ is not said."""

    line: int
    id_number: str
    at: datetime
    direction: str
    channel: str
    lng: float | None
    lat: float | None
    has_photo: bool


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that cannot be used: which, which field, and why. Never the value: it may be a person's number."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"第 {self.line} 条 {self.field}：{self.reason}"


class Unusable(Exception):
    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(reason)


def rows_of(data: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    """The list ``name`` of ``data``. Raises ProtocolError when it is missing, empty, too long, or not of objects."""
    rows = data.get(name)
    if not isinstance(rows, list) or not rows:
        raise ProtocolError(BAD_PARAMETERS, f"data.{name} 应为非空数组")
    if len(rows) > most:
        raise ProtocolError(OVER_LIMIT, f"data.{name} 有 {len(rows)} 条，一次最多 {most} 条，请分批上传")
    if not all(isinstance(row, dict) for row in rows):
        raise ProtocolError(BAD_PARAMETERS, f"data.{name} 的每一项应为对象")
    return rows


def passes_of(data: dict[str, Any], secret: str, now: datetime | None = None) -> tuple[list[Pass], list[RefusedRow]]:
    """The passes of one call, and the rows that are none. Raises ProtocolError when there is no list of rows."""
    now = now or datetime.now(UTC)
    good: list[Pass] = []
    refused: list[RefusedRow] = []
    for line, row in enumerate(rows_of(data, "dataList", rules().attendance_rows), start=1):
        try:
            good.append(_pass(line, row, secret, now))
        except Unusable as error:
            refused.append(RefusedRow(line, error.field, error.reason))
    return good, refused


def _pass(line: int, row: dict[str, Any], secret: str, now: datetime) -> Pass:
    number = id_number(row, secret)
    direction = code_list("attendance_direction").spellings.get(text(row, "direction"))
    if direction is None:
        raise Unusable("direction", "应为 01（入场）或 02（出场）")
    return Pass(
        line,
        number,
        moment(row, "date", now),
        direction,
        code_list("attendance_channel").spellings.get(text(row, "attendType"), ""),
        _degrees(row, "lng", 180),
        _degrees(row, "lat", 90),
        photo(row, "image"),
    )


def text(row: dict[str, Any], name: str, longest: int = 200) -> str:
    """A short text or number as text; refused when it is anything else."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unusable(name, "应为文本")
    value = str(value).strip()
    if len(value) > longest:
        raise Unusable(name, f"超过 {longest} 字")
    return value


def id_number(row: dict[str, Any], secret: str, name: str = "idCardNumber", kind: str = "idCardType") -> str:
    """The document number in clear; a resident's number must be right to its check character (GB 11643-1999)."""
    sealed = text(row, name, 256)
    if not sealed:
        raise Unusable(name, "没有填写")
    try:
        number = decrypt(sealed, secret).strip().upper()
    except Unreadable as error:
        raise Unusable(name, "解不开：应以本密钥按 AES-CBC 加密再做 Base64") from error
    card = text(row, kind).zfill(2) if text(row, kind) else RESIDENT_CARD
    if card == RESIDENT_CARD and (problem := identity.explain(number)):
        raise Unusable(name, "出生日期不对" if problem.rule.endswith(".birth") else problem.reason)
    if not 0 < len(number) <= 40:
        raise Unusable(name, "长度不对")
    return number


def moment(row: dict[str, Any], name: str, now: datetime) -> datetime:
    """``yyyy-MM-dd HH:mm:ss`` in Beijing time, not in the future."""
    try:
        at = datetime.strptime(text(row, name), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError as error:
        raise Unusable(name, "应写作 yyyy-MM-dd HH:mm:ss") from error
    if at > now + CLOCK_SLACK:
        raise Unusable(name, "晚于现在")
    if at < EARLIEST:
        raise Unusable(name, "早于 2015 年")
    return at


def _degrees(row: dict[str, Any], name: str, most: int) -> float | None:
    said = text(row, name)
    if not said:
        return None
    try:
        value = float(said)
    except ValueError as error:
        raise Unusable(name, "应为度数") from error
    if not math.isfinite(value) or abs(value) > most:
        raise Unusable(name, f"应在 ±{most} 之间")
    return value


def photo(row: dict[str, Any], name: str) -> bool:
    """Whether a photo came along; refused when it is no Base64 or larger than the protocol allows."""
    value = row.get(name)
    if value in (None, ""):
        return False
    if not isinstance(value, str):
        raise Unusable(name, "应为 Base64 文本")
    if len(value) > rules().photo_bytes * 4 // 3 + 64:
        raise Unusable(name, f"照片超过 {rules().photo_bytes // 1024} KB")
    if value.startswith(("http://", "https://")):
        raise Unusable(name, "不接受网址，应为 Base64")
    try:
        b64decode(value.partition(",")[2] if value.startswith("data:") else value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unusable(name, "不是 Base64") from error
    return True
