"""Clause packs: rules as data. A clause says which method, with which limits, for which buildings, from which date."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

import hezhu
from hezhu.engines.findings import Severity, Source
from hezhu.engines.review.judgement import Limit
from hezhu.engines.review.recognition import Recognition
from hezhu.engines.yaml_files import read_yaml

DEFAULT_PACK = "cn-base"
BUILDING_KINDS = ("dwelling", "public")
_OPS = (">=", "<=")


class PackInvalid(ValueError):
    """A pack that cannot be used; the Chinese message names the file, the clause, the field and the remedy."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a pack.

    ``where`` restricts it: ``building`` (dwelling, public), ``function`` (of spaces), ``role`` (of doors), ``place`` (of
    railings), ``stage`` (new, existing). ``limits`` are named by the method. ``yields_to`` names stricter clauses on the same matter:
    what one of them covers is not judged again by this one. ``doubt`` is what a person must say where a value lies between
    two limits of the clause.
    """

    id: str
    standard: str
    clause: str
    title: str
    text: str
    method: str
    limits: Mapping[str, Limit] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Severity = Severity.MANDATORY
    confirmed: bool = False
    effective_from: dt.date = dt.date.min
    effective_to: dt.date = dt.date.max
    yields_to: tuple[str, ...] = ()
    doubt: str = ""
    source: str = ""
    note: str = ""

    def in_force(self, on: dt.date) -> bool:
        """Whether the clause governs a project of that date."""
        return self.effective_from <= on <= self.effective_to

    def limit(self, name: str) -> Limit:
        """A limit that the method needs; PackInvalid when the pack does not give it."""
        try:
            return self.limits[name]
        except KeyError:
            raise PackInvalid(f"条文 {self.id}：方法 {self.method} 需要限值“{name}”，请在 limits 中补充。") from None

    @property
    def reference(self) -> Source:
        """Where the clause comes from, for findings."""
        return Source(self.standard, self.clause, self.text, self.confirmed)


@dataclass(frozen=True, slots=True)
class Pack:
    """A set of clauses with its recognition words and measuring tolerances (metres, square metres)."""

    name: str
    title: str
    version: str
    jurisdiction: str
    effective_from: dt.date
    clauses: tuple[Clause, ...]
    recognition: Recognition
    length_tolerance_m: float = 0.001
    area_tolerance_m2: float = 0.005

    def in_force(self, on: dt.date) -> list[Clause]:
        """The clauses that govern a project of that date, in pack order."""
        return [clause for clause in self.clauses if clause.in_force(on)]

    def tolerance(self, limit: Limit) -> float:
        """How far a measured value may be off before it counts against a limit of that unit."""
        return {"m": self.length_tolerance_m, "m2": self.area_tolerance_m2}.get(limit.unit, 0.0)


def rulepacks_folder() -> Path:
    """The folder of rule packs: HEZHU_RULEPACKS, or the one beside the package."""
    configured = os.environ.get("HEZHU_RULEPACKS")
    return Path(configured) if configured else Path(hezhu.__file__).parent.parent / "rulepacks"


def list_packs() -> list[str]:
    """Names of the clause packs at hand."""
    return sorted(path.stem for path in (rulepacks_folder() / "clauses").glob("*.yaml"))


def load_pack(name: str = DEFAULT_PACK) -> Pack:
    """A pack by name. Raises PackInvalid for an unknown or wrong one."""
    path = rulepacks_folder() / "clauses" / f"{name}.yaml"
    if name not in list_packs():
        raise PackInvalid(f"没有名为“{name}”的条文包。现有：{'、'.join(list_packs()) or '无'}。")
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> Pack:
    head = _read(path)
    parts = [path, *(path.parent / name for name in head.get("include", ()))]
    clauses = [_clause(row, part) for part in parts for row in _read(part).get("clauses", ())]
    _refuse_repeats(clauses, path)
    tolerance = head.get("tolerance", {})
    try:
        return Pack(
            name=path.stem,
            title=str(head["title"]),
            version=str(head["version"]),
            jurisdiction=str(head["jurisdiction"]),
            effective_from=_date(head["effective_from"], path, "effective_from"),
            clauses=tuple(clauses),
            recognition=Recognition.from_data(_read(path.parent / head["recognition"])),
            length_tolerance_m=float(tolerance.get("length_m", 0.001)),
            area_tolerance_m2=float(tolerance.get("area_m2", 0.005)),
        )
    except KeyError as error:
        raise PackInvalid(f"条文包 {path.name} 缺少字段 {error}，请补充。") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        data = read_yaml(path)
    except (OSError, yaml.YAMLError) as error:
        raise PackInvalid(f"条文包文件 {path.name} 读不出来：{error}") from error
    if not isinstance(data, dict):
        raise PackInvalid(f"条文包文件 {path.name} 应是一个键值表。")
    return data


def _clause(row: Mapping[str, Any], path: Path) -> Clause:
    place = f"{path.name} 条文 {row.get('id', '（无 id）')}"
    try:
        return Clause(
            id=str(row["id"]),
            standard=str(row["standard"]),
            clause=str(row["clause"]),
            title=str(row["title"]),
            text=str(row["text"]),
            method=str(row["method"]),
            limits={name: _limit(value, place) for name, value in (row.get("limits") or {}).items()},
            where={name: _words(value) for name, value in (row.get("where") or {}).items()},
            severity=Severity(row.get("severity", "mandatory")),
            confirmed=row["status"] == "confirmed",
            effective_from=_date(row["effective_from"], path, place),
            effective_to=_date(row["effective_to"], path, place) if row.get("effective_to") else dt.date.max,
            yields_to=_words(row.get("yields_to") or ()),
            doubt=str(row.get("doubt", "")),
            source=str(row.get("source", "")),
            note=str(row.get("note", "")),
        )
    except KeyError as error:
        raise PackInvalid(f"{place}：缺少字段 {error}，请补充。") from error
    except (TypeError, ValueError) as error:
        raise PackInvalid(f"{place}：{error}") from error


def _limit(value: Mapping[str, Any], place: str) -> Limit:
    if value.get("op") not in _OPS:
        raise PackInvalid(f"{place}：limits 的 op 应为 >= 或 <=，现为 {value.get('op')!r}。")
    return Limit(str(value["op"]), float(value["value"]), str(value["unit"]), str(value.get("note", "")))


def _words(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)


def _date(value: Any, path: Path, place: str) -> dt.date:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise PackInvalid(f"{path.name} {place}：日期应为 2025-05-01 这样的格式，现为 {value!r}。") from None


def _refuse_repeats(clauses: Iterable[Clause], path: Path) -> None:
    seen: set[str] = set()
    for clause in clauses:
        if clause.id in seen:
            raise PackInvalid(f"条文包 {path.name}：条文编号 {clause.id} 重复，请改为唯一编号。")
        seen.add(clause.id)
