"""The list of a register as a django-tables2 table, its columns chosen by the type of each field."""

from __future__ import annotations

import html
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2 as tables
from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.core.register.lamps import lamp_of
from hezhu.core.register.values import BLANK, display, labels_of
from hezhu.core.ui.templatetags.hezhu import icon, lamp


class OwnColumn(tables.Column):  # type: ignore[misc]
    """A table copies its columns deeply; ours hold a register and a model's field, which are the same for all."""

    def __deepcopy__(self, memo: dict[int, Any]) -> OwnColumn:
        made = copy(self)
        made.attrs = dict(self.attrs)
        return made


class ValueColumn(OwnColumn):
    """Shows a field as the house writes it: labels for codes, masks for personal data, numbers to the right."""

    def __init__(self, field: Any, register: Register, *, link: bool, tail: str = "") -> None:
        self.field, self.register, self.leads, self.tail = field, register, link, tail
        self.target = registers.of(field.related_model) if field.is_relation else None
        numeric = isinstance(field, (models.DecimalField, models.IntegerField, models.FloatField)) and not field.is_relation
        css = "right num" if numeric else "masked" if getattr(field, "personal", False) else "nowrap"
        super().__init__(
            accessor=field.name,
            verbose_name=field.verbose_name,
            attrs={"td": {"class": css}, "th": {"class": "right" if numeric else ""}},
            empty_values=(),
            orderable=field.name in register.indexed() and not field.is_relation,
        )

    def words(self, language: str | None) -> Callable[[Any], str] | None:
        """How a code is written, its words looked up once for all rows; None where a value is no plain code."""
        if self.leads or self.target is not None or not self.field.choices or getattr(self.field, "personal", False):
            return None
        labels = {code: html.escape(label) for code, label in labels_of(self.field, language).items()}
        name = self.field.name

        def written(record: Any) -> str:
            value = getattr(record, name)
            return BLANK if value is None or value == "" else labels.get(value) or html.escape(str(value))

        return written

    def render(self, record: Any) -> Any:
        text = display(record, self.field)
        if self.leads:
            return mark_safe(f'<a class="cut" href="{html.escape(self.register.url(record))}{self.tail}">{_escaped(text)}</a>')
        if self.target is not None and text != BLANK:
            url = self.target.url(getattr(record, self.field.name))
            return mark_safe(f'<a class="cut" href="{html.escape(url)}">{_escaped(text)}</a>')
        return text


class SourceColumn(OwnColumn):
    """Where a row comes from: source, batch, line."""

    def words(self, language: str | None) -> Callable[[Any], str]:
        """How the source of any row is written."""
        typed, at, mark = gettext("页面填报"), gettext("第 %(line)s 行"), icon("link")

        def written(record: Any) -> str:
            parts = record.source or typed
            if record.source_line:
                parts += " · " + at % {"line": record.source_line}
            return f'<span class="source-chip">{mark}{html.escape(parts)}</span>'

        return written

    def render(self, record: Any) -> Any:
        return mark_safe(self.words(None)(record))  # escaped there


class LampColumn(OwnColumn):
    """The computed state of a row, with its reason on hover."""

    def __init__(self, register: Register, day: date | None) -> None:
        self.register, self.day = register, day
        super().__init__(
            verbose_name=_("状态"), accessor="pk", empty_values=(), orderable=False, attrs={"td": {"class": "nowrap"}}
        )

    def render(self, record: Any) -> Any:
        shown = lamp_of(self.register, record, self.day)
        return format_html('<span title="{}">{}</span>', shown.why, lamp(shown.state, shown.word)) if shown else BLANK


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A column's name, its escaped head, the attributes of its head cell, the start of its other cells, and whether it sorts."""

    name: str
    header: str
    th: str
    td: str
    orderable: bool


_DRAWN: dict[tuple[Any, ...], list[DrawnColumn]] = {}
_TABLES: dict[tuple[Any, ...], type[tables.Table]] = {}
MOST_TABLES = 1024
TICK = '<td class="tick"><input class="form-check-input" type="checkbox" name="row" value="{}" data-select aria-label="{}"></td>'


