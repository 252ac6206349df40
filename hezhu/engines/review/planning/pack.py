"""The planning pack ``rulepacks/planning/<name>.yaml``: rules with their numbers, definitions, and recognition words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hezhu.engines.findings import Severity, Source
from hezhu.engines.review.pack import PackInvalid, rulepacks_folder

DEFAULT_PLANNING = "jiaxing-2018"
ZONES = ("new_town", "old_town")
_NOT_REGULATIONS = ("recognition", "sunlight")
_TERMS = {"h": "H", "d": "D", "m": ""}


@dataclass(frozen=True, slots=True)
class Formula:
    """The largest of several terms: ``h`` times the building height, ``d`` times a depth, ``m`` metres."""

    terms: tuple[tuple[str, float], ...]

    def value(self, height_m: float = 0.0, depth_m: float = 0.0) -> float:
        """Metres."""
        factors = {"h": height_m, "d": depth_m, "m": 1.0}
        return max(factors[name] * number for name, number in self.terms)

    def __str__(self) -> str:
        parts = [f"{number:g}{_TERMS[name]}" for name, number in self.terms]
        return parts[0] if len(parts) == 1 else f"max({', '.join(parts)})"


@dataclass(frozen=True)
class Rule:
    """One rule: which method, which clause, and the numbers the method reads from ``data``."""

    id: str
    method: str
    clause: str
    title: str
    text: str
    severity: Severity
    source: Source
    data: Mapping[str, Any] = field(default_factory=dict)

    def need(self, name: str) -> Any:
        """A field the method cannot do without; PackInvalid names the rule and the field."""
        if name not in self.data:
            raise PackInvalid(f"规则 {self.id}：方法 {self.method} 需要字段 {name}，请补充。")
        return self.data[name]

    def number(self, name: str) -> float:
        """A number the method cannot do without."""
        return number(self.need(name), f"规则 {self.id} 的 {name}")

    def formula(self, value: Any) -> Formula:
        """A formula of the rule's data."""
        return formula(value, f"规则 {self.id}")


@dataclass(frozen=True)
class Words:
    """Recognition words of a site model, and which family each use belongs to in each table."""

    uses: Mapping[str, tuple[str, ...]]
    families: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str]
    features: Mapping[str, tuple[str, ...]]
    vehicles: Mapping[str, tuple[str, ...]]
    open_ground: tuple[str, ...]
    roof: tuple[str, ...]
    appendage: tuple[str, ...]
    not_mass: tuple[str, ...]

    def use_of(self, *names: str) -> str | None:
        """The key of a use told by names or by the key itself; None where none tells."""
        return next((found for name in names if (found := _match(self.uses, name))), None)

    def feature_of(self, *names: str) -> str | None:
        """The role of a site feature told by its names."""
        return next((found for name in names if (found := _match(self.features, name))), None)

    def vehicle_of(self, *names: str) -> str | None:
        """The size of vehicle a parking space is for; None where its names do not say."""
        return next((found for name in names if (found := _match(self.vehicles, name))), None)

    def family(self, use: str | None, table: str) -> str | None:
        """The row family of a use in one table (density, setback, green, extra)."""
        found = self.families.get(use or "", {}).get(table)
        return str(found) if found is not None else None

    def is_home(self, use: str | None) -> bool:
        """Whether people live there."""
        return bool(self.families.get(use or "", {}).get("home"))

    def label(self, use: str | None) -> str:
        """The use in Chinese."""
        return self.labels.get(use or "", use or "未写明用途")


