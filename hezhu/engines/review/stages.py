"""What a model of a stage and discipline must carry: ``rulepacks/ids/stages.yaml``, written as IDS 1.0.

A discipline's requirements grow from stage to stage; each stage asks for all that the stages before it asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from hezhu.engines.review.needs import Specification, ids_text, load_needs, read_specification
from hezhu.engines.review.pack import PackInvalid, load_pack, rulepacks_folder

STAGES = {
    "scheme": "方案",
    "preliminary": "初设",
    "construction_drawing": "施工图",
    "detailing": "深化",
    "construction": "施工",
    "completion": "竣工",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement and the stage from which it is asked."""

    specification: Specification
    versions: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True)
class StageNeeds:
    """The whole table: by discipline what is asked, in the order of stages."""

    about: Mapping[str, str]
    asked: Mapping[str, tuple[Asked, ...]]

    def of(self, stage: str, discipline: str) -> tuple[Asked, ...]:
        """What a model of that stage and discipline must carry; empty where nothing is asked."""
        reached = list(STAGES).index(stage)
        return tuple(one for one in self.asked.get(discipline, ()) if list(STAGES).index(one.since) <= reached)


@lru_cache(maxsize=1)
def load_stage_needs() -> StageNeeds:
    """The table at hand. Raises PackInvalid with the field and the remedy."""
    path = rulepacks_folder() / "ids" / "stages.yaml"
    general = load_needs()
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        versions = tuple(map(str, data["versions"]))
        own = {key: read_specification(key, row) for key, row in data["specifications"].items()}
        narrowed = {key: tuple(map(str, row["versions"])) for key, row in data["specifications"].items() if "versions" in row}
        known = {**general.specifications, **own}
        asked = {}
        for discipline, stages in data["matrix"].items():
            if lost := [key for keys in stages.values() for key in keys if key not in known] + [
                s for s in stages if s not in STAGES
            ]:
                raise PackInvalid(f"阶段要求 {path.name}：专业“{discipline}”写了没有定义的 {'、'.join(lost)}。")
            asked[discipline] = tuple(
                Asked(known[key], narrowed.get(key, versions), stage) for stage in STAGES for key in stages.get(stage, ())
            )
        about = {key: str(data[key]) for key in ("title", "version", "date", "about")}
    except KeyError as error:
        raise PackInvalid(f"阶段要求 {path.name} 缺少字段 {error}，请补充。") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, AttributeError, ValueError) as error:
        raise PackInvalid(f"阶段要求 {path.name} 读不出来：{error}") from error
    return StageNeeds(about, asked)


def write_stage_ids(stage: str, discipline: str, label: str) -> str:
    """The IDS 1.0 text of a stage and discipline; ``label`` names the discipline. Empty where nothing is asked."""
    needs = load_stage_needs()
    asked = needs.of(stage, discipline)
    if not asked:
        return ""
    about = {**needs.about, "purpose": f"{label} {STAGES[stage]}", "milestone": STAGES[stage]}
    rows = [(one.specification, one.versions, f"{STAGES[one.since]}阶段起要求") for one in asked]
    return ids_text(about, rows, load_pack("cn-base").recognition)
