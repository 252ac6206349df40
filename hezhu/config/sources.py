"""``hezhu sources``: list, check and run the declared sources from the shell."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from hezhu.config.commands import with_database


@with_database
def main(arguments: list[str]) -> int:
    """0 when all is well, 1 when rows were quarantined, 2 when a declaration or a run was refused."""
    parser = argparse.ArgumentParser(prog="hezhu sources", description="申报的来源（HEZHU_SOURCES 里的 *.odcs.yaml）")
    parser.add_argument("what", choices=("list", "check", "run"))
    parser.add_argument("name", nargs="?", help="来源名；check 不写时查全部")
    parser.add_argument("--account", help="run：以哪个账号的身份")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.what == "run":
        if not chosen.name:
            parser.error("run 要写来源名")
        return _run(chosen)
    from hezhu.core.intake.errors import SourceInvalid
    from hezhu.core.intake.sources.declare import all_sources, source_named

    try:
        found = [source_named(chosen.name)] if chosen.name else list(all_sources())
    except SourceInvalid as error:
        found = [error]
    rows = [_row(each) for each in found]
    for row in rows:
        if chosen.json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            print("\t".join(str(value) for value in row.values()))
    return 2 if any("error" in row for row in rows) else 0


def _row(source: Any) -> dict[str, Any]:
    if isinstance(source, Exception):
        return {"name": source.data["name"], "error": str(source)}
    taken = sum(bool(name) for name in source.columns.values())
    return {
        "name": source.name,
        "register": source.register.slug,
        "type": source.kind,
        "place": source.place,
        "columns": taken,
        "schedule": source.schedule or "-",
    }


def _run(chosen: argparse.Namespace) -> int:
    from hezhu.config.intake import account_named
    from hezhu.core.errors import HezhuError
    from hezhu.core.intake.sources import actions

    try:
        run = actions.run_here(chosen.name, by=account_named(chosen.account))
    except (HezhuError, ValueError) as error:
        print(json.dumps({"source": chosen.name, "error": str(error)}, ensure_ascii=False) if chosen.json else error,
              file=sys.stdout if chosen.json else sys.stderr)  # fmt: skip
        return 2
    told = {"source": run.source, "state": run.state, "error": run.error_message, "code": run.error_code, "gone": run.gone}
    batches = list(run.batches.filter(state="done"))
    told |= {name: sum(getattr(batch, name) for batch in batches) for name in ("total", "inserted", "updated", "unchanged")}
    told["quarantined"] = sum(batch.quarantine.count() for batch in batches)
    if chosen.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(run.error_message or f"共 {told['total']:,} 行：新增 {told['inserted']:,}，更新 {told['updated']:,}，无变化 {told['unchanged']:,}，"
              f"隔离 {told['quarantined']:,}，来源不再列出 {run.gone:,}")  # fmt: skip
    return 2 if run.state == "failed" else 1 if told["quarantined"] else 0
