"""Clash packs ``rulepacks/clash/*.yaml``: disciplines, tolerance classes, and what never counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from hezhu.engines.findings import Severity, Source
from hezhu.engines.review.pack import PackInvalid, rulepacks_folder

DEFAULT_CLASH_PACK = "default"
RELATIONS = ("fills", "assembly", "ports", "connects", "covers")
_KINDS = {"hard": "tolerance_mm", "clearance": "clearance_mm"}


@dataclass(frozen=True, slots=True)
class Discipline:
    """A discipline and the IFC classes (with their subtypes) that belong to it."""

    key: str
    label: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClashRule:
    """One tolerance class: two disciplines, hard or clearance, and its limit in metres.

    ``through`` says that passing through most of the thinner element counts even within the tolerance.
    """

    id: str
    title: str
    a: str
    b: str
    kind: str
    limit_m: float
    severity: Severity
    through: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """What never counts: a relation of the model, or a pair of class groups up to a depth in metres."""

    reason: str
    relation: str = ""
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    up_to_m: float = float("inf")


@dataclass(frozen=True, slots=True)
class ClashPack:
    """The whole pack; lengths are metres."""

    name: str
    title: str
    version: str
    source: Source
    disciplines: tuple[Discipline, ...]
    rules: tuple[ClashRule, ...]
    ignored: tuple[Ignored, ...]
    share: float
    duplicate_m: float
    base_m: float

    def rules_for(self, first: str, second: str) -> Iterator[ClashRule]:
        """The rules between two disciplines, in either order."""
        for rule in self.rules:
            if {rule.a, rule.b} == {first, second}:
                yield rule

    def label(self, key: str) -> str:
        """The Chinese label of a discipline."""
        return next((each.label for each in self.disciplines if each.key == key), key)

    @property
    def reach_m(self) -> float:
        """The widest clearance asked for."""
        return max((rule.limit_m for rule in self.rules if rule.kind == "clearance"), default=0.0)


def list_clash_packs() -> list[str]:
    """Names of the clash packs at hand."""
    return sorted(path.stem for path in (rulepacks_folder() / "clash").glob("*.yaml"))


def load_clash_pack(name: str = DEFAULT_CLASH_PACK) -> ClashPack:
    """A pack by name. Raises PackInvalid with the field and the remedy."""
    if name not in list_clash_packs():
        raise PackInvalid(f"没有名为“{name}”的碰撞规则，现有：{'、'.join(list_clash_packs()) or '无'}。")
    path = rulepacks_folder() / "clash" / f"{name}.yaml"
    place = f"碰撞规则 {path.name}"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        disciplines = tuple(
            Discipline(key, str(row["label"]), tuple(map(str, row["classes"]))) for key, row in data["disciplines"].items()
        )
        keys = {each.key for each in disciplines}
        measuring = data["measuring"]
        return ClashPack(
            name=name,
            title=str(data["title"]),
            version=str(data["version"]),
            source=Source(f"{data['title']} {data['version']}", "", str(data["source"]), data["status"] == "confirmed"),
            disciplines=disciplines,
            rules=tuple(_unique([_rule(row, keys, place) for row in data["rules"]], place)),
            ignored=tuple(_ignored(row, place) for row in data.get("ignore") or ()),
            share=_positive(measuring["share"], f"{place} measuring.share"),
            duplicate_m=_positive(measuring["duplicate_mm"], f"{place} measuring.duplicate_mm") / 1000,
            base_m=_positive(measuring["base_km"], f"{place} measuring.base_km") * 1000,
        )
    except KeyError as error:
        raise PackInvalid(f"{place} 缺少字段 {error}，请补充。") from error
    except PackInvalid:
        raise
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, AttributeError, ValueError) as error:
        raise PackInvalid(f"{place} 读不出来：{error}") from error


def _rule(row: Mapping[str, Any], keys: set[str], place: str) -> ClashRule:
    here = f"{place} 规则 {row['id']}"
    kind = str(row["kind"])
    if kind not in _KINDS:
        raise PackInvalid(f"{here}：kind 应为 hard 或 clearance，现为 {kind}。")
    for side in ("a", "b"):
        if row[side] not in keys:
            raise PackInvalid(f"{here}：{side} 应为 disciplines 中的专业（{'、'.join(sorted(keys))}），现为 {row[side]}。")
    limit = _positive(row[_KINDS[kind]], f"{here} {_KINDS[kind]}") / 1000
    through = row.get("through") is True
    return ClashRule(
        str(row["id"]), str(row["title"]), str(row["a"]), str(row["b"]), kind, limit, Severity(row["severity"]), through
    )


def _unique(rules: list[ClashRule], place: str) -> list[ClashRule]:
    seen: set[Any] = set()
    for rule in rules:
        for mark in (rule.id, (frozenset((rule.a, rule.b)), rule.kind)):
            if mark in seen:
                raise PackInvalid(f"{place} 规则 {rule.id}：编号重复，或同一对专业已有一条 {rule.kind} 规则，请合并。")
            seen.add(mark)
    return rules


def _ignored(row: Mapping[str, Any], place: str) -> Ignored:
    reason = str(row["reason"])
    if "relation" in row:
        if row["relation"] not in RELATIONS:
            raise PackInvalid(f"{place} ignore“{reason}”：relation 应为 {'、'.join(RELATIONS)} 之一，现为 {row['relation']}。")
        return Ignored(reason, str(row["relation"]))
    first, second = row["pair"]
    up_to = _positive(row["up_to_mm"], f"{place} ignore“{reason}”up_to_mm") / 1000 if "up_to_mm" in row else float("inf")
    return Ignored(reason, "", tuple(map(str, first)), tuple(map(str, second)), up_to)


def _positive(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise PackInvalid(f"{place} 应为正数，现为 {value!r}，请改正。")
    return float(value)
