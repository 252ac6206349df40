"""``hezhu ids MODEL.ifc SPEC.ids``: one data-requirement file checked on one model, without any server.

Exit status 0: every specification holds or does not apply; 1: something failed; 2: the IDS or the model cannot be used, or the
reports cannot be written, and no conclusion was drawn.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.review.ids.check import NOTHING_FOUND, Why, check_document, failed_objects, load
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.columns import read_columns
from hezhu.engines.review.ids.document import IdsInvalid
from hezhu.engines.review.ids.outcome import Outcome
from hezhu.engines.review.ids.reports import LISTED, write_ids_bcf, write_ids_html, write_ids_json, write_ids_sheet

PASSED, FAILED, NOT_USED = 0, 1, 2
# Failing elements printed for one requirement; the reports list more
_SHOWN = 10
_SHEET = "ids.xlsx"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    limit = None if arguments.all else LISTED
    try:
        document = load(arguments.ids)
        checked = check_document(read_columns(arguments.model), document, arguments.model.name)
        files = _write(checked, arguments.out, limit) if arguments.out else []
    except (IdsInvalid, ModelUnreadable) as error:
        return _refuse(str(error), _told(error), arguments.json)
    except OSError as error:
        text = f"报告写不进 {arguments.out}：{error.strerror or error}；换一个目录再试"
        return _refuse(text, {"code": "unwritable"}, arguments.json)
    status = _status(checked)
    if arguments.json:
        write_ids_json(checked, sys.stdout, status, limit)
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(checked, files))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu ids",
        description="按数据要求文件（buildingSMART IDS 1.0）检查一个模型，不需要服务器",
        epilog="退出码：0 全部符合或不适用；1 有不符合；2 数据要求或模型不能用，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc", help="模型文件（IFC2X3、IFC4、IFC4X3、ifcZIP）")
    parser.add_argument("ids", type=Path, metavar="SPEC.ids", help="数据要求文件")
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"把 ids.json、ids.html、ids.bcf、{_SHEET} 写到这个目录")
    parser.add_argument("--json", action="store_true", help="输出 JSON：逐条规格的结论和不符合的构件")
    parser.add_argument("--all", action="store_true", help=f"JSON 列出全部不符合的构件，默认每项要求最多 {LISTED:,} 个")
    return parser


def _status(checked: Checked) -> int:
    return PASSED if checked.holds else FAILED


def _write(checked: Checked, folder: Path, limit: int | None) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "ids.json").open("w", encoding="utf-8", newline="\n") as out:
        write_ids_json(checked, out, _status(checked), limit)
    return [
        folder / "ids.json",
        write_ids_html(checked, folder / "ids.html", _SHEET),
        write_ids_bcf(checked, folder / "ids.bcf", _SHEET),
        write_ids_sheet(checked, folder / _SHEET),
    ]


def _told(error: Exception) -> dict[str, Any]:
    if isinstance(error, IdsInvalid):
        return {"code": "ids-invalid", "place": error.place, "reason": error.reason}
    return {"code": getattr(error, "code", "model-unreadable")}


def _refuse(message: str, told: dict[str, Any], as_json: bool) -> int:
    print(f"没有出具任何结论：{message}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": {"message": message, **told}, "exit": NOT_USED}, ensure_ascii=False))
    return NOT_USED


def _lines(checked: Checked, files: Sequence[Path]) -> Iterator[str]:
    yield checked.title
    for outcome in checked.outcomes:
        yield from _specification(checked, outcome)
    yield from (f"已写 {path}" for path in files)


def _specification(checked: Checked, outcome: Outcome) -> Iterator[str]:
    total = len(outcome.failed)
    counted = f"{total:,} / {outcome.applicable:,}" if total else f"{outcome.applicable:,}"
    yield f"{outcome.verdict.label}  {outcome.specification.name}  {counted}"
    if outcome.verdict is not Verdict.FAIL:
        return
    if outcome.is_missing:
        yield f"    模型：{NOTHING_FOUND}"
    positions = outcome.first(_SHOWN)
    yield from (f"    {_sentence(subject, why)}" for subject, why in failed_objects(checked, outcome, positions))
    if total > len(positions):
        yield f"    另有 {total - len(positions):,} 个；--out DIR 写出的 {_SHEET} 给出全部"


def _sentence(subject: Subject, why: Why) -> str:
    who = " ".join(part for part in (subject.ifc_class, subject.name, subject.global_id, subject.storey) if part)
    has = f"，现为 {why.measured.value}" if why.measured else ""
    return f"{who}：{'；'.join(why.failed) or '不得出现'}{has}"


if __name__ == "__main__":
    sys.exit(main())
