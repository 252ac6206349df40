"""``hezhu ids MODEL.ifc SPEC.ids``: one data-requirement file checked on one model, without any server.

Exit status 0: every specification holds or does not apply; 1: something failed; 2: the IDS or the model cannot be used, and no
conclusion was drawn.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hezhu.engines import ifc
from hezhu.engines.findings import Finding, Verdict, count_verdicts
from hezhu.engines.review.ids.check import check, load
from hezhu.engines.review.ids.document import Document, IdsInvalid

PASSED, FAILED, NOT_USED = 0, 1, 2
# Lines of failing elements shown for one specification; --json gives all
_SHOWN = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        document = load(arguments.ids)
        findings = check(ifc.read(arguments.model), arguments.ids)
    except (IdsInvalid, ifc.ModelUnreadable) as error:
        return _refuse(error, arguments.json)
    status = FAILED if any(finding.verdict is Verdict.FAIL for finding in findings) else PASSED
    if arguments.json:
        print(json.dumps(_summary(document, arguments.model, findings, status), ensure_ascii=False))
    else:
        print("\n".join(_lines(document, findings)))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu ids",
        description="按数据要求文件（buildingSMART IDS 1.0）检查一个模型，不需要服务器",
        epilog="退出码：0 全部符合或不适用；1 有不符合；2 数据要求或模型不能用，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc", help="模型文件（IFC2X3、IFC4、IFC4X3、ifcZIP）")
    parser.add_argument("ids", type=Path, metavar="SPEC.ids", help="数据要求文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON：逐条规格的结论和每个不符合的构件")
    return parser


def _refuse(error: Exception, as_json: bool) -> int:
    print(f"没有出具任何结论：{error}", file=sys.stderr)
    if as_json:
        told: dict[str, Any] = {"message": str(error)}
        if isinstance(error, IdsInvalid):
            told |= {"code": "ids-invalid", "place": error.place, "reason": error.reason}
        else:
            told["code"] = getattr(error, "code", "model-unreadable")
        print(json.dumps({"error": told, "exit": NOT_USED}, ensure_ascii=False))
    return NOT_USED


def _by_specification(document: Document, findings: list[Finding]) -> list[tuple[str, str, list[Finding]]]:
    """Rule, name and findings of every specification in the order of the file."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.rule, []).append(finding)
    rules = {f"ids:{document.path.stem}:{each.identifier}": each.name for each in document.specifications}
    return [(rule, name, grouped.get(rule, [])) for rule, name in rules.items()]


def _summary(document: Document, model: Path, findings: list[Finding], status: int) -> dict[str, Any]:
    return {
        "model": model.name,
        "ids": document.path.name,
        "title": document.info.get("title", ""),
        "exit": status,
        "counts": count_verdicts(findings),
        "specifications": [
            {
                "rule": rule,
                "name": name,
                "verdict": (found[0].verdict if found else Verdict.PASS).value,
                "applicable": found[0].detail["applicable"] if found else 0,
                "requirements": found[0].detail["requirements"] if found else [],
                "failed": [_element(each) for each in found if each.verdict is Verdict.FAIL],
            }
            for rule, name, found in _by_specification(document, findings)
        ],
    }


def _element(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "global_id": subject.global_id,
        "class": subject.ifc_class,
        "name": subject.name,
        "storey": subject.storey,
        "measured": finding.measured.value if finding.measured else None,
        "missing": list(finding.missing),
        "failed_requirements": finding.detail.get("failed_requirements", []),
    }


def _lines(document: Document, findings: list[Finding]) -> list[str]:
    lines = [document.info.get("title", "") or document.path.name]
    for _rule, name, found in _by_specification(document, findings):
        failed = [each for each in found if each.verdict is Verdict.FAIL]
        verdict = found[0].verdict if found else Verdict.PASS
        applicable = found[0].detail["applicable"] if found else 0
        counted = f"{len(failed):,} / {applicable:,}" if failed and applicable else f"{applicable:,}"
        lines.append(f"{verdict.label}  {name}  {counted}")
        lines += [f"    {_told(each)}" for each in failed[:_SHOWN]]
        if len(failed) > _SHOWN:
            lines.append(f"    另有 {len(failed) - _SHOWN:,} 个，--json 给出全部")
    return lines


def _told(finding: Finding) -> str:
    subject = finding.subject
    who = " ".join(part for part in (subject.ifc_class, subject.name, subject.global_id, subject.storey) if part)
    asked = "；".join(finding.detail.get("failed_requirements", [])) or "；".join(finding.missing) or "不得出现"
    has = f"，现为 {finding.measured.value}" if finding.measured else ""
    return f"{who or '模型'}：{asked}{has}"


if __name__ == "__main__":
    sys.exit(main())
