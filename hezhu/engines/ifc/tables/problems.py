"""What can be wrong with a STEP file itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hezhu.engines.ifc.tables.arguments import references_within
from hezhu.engines.ifc.tables.bits import Bytes, Flags, Narrow, Offsets, Words
from hezhu.engines.ifc.tables.rows import RowNumbers

_ROWS = 1 << 17


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the file itself. ``code`` is stable; ``message`` is Chinese and names place and remedy."""

    code: str
    instance: int
    message: str


OPEN_STRING = Problem("open-string", 0, "文件中有一处字符串缺少结束引号，其后的内容可能错位，请重新导出。")


def malformed(ids: Offsets) -> list[Problem]:
    """Records whose number, name or brackets are not as they must be."""
    text = "实例 #{0} 的记录不完整（编号、类名或括号有误），已跳过，请重新导出。"
    return [Problem("malformed", number, text.format(number)) for number in ids.tolist()]


def stray(texts: list[str]) -> list[Problem]:
    """Statements of the data section that are no records."""
    return [Problem("malformed", 0, f"“{text}”不是实例记录，已跳过，请重新导出。") for text in texts]


def complex_records(ids: Offsets) -> list[Problem]:
    """Records of several classes at once (external mapping, ISO 10303-21:2016 12.2.5.3); no IFC class needs one."""
    text = "实例 #{0} 是由几个类拼成的复合记录，IFC 不使用这种写法，已跳过，请重新导出。"
    return [Problem("complex-record", number, text.format(number)) for number in ids.tolist()]


def duplicates(ids: Offsets) -> list[Problem]:
    """Records whose number an earlier one has."""
    text = "实例编号 #{0} 重复，只采用第一次出现的记录，请重新导出。"
    return [Problem("duplicate", number, text.format(number)) for number in ids.tolist()]


def reference_problems(
    data: Bytes, hashes: Words, ids: Offsets, opening: Narrow, closing: Narrow, numbers: RowNumbers
) -> list[Problem]:
    """References that are no number, and those to numbers the file does not have."""
    broken: list[Problem] = []
    missing: list[Problem] = []
    for base in range(0, len(ids), _ROWS):
        rows = slice(base, base + _ROWS)
        owner, target, sound = references_within(data, hashes, opening[rows].astype(np.int64), closing[rows].astype(np.int64))
        broken += _bad(ids[base + np.unique(owner[~sound])])
        absent: Flags = sound & (numbers.of(target) < 0)
        missing += [
            Problem("missing-reference", number, f"实例 #{number} 引用的 #{wanted} 不存在，请重新导出。")
            for number, wanted in zip(ids[base + owner[absent]].tolist(), target[absent].tolist(), strict=True)
        ]
    return broken + missing


def _bad(ids: Offsets) -> list[Problem]:
    text = "实例 #{0} 中有一处引用不是编号，请重新导出。"
    return [Problem("bad-reference", number, text.format(number)) for number in ids.tolist()]
