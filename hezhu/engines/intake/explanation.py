"""The words for refused rows: what is wrong in each cell, what is suggested, and on what ground."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from hezhu.engines import codes
from hezhu.engines.codes import Problem
from hezhu.engines.intake.cells import Reader
from hezhu.engines.intake.contract import Contract, Field, Kind
from hezhu.engines.intake.judgement import BAD, REPEATED, TEXT, VALUE
from hezhu.engines.intake.mapping import Mapping
from hezhu.engines.intake.result import CellProblem, RefusedRow
from hezhu.engines.intake.sheet import LINE, Flaw, FlawKind, Sheet

_FLAW_WORDS = {
    FlawKind.FORMULA_WITHOUT_VALUE: ("单元格是公式 {shown}，文件里没有算好的值", "用表格软件打开后保存一次，或粘贴为数值"),
    FlawKind.ERROR_VALUE: ("单元格是错误值 {shown}", "在表格里改正公式，或填入数值"),
    FlawKind.LONG_NUMBER: ("长数字被存成了数值 {shown}，末几位已丢", "把该列设为文本后，对照原件重填"),
    FlawKind.EXTRA_CELLS: ("本行比表头多出单元格：{shown}", "内容里的逗号要加引号，或删去多余的单元格"),
}
_SHOWN_LABELS = 3


@dataclass(frozen=True)
class Explainer:
    """Explains the rows that the column checks refuse. A row refused without any reason found is still said to be refused."""

    contract: Contract
    mapping: Mapping
    readers: Table[str, Reader]
    flaws: Table[int, list[Flaw]]

    @cached_property
    def _mapped(self) -> list[Field]:
        return [each for each in self.contract.fields if each.name in self.mapping.columns]

    def explain(self, sheet: Sheet, judged: pl.DataFrame, bad: pl.Series) -> list[RefusedRow]:
        """One RefusedRow for each row that ``bad`` marks, in the order of lines; ``judged`` is what ``judge`` gave."""
        raws = sheet.frame.filter(bad).iter_rows(named=True)
        rows = judged.filter(bad)
        firsts = _first_rows(judged, rows, [VALUE + name for name in self.contract.key])
        refused = []
        for raw, row in zip(raws, rows.iter_rows(named=True), strict=True):
            line = raw.pop(LINE)
            problems = self._row_problems(line, raw, row)
            if row[REPEATED]:
                problems.append(self._repetition(raw, row, firsts[tuple(row[VALUE + name] for name in self.contract.key)]))
            if not problems:
                problems.append(CellProblem("", "", "", "row.unexplained", "本行没有通过校验", basis="无建议，请核对整行"))
            refused.append(RefusedRow(line, raw, tuple(problems)))
        return refused

    def _row_problems(self, line: int, raw: Table[str, str | None], row: Table[str, Any]) -> list[CellProblem]:
        flaws = {flaw.column: flaw for flaw in self.flaws.get(line, ())}
        if "" in flaws:
            return [CellProblem("", "", "", *_flaw_words(flaws[""]))]
        problems = []
        for each in self._mapped:
            column = self.mapping.columns[each.name]
            if column in flaws:
                problems.append(
                    CellProblem(each.name, each.label, raw[column] or flaws[column].shown, *_flaw_words(flaws[column]))
                )
            elif row[BAD + each.name] and (
                problem := self._cell_problem(each, raw, row[TEXT + each.name], row[VALUE + each.name])
            ):
                problems.append(_as_cell_problem(each, raw[column] or "", problem))
        return problems

    def _cell_problem(self, each: Field, raw: Table[str, str | None], text: str | None, value: Any) -> Problem | None:
        if text is None:
            return _emptiness((raw[self.mapping.columns[each.name]] or "").strip())
        if text.startswith("="):
            return Problem("cell.formula-text", "以等号开头，像公式：{text}", {"text": text}, basis="粘贴为数值后再上传")
        problem = self.readers[each.name].explain(text) or _limit_problem(each, text, value)
        if problem and each.kind is Kind.DIVISION and problem.suggestion is None:
            return self._with_division_hint(each, raw, problem)
        return problem

    def _with_division_hint(self, each: Field, raw: Table[str, str | None], problem: Problem) -> Problem:
        """A wrong division may be read from the row's address when that names exactly one county."""
        column = self.mapping.columns.get(each.hint_from or "")
        address = (raw.get(column) or "") if column else ""
        code = codes.division.named_in(address, each.scope or "330400")
        if code is None:
            return problem
        basis = f"按{self.contract.by_name[each.hint_from or ''].label}“{codes.division.name_of(code)}”"
        return Problem(problem.rule, problem.template, problem.values, problem.position, code, basis)

    def _repetition(self, raw: Table[str, str | None], row: Table[str, Any], first: Table[str, Any]) -> CellProblem:
        """The row has the key of an earlier one: which, and where the two differ."""
        key = [self.contract.by_name[name] for name in self.contract.key]
        others = [each for each in self._mapped if each.name not in self.contract.key]
        differing = [each.label for each in others if row[VALUE + each.name] != first[VALUE + each.name]]
        shown = "、".join(differing[:_SHOWN_LABELS]) + ("等" if len(differing) > _SHOWN_LABELS else "")
        keys = "、".join(each.label for each in key)
        return CellProblem(
            field=key[0].name,
            label=key[0].label,
            value=raw[self.mapping.columns[key[0].name]] or "",
            rule="key.repeated",
            reason=f"与第 {first[LINE]} 行{keys}相同，{shown}不同" if differing else f"与第 {first[LINE]} 行完全相同",
            basis="两行只能留一行，请核对" if differing else "可放弃本行",
        )


