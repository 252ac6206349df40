"""Which clause packs and scoring profiles can be chosen, read from the heads of their files.

The engines read the packs themselves; loading the engines here would cost the web process their geometry libraries.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings

from hezhu.bim.errors import RulePackUnknown

DEFAULT_PACK = "cn-base"


def _heads(folder: str) -> dict[str, dict[str, Any]]:
    """File name without ending → contents, of the rule files directly in ``folder``."""
    paths = sorted((settings.RULEPACKS / folder).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}


@lru_cache(maxsize=1)
def pack_choices() -> list[tuple[str, str]]:
    """Name and title of every clause pack; the default first."""
    packs = [(name, f"{head['title']} {head['version']}") for name, head in _heads("clauses").items()]
    return sorted(packs, key=lambda choice: (choice[0] != DEFAULT_PACK, choice[0]))


@lru_cache(maxsize=1)
def profile_choices() -> list[tuple[str, str]]:
    """Name and title of every scoring profile; those that draw a verdict first."""
    profiles = [(name, head) for name, head in _heads("assembly").items() if "standard" in head and "items" in head]
    ordered = sorted(profiles, key=lambda profile: (not profile[1]["binding"], profile[0]))
    return [(name, head["standard"]) for name, head in ordered]


def require_pack(name: str) -> None:
    """Raises RulePackUnknown, naming the known packs."""
    _require(name, pack_choices())


def require_profile(name: str) -> None:
    """Raises RulePackUnknown, naming the known profiles."""
    _require(name, profile_choices())


def _require(name: str, choices: list[tuple[str, str]]) -> None:
    known = [choice for choice, _title in choices]
    if name not in known:
        raise RulePackUnknown(name=name, known="、".join(known), problems=[{"field": "pack", "value": name}])
