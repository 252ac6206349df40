"""A sheet against a contract: whole columns at once for the verdict, one cell at a time only for the words."""

from __future__ import annotations

import time
from collections.abc import Mapping as Table
from functools import reduce
from operator import or_

import polars as pl

from hezhu.engines.intake.cells import Reader, reader_of
from hezhu.engines.intake.contract import Contract, Field, Kind
from hezhu.engines.intake.explanation import Explainer
from hezhu.engines.intake.judgement import BAD, FLAWED, REPEATED, TEXT, VALUE, judge
from hezhu.engines.intake.mapping import Mapping, UnusableMapping, propose_mapping
from hezhu.engines.intake.result import Stats, Validated
from hezhu.engines.intake.sheet import LINE, Flaw, FlawKind, Sheet

_NUMERIC = (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN, Kind.DATE, Kind.MOMENT)


def validate(
    sheet: Sheet,
    contract: Contract,
    mapping: Mapping | None = None,
    *,
    references: Table[str, pl.Series] | None = None,
) -> Validated:
    """Divide the rows of a sheet into good ones, typed, and refused ones, explained; no row is lost.

    ``mapping`` is what ``propose_mapping`` proposes unless given. ``references`` holds, by field name, the keys known to the register a
    reference points to; a reference without them is accepted as it stands. Raises UnusableMapping when a required field has no column.
    """
    started = time.perf_counter()
    mapping = mapping or propose_mapping(sheet.columns, contract).mapping
    _check_mapping(sheet, contract, mapping)
    readers = {
        each.name: reader_of(each, shift=mapping.shifts.get(each.name, 0), known=(references or {}).get(each.name))
        for each in contract.fields
    }
    flaws = _flaws_that_matter(sheet, contract, mapping)
    judged = judge(sheet, contract, mapping, readers, flaws)
    mapped = [each for each in contract.fields if each.name in mapping.columns]
    bad = judged.select(reduce(or_, (pl.col(BAD + each.name) for each in mapped), pl.col(FLAWED) | pl.col(REPEATED))).to_series()
    good = judged.filter(~bad)
    refused = Explainer(contract, mapping, readers, flaws).explain(sheet, judged, bad) if bad.any() else []
    stats = Stats(
        total=sheet.height,
        good=good.height,
        refused=len(refused),
        blank=sheet.blank_rows,
        seconds=time.perf_counter() - started,
        mended=_mended(good, mapped),
    )
    return Validated(_typed(good, contract, mapped, readers), refused, stats)


def _check_mapping(sheet: Sheet, contract: Contract, mapping: Mapping) -> None:
    if strangers := [column for column in mapping.columns.values() if column not in sheet.columns]:
        raise UnusableMapping(f"表中没有列：{'、'.join(strangers)}")
    if unknown := [name for name in mapping.columns if name not in contract.by_name]:
        raise UnusableMapping(f"{contract.label}没有字段：{'、'.join(unknown)}")
    missing = [each.label for each in contract.fields if contract.is_required(each) and each.name not in mapping.columns]
    if missing:
        raise UnusableMapping(f"必填列没有对上：{'、'.join(missing)}。请为它们指定列，或下载模板对照")


def _flaws_that_matter(sheet: Sheet, contract: Contract, mapping: Mapping) -> dict[int, list[Flaw]]:
    """By line, the flaws in columns that are used; a long number harms only codes and texts."""
    fields = {column: contract.by_name[name] for name, column in mapping.columns.items()}
    by_line: dict[int, list[Flaw]] = {}
    for flaw in sheet.flaws:
        used = fields.get(flaw.column)
        if flaw.kind is FlawKind.EXTRA_CELLS or (used and not (flaw.kind is FlawKind.LONG_NUMBER and used.kind in _NUMERIC)):
            by_line.setdefault(flaw.line, []).append(flaw)
    return by_line


def _mended(good: pl.DataFrame, mapped: list[Field]) -> dict[str, int]:
    compared = [each for each in mapped if each.kind not in (Kind.TEXT, Kind.REFERENCE, *_NUMERIC) and not each.multiple]
    if not compared:
        return {}
    differs = [(pl.col(TEXT + each.name) != pl.col(VALUE + each.name)).sum().alias(each.name) for each in compared]
    counts = good.select(differs).row(0, named=True)
    return {name: int(count) for name, count in counts.items() if count}


def _typed(good: pl.DataFrame, contract: Contract, mapped: list[Field], readers: Table[str, Reader]) -> pl.DataFrame:
    """The good rows under the contract's field names, in its order; fields without a column are null of their type."""
    names = {each.name for each in mapped}
    nothing = pl.lit(None, dtype=pl.String)
    columns = [
        (pl.col(VALUE + each.name) if each.name in names else readers[each.name].column(nothing)).alias(each.name)
        for each in contract.fields
    ]
    return good.select(LINE, *columns)
