"""Scoring profiles as data: which items count, in which range, for how many points."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

import hezhu
from hezhu.engines.yaml_files import read_yaml

CONFIRMED = "confirmed"


class ProfileInvalid(ValueError):
    """A profile that does not exist or cannot be used; the message says which field."""


@dataclass(frozen=True, slots=True)
class Item:
    """One scored item. Below ``lo`` it scores 0; from ``hi`` on ``score_max``; between the two, linearly from ``score_min``.

    Without ``hi`` the full score is given from ``lo`` on. ``yes_no`` items have no ratio. Of the items that share ``one_of``
    only the best counts.
    """

    id: str
    group: str
    title: str
    clause: str
    score_max: float
    score_min: float
    lo: float = 0.0
    hi: float | None = None
    yes_no: bool = False
    one_of: str = ""
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    confirmed: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the table (Q1, Q2, Q3) and the most points it can give."""

    id: str
    title: str
    max: float


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the rate (per cent) it starts from."""

    grade: str
    start: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A scoring standard. ``binding`` is False where the table is not good enough to draw a verdict from."""

    name: str
    standard: str
    jurisdiction: str
    effective_from: date | None
    confirmed: bool
    binding: bool
    formula: str
    score_decimals: int
    items: tuple[Item, ...]
    groups: tuple[Group, ...]
    group_minimum: Mapping[str, float]
    decoration_item: str
    rate_minimum: Mapping[str, float]
    qualify_clause: str
    grade_clause: str = ""
    grade_item: str = ""
    grade_item_ratio: float = 0.0
    bands: tuple[Band, ...] = ()

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    def rate_required(self, kind: str) -> float:
        """The least assembly rate in per cent for that kind of building; the strictest where the kind is not known."""
        if kind in self.rate_minimum:
            return self.rate_minimum[kind]
        return self.rate_minimum.get("default", max(self.rate_minimum.values()))


def _folder() -> Path:
    root = os.environ.get("HEZHU_RULEPACKS")
    base = Path(root) if root else Path(hezhu.__file__).parent.parent / "rulepacks"
    return base / "assembly"


def read_table(name: str) -> dict[str, Any]:
    """A YAML table of the assembly pack. Raises ``ProfileInvalid`` when absent or broken."""
    path = _folder() / f"{name}.yaml"
    if not path.is_file():
        raise ProfileInvalid(f"没有评分规则“{name}”。可用：{'、'.join(list_profiles())}")
    try:
        table = read_yaml(path)
    except yaml.YAMLError as error:
        raise ProfileInvalid(f"评分规则 {path.name} 不是合格的 YAML：{error}") from error
    if not isinstance(table, dict):
        raise ProfileInvalid(f"评分规则 {path.name} 应是一张表")
    return table


def list_profiles() -> list[str]:
    """Names of the profiles there are, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml") if path.stem != "model-quantities")


def load_profile(name: str = "gbt51129-2017") -> Profile:
    """Reads a profile by name. Raises ``ProfileInvalid`` naming the field that is missing or wrong."""
    if name not in list_profiles():
        raise ProfileInvalid(f"没有评分规则“{name}”。可用：{'、'.join(list_profiles())}")
    table = read_table(name)
    try:
        return _profile(table)
    except KeyError as error:
        raise ProfileInvalid(f"评分规则 {name} 缺少字段 {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ProfileInvalid(f"评分规则 {name} 的内容不对：{error}") from error


def _profile(table: Mapping[str, Any]) -> Profile:
    grades = table.get("grades") or {}
    qualify = table["qualify"]
    profile = Profile(
        name=table["name"],
        standard=table["standard"],
        jurisdiction=str(table["jurisdiction"]),
        effective_from=table.get("effective_from"),
        confirmed=table["status"] == CONFIRMED,
        binding=bool(table["binding"]),
        formula=table["formula"],
        score_decimals=int(table["rounding"]["score_decimals"]),
        items=tuple(_item(row) for row in table["items"]),
        groups=tuple(Group(key, value["title"], float(value["max"])) for key, value in table["groups"].items()),
        group_minimum={key: float(value) for key, value in qualify["groups"].items()},
        decoration_item=qualify["full_decoration"],
        rate_minimum={key: float(value) for key, value in qualify["rate"].items()},
        qualify_clause=str(qualify["clause"]),
        grade_clause=str(grades.get("clause", "")),
        grade_item=grades.get("item", ""),
        grade_item_ratio=float(grades.get("item_ratio", 0.0)),
        bands=tuple(Band(row["grade"], float(row["from"])) for row in grades.get("bands", ())),
    )
    known = {group.id for group in profile.groups}
    if strange := {item.group for item in profile.items} - known:
        raise ValueError(f"评价项属于不存在的组：{'、'.join(sorted(strange))}")
    return profile


def _item(row: Mapping[str, Any]) -> Item:
    flat = float(row["score"]) if "score" in row else None
    return Item(
        id=row["id"],
        group=row["group"],
        title=row["title"],
        clause=str(row["clause"]),
        score_max=flat if flat is not None else float(row["score_max"]),
        score_min=flat if flat is not None else float(row["score_min"]),
        lo=float(row.get("lo", 0.0)),
        hi=None if row.get("hi") is None else float(row["hi"]),
        yes_no=bool(row.get("yes_no", False)),
        one_of=row.get("one_of", ""),
        unit=row.get("unit", ""),
        numerator=row.get("numerator", ""),
        denominator=row.get("denominator", ""),
        confirmed=row["status"] == CONFIRMED,
        source=row.get("source", ""),
    )
