"""``hezhu intake``: a file, or a folder of files, through the intake door from the shell."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezhu.config.commands import with_database

if TYPE_CHECKING:
    from hezhu.core.intake.models import Batch
    from hezhu.core.register.declare import Register

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
        batches = [_told(batch) for batch in _take_in(chosen)]
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


def _take_in(chosen: argparse.Namespace) -> Iterator[Batch]:
    """The batches that the command asks for, each taken in as it comes."""
    from hezhu.core.intake.folder import take_folder

    parts = _parts_of(chosen.folder) if chosen.folder else [(_register_named(chosen.register), _files(chosen.file))]
    yield from take_folder(parts, by=account_named(chosen.account), source=chosen.source)


def _told(batch: Batch) -> dict[str, Any]:
    row = {name: getattr(batch, name) for name in COUNTED[:-1]}
    quarantined = batch.quarantine.count()
    return {"register": batch.register, "number": batch.number, "file": batch.origin["name"], **row, "quarantined": quarantined}


def _register_named(slug: str) -> Register:
    from hezhu.core.register.declare import registers

    register = registers.get(slug)
    if register is None:
        known = "、".join(sorted(each.slug for each in registers))
        raise _CannotStart(f"没有登记库“{slug}”。有：{known}")
    return register


def _parts_of(folder: Path) -> list[tuple[Register, list[Path]]]:
    from hezhu.core.intake.folder import looked_into

    try:
        found = looked_into(folder)
    except NotADirectoryError as error:
        raise _CannotStart(f"没有文件夹 {folder}") from error
    if not found.parts:
        raise _CannotStart(f"{folder} 里没有以登记库命名的文件")
    if found.others:
        print(f"不是登记库，没有送入：{'、'.join(found.others)}", file=sys.stderr)
    for register, files in found.parts:
        if not files:
            raise _CannotStart(f"{folder / register.slug} 里没有文件")
    return found.parts


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
    from hezhu.core.intake.folder import files_of

    if not path.exists():
        raise _CannotStart(f"没有文件 {path}")
    files = files_of(path)
    if not files:
        raise _CannotStart(f"{path} 里没有文件")
    return files
