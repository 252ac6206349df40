"""A register's contract for sheets, told from its model: each column's kind, limits and code list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models

from hezhu.core.access.divisions import DivisionField
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.fields import CodeListField, MeaningfulField
from hezhu.engines.intake import Contract, Field, Kind

_UNIT_IN_LABEL = re.compile(r"（(.+?)）$")
_DIVISION_TITLES = ("行政区划", "行政区划代码", "所属县（市、区）", "所属区县", "区县", "县市区", "所在地", "属地")
_LOOKED_UP_AT_ONCE = 5_000
_KINDS = {kind.value for kind in Kind}


def contract_of(register: Register) -> Contract:
    """The contract of ``register``. ``extra["aliases"]`` (field → titles) adds column titles in use."""
    aliases: dict[str, tuple[str, ...]] = register.extra.get("aliases", {})
    key = upsert_key(register)
    importable = {field.name: field for field in register.fields() if field.name in register.form_fields() and _importable(field)}
    names = list(importable)
    fields = [_field(field, aliases.get(name, ()), names) for name, field in importable.items()]
    return Contract(register.slug, register.label, tuple(fields), key=tuple(name for name in key if name in names))


def contract_for(register: Register, mapping: Mapping[str, Any]) -> Contract:
    """``contract_of`` with what the mapping of a batch knows besides: its titles, and its source's ``translations`` and ``retired`` codes."""
    contract = contract_of(register)
    translations, retired = mapping.get("translations", {}), mapping.get("retired", {})
    titles = mapping.get("columns", {})
    if not titles:
        return contract
    fields = tuple(
        replace(
            each,
            aliases=(*each.aliases, *([titles[each.name]] if each.name in titles else [])),
            translations=translations.get(each.name, {}),
            retired={code: (since, now) for code, (since, now) in retired.get(each.name, {}).items()},
        )
        for each in contract.fields
    )
    return replace(contract, fields=fields)


def upsert_key(register: Register) -> tuple[str, ...]:
    """The fields by which a row is found again: the unique constraint that holds the register's key, without is_demo."""
    for constraint in register.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            fields = tuple(name for name in constraint.fields if name != "is_demo")
            if {_stored(register, name) for name in register.key} <= set(fields):
                return tuple(_typed(register, name) for name in fields)
    return register.key


def _stored(register: Register, name: str) -> str:
    """The column that tells rows apart by ``name``: for a sealed one its digest."""
    return getattr(register.model._meta.get_field(name), "digest", "") or name


def _typed(register: Register, name: str) -> str:
    """The column a sheet brings for what the constraint on ``name`` compares."""
    return getattr(register.model._meta.get_field(name), "of", "") or name


def _importable(field: models.Field) -> bool:
    """Free lists of texts and relations to what is no register cannot be told in one cell."""
    if field.is_relation:
        return registers.of(field.related_model) is not None  # type: ignore[arg-type]
    if hasattr(field, "base_field"):
        return bool(field.base_field.choices)
    return not isinstance(field, models.JSONField | models.FileField)


def _field(field: models.Field, aliases: tuple[str, ...], names: Iterable[str]) -> Field:
    label = str(field.verbose_name)
    unit = _UNIT_IN_LABEL.search(label)
    required = not field.blank and not field.null and not field.has_default()
    meaning = _meaning(field, names)
    meaning["aliases"] = (*aliases, *meaning.get("aliases", ()))
    return Field(name=field.name, label=label, required=required, unit=unit[1] if unit else "", **meaning)


