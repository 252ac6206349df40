"""Writes a page for every clause of the national pack: ``make rule-pages``.

The words come from the pack; the picture and the table of examples from the drawn cases of the clause, judged here and now.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hezhu.engines import review
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.needs import load_needs
from hezhu.engines.review.pack import Clause, Pack
from hezhu.engines.review.reports.words import SEVERITIES, measured_text, required_text
from tests.engines.clauses.battery import REQUIRED, Case, cases, decisive, drawn
from tests.engines.clauses.picture import picture

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "rules"
_NAMES = {"pass": "符合", "fail": "不符合", "limit": "恰在限值", "beyond": "略超限值", "undecidable": "模型信息不足"}
# The case whose picture stands on the page: what is refused is clearer than what is accepted.
_PICTURED = ("fail", "beyond", "pass", "limit", "undecidable")


def main() -> int:
    """Writes all pages and pictures into docs/rules, and removes those of clauses that are gone."""
    pack = review.load_pack()
    FOLDER.mkdir(exist_ok=True)
    written = {"README.md"}
    (FOLDER / "README.md").write_text(index(pack), encoding="utf-8")
    for clause in pack.clauses:
        examples = judged_cases(clause.id)
        drawing = next((svg for name in _PICTURED for one, _, svg in examples if one.name == name and svg), "")
        if drawing:
            (FOLDER / f"{clause.id}.svg").write_text(drawing, encoding="utf-8")
            written.add(f"{clause.id}.svg")
        text = page(clause, [(one, finding) for one, finding, _ in examples], bool(drawing))
        (FOLDER / f"{clause.id}.md").write_text(text, encoding="utf-8")
        written.add(f"{clause.id}.md")
    for path in FOLDER.iterdir():
        if path.name not in written:
            path.unlink()
    print(f"{len(pack.clauses)} pages in {FOLDER.relative_to(ROOT)}")
    return 0


def judged_cases(clause: str) -> list[tuple[Case, Finding, str]]:
    """The drawn cases of a clause in the order of ``REQUIRED``, what is said of each, and its picture."""
    found = []
    for one in sorted((one for one in cases() if one.clause == clause), key=_order):
        with tempfile.TemporaryDirectory() as folder:
            site, findings = drawn(one, Path(folder))
            finding = decisive(findings)
            found.append((one, finding, picture(site.model, finding)))
    return found


def _order(one: Case) -> int:
    return REQUIRED.index(one.name) if one.name in REQUIRED else len(REQUIRED)


def index(pack: Pack) -> str:
    """The list of all pages, by standard."""
    lines = [
        f"# 条文规则：{pack.title}",
        "",
        f"版本 {pack.version}，适用 {pack.jurisdiction}，共 {len(pack.clauses)} 条。由 `make rule-pages` 按规则包生成；改规则包，不改本页。",
        "“待核”表示限值只见于公开转述，尚未与正式出版物逐字核对，不能当作法定限值引用。",
    ]
    standard = ""
    for clause in sorted(pack.clauses, key=lambda each: each.standard):
        if clause.standard != standard:
            standard = clause.standard
            lines += ["", f"## {standard}", "", "| 条款 | 规则 | 限值 | 状态 |", "|---|---|---|---|"]
        limits = "；".join(required_text(limit.requirement) for limit in clause.limits.values())
        lines.append(f"| {clause.clause} | [{clause.title}]({clause.id}.md) | {limits} | {_status(clause)} |")
    return "\n".join(lines) + "\n"


def page(clause: Clause, examples: list[tuple[Case, Finding]], pictured: bool) -> str:
    """The page of one clause."""
    return "\n".join([*head(clause), *_needs(clause), *_examples(clause, examples, pictured)]) + "\n"


def _status(clause: Clause) -> str:
    return "已核对" if clause.confirmed else "待核"


def head(clause: Clause) -> Iterator[str]:
    """What the pack itself says: text, standing, validity, limits."""
    end = "" if clause.effective_to == date.max else f" 至 {clause.effective_to}"
    yield from (f"# {clause.title}", "", f"> {clause.text}", "", "| | |", "|---|---|")
    yield f"| 标准条款 | {clause.standard} {clause.clause} |"
    yield f"| 状态 | {_status(clause)}（{clause.source or '来源未写'}） |"
    yield f"| 性质 | {SEVERITIES[clause.severity]} |"
    yield f"| 有效期 | {clause.effective_from} 起{end} |"
    yield f"| 规则编号 | `{clause.id}` |"
    yield f"| 判定方法 | [`{clause.method}`](../rulepacks/clauses.md#methods) |"
    if clause.where:
        words = "；".join(f"{key}：{'、'.join(values)}" for key, values in clause.where.items())
        yield f"| 适用 | {words} |"
    if clause.yields_to:
        others = "、".join(f"[{other}]({other}.md)" for other in clause.yields_to)
        yield f"| 让位于 | {others} |"
    if clause.note:
        yield f"| 说明 | {clause.note} |"
    if clause.limits:
        yield from ("", "## 限值", "", "| 名称 | 要求 |", "|---|---|")
        for name, limit in clause.limits.items():
            yield f"| `{name}` | {required_text(limit.requirement)} |"


def _needs(clause: Clause) -> Iterator[str]:
    """What a model must carry, as the data requirements (``hezhu pack ids``) ask for it."""
    needs = load_needs()
    asked = [needs.specifications[key] for key in needs.methods.get(clause.method, ())]
    yield from ("", "## 模型要写明什么", "")
    if not asked:
        yield "只看几何，不需要专门填写；构件须有实体形状并放在楼层上。"
    yield from (f"- {one.name}：{one.text}" for one in asked)


def _examples(clause: Clause, examples: list[tuple[Case, Finding]], pictured: bool) -> Iterator[str]:
    if not examples:
        return
    yield from ("", "## 怎样判定", "")
    how = next((finding.method for _, finding in examples if finding.method), "")
    if how:
        yield from (f"量取方法：{how}。", "")
    if pictured:
        yield from (f"![{clause.title}：量取的位置]({clause.id}.svg)", "")
    yield from (
        "下表每一行都是一个按尺寸画出的小模型，由测试逐一判定：",
        "",
        "| 模型 | 结论 | 实测 | 要求 | 缺什么 |",
        "|---|---|---|---|---|",
    )
    for one, finding in examples:
        cells = (
            _NAMES.get(one.name, one.name),
            Verdict(finding.verdict).label,
            measured_text(finding.measured),
            required_text(finding.required),
            "、".join(finding.missing),
        )
        yield "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
