"""The registers as the indicator engine sees them, read from the registers' own models. Personal columns are left out."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hezhu.core.register.declare import Register, registers
from hezhu.engines.indicators import Column, Link, Table
from hezhu.engines.indicators.tables import schema_as_dict

TABLES = ("projects", "buildings", "enterprises", "policies", "events")
UNITS = {"_m2": "m2", "_wan_yuan": "wan_yuan", "_rate": "%", "_m": "m"}
SCOPE = {"id", "division", "is_demo"}


@lru_cache(maxsize=1)
def schema() -> dict[str, Table]:
    """The registers definitions may read, by slug."""
    declared = {slug: registers.get(slug) for slug in TABLES}
    slugs = {register.model: slug for slug, register in declared.items() if register}
    return {slug: _table(register, slugs) for slug, register in declared.items() if register}


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """The same as long as the registers' columns stay the same."""
    return hashlib.sha256(json.dumps(schema_as_dict(schema()), sort_keys=True).encode()).hexdigest()


def _table(register: Register, slugs: dict[Any, str]) -> Table:
    columns: dict[str, Column] = {}
    links: dict[str, Link] = {}
    personal = register.personal_fields()
    for field in register.model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            if slug := slugs.get(field.related_model):
                links[field.name] = Link(field.column, slug)
        elif field.name not in SCOPE | personal and (kind := _type(field)):
            columns[field.name] = Column(kind, str(field.verbose_name), _unit(field.name))
    return Table(register.slug, register.label, register.model._meta.db_table, columns, links)


def _type(field: models.Field) -> str | None:
    if field.generated or isinstance(field, models.DateTimeField):
        return None
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.BooleanField):
        return "boolean"
    if isinstance(field, models.DecimalField):
        return "decimal"
    if isinstance(field, models.IntegerField):
        return "int64"
    if isinstance(field, ArrayField) and isinstance(field.base_field, models.CharField):
        return "array<string>"
    return "string" if isinstance(field, models.CharField | models.TextField) else None


def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
