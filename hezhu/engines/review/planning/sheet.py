"""The indicator sheet (经济技术指标表) as a workbook and as a section of the HTML report."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from openpyxl import Workbook

from hezhu.engines.findings import Finding
from hezhu.engines.review.planning.figures import Figure
from hezhu.engines.review.planning.run import PlanningReview
from hezhu.engines.review.reports.words import required_text, value_text

# figure → rule that judges it
_RULES = {"density": "density", "far": "far", "green_ratio": "green", "parking": "parking", "bicycles": "bicycles"}


def value_of(figure: Figure) -> str:
    """The value in words; what is missing where there is none."""
    if figure.value is None:
        return f"缺 {'、'.join(figure.missing)}" if figure.missing else "—"
    return value_text(round(figure.value, 4), figure.unit)


def judged(review: PlanningReview) -> dict[str, Finding]:
    """The finding that judges a figure, by the figure's key."""
    by_rule = {finding.rule: finding for finding in review.findings}
    return {key: by_rule[rule] for key, rule in _RULES.items() if rule in by_rule}


def write_sheet(review: PlanningReview, path: Path | str) -> Path:
    """Writes the workbook: the figures with what is asked, then every element behind each; returns the path."""
    target = Path(path)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "经济技术指标"
    sheet.append(["指标", "数值", "单位", "要求", "结论", "依据", "计算方法", "缺少"])
    verdicts = judged(review)
    units = {"m2": "m²", "ratio": "", "count": "个"}
    for figure in review.figures.rows.values():
        finding = verdicts.get(figure.key)
        sheet.append(
            [
                figure.title,
                None if figure.value is None else round(figure.value, 4),
                units.get(figure.unit, figure.unit),
                required_text(finding.required) if finding else "",
                finding.verdict.label if finding else "",
                f"{finding.source.standard} {finding.source.clause}{finding.source.mark}" if finding else "",
                figure.how,
                "、".join(figure.missing),
            ]
        )
    parts = book.create_sheet("构件明细")
    parts.append(["指标", "构件", "GlobalId", "数值", "单位"])
    for figure in review.figures.rows.values():
        for part in figure.parts:
            parts.append([figure.title, part.name, part.global_id, round(part.value, 4), units.get(figure.unit, figure.unit)])
    for page, widths in ((sheet, (16, 14, 8, 16, 10, 44, 40, 40)), (parts, (16, 36, 26, 14, 8))):
        page.freeze_panes = "A2"
        for letter, width in zip("ABCDEFGH", widths, strict=False):
            page.column_dimensions[letter].width = width
    book.save(target)
    return target


def panel(review: PlanningReview) -> Iterator[str]:
    """The sheet as a section of the report."""
    verdicts = judged(review)
    yield '<section class="panel"><div class="head"><h2>经济技术指标</h2></div><div class="scroll"><table><thead><tr>'
    yield '<th>指标</th><th class="right">数值</th><th class="right">要求</th><th>结论</th><th>计算方法</th><th>构件</th></tr></thead><tbody>'
    for figure in review.figures.rows.values():
        finding = verdicts.get(figure.key)
        asked = required_text(finding.required) if finding else ""
        mark = finding.source.mark if finding and asked else ""
        seal = f'<span class="seal {finding.verdict.value}">{finding.verdict.label}</span>' if finding else ""
        yield f'<tr><td>{escape(figure.title)}</td><td class="right">{escape(value_of(figure))}</td>'
        yield f'<td class="right">{escape(asked)}{mark}</td><td>{seal}</td><td>{escape(figure.how)}</td><td>{len(figure.parts) or ""}</td></tr>'
    yield "</tbody></table></div></section>"
    if review.plan.warnings:
        yield '<section class="panel"><div class="head"><h2>没有读懂的要素</h2></div>'
        yield from (f'<p class="clause">{escape(text)}</p>' for text in review.plan.warnings)
        yield "</section>"