def _limit_problem(each: Field, text: str, value: Any) -> Problem | None:
    """Why a readable value lies outside the field's limits."""
    values: dict[str, object]
    if each.max_length is not None and len(text) > each.max_length:
        values = {"limit": each.max_length, "actual": len(text)}
        return Problem("text.length", "最多 {limit} 字，现为 {actual} 字", values, basis="无建议，请缩写")
    below, above = ("早于", "晚于") if isinstance(value, date) else ("小于", "大于")
    unit = f" {each.unit}" if each.unit else ""
    if each.minimum is not None and value < each.minimum:
        values = {"word": below, "limit": each.minimum, "unit": unit}
    elif each.maximum is not None and value > each.maximum:
        values = {"word": above, "limit": each.maximum, "unit": unit}
    else:
        return None
    return Problem("value.range", "不应{word} {limit}{unit}", values, basis="无建议，请核对")


def _first_rows(judged: pl.DataFrame, refused: pl.DataFrame, key: list[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """For every repeated key the first row that has it."""
    repeats = refused.filter(pl.col(REPEATED))
    if not key or not repeats.height:
        return {}
    firsts = judged.filter(~pl.col(REPEATED)).join(repeats.select(key).unique(), on=key, how="semi")
    return {tuple(row[name] for name in key): row for row in firsts.iter_rows(named=True)}


def _flaw_words(flaw: Flaw) -> tuple[str, str, None, str]:
    """Rule, reason, no suggestion, basis."""
    reason, basis = _FLAW_WORDS[flaw.kind]
    return flaw.kind.value, reason.format(shown=flaw.shown), None, basis


def _emptiness(shown: str) -> Problem:
    if shown:
        return Problem("required", "“{shown}”按空值处理，此项必填", {"shown": shown}, basis="无建议，请补填")
    return Problem("required", "此项必填，现为空", basis="无建议，请补填")


def _as_cell_problem(each: Field, shown: str, problem: Problem) -> CellProblem:
    return CellProblem(each.name, each.label, shown, problem.rule, problem.reason, problem.suggestion, problem.basis)
