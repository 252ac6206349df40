"""Area profiles ``rulepacks/area/*.yaml``: clauses, limits, words and measuring conventions of one area standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from hezhu.engines.findings import Source
from hezhu.engines.review.pack import PackInvalid, rulepacks_folder

DEFAULT_PROFILE = "gbt50353-2013"
_LIMITS = ("storey_height", "clear_full", "clear_half", "canopy_depth", "bay_sill", "bay_clear", "canopy_storeys")
_MEASURING = ("tolerance", "structural", "level", "strip", "crack", "smallest", "cavity", "layered")
_RULES = (
    *("storey", "partial", "pitched", "basement", "ramp", "open_floor", "hall", "gallery", "bay", "canopy", "roof_room", "shaft"),
    *("outdoor_stair", "balcony_inside", "balcony_outside", "shed", "inclined", "insulation", "service_storey", "none"),
)
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of place counts: ``by`` storey or clear height, else ``factor`` (1, 0.5 or 0)."""

    key: str
    title: str
    source: Source
    by: str = ""
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Measuring:
    """Conventions of measuring, metres and square metres, as the profile explains each."""

    tolerance: float
    structural: float
    level: float
    strip: float
    crack: float
    smallest: float
    cavity: float
    layered: float


@dataclass(frozen=True, slots=True)
class AreaProfile:
    """One standard. ``limits`` are metres (``canopy_storeys`` a count); words are looked for in names.

    ``bare_balcony_counts`` says that a balcony without cover, neither on the ground nor on a roof, counts as a balcony.
    """

    name: str
    title: str
    standard: str
    version: str
    jurisdiction: str
    rules: Mapping[str, Rule]
    limits: Mapping[str, float]
    storey_words: Mapping[str, tuple[str, ...]]
    place_words: Mapping[str, tuple[str, ...]]
    property_set: str
    measuring: Measuring
    bare_balcony_counts: bool = False
    notice: str = ""

    def place_of(self, names: Iterable[str]) -> str:
        """The key of ``place_words`` that the names show, "" when none does. Earlier names count before later ones."""
        return _first(names, self.place_words)

    def storey_rule(self, name: str) -> str:
        """Which rule a storey of that name falls under."""
        return _first([name], self.storey_words) or "storey"


def _first(names: Iterable[str], words: Mapping[str, tuple[str, ...]]) -> str:
    for name in names:
        for key, found in words.items():
            if name and any(_holds(name, word) for word in found):
                return key
    return ""


def _holds(name: str, word: str) -> bool:
    return word in name if _CJK.search(word) else bool(_alone(word).search(name))


@lru_cache(maxsize=256)
def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", re.IGNORECASE)


def list_profiles() -> list[str]:
    """Names of the area profiles at hand."""
    return sorted(path.stem for path in (rulepacks_folder() / "area").glob("*.yaml"))


def load_profile(name: str = DEFAULT_PROFILE) -> AreaProfile:
    """A profile by name. Raises PackInvalid with the field and the remedy."""
    data = _merged(name, ())
    place = f"建筑面积规则 {name}.yaml"
    try:
        limits = {key: _positive(data["limits"][key], f"{place} limits.{key}") for key in _LIMITS}
        if not limits["clear_half"] < limits["clear_full"]:
            raise PackInvalid(f"{place} limits：clear_half 应小于 clear_full，请改正。")
        return AreaProfile(
            name=name,
            title=str(data["title"]),
            standard=str(data["standard"]),
            version=str(data["version"]),
            jurisdiction=str(data["jurisdiction"]),
            rules={key: _rule(key, data, place) for key in _RULES},
            limits=limits,
            storey_words=_words(data["storey_words"]),
            place_words=_words(data["place_words"]),
            property_set=str(data["property_set"]),
            measuring=Measuring(**{key: _positive(data["measuring"][key], f"{place} measuring.{key}") for key in _MEASURING}),
            bare_balcony_counts=data.get("bare_balcony_counts") is True,
            notice=str(data.get("notice", "")),
        )
    except KeyError as error:
        raise PackInvalid(f"{place} 缺少字段 {error}，请补充。") from error
    except (TypeError, AttributeError) as error:
        raise PackInvalid(f"{place} 读不出来：{error}") from error


def _merged(name: str, above: tuple[str, ...]) -> dict[str, Any]:
    """The data of a profile laid over the one it inherits: tables are merged key by key, everything else is replaced."""
    if name not in list_profiles():
        raise PackInvalid(f"没有名为“{name}”的建筑面积规则，现有：{'、'.join(list_profiles()) or '无'}。")
    if name in above:
        raise PackInvalid(f"建筑面积规则 {name}.yaml 的 inherits 绕回了自己，请改正。")
    path = rulepacks_folder() / "area" / f"{name}.yaml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PackInvalid(f"建筑面积规则 {path.name} 读不出来：{error}") from error
    if not isinstance(data, dict):
        raise PackInvalid(f"建筑面积规则 {path.name} 应是一个键值表。")
    own = {"standard": data.get("standard"), "status": data.get("status")}
    rows = data.get("rules") or {}
    if not isinstance(rows, dict):
        raise PackInvalid(f"建筑面积规则 {path.name} 的 rules 应是一个键值表。")
    data["rules"] = {key: {**own, **row} if isinstance(row, dict) else row for key, row in rows.items()}
    if "inherits" not in data:
        return data
    base = _merged(str(data["inherits"]), (*above, name))
    for key, value in data.items():
        base[key] = {**base[key], **value} if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return base


def _rule(key: str, data: Mapping[str, Any], place: str) -> Rule:
    row = data["rules"][key]
    by, factor = str(row.get("by", "")), float(row.get("factor", 1))
    if by not in ("", "storey", "clear") or factor not in (0.0, 0.5, 1.0):
        raise PackInvalid(f"{place} rules.{key}：by 应为 storey 或 clear，factor 应为 1、0.5 或 0，请改正。")
    source = Source(str(row["standard"]), str(row["clause"]), str(row["title"]), row["status"] == "confirmed")
    return Rule(key, str(row["title"]), source, by, factor)


def _words(table: Mapping[str, Iterable[Any]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(map(str, words)) for key, words in table.items()}


def _positive(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        raise PackInvalid(f"{place} 应为正数，现为 {value!r}，请改正。")
    return float(value)
