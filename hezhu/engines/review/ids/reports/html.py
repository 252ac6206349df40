"""The outcome as one HTML file that opens anywhere: specification by specification, the first failed objects of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.review.ids.check import NOTHING_FOUND, Why, failed_objects
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.outcome import Outcome
from hezhu.engines.review.ids.wording import describe
from hezhu.engines.review.reports import words
from hezhu.engines.review.reports.page import PAGE_END, page_start, seal

ROWS = 50
# Verdicts of a whole specification; none is left to a person
_VERDICTS = (Verdict.FAIL, Verdict.PASS, Verdict.NOT_APPLICABLE)


def write_ids_html(checked: Checked, path: Path, sheet: str = "", limit: int = ROWS) -> Path:
    """Writes the page and returns its path. Of each requirement at most ``limit`` objects are listed; ``sheet`` has them all."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(page_start(checked.project.name or checked.model, "数据要求", f"数据要求检查报告 · {checked.title} · 禾筑"))
        out.writelines(_counts(checked))
        for outcome in checked.outcomes:
            if outcome.verdict is Verdict.FAIL:
                out.writelines(_failed(checked, outcome, sheet, limit))
        out.writelines(_settled([outcome for outcome in checked.outcomes if outcome.verdict is not Verdict.FAIL]))
        out.writelines(_facts(checked))
        out.write(PAGE_END)
    return path


def _counts(checked: Checked) -> Iterator[str]:
    counts = Counter(outcome.verdict for outcome in checked.outcomes)
    yield '<section class="panel"><div class="figures">'
    for verdict in _VERDICTS:
        yield f'<div class="figure"><span>{seal(verdict)}</span><b>{counts[verdict]:,} <small>条规格</small></b></div>'
    failed = sum(len(outcome.failed) for outcome in checked.outcomes)
    yield f'<div class="figure"><span>不符合的对象</span><b>{failed:,} <small>个次</small></b></div></div></section>'


def _failed(checked: Checked, outcome: Outcome, sheet: str, limit: int) -> Iterator[str]:
    spec = outcome.specification
    counted = f"{len(outcome.failed):,} / {outcome.applicable:,} 个不符合" if outcome.applicable else NOTHING_FOUND
    yield f'<section class="panel"><div class="head"><h2>{escape(spec.name)}</h2>'
    yield f'<span class="id">{escape(spec.identifier)}</span><span class="more">{counted}</span></div>'
    if text := spec.description or spec.instructions:
        yield f'<p class="clause"><q>{escape(text)}</q></p>'
    if outcome.reasons:
        yield '<div class="scroll"><table><thead><tr><th>要求</th><th class="right">不符合</th></tr></thead><tbody>'
        for facet, number in zip(spec.requirements, outcome.failed_by_requirement, strict=True):
            counted = f"{number:,}" if number else "·"
            yield f'<tr><td>{escape(describe(facet))}</td><td class="right">{counted}</td></tr>'
        yield "</tbody></table></div>"
    positions = outcome.first(limit)
    if not len(positions):
        yield "</section>"
        return
    yield '<div class="scroll"><table class="objects"><thead><tr><th>对象</th><th>楼层</th><th>现为</th><th>不符合的要求</th></tr></thead><tbody>'
    for subject, why in failed_objects(checked, outcome, positions):
        yield _row(subject, why)
    yield "</tbody></table></div>"
    if left := len(outcome.failed) - len(positions):
        where = f"全部 {len(outcome.failed):,} 个见同时生成的 {escape(sheet)}" if sheet else f"共 {len(outcome.failed):,} 个"
        yield f'<p class="rest">每项要求最多列 {limit} 个对象，其余 {left:,} 个未列出；{where}。</p>'
    yield "</section>"


def _row(subject: Subject, why: Why) -> str:
    identity = " ".join(filter(None, (subject.ifc_class, subject.global_id or "")))
    has = words.measured_text(why.measured) or ("缺" if why.missing else "")
    return (
        f"<tr><td>{escape(subject.name or subject.global_id or '')}<br><small>{escape(identity)}</small></td>"
        f"<td>{escape(subject.storey)}</td><td>{escape(has)}</td><td>{escape('；'.join(why.failed) or '不得出现')}</td></tr>"
    )


def _settled(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One line for each specification that nothing fails."""
    if not outcomes:
        return
    yield f'<section class="panel"><div class="head"><h2>没有问题的规格</h2><span class="id">{len(outcomes)} 条</span></div>'
    yield '<div class="scroll"><table><thead><tr><th>结论</th><th>规格</th><th class="right">检查的对象</th></tr></thead><tbody>'
    for outcome in outcomes:
        name = escape(outcome.specification.name)
        yield f'<tr><td>{seal(outcome.verdict)}</td><td>{name}</td><td class="right">{outcome.applicable:,}</td></tr>'
    yield "</tbody></table></div></section>"


def _facts(checked: Checked) -> Iterator[str]:
    """What was checked against what."""
    info = checked.document.info
    facts = {"模型文件": checked.model, "数据要求文件": checked.document.path.name, "标题": info.get("title", "")}
    facts |= {"版本": info.get("version", ""), "日期": info.get("date", ""), "作者": info.get("author", "")}
    yield '<section class="panel"><div class="head"><h2>模型与依据</h2></div><dl>'
    for label, value in facts.items():
        if value:
            yield f"<dt>{label}</dt><dd>{escape(value)}</dd>"
    yield "</dl></section>"
