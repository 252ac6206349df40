"""``hezhu assembly MODEL.ifc``: the assembly rate of one model, and what became of it since another, without any server.

Exit status 0: the rate was computed, whatever it is; 2: model, sheet or profile cannot be used, and nothing was concluded.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from hezhu.engines import ifc
from hezhu.engines.prefab.compare import Comparison, compare
from hezhu.engines.prefab.evaluation import Evaluation, Stage
from hezhu.engines.prefab.inputs import ItemInput, merge
from hezhu.engines.prefab.listing import write_evaluation
from hezhu.engines.prefab.model import quantities_from_model
from hezhu.engines.prefab.profile import Profile, ProfileInvalid, load_profile
from hezhu.engines.prefab.rate import ItemScore, rate
from hezhu.engines.prefab.sheet import SheetInvalid, quantities_from_sheet
from hezhu.engines.prefab.words import UNITS, columns

COMPUTED, NOT_READ = 0, 2
_SHOWN = 12


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        profile = load_profile(arguments.profile)
        entered = quantities_from_sheet(arguments.sheet, profile) if arguments.sheet else {}
        evaluation = evaluate(arguments.model, profile, entered, Stage(arguments.stage), arguments.kind)
        comparison = _compared(arguments, profile, evaluation) if arguments.compare else None
        files = write_evaluation(evaluation, arguments.out, comparison) if arguments.out else {}
    except (ifc.ModelUnreadable, ProfileInvalid, SheetInvalid) as error:
        return _refuse(arguments, str(error), getattr(error, "code", "invalid"))
    except OSError as error:
        return _refuse(arguments, f"结果写不进 {arguments.out}：{error.strerror or error}；换一个目录再试", "unwritable")
    if arguments.json:
        data = evaluation.as_dict() | ({"comparison": comparison.as_dict()} if comparison else {}) | {"files": files}
        print(json.dumps(data, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join([*_report(evaluation), *_changes(comparison), *(f"已写 {path}" for path in files.values())]))
    return COMPUTED


def evaluate(path: Path, profile: Profile, entered: dict[str, ItemInput], stage: Stage, kind: str) -> Evaluation:
    """Reads and scores one model. ``kind`` unknown asks the model what it is. Raises ``ifc.ModelUnreadable``."""
    model = ifc.read(path)
    kind = kind_of(model) if kind == "unknown" else kind
    inputs = merge(quantities_from_model(model, profile, kind), entered)
    return Evaluation(path.name, stage, rate(inputs, profile, kind), inputs)


def kind_of(model: ifc.Model) -> str:
    """dwelling, public or unknown, as the building calls itself, by the words of the default clause pack."""
    from hezhu.engines.review import DEFAULT_PACK, ReviewContext, load_pack
    from hezhu.engines.review.site import Site

    return Site(model, load_pack(DEFAULT_PACK), ReviewContext()).building_kind


def _compared(arguments: argparse.Namespace, profile: Profile, evaluation: Evaluation) -> Comparison:
    """The other model comes first in time: the design of a completed building, or the version before."""
    stage = Stage.DESIGN if evaluation.stage is Stage.COMPLETION else evaluation.stage
    other = evaluate(arguments.compare, profile, {}, stage, evaluation.rate.kind)
    return compare(other, evaluation)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu assembly",
        description="装配率：从模型几何算每个评价项的分子、分母与构件清单，不需要服务器",
        epilog="退出码：0 已算出；2 读不了，没有出具任何结论",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc", help="模型文件")
    parser.add_argument(
        "--stage", choices=[stage.value for stage in Stage], default="design", help="design 预评价（默认）或 completion 竣工评价"
    )
    parser.add_argument("--compare", type=Path, metavar="OTHER.ifc", help="与此前的模型比较：设计模型，或上一版")
    parser.add_argument("--profile", default="gbt51129-2017", metavar="NAME", help="评分表，默认 gbt51129-2017")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="填报表（csv、xlsx），补充模型没有的数量")
    parser.add_argument("--kind", choices=("dwelling", "public"), default="unknown", help="建筑类别，默认看模型")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把 assembly.json、assembly.csv、assembly.xlsx 写到这个目录")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON")
    return parser


def _refuse(arguments: argparse.Namespace, message: str, code: str) -> int:
    print(f"没有出具任何结论：{message}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"error": {"code": code, "message": message}, "exit": NOT_READ}, ensure_ascii=False))
    return NOT_READ


def _report(evaluation: Evaluation) -> Iterator[str]:
    result = evaluation.rate
    yield f"{evaluation.model}：{evaluation.stage.label}，{result.standard}{'' if result.confirmed else '（待核）'}"
    yield ""
    yield columns(("分子", 14), ("分母", 14), ("比例", 9), ("得分", 7), "  评价项")
    for group in result.groups:
        yield f"{group.id} {group.title}  {group.score:g} / {group.max:g}"
        for item in result.items:
            if item.group == group.id and item.counts:
                yield from _item_lines(item)
    yield ""
    if not result.has_data:
        yield "装配率 待定：模型没有说明哪些构件是预制的，也没有填报表（--sheet）"
    else:
        bound = f"至少 {result.rate:.1f}%（缺的数据补齐后最多 {result.best_rate:.1f}%）"
        verdict = {True: "计为装配式建筑", False: "不计为装配式建筑", None: "是否计为装配式建筑：待定"}[result.qualified]
        grade = f"，{result.grade} 级" if result.grade else ""
        figures = bound if result.is_lower_bound else f"{result.rate:.1f}%"
        yield f"装配率 {figures}（Q4 {result.q4:g}），{verdict}{grade}"
    for condition in result.conditions:
        word = {True: "符合", False: "不符合", None: "待定"}[condition.met]
        yield f"  {word}  {condition.title} {condition.actual}，要求 {condition.required}"
    for remark in result.remarks:
        yield f"  {remark}"


def _item_lines(item: ItemScore) -> Iterator[str]:
    given = item.input
    numbers = [given.numerator, given.denominator] if given else [None, None]
    cells = [(f"{value:,.2f} {UNITS.get(item.unit, item.unit)}" if value is not None else "—", 14) for value in numbers]
    share = given.share if given else None
    score = "Q4" if item.absent else "待定" if item.score is None else f"{item.score:g}"
    mark = "" if item.confirmed else "（待核）"
    yield columns(*cells, (f"{share:.1%}" if share is not None else "—", 9), (score, 7), f"  {item.title}{mark}")
    told = [] if given is None or not given.silent else [f"{len(given.silent)} 个构件需人工"]
    if item.score is None or item.absent:
        told.append(item.reason)
    if given is not None:
        told += [f"应补 {'、'.join(given.lacking)}"] if given.silent and given.lacking else []
        told += given.notes
    yield from (f"{'':46}{line}" for line in told)


def _changes(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    yield ""
    yield f"与 {comparison.before}（{Stage(comparison.stage_before).label}）比较："
    if comparison.points is not None:
        yield f"装配率 {comparison.rate_before:.1f}% → {comparison.rate_after:.1f}%，{comparison.points:+.1f} 个百分点"
    differing = [item for item in comparison.items if item.differs]
    if not differing:
        yield "各评价项没有变化"
    for item in differing:
        shares = " → ".join("—" if share is None else f"{share:.1%}" for share in (item.share_before, item.share_after))
        scores = " → ".join("待定" if score is None else f"{score:g}" for score in (item.score_before, item.score_after))
        yield f"{item.title}：{shares}，得分 {scores}，{len(item.changes)} 个构件变化"
        for change in item.changes[:_SHOWN]:
            yield f"  {change.kind.label}  {change.storey} {change.name}  {change.global_id}"
        if len(item.changes) > _SHOWN:
            yield f"  另有 {len(item.changes) - _SHOWN} 个，见 --out 或 --json"


if __name__ == "__main__":
    sys.exit(main())
