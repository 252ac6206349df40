"""``$filter``, ``$orderby``, ``$top`` and ``$skip`` of OData 4.01, as far as the BCF API 3.0 has them, over a queryset.

Understood: eq ne gt ge lt le in, and or not, parentheses, contains startswith endswith, ``labels/any(x: x eq 'a')``, text in quotes,
times, whole numbers, null. Anything else is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.errors import BadInput

MAX_LENGTH = 4000
MAX_DEPTH = 40
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[ +-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+)|(?P<name>[A-Za-z_][\w/]*)|(?P<sign>[(),:]))"
)
_COMPARE = {"eq": "exact", "gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
_FUNCTIONS = {"contains": "icontains", "startswith": "istartswith", "endswith": "iendswith"}


class QueryWrong(BadInput):
    code = "odata-query-wrong"
    status = 400
    message = gettext_lazy("查询条件读不懂：%(reason)s")

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(reason=f"{option}：{reason}", problems=[{"field": option, "reason": reason}])


@dataclass(frozen=True, slots=True)
class Column:
    """A property that may be asked for. ``kind``: text, time, whole, words (a list), event (the types in a log entry)."""

    lookup: str
    kind: str = "text"


def asked(
    rows: QuerySet, params: Mapping[str, str], columns: Mapping[str, Column], orders: Mapping[str, str], default: str
) -> QuerySet:
    """The rows that ``params`` asks for, in its order. Raises QueryWrong."""
    if said := params.get("$filter", "").strip():
        rows = rows.filter(_Parser(said, columns).parse())
    rows = rows.order_by(*_order(params.get("$orderby", ""), orders, default))
    skip, top = _whole(params, "$skip", 0), _whole(params, "$top", None)
    return rows[skip : None if top is None else skip + top]


def _order(said: str, orders: Mapping[str, str], default: str) -> list[str]:
    names = []
    for part in filter(None, (part.strip() for part in said.split(","))):
        name, _space, direction = part.partition(" ")
        if name not in orders or direction.strip().lower() not in ("", "asc", "desc"):
            raise QueryWrong(
                "$orderby", _("“%(part)s”；可用 %(known)s，后面可写 asc 或 desc") % {"part": part, "known": "、".join(orders)}
            )
        names.append(("-" if direction.strip().lower() == "desc" else "") + orders[name])
    return [*(names or [default]), "pk"]


def _whole(params: Mapping[str, str], name: str, default: int | None) -> int | None:
    text = params.get(name, "")
    if not text:
        return default
    if not text.isdigit() or len(text) > 9:
        raise QueryWrong(name, _("“%(text)s”不是从 0 起的整数") % {"text": text[:40]})
    return int(text)


class _Parser:
    def __init__(self, said: str, columns: Mapping[str, Column]) -> None:
        if len(said) > MAX_LENGTH:
            raise QueryWrong("$filter", _("超过 %(count)d 个字") % {"count": MAX_LENGTH})
        self._tokens = list(_tokens(said))
        self._at, self._depth, self._columns = 0, 0, columns
        self._variable, self._over = "", Column("")

    def parse(self) -> Q:
        found = self._either()
        if self._peek() is not None:
            raise self._wrong()
        return found

    def _either(self) -> Q:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryWrong("$filter", _("嵌套太深"))
        found = self._both()
        while self._taken("or"):
            found |= self._both()
        self._depth -= 1
        return found

    def _both(self) -> Q:
        found = self._one()
        while self._taken("and"):
            found &= self._one()
        return found

    def _one(self) -> Q:
        if self._taken("not"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise QueryWrong("$filter", _("嵌套太深"))
            found = ~self._one()
            self._depth -= 1
            return found
        if self._taken("("):
            found = self._either()
            self._need(")")
            return found
        return self._comparison()

    def _comparison(self) -> Q:
        kind, name = self._next()
        if kind != "name":
            raise self._wrong(name)
        if name in _FUNCTIONS:
            self._need("(")
            column = self._column(self._next()[1])
            self._need(",")
            value = self._value(column)
            self._need(")")
            return Q(**{f"{column.lookup}__{_FUNCTIONS[name]}": value})
        if name.endswith("/any"):
            return self._any(self._column(name.removesuffix("/any")))
        column = self._over if name == self._variable and self._variable else self._column(name)
        operator = self._next()[1]
        if operator == "in":
            return self._among(column)
        if operator == "ne":
            return ~self._equal(column, "exact")
        if operator not in _COMPARE:
            raise self._wrong(operator)
        return self._equal(column, _COMPARE[operator])

    def _any(self, column: Column) -> Q:
        if column.kind != "words" or self._variable:
            raise self._wrong("any")
        self._need("(")
        self._variable, self._over = self._next()[1], column
        self._need(":")
        found = self._either()
        self._need(")")
        self._variable = ""
        return found

    def _among(self, column: Column) -> Q:
        self._need("(")
        found = self._equal(column, "exact")
        while self._taken(","):
            found |= self._equal(column, "exact")
        self._need(")")
        return found

    def _equal(self, column: Column, lookup: str) -> Q:
        value = self._value(column)
        if value is None:
            if column.kind == "text":
                return Q(**{column.lookup: ""})
            return Q(**{f"{column.lookup}__isnull": True})
        if column.kind == "words":
            return Q(**{f"{column.lookup}__contains": [value]})
        if column.kind == "event":
            return Q(**{f"{column.lookup}__contains": [{"type": value}]})
        return Q(**{f"{column.lookup}__{lookup}": value})

    def _value(self, column: Column) -> Any:
        kind, said = self._next()
        if kind == "name" and said == "null":
            return None
        if column.kind == "time" and kind in ("time", "text"):
            return _moment(said.strip("'"))
        if column.kind == "whole" and kind == "number":
            return int(said)
        if column.kind in ("text", "words", "event", "guid") and kind == "text":
            value = said[1:-1].replace("''", "'")
            if column.kind == "guid" and not re.fullmatch(r"[0-9A-Fa-f-]{32,36}", value):
                raise self._wrong(said)
            return value
        raise self._wrong(said)

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            raise QueryWrong(
                "$filter", _("没有“%(name)s”；可用 %(known)s") % {"name": name[:60], "known": "、".join(self._columns)}
            )
        return self._columns[name]

    def _peek(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        if token is None:
            raise QueryWrong("$filter", _("条件没有写完"))
        self._at += 1
        return token

    def _taken(self, word: str) -> bool:
        token = self._peek()
        if token is not None and token[0] in ("name", "sign") and token[1] == word:
            self._at += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._taken(sign):
            raise QueryWrong("$filter", _("缺少“%(sign)s”") % {"sign": sign})

    def _wrong(self, said: str | None = None) -> QueryWrong:
        token = said if said is not None else (self._peek() or ("", ""))[1]
        return QueryWrong("$filter", _("“%(said)s”不能在这里") % {"said": token[:60]})


def _tokens(said: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(said.rstrip()):
        match = _TOKEN.match(said, at)
        if match is None or match.lastgroup is None:
            raise QueryWrong("$filter", _("第 %(at)d 个字起读不懂") % {"at": at + 1})
        yield match.lastgroup, match.group(match.lastgroup)
        at = match.end()


def _moment(said: str) -> datetime:
    """A time. A plus that a client left unencoded has become a space on the way."""
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", said)
    try:
        moment = parse_datetime(text) if "T" in text else datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        raise QueryWrong("$filter", _("“%(text)s”不是时间") % {"text": said[:40]})
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
