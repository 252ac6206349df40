"""The rows behind a figure, as a reader sees them: columns of the definition, whether each counts and why not, and its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from hezhu.core.access.divisions import division_names
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.values import display, plain
from hezhu.engines.indicators import ALL, COUNTED, NOT_COUNTED, Indicator, Run
from hezhu.portal.computing import RowBehind, rows_behind
from hezhu.portal.definitions import InForce
from hezhu.portal.schema import schema

PAGE = 50
TABS = {"all": ALL, "counted": COUNTED, "left-out": NOT_COUNTED}
EXPORT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One value under its column's title, with the address of the record it names (empty for plain values)."""

    head: str
    text: Any
    url: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the list."""

    register: str
    key: int
    name: str
    cells: list[Cell]
    division: str
    division_code: str
    happened_on: dt.date | None
    numerator: Decimal
    denominator: Decimal
    is_counted: bool
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of rows. ``hidden`` rows belong to this page of the figure but not to what the account may see."""

    heads: list[tuple[str, bool]]
    rows: list[ShownRow]
    hidden: int
    page: int
    has_next: bool
    amount_heads: tuple[str, str] = ("", "")


def page_of(definition: InForce, run: Run, user: Any, *, tab: str, page: int) -> RowPage:
    """The rows of ``tab`` (all, counted, left-out), fifty a page, newest first."""
    found = rows_behind(definition, run, which=TABS[tab], limit=PAGE + 1, offset=(page - 1) * PAGE)
    shown, hidden = _shown(definition, found[:PAGE], user)
    return RowPage(heads(definition), shown, hidden, page, len(found) > PAGE, amount_heads(definition.indicator))


def all_lines(definition: InForce, run: Run, user: Any, *, tab: str) -> Iterator[list[Any]]:
    """Every row of ``tab`` the account may see, as values of a sheet, up to EXPORT_LIMIT."""
    offset = 0
    while offset < EXPORT_LIMIT:
        found = rows_behind(definition, run, which=TABS[tab], limit=1000, offset=offset)
        records = _records(definition, found, user)
        for row in found:
            record = records.get((row.source, row.key))
            if record is not None:
                yield _line(definition, record, row)
        if len(found) < 1000:
            return
        offset += 1000


def sheet_head(definition: InForce) -> list[str]:
    above, below = amount_heads(definition.indicator)
    amounts = [above, below] if below else [above]
    return [*(head for head, _number in heads(definition)), _("县（市、区）"), *amounts, _("是否计入"), _("原因"), _("来源")]


def heads(definition: InForce) -> list[tuple[str, bool]]:
    """Column titles and whether their values are numbers."""
    register = _register(definition, 0)
    found = []
    for path in definition.indicator.columns:
        field, _steps = _field(register, path)
        label = _("项目") if path == "project.name" else str(field.verbose_name)
        found.append((label, _is_number(field)))
    return found


def amount_heads(indicator: Indicator) -> tuple[str, str]:
    """What a row adds above and below; the second is empty without a denominator."""
    return indicator.numerator.label, indicator.denominator.label if indicator.denominator else ""


def _register(definition: InForce, source: int) -> Register:
    population = definition.indicator.population
    if source == 1 and definition.indicator.denominator and definition.indicator.denominator.population:
        population = definition.indicator.denominator.population
    register = registers.get(population.table)
    assert register is not None
    return register


def _field(register: Register, path: str) -> tuple[Any, list[str]]:
    """The model field a path leads to and the relations on the way."""
    steps = path.split(".")
    model: Any = register.model
    for step in steps[:-1]:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(steps[-1]), steps[:-1]


def _is_number(field: Any) -> bool:
    return isinstance(field, models.DecimalField | models.IntegerField) and not field.name.endswith("year")


def _records(definition: InForce, rows: list[RowBehind], user: Any) -> dict[tuple[int, int], Any]:
    """The records of ``rows`` that ``user`` may see."""
    found: dict[tuple[int, int], Any] = {}
    for source in {row.source for row in rows}:
        register = _register(definition, source)
        if not user.may(register.permission("view")):
            continue
        keys = [row.key for row in rows if row.source == source]
        relations = list(schema()[register.slug].links)
        for record in register.model.objects.visible_to(user).select_related(*relations).filter(pk__in=keys):
            found[source, record.pk] = record
    return found


def _shown(definition: InForce, rows: list[RowBehind], user: Any) -> tuple[list[ShownRow], int]:
    records = _records(definition, rows, user)
    names = division_names()
    shown = []
    for row in rows:
        record = records.get((row.source, row.key))
        if record is None:
            continue
        shown.append(
            ShownRow(
                register=_register(definition, row.source).slug,
                key=row.key,
                name=str(record),
                cells=_cells(definition, record, row.source),
                division=names.get(row.division, row.division),
                division_code=row.division,
                happened_on=row.happened_on,
                numerator=row.numerator,
                denominator=row.denominator,
                is_counted=row.is_counted,
                reason=_reason(definition, record, row),
                source=source_of(record),
            )
        )
    return shown, len(rows) - len(shown)


def _reason(definition: InForce, record: Any, row: RowBehind) -> str:
    """Why a row is not counted; a building says more where its judgement was written down."""
    said = getattr(record, "assembly_reason", "") if definition.indicator.target == "T08" else ""
    return f"{row.reason}：{said}" if row.reason and said and not row.is_counted else row.reason


def _cells(definition: InForce, record: Any, source: int) -> list[Cell]:
    register = _register(definition, source)
    if source == 1:
        return [Cell(register.label, str(record), register.url(record))]
    cells = []
    titles = heads(definition)
    for number, path in enumerate(definition.indicator.columns):
        field, steps = _field(register, path)
        owner = record
        for step in steps:
            owner = getattr(owner, step)
        of_owner = registers.of(type(owner))
        is_name = field.name in ("name", "title") and (number == 0 or owner is record)
        url = of_owner.url(owner) if of_owner and is_name else ""
        cells.append(Cell(titles[number][0], display(owner, field), url, _is_number(field)))
    return cells


def _line(definition: InForce, record: Any, row: RowBehind) -> list[Any]:
    register = _register(definition, row.source)
    values = []
    for path in definition.indicator.columns:
        if row.source == 1:
            values = [str(record)] + [None] * (len(definition.indicator.columns) - 1)
            break
        field, steps = _field(register, path)
        owner = record
        for step in steps:
            owner = getattr(owner, step)
        values.append(plain(owner, field))
    amounts = [row.numerator] + ([row.denominator] if definition.indicator.denominator else [])
    counted = _("计入") if row.is_counted else _("不计入")
    division = division_names().get(row.division, row.division)
    return [*values, division, *amounts, counted, _reason(definition, record, row), source_of(record)]


def source_of(record: Any) -> str:
    """Where the record came from: source, batch, line."""
    if not getattr(record, "source", ""):
        return _("页面填报")
    parts = [record.source]
    if record.source_batch:
        parts.append(record.source_batch)
    if record.source_line:
        parts.append(_("第 %(line)s 行") % {"line": record.source_line})
    return " · ".join(parts)