class RegisterTable(tables.Table):  # type: ignore[misc]
    """Base of every register's table."""

    class Meta:
        template_name = "register/table.html"
        attrs = {"class": "ledger"}

    draws_itself = True

    def drawn_columns(self) -> list[DrawnColumn]:
        """How each column is written, the same for every page of the list in one language."""
        key = (type(self), get_language())
        if key not in _DRAWN:
            if len(_DRAWN) >= MOST_TABLES:
                _DRAWN.clear()
            _DRAWN[key] = [
                DrawnColumn(
                    column.name,
                    html.escape(str(column.header)),
                    str(column.attrs["th"].as_html()),
                    str(format_html('<td data-label="{}" {}>', column.header, column.attrs["td"].as_html())),
                    column.orderable,
                )
                for column in self.columns
            ]
        return _DRAWN[key]

    def head(self, order: str, query: str | None) -> SafeString:
        """The heads of the columns; with ``query``, the list's query without its order, they sort it. ``order`` is the present one."""
        cells = []
        for column in self.drawn_columns():
            up, down = order == column.name, order == f"-{column.name}"
            mark = icon("chevron-up") if up else icon("chevron-down") if down else ""
            text = f"{column.header}{mark}"
            if column.orderable and query is not None:
                ask = f"sort={'-' if up else ''}{column.name}"
                text = f'<a href="?{html.escape(f"{query}&{ask}" if query else ask)}">{text}</a>'
            sorts = ' aria-sort="ascending"' if up else ' aria-sort="descending"' if down else ""
            cells.append(f"<th {column.th}{sorts}>{text}</th>")
        return mark_safe("".join(cells))  # each piece is escaped

    @property
    def plain_body(self) -> SafeString:
        """The rows as HTML. Written here in one go: half of a page's time went into asking each cell anew how it is to be drawn."""
        return self._body(ticks=False)

    @property
    def ticked_body(self) -> SafeString:
        """The rows with a box before each."""
        return self._body(ticks=True)

    def _body(self, *, ticks: bool) -> SafeString:
        language = get_language()
        columns = [
            (column, drawn.td, column.column.words(language) if isinstance(column.column, (ValueColumn, SourceColumn)) else None)
            for column, drawn in zip(self.columns, self.drawn_columns(), strict=True)
        ]
        own = {column.name for column, _, _ in columns if hasattr(self, f"render_{column.name}")}
        lines, chosen = [], gettext("选 %(name)s")
        for row in self.rows:
            cells = [TICK.format(row.record.pk, html.escape(chosen % {"name": row.record}))] if ticks else []
            for column, start, words in columns:
                if words is not None:
                    cells.append(f"{start}{words(row.record)}</td>")
                    continue
                asked = column.name in own or not isinstance(column.column, OwnColumn)
                value = row.get_cell(column.name) if asked else column.column.render(row.record)
                cells.append(f"{start}{_escaped(value)}</td>")
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return mark_safe("".join(lines))


def _escaped(value: Any) -> str:
    """As conditional_escape, without its care for words that are not looked up yet."""
    if isinstance(value, SafeString):
        return value
    return html.escape(value) if isinstance(value, str) else str(conditional_escape(value))


def table_of(register: Register, columns: list[str], *, day: date | None = None) -> type[tables.Table]:
    """The table class for ``columns``; the first column links to the row. With ``day`` it shows the rows as they stood then."""
    if register.table_class is not None:
        return register.table_class
    key = (register.slug, register.model, tuple(columns), day)
    if key not in _TABLES:
        if len(_TABLES) >= MOST_TABLES:
            _TABLES.clear()
        _TABLES[key] = _table_of(register, columns, day)
    return _TABLES[key]


def _table_of(register: Register, columns: list[str], day: date | None) -> type[tables.Table]:
    by_name = {f.name: f for f in register.fields()}
    chosen = [by_name[name] for name in columns if name in by_name]
    members: dict[str, Any] = {
        f.name: ValueColumn(f, register, link=index == 0, tail=f"?on={day}" if day else "") for index, f in enumerate(chosen)
    }
    if register.valid_until or register.lamp:
        members["lamp"] = LampColumn(register, day)
    if register.has_lineage:
        members["source"] = SourceColumn(verbose_name=_("来源"), accessor="source", empty_values=(), orderable=False)
    members["Meta"] = type("Meta", (RegisterTable.Meta,), {"sequence": [*members]})
    return type(f"{register.model.__name__}Table", (RegisterTable,), members)
