"""A folder of files, each named by its register: all of them through the door, in the order in which their rows lead to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hezhu.core.access.models import User
from hezhu.core.intake.actions import take_file
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import Register, registers


@dataclass(frozen=True)
class Folder:
    """What lies in a folder: (register, its files) in the order to take them in, and the names that are no register's."""

    parts: list[tuple[Register, list[Path]]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def looked_into(folder: Path) -> Folder:
    """Files ``SLUG.ext`` and folders ``SLUG/`` of files, each register after those its rows lead to. Raises NotADirectoryError."""
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    named = {path.name.split(".")[0]: path for path in sorted(folder.iterdir()) if not path.name.startswith(".")}
    found = [register for slug in named if (register := registers.get(slug))]
    ordered = [register for register in in_order(found) if register.slug in named]
    return Folder(
        [(register, files_of(named[register.slug])) for register in ordered],
        sorted(named.keys() - {register.slug for register in found}),
    )


def in_order(found: list[Register]) -> list[Register]:
    """``found`` and what their rows lead to, each register after those."""
    ordered: list[Register] = []

    def add(register: Register, above: tuple[Register, ...] = ()) -> None:
        if register in ordered or register in above:
            return
        for column in register.model._meta.concrete_fields:
            target: Any = registers.of(column.related_model) if column.is_relation else None  # type: ignore[arg-type]
            if target is not None:
                add(target, (*above, register))
        ordered.append(register)

    for register in found:
        add(register)
    return ordered


def files_of(path: Path) -> list[Path]:
    """The file itself, or the files of a folder by their names."""
    if not path.is_dir():
        return [path]
    return sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))


def take_folder(parts: list[tuple[Register, list[Path]]], *, by: User, source: str) -> Iterator[Batch]:
    """Every file as a batch of its own, one after the other. Raises what ``take_file`` raises; the batches before it stay."""
    for register, files in parts:
        for file in files:
            yield take_file(register, file, by=by, source=source)