def _match(table: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    """A key written out, else the first entry one of whose words occurs in the name."""
    if not name:
        return None
    return name if name in table else next((key for key, words in table.items() if any(word in name for word in words)), None)


@dataclass(frozen=True)
class PlanningPack:
    """The whole pack. ``definitions`` are numbers by name; ``extra_area`` bands of storey height by family."""

    name: str
    title: str
    version: str
    jurisdiction: str
    standard: str
    confirmed: bool
    effective_from: dt.date
    zones: Mapping[str, str]
    length_tolerance_m: float
    ratio_tolerance: float
    definitions: Mapping[str, float]
    extra_area: Mapping[str, tuple[Mapping[str, float], ...]]
    rules: tuple[Rule, ...]
    words: Words

    def defined(self, name: str) -> float:
        """A number of the definitions; PackInvalid names it when it is absent."""
        if name not in self.definitions:
            raise PackInvalid(f"规划规则包 {self.name}：definitions 缺少 {name}，请补充。")
        return self.definitions[name]

    @property
    def classes(self) -> tuple[float, float]:
        """Greatest height of low and of multi-storey buildings, metres."""
        return self.defined("low_max_m"), self.defined("multi_max_m")


def list_planning_packs() -> list[str]:
    """Names of the planning packs at hand."""
    names = (path.stem for path in (rulepacks_folder() / "planning").glob("*.yaml"))
    return sorted(name for name in names if name not in _NOT_REGULATIONS)


def load_planning(name: str = DEFAULT_PLANNING) -> PlanningPack:
    """A pack by name. Raises PackInvalid with file, field and remedy."""
    if name not in list_planning_packs():
        raise PackInvalid(f"没有名为“{name}”的规划规则包。现有：{'、'.join(list_planning_packs()) or '无'}。")
    path = rulepacks_folder() / "planning" / f"{name}.yaml"
    head = read_yaml(path)
    try:
        source = str(head["standard"])
        confirmed = head["status"] == "confirmed"
        return PlanningPack(
            name=name,
            title=str(head["title"]),
            version=str(head["version"]),
            jurisdiction=str(head["jurisdiction"]),
            standard=source,
            confirmed=confirmed,
            effective_from=dt.date.fromisoformat(str(head["effective_from"])),
            zones={key: str(label) for key, label in head["zones"].items()},
            length_tolerance_m=number(head["tolerance"]["length_m"], "tolerance.length_m"),
            ratio_tolerance=number(head["tolerance"]["ratio"], "tolerance.ratio"),
            definitions={key: number(value, f"definitions.{key}") for key, value in head["definitions"].items()},
            extra_area={key: tuple(rows) for key, rows in head["extra_area"].items()},
            rules=tuple(_rules(head["rules"], source, confirmed)),
            words=_words(read_yaml(path.parent / str(head["recognition"]))),
        )
    except KeyError as error:
        raise PackInvalid(f"规划规则包 {path.name} 缺少字段 {error}，请补充。") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise PackInvalid(f"规划规则包 {path.name} 读不出来：{error}") from error


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that is a table of keys; PackInvalid names file, line and fault."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PackInvalid(f"规则文件 {path.name} 读不出来：{error}") from error
    if not isinstance(data, dict):
        raise PackInvalid(f"规则文件 {path.name} 应是一个键值表。")
    return data


def _rules(rows: Any, standard: str, confirmed: bool) -> Iterator[Rule]:
    seen: set[str] = set()
    for row in rows:
        place = str(row["id"])
        if place in seen or not re.fullmatch(r"[a-z0-9-]+", place):
            raise PackInvalid(f"规则 {place}：id 重复或不是小写英文，请改为唯一的编号。")
        seen.add(place)
        own = {"id", "method", "clause", "title", "text", "severity"}
        yield Rule(
            id=place,
            method=str(row["method"]),
            clause=str(row["clause"]),
            title=str(row["title"]),
            text=str(row["text"]),
            severity=Severity(row.get("severity", "mandatory")),
            source=Source(standard, str(row["clause"]), str(row["text"]), confirmed),
            data={key: value for key, value in row.items() if key not in own},
        )


def _words(data: Mapping[str, Any]) -> Words:
    def table(name: str) -> dict[str, tuple[str, ...]]:
        return {key: tuple(map(str, words)) for key, words in data[name].items()}

    return Words(
        uses=table("uses"),
        families=data["families"],
        labels={key: str(value) for key, value in data["use_labels"].items()},
        features=table("features"),
        vehicles=table("vehicles"),
        open_ground=tuple(data["open_ground"]),
        roof=tuple(data["roof"]),
        appendage=tuple(data["appendage"]),
        not_mass=tuple(data["not_mass"]),
    )


def number(value: Any, place: str) -> float:
    """A finite number; PackInvalid names the place."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PackInvalid(f"{place} 应是数字，现为 {value!r}。")
    return float(value)


def formula(value: Any, place: str) -> Formula:
    """``{"max_of": [{"h": 0.5}, {"m": 30}]}`` or a plain number of metres."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Formula((("m", float(value)),))
    rows = value.get("max_of") if isinstance(value, Mapping) else None
    terms = [(str(name), number(factor, place)) for row in rows or () for name, factor in row.items()]
    if not terms or any(name not in _TERMS for name, _ in terms):
        raise PackInvalid(f"{place}：公式应写作 max_of: [{{h: 0.5}}, {{m: 30}}]，项为 h、d 或 m，现为 {value!r}。")
    return Formula(tuple(terms))
