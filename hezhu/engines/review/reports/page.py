"""Parts that every HTML report has: how the page begins and ends, and the seal of a verdict."""

from __future__ import annotations

from html import escape

from hezhu.engines.findings import Verdict
from hezhu.engines.review.reports.style import CSS, MARK

PAGE_END = "</main></body></html>\n"
_SHAPES = {Verdict.FAIL: "✕ ", Verdict.MANUAL: "人 ", Verdict.PASS: "✓ ", Verdict.NOT_APPLICABLE: ""}


def page_start(title: str, kind: str, under: str) -> str:
    """Everything before the first panel; ``kind`` follows the title in the window, ``under`` stands below it on the page."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{escape(title)} · {kind}</title><style>{CSS}</style></head>'
        f"<body><main><header>{MARK}<div><h1>{escape(title)}</h1><p>{escape(under)}</p></div></header>"
    )


def seal(verdict: Verdict) -> str:
    """The verdict as its coloured word."""
    return f'<span class="seal {verdict.value}">{_SHAPES[verdict]}{verdict.label}</span>'
