"""The planning conditions of a project (规划条件): a YAML or JSON file whose figures win over the regulation's tables."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hezhu.engines.findings import Source
from hezhu.engines.review.planning.pack import ZONES, Words

FIELDS = (
    "document", "zone", "use", "far_min", "far_max", "density_max", "green_ratio_min", "height_max_m", "storeys_max", "population",
    "support_ratio_max", "parking", "bicycles", "setbacks",
)  # fmt: skip
_RATIOS = ("density_max", "green_ratio_min", "support_ratio_max")
_POSITIVE = ("far_min", "far_max", "height_max_m", "storeys_max", "population")
_PARKING = ("per_100m2", "per_dwelling")
_SETBACK = ("from", "part", "min_m")
PARTS = ("building", "tower", "underground")


class ConditionsInvalid(ValueError):
    """A conditions file that cannot be used; the Chinese message names field, line and remedy."""


@dataclass(frozen=True, slots=True)
class Setback:
    """A setback of the conditions: from a role (boundary, road …) or a named line, for a part of the building."""

    towards: str
    part: str
    min_m: float


@dataclass(frozen=True)
class Conditions:
    """What the conditions say; None where they are silent. Ratios are 0 to 1."""

    document: str = "规划条件"
    zone: str | None = None
    use: str | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    parking: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    bicycles: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    setbacks: tuple[Setback, ...] = ()

    def get(self, name: str) -> float | None:
        """A figure of the conditions."""
        return self.values.get(name)

    def setback(self, role: str, name: str, part: str) -> float | None:
        """The distance asked from a line of that role or name, for that part of a building."""
        return next((row.min_m for row in self.setbacks if row.towards in (role, name) and row.part == part), None)

    def source(self, name: str, text: str) -> Source:
        """The conditions as the source of a finding: they are the project's own document, so nothing is to be confirmed."""
        return Source(self.document, name, text, True)


def read_conditions(path: Path | str, words: Words) -> Conditions:
    """The conditions of a file. Raises ConditionsInvalid with field, line and remedy."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConditionsInvalid(f"规划条件 {file.name} 打不开：{error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConditionsInvalid(f"规划条件 {file.name} 不是 UTF-8 文本，请另存为 UTF-8") from error
    return _Reader(file.name, text, words).read()


class _Reader:
    """Checks field by field and knows the line of each."""

    def __init__(self, name: str, text: str, words: Words) -> None:
        self.name, self.words = name, words
        self.lines: dict[tuple[str, ...], int] = {}
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
        except json.JSONDecodeError as error:
            raise ConditionsInvalid(f"规划条件 {name} 第 {error.lineno} 行不是 JSON：{error.msg}；请核对引号和逗号") from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f"第 {mark.line + 1} 行" if mark is not None else ""
            raise ConditionsInvalid(
                f"规划条件 {name} {place}不是 YAML：{getattr(error, 'problem', error)}；请核对缩进和冒号"
            ) from error
        if not isinstance(self.data, dict):
            raise ConditionsInvalid(f"规划条件 {name} 应是字段的键值表，如 far_max: 2.2；可用字段：{'、'.join(FIELDS)}")
        self._index(node, ())

    def _index(self, node: Any, place: tuple[str, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = (*place, str(key.value))
                if below in self.lines:
                    self._refuse(below, "写了两次；请只留一处", key.start_mark.line + 1)
                self.lines[below] = key.start_mark.line + 1
                self._index(value, below)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self.lines[(*place, str(number))] = value.start_mark.line + 1
                self._index(value, (*place, str(number)))

    def _refuse(self, place: tuple[str, ...], what: str, line: int | None = None) -> None:
        number = line or self.lines.get(place) or self.lines.get(place[:-1])
        raise ConditionsInvalid(f"规划条件 {self.name} 第 {number or 1} 行 {'.'.join(place)}：{what}")

    def read(self) -> Conditions:
        self._known((), self.data, FIELDS)
        values = {name: self._number((name,), self.data[name]) for name in (*_RATIOS, *_POSITIVE) if name in self.data}
        for name in _RATIOS:
            if values.get(name, 0) > 1:
                self._refuse((name,), f"是比例，应在 0～1 之间（30% 写作 0.30），现为 {values[name]:g}")
        if values.get("far_min", 0) > values.get("far_max", math.inf):
            self._refuse(("far_min",), f"（{values['far_min']:g}）大于 far_max（{values['far_max']:g}）；请核对上下限")
        zone, use = self.data.get("zone"), self.data.get("use")
        if zone is not None and zone not in ZONES:
            self._refuse(("zone",), f"应为 new_town（新区）或 old_town（旧城区），现为 {zone!r}")
        found = self.words.use_of(str(use)) if use is not None else None
        if use is not None and found is None:
            self._refuse(("use",), f"“{use}”不是已知的用地或建筑性质；可写：{'、'.join(self.words.labels.values())}")
        document = self.data.get("document", "规划条件")
        if not isinstance(document, str) or not document.strip():
            self._refuse(("document",), "应是规划条件的文号或名称（文字）")
        return Conditions(
            document=str(document),
            zone=zone,
            use=found,
            values=values,
            parking=self._ratios("parking"),
            bicycles=self._ratios("bicycles"),
            setbacks=self._setbacks(),
        )

    def _known(self, place: tuple[str, ...], row: Any, allowed: tuple[str, ...]) -> None:
        if not isinstance(row, dict):
            self._refuse(place, f"应是键值表，字段为 {'、'.join(allowed)}")
        for key in row:
            if key not in allowed:
                self._refuse((*place, str(key)), f"没有这个字段；可用：{'、'.join(allowed)}")

    def _number(self, place: tuple[str, ...], value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            self._refuse(place, f"应是不小于 0 的数字，现为 {value!r}")
        return float(value)

    def _ratios(self, name: str) -> dict[str, dict[str, float]]:
        rows = self.data.get(name, {})
        if not isinstance(rows, dict):
            self._refuse((name,), "应按用途写，如 住宅: {per_dwelling: 1.2}")
        found: dict[str, dict[str, float]] = {}
        for use, row in rows.items():
            key = self.words.use_of(str(use))
            if key is None:
                self._refuse((name, str(use)), f"不是已知的用途；可写：{'、'.join(self.words.labels.values())}")
            self._known((name, str(use)), row, _PARKING)
            found[str(key)] = {field: self._number((name, str(use), field), value) for field, value in row.items()}
        return found

    def _setbacks(self) -> tuple[Setback, ...]:
        rows = self.data.get("setbacks", [])
        if not isinstance(rows, list):
            self._refuse(("setbacks",), "应是列表，每项写 from 和 min_m")
        found = []
        for number, row in enumerate(rows):
            place = ("setbacks", str(number))
            self._known(place, row, _SETBACK)
            towards = row.get("from")
            if not isinstance(towards, str) or "min_m" not in row:
                self._refuse(place, "缺少 from（退让自哪条线：boundary、road 等或线的名称）或 min_m（米）")
            part = row.get("part", "building")
            if part not in PARTS:
                self._refuse((*place, "part"), f"应为 {'、'.join(PARTS)} 之一，现为 {part!r}")
            found.append(Setback(towards, part, self._number((*place, "min_m"), row["min_m"])))
        return tuple(found)
