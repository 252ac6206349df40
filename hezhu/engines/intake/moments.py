"""A cell that holds a moment: day and clock, with its offset from UTC or in Chinese time."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from hezhu.engines.codes import Problem

ZONE = "Asia/Shanghai"
_SPELLINGS = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **{"年": "-", "月": "-", "日": "", "/": "-", "／": "-", "：": ":", "T": " "},
}
_TABLE = str.maketrans(_SPELLINGS)
_DAY = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_CLOCK = r" +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?"
_OFFSET = r" *(Z|[+-][0-9]{2}:?[0-9]{2})"
_COMPACT = r"^((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$"
_SHAPE = rf"^{_DAY}(?:{_CLOCK})?(?:{_OFFSET})?$"
_FORMAT = "%Y-%m-%d %H:%M:%S%.f"


@dataclass(frozen=True)
class MomentReader:
    """2026-10-31 07:12:05, 2026/10/31T07:12, 20261031071205, with or without +08:00; a day alone is its midnight. Without an offset the
    clock is Chinese. The values are UTC with microseconds.
    """

    def column(self, text: pl.Expr) -> pl.Expr:
        plain = text.str.replace_many(list(_SPELLINGS), list(_SPELLINGS.values())).str.replace(_COMPACT, "$1-$2-$3 $4:$5:$6")
        shaped = pl.when(plain.str.contains(_SHAPE)).then(plain)
        offset = shaped.str.extract(rf"{_OFFSET}$", 1)
        bare = shaped.str.replace(rf"{_OFFSET}$", "").str.replace(rf"^{_DAY}$", "$1-$2-$3 0:00:00").str.replace(r" +", " ")
        seconds = bare.str.replace(r"( [0-9]{1,2}:[0-9]{2})$", "$1:00")
        clock = seconds.str.to_datetime(_FORMAT, time_unit="us", strict=False)
        minutes = pl.when(offset == "Z").then(0).otherwise(_minutes(offset))
        local = clock.dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
        return pl.when(offset.is_null()).then(local).otherwise(clock.dt.replace_time_zone("UTC") - pl.duration(minutes=minutes))

    def explain(self, text: str) -> Problem | None:
        plain = re.sub(_COMPACT, r"\1-\2-\3 \4:\5:\6", text.translate(_TABLE))
        if re.fullmatch(_SHAPE[1:-1], plain) and pl.select(self.column(pl.lit(text))).item() is not None:
            return None
        return Problem(
            "moment.shape", "应为日期和时间如 2026-10-31 07:12，现为“{text}”", {"text": text}, basis="无建议，请对照原件"
        )


def _minutes(offset: pl.Expr) -> pl.Expr:
    """+08:00 as 480."""
    digits = offset.str.replace(":", "")
    hours, rest = digits.str.slice(1, 2).cast(pl.Int32, strict=False), digits.str.slice(3, 2).cast(pl.Int32, strict=False)
    return pl.when(digits.str.starts_with("-")).then(-1).otherwise(1) * (hours * 60 + rest)
