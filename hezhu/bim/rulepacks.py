"""Which clause packs and scoring profiles can be chosen."""

from __future__ import annotations

from functools import lru_cache

from hezhu.bim.errors import RulePackUnknown


@lru_cache(maxsize=1)
def pack_choices() -> list[tuple[str, str]]:
    """Name and title of every clause pack; the default first."""
    from hezhu.engines import review

    packs = [(pack.name, f"{pack.title} {pack.version}") for pack in review.list_packs()]
    return sorted(packs, key=lambda choice: (choice[0] != review.DEFAULT_PACK, choice[0]))


@lru_cache(maxsize=1)
def profile_choices() -> list[tuple[str, str]]:
    """Name and title of every scoring profile; those that draw a verdict first."""
    from hezhu.engines import prefab

    profiles = [prefab.load_profile(name) for name in prefab.list_profiles()]
    ordered = sorted(profiles, key=lambda profile: (not profile.binding, profile.name))
    return [(profile.name, profile.standard) for profile in ordered]


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
