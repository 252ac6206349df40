"""``hezhu intake``: a file, or a folder of files, through the intake door from the shell."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from hezhu.config.commands import with_database

COUNTED = ("total", "inserted", "updated", "unchanged", "quarantined")


@with_database
def main(arguments: list[str]) -> int:
    """0 when every row was accepted, 1 when rows were quarantined, 2 when nothing could be taken in."""
    parser = argparse.ArgumentParser(
        prog="hezhu intake", description="把一个文件（或一个文件夹里的全部文件）送进登记库，不合格的行隔离"
    )
    parser.add_argument("register", nargs="?", help="登记库，如 enterprises；写错时列出全部")
    parser.add_argument("file", type=Path, nargs="?", help=".xlsx .csv .json .parquet，或装着它们的文件夹")
    parser.add_argument("--folder", type=Path, help="一个文件夹，其中的文件（或子文件夹）以登记库命名：按依赖的顺序全部送入")
    parser.add_argument("--source", default="命令行", help="来源，记在每一行上")
    parser.add_argument("--account", help="以哪个账号的身份；不写时用最早的市级账号")
    parser.add_argument("--json", action="store_true", help="结果写成一行 JSON")
    chosen = parser.parse_args(arguments)
    if chosen.folder is None and chosen.file is None:
        parser.error("写登记库和文件，或用 --folder")
    from hezhu.core.errors import HezhuError

    started = time.perf_counter()
    try:
        jobs = _in_order(chosen.folder) if chosen.folder else [(chosen.register, chosen.file)]
        batches = [batch for slug, path in jobs for batch in _take_in(slug, path, chosen.source, chosen.account)]
    except (HezhuError, _CannotStart) as error:
        return _refused(chosen, str(error))
    told = {name: sum(batch[name] for batch in batches) for name in COUNTED}
    told |= {"accepted": told["inserted"] + told["updated"], "seconds": round(time.perf_counter() - started, 2)}
    if chosen.json:
        print(
            json.dumps(
                {"register": chosen.register or str(chosen.folder), "source": chosen.source, **told, "batches": batches},
                ensure_ascii=False,
            )
        )
    else:
        print(f"共 {told['total']:,} 行：新增 {told['inserted']:,}，更新 {told['updated']:,}，无变化 {told['unchanged']:,}，"
              f"隔离 {told['quarantined']:,}；{told['seconds']} 秒，批次 {'、'.join(batch['number'] for batch in batches)}")  # fmt: skip
    return 1 if told["quarantined"] else 0


class _CannotStart(ValueError):
    """The register, the account or the file is not there."""


def _refused(chosen: argparse.Namespace, reason: str) -> int:
    if chosen.json:
        print(json.dumps({"register": chosen.register, "error": reason}, ensure_ascii=False))
    else:
        print(reason, file=sys.stderr)
    return 2


def _take_in(slug: str, path: Path, source: str, account: str | None) -> list[dict[str, Any]]:
    from hezhu.core.intake import actions
    from hezhu.core.register.declare import registers

    register = registers.get(slug)
    if register is None:
        known = "、".join(sorted(each.slug for each in registers))
        raise _CannotStart(f"没有登记库“{slug}”。有：{known}")
    by = account_named(account)
    batches = []
    for file in _files(path):
        done = actions.take_file(register, file, by=by, source=source)
        row = {name: getattr(done, name) for name in COUNTED[:-1]}
        batches.append(
            {"register": slug, "number": done.number, "file": file.name, **row, "quarantined": done.quarantine.count()}
        )
    return batches


def _in_order(folder: Path) -> list[tuple[str, Path]]:
    """(register, file or folder) for everything in ``folder`` that is named by a register, each after those its rows lead to."""
    from hezhu.core.register.declare import registers

    if not folder.is_dir():
        raise _CannotStart(f"没有文件夹 {folder}")
    named = {path.name.split(".")[0]: path for path in sorted(folder.iterdir()) if not path.name.startswith(".")}
    found = {slug: path for slug, path in named.items() if registers.get(slug)}
    if not found:
        raise _CannotStart(f"{folder} 里没有以登记库命名的文件")
    if others := sorted(named.keys() - found.keys()):
        print(f"不是登记库，没有送入：{'、'.join(others)}", file=sys.stderr)
    ordered: list[str] = []

    def add(slug: str, above: tuple[str, ...] = ()) -> None:
        register = registers.get(slug)
        if register is None or slug in ordered or slug in above:
            return
        for field in register.model._meta.concrete_fields:
            target = registers.of(field.related_model) if field.is_relation else None
            if target is not None:
                add(target.slug, (*above, slug))
        ordered.append(slug)

    for slug in found:
        add(slug)
    return [(slug, found[slug]) for slug in ordered if slug in found]


def account_named(name: str | None) -> Any:
    from hezhu.core.access.models import User
    from hezhu.core.access.permissions import Role

    accounts = User.objects.filter(is_active=True)
    if name is not None:
        found = accounts.filter(username=name).first()
        if found is None:
            raise _CannotStart(f"没有启用的账号“{name}”")
        return found
    found = accounts.filter(role=Role.CITY_OFFICE).order_by("is_demo", "id").first()
    if found is None:
        raise _CannotStart("没有市级账号。用 hezhu account 新增，或用 --account 指定")
    return found


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        if files:
            return files
        raise _CannotStart(f"{path} 里没有文件")
    if not path.is_file():
        raise _CannotStart(f"没有文件 {path}")
    return [path]
