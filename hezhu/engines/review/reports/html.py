"""The review as one HTML file that opens anywhere: counts, assembly rate, then the findings rule by rule.

At most ``limit`` rows of a rule are written out and the rest is counted, so that a report of 100,000 findings still opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, TextIO

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.prefab import AssemblyRate, ItemScore
from hezhu.engines.review.reports import words
from hezhu.engines.review.reports.reviewed import Reviewed
from hezhu.engines.review.reports.style import CSS, MARK

ROWS_A_RULE = 50
_SHAPES = {Verdict.FAIL: "✕ ", Verdict.MANUAL: "人 ", Verdict.PASS: "✓ ", Verdict.NOT_APPLICABLE: ""}
_SHOWN = (Verdict.FAIL, Verdict.MANUAL)


@dataclass(slots=True)
class _Rule:
    """The findings of one rule: counts of all, and the first rows of what needs somebody."""

    first: Finding
    counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    rows: dict[Verdict, list[Finding]] = field(default_factory=lambda: {verdict: [] for verdict in _SHOWN})

    def add(self, finding: Finding, limit: int) -> None:
        self.counts[finding.verdict] += 1
        if finding.verdict in self.rows and len(self.rows[finding.verdict]) < limit:
            self.rows[finding.verdict].append(finding)

    @property
    def weight(self) -> int:
        """0 for rules that fail, 1 for those that need a person, 2 for the rest."""
        return 0 if self.counts[Verdict.FAIL] else 1 if self.counts[Verdict.MANUAL] else 2


def write_html(
    review: Reviewed,
    path: Path | str,
    assembly: AssemblyRate | None = None,
    limit: int = ROWS_A_RULE,
    panels: Iterable[str] = (),
) -> Path:
    """Writes the page and returns its path. The page loads nothing from elsewhere.

    ``panels`` are further sections of HTML, written after the counts.
    """
    target = Path(path)
    summary = review.summary()
    rules: dict[str, _Rule] = {}
    for finding in review.findings:
        rules.setdefault(finding.rule, _Rule(finding)).add(finding, limit)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        _write(out, summary, assembly, list(rules.values()), limit, panels)
    return target


def _write(
    out: TextIO,
    summary: dict[str, Any],
    assembly: AssemblyRate | None,
    rules: Sequence[_Rule],
    limit: int,
    panels: Iterable[str],
) -> None:
    title = _project(summary) or "模型审查报告"
    out.write(
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{escape(title)} · 审查报告</title><style>{CSS}</style></head>'
        f"<body><main><header>{MARK}<div><h1>{escape(title)}</h1><p>模型审查报告 · 禾筑</p></div></header>"
    )
    out.writelines(_counts(rules, assembly))
    out.writelines(panels)
    if not rules:
        out.write('<div class="notice">没有可执行的规则，本报告不含任何结论。</div>')
    for rule in sorted((rule for rule in rules if rule.weight < 2), key=lambda rule: rule.weight):
        out.writelines(_rule(rule, limit))
    if assembly is not None:
        out.writelines(_assembly(assembly))
    out.writelines(_settled([rule for rule in rules if rule.weight == 2]))
    out.writelines(_facts(summary))
    out.write("</main></body></html>\n")


def _project(summary: dict[str, Any]) -> str:
    model = summary.get("model")
    return str((model or {}).get("project") or (model or {}).get("name") or "") if isinstance(model, dict) else ""


def _seal(verdict: Verdict) -> str:
    return f'<span class="seal {verdict.value}">{_SHAPES[verdict]}{verdict.label}</span>'


def _counts(rules: Iterable[_Rule], assembly: AssemblyRate | None) -> Iterator[str]:
    totals = dict.fromkeys(Verdict, 0)
    for rule in rules:
        for verdict, number in rule.counts.items():
            totals[verdict] += number
    yield '<section class="panel"><div class="figures">'
    for verdict in Verdict:
        yield f'<div class="figure"><span>{_seal(verdict)}</span><b>{totals[verdict]:,} <small>项</small></b></div>'
    if assembly is not None:
        bound = "至少 " if assembly.is_lower_bound else ""
        word = {True: "计为装配式建筑", False: "不计为装配式建筑", None: "是否计为装配式建筑待定"}[assembly.qualified]
        value = f"<small>{bound}</small>{assembly.rate:.1f}<small> %</small>" if assembly.has_data else "待定"
        yield f'<div class="figure"><span>装配率</span><b>{value}</b>'
        yield f" <i>{word}{' · ' + assembly.grade + ' 级' if assembly.grade else ''}</i></div>"
    yield "</div></section>"


_KINDS = {"dwelling": "住宅", "public": "公共建筑", "unknown": "未说明"}


def _facts(summary: dict[str, Any]) -> Iterator[str]:
    """What was reviewed, by which clauses, of which date."""
    model, pack, context = (summary.get(key) or {} for key in ("model", "pack", "context"))
    size = model.get("size_bytes")
    facts = {
        "文件": model.get("file"),
        "模型标准": model.get("schema"),
        "建模软件": model.get("originating_system"),
        "规模": f"{(size or 0) / 1e6:.1f} MB，{model.get('entity_count', 0):,} 条记录，{model.get('elements', 0):,} 个构件，"
        f"{model.get('spaces', 0):,} 个房间"
        if model
        else None,
        "读取提示": "；".join(model.get("warnings") or ()),
        "条文包": " ".join(str(pack[key]) for key in ("title", "name", "version") if pack.get(key)),
        "按哪一天的条文": context.get("on"),
        "建筑类别": _KINDS.get(str(context.get("building_kind"))),
        "数据要求": "、".join(summary.get("ids") or ()),
    }
    yield '<section class="panel"><div class="head"><h2>模型与依据</h2></div><dl>'
    for label, value in facts.items():
        if value:
            yield f"<dt>{label}</dt><dd>{escape(str(value))}</dd>"
    yield "</dl></section>"


def _settled(rules: Sequence[_Rule]) -> Iterator[str]:
    """One line for each rule that needs nobody."""
    if not rules:
        return
    yield f'<section class="panel"><div class="head"><h2>没有问题的规则</h2><span class="id">{len(rules)} 条</span></div>'
    yield '<div class="scroll"><table><thead><tr><th>规则</th><th>依据</th><th class="right">符合</th>'
    yield '<th class="right">不适用</th></tr></thead><tbody>'
    for rule in rules:
        source = rule.first.source
        clause = escape(" ".join(filter(None, (source.standard, source.clause))))
        numbers = "".join(
            f'<td class="right">{f"{rule.counts[verdict]:,}" if rule.counts[verdict] else "·"}</td>'
            for verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)
        )
        yield f"<tr><td>{escape(rule.first.title)}</td><td>{clause}{'' if source.confirmed else _UNPROVED}</td>{numbers}</tr>"
    yield "</tbody></table></div></section>"


def _assembly(rate: AssemblyRate) -> Iterator[str]:
    yield '<section class="panel"><div class="head"><h2>装配率</h2>'
    yield f'<span class="id">{escape(rate.standard)}</span>{"" if rate.confirmed else _UNPROVED}'
    groups = "，".join(f"{group.id} {group.score:g}/{group.max:g}" for group in rate.groups)
    yield f'<span class="more">{groups}，Q4 {rate.q4:g}</span></div>'
    for remark in rate.remarks:
        yield f'<p class="clause">{escape(remark)}</p>'
    yield '<div class="scroll"><table><thead><tr><th>评价项</th><th class="right">分子</th><th class="right">分母</th>'
    yield '<th class="right">比例</th><th class="right">得分</th><th>来源</th><th>说明</th></tr></thead><tbody>'
    for item in rate.items:
        yield _item_row(item)
    yield "</tbody></table></div>"
    yield '<div class="scroll"><table><thead><tr><th>判定条件</th><th>现为</th><th>要求</th><th>结论</th></tr></thead><tbody>'
    for condition in rate.conditions:
        verdict = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.MANUAL}[condition.met]
        yield f"<tr><td>{escape(condition.title)}</td><td>{escape(condition.actual)}</td>"
        yield f"<td>{escape(condition.required)}</td><td>{_seal(verdict)}</td></tr>"
    yield "</tbody></table></div></section>"


def _item_row(item: ItemScore) -> str:
    given = item.input
    top = bottom = share = source = ""
    if given is not None:
        top = "" if given.numerator is None else words.value_text(given.numerator, item.unit)
        bottom = "" if given.denominator is None else words.value_text(given.denominator, item.unit)
        share = "" if given.share is None else f"{given.share:.1%}"
        source = given.provenance.label if given.is_known else ""
        if given.other is not None and given.other.share is not None:
            source += f"（{given.other.provenance.label}为 {given.other.share:.1%}）"
    score = "不计" if not item.counts else "Q4" if item.absent else "待定" if item.score is None else f"{item.score:.1f}"
    cells = [top, bottom, share, f"{score} / {item.score_max:g}"]
    numbers = "".join(f'<td class="right">{escape(cell)}</td>' for cell in cells)
    name = f"{escape(item.title)} <small>{escape(item.clause)}</small>"
    return f"<tr><td>{name}</td>{numbers}<td>{escape(source)}</td><td>{escape(item.reason)}</td></tr>"


_UNPROVED = ' <span class="unproved" title="尚未与正式标准核对">待核</span>'


def _rule(rule: _Rule, limit: int) -> Iterator[str]:
    first = rule.first
    counted = "，".join(f"{verdict.label} {number:,}" for verdict, number in rule.counts.items() if number)
    yield '<section class="panel"><div class="head">'
    yield f"<h2>{escape(first.title)}</h2>"
    yield f'<span class="id">{escape(" ".join(filter(None, (first.source.standard, first.source.clause))))}</span>'
    yield "" if first.source.confirmed else _UNPROVED
    yield f'<span class="id">{words.SEVERITIES[first.severity]}</span><span class="more">{counted}</span></div>'
    if first.source.text:
        yield f'<p class="clause"><q>{escape(first.source.text)}</q></p>'
    shown = [finding for verdict in _SHOWN for finding in rule.rows[verdict]]
    if shown:
        yield '<div class="scroll"><table class="rows"><thead><tr><th>结论</th><th>对象</th><th>楼层</th><th class="right">实测</th>'
        yield '<th class="right">要求</th><th>说明</th></tr></thead><tbody>'
        yield from map(_finding_row, shown)
        yield "</tbody></table></div>"
    left = sum(rule.counts[verdict] for verdict in _SHOWN) - len(shown)
    if left > 0:
        yield f'<p class="rest">每类最多列 {limit} 行，其余 {left:,} 行见同时生成的 review.json。</p>'
    yield "</section>"


def _finding_row(finding: Finding) -> str:
    subject = finding.subject
    identity = " ".join(filter(None, (subject.ifc_class, subject.global_id or "")))
    note = f"缺：{'、'.join(finding.missing)}" if finding.missing else ""
    note = "；".join(filter(None, (note, finding.method)))
    return (
        f"<tr><td>{_seal(finding.verdict)}</td>"
        f"<td>{escape(words.subject_text(finding))}<br><small>{escape(identity)}</small></td>"
        f"<td>{escape(subject.storey)}</td>"
        f'<td class="right">{escape(words.measured_text(finding.measured))}</td>'
        f'<td class="right">{escape(words.required_text(finding.required))}</td>'
        f"<td>{escape(note)}</td></tr>"
    )