def _meaning(field: models.Field, names: Iterable[str]) -> dict[str, Any]:
    """Kind, limits and code list of one column."""
    if field.is_relation:
        return {"kind": Kind.REFERENCE}
    if isinstance(field, DivisionField):
        hint = "address" if "address" in names else None
        return {"kind": Kind.DIVISION, "aliases": _DIVISION_TITLES, "scope": settings.CITY_DIVISION, "hint_from": hint}
    if isinstance(field, CodeListField):
        return {"kind": Kind.CODE_LIST, "code_list": field.code_list}
    if hasattr(field, "base_field"):
        return {"kind": Kind.CODE_LIST, "options": _options(field.base_field), "multiple": True}
    if field.choices:
        return {"kind": Kind.CODE_LIST, "options": _options(field)}
    if isinstance(field, MeaningfulField) and field.kind in _KINDS:
        return {"kind": Kind(field.kind), "max_length": field.max_length}
    if isinstance(field, models.BooleanField):
        return {"kind": Kind.BOOLEAN}
    if isinstance(field, models.DateTimeField):
        return {"kind": Kind.MOMENT}
    if isinstance(field, models.DateField):
        return {"kind": Kind.DATE}
    if isinstance(field, models.DecimalField):
        most = Decimal(10) ** (field.max_digits - field.decimal_places) - Decimal(1).scaleb(-field.decimal_places)
        return {"kind": Kind.DECIMAL, "scale": field.decimal_places, **_limits(field, -most, most)}
    if isinstance(field, models.IntegerField):
        low, high = connection.ops.integer_field_range(field.get_internal_type())
        return {"kind": Kind.INTEGER, **_limits(field, low, high)}
    return {"kind": Kind.TEXT, "max_length": field.max_length}


def _options(field: Any) -> dict[str, str]:
    return {str(code): str(label) for code, label in field.flatchoices}


def _limits(field: models.Field, low: Any, high: Any) -> dict[str, Any]:
    """The narrowest of the column's own range and its validators."""
    lows = [each.limit_value for each in field.validators if isinstance(each, MinValueValidator)]
    highs = [each.limit_value for each in field.validators if isinstance(each, MaxValueValidator)]
    return {
        "minimum": max([each for each in (low, *lows) if each is not None and not callable(each)]),
        "maximum": min([each for each in (high, *highs) if each is not None and not callable(each)]),
    }


class References:
    """What the relations of a register's rows name, looked up for each part of a file and remembered for the next.

    A text names a row by any column of the other register's key or search, as a form does, among the rows ``user`` sees; one that names
    two rows names none.
    """

    REMEMBERED = 400_000

    def __init__(self, register: Register, user: Any, columns: dict[str, str]) -> None:
        self._user = user
        self._targets: dict[str, Register] = {}
        self._known: dict[str, dict[str, int | None]] = {}
        for name in columns:
            field = register.model._meta.get_field(name)
            target = registers.of(field.related_model) if field.is_relation else None  # type: ignore[arg-type]
            if target is not None:
                self._targets[name], self._known[name] = target, {}
        self._columns = columns

    def of(self, frame: pl.DataFrame) -> dict[str, dict[str, int]]:
        """For each mapped relation: text in the part → the row it names."""
        found = {}
        for name, target in self._targets.items():
            texts = frame[self._columns[name]].drop_nulls().str.strip_chars().unique().to_list()
            known = self._known[name]
            if len(known) > self.REMEMBERED:
                known.clear()
            if fresh := [text for text in texts if text not in known]:
                named = _named(target, self._user, fresh)
                known |= {text: named.get(text) for text in fresh}
            found[name] = {text: pk for text in texts if (pk := known[text]) is not None}
        return found


def _named(target: Register, user: Any, texts: list[str]) -> dict[str, int]:
    found: dict[str, set[int]] = {}
    rows = target.rows(user).select_related(None).order_by()
    for column in {*target.key, *target.search}:
        if "__" in column:
            continue
        if target.model._meta.get_field(column).is_relation:
            continue
        for start in range(0, len(texts), _LOOKED_UP_AT_ONCE):
            part = texts[start : start + _LOOKED_UP_AT_ONCE]
            for text, pk in rows.filter(**{f"{column}__in": part}).values_list(column, "pk"):
                found.setdefault(str(text), set()).add(pk)
    return {text: next(iter(pks)) for text, pks in found.items() if len(pks) == 1}
