"""数据目录: each register with its owner, the meaning and source of its fields, its quality and its API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from hezhu.core.access.divisions import DivisionField
from hezhu.core.register.declare import LINEAGE, Register
from hezhu.core.register.values import held_as
from hezhu.engines.codes.kinds import KINDS
from hezhu.engines.codes.lists import code_list
from hezhu.engines.yaml_files import read_yaml

DIVISIONS_SOURCE = "GB/T 2260"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a register's data, and what its fields follow; ``confirmed`` as the rule pack says."""

    name: str
    standard: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """What another room knows of a register's quality: a figure in words and where its rows are."""

    words: str
    url: str
    state: str = "ok"


# The intake door adds what it measures: a function from register and reader to a Quality, or None where it knows nothing.
quality_providers: list[Callable[[Register, Any], Quality | None]] = []


@cache
def _pack() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(settings.RULEPACKS / "registers.yaml")
    return data


def owner_of(register: Register) -> Owner | None:
    """The owner that the rule pack names for the register, else for its library."""
    pack = _pack()
    entry = pack["registers"].get(register.slug) or pack["libraries"].get(register.library)
    return Owner(entry["owner"], entry["standard"], entry["status"] == "confirmed") if entry else None


def quality_of(register: Register, user: Any) -> Quality | None:
    """The first figure that a provider gives."""
    return next((told for provider in quality_providers if (told := provider(register, user)) is not None), None)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One column: what it holds in words, what that follows, and whether the source is confirmed."""

    words: str
    source: str
    confirmed: bool


def meaning_of(register: Register, field: Any) -> Meaning:
    """What a column means, from its type: nothing is typed here twice."""
    said = str(field.help_text) if field.help_text else ""
    if field.name in LINEAGE:
        return Meaning(said or _words(field), _("平台自动记录"), True)
    if isinstance(field, DivisionField):
        return Meaning(said or _("行政区划代码"), DIVISIONS_SOURCE, True)
    if listed := getattr(field, "code_list", ""):
        codes = code_list(listed)
        return Meaning(said or _("代码：%(name)s") % {"name": codes.name}, codes.source, codes.confirmed)
    kind = KINDS.get(getattr(field, "kind", ""))
    if kind is not None:
        return Meaning(said or kind.label, kind.source, True)
    owner = owner_of(register)
    standard, confirmed = (owner.standard, owner.confirmed) if owner else ("", True)
    return Meaning(said or _words(field), standard, confirmed)


def _words(field: Any) -> str:
    if field.is_relation:
        return _("关联：%(name)s") % {"name": field.related_model._meta.verbose_name}
    if field.choices or hasattr(field, "base_field"):
        return _("限定取值")
    held = held_as(field)
    for kind, words in (
        (models.BooleanField, _("是或否")),
        (models.DateTimeField, _("日期和时间")),
        (models.DateField, _("日期")),
        (models.DecimalField, _("数值")),
        (models.IntegerField, _("整数")),
    ):
        if isinstance(held, kind):
            return words
    return _("文本")
