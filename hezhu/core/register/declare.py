"""A register is declared once: the model and one ``Register(...)`` give list, filters, search, detail, form, import, export, API,
history and a documentation page. Every part can be replaced by a class where one register truly differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

from django.db import models
from django.urls import reverse

from hezhu.core.access.scoping import Scoped, scope_key
from hezhu.core.errors import NotThere
from hezhu.core.prepared import HOLE, compiled
from hezhu.core.register import search
from hezhu.core.register.lamps import Lamp
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.sealed_fields import DigestField
from hezhu.core.register.ways import Condition, WayStep

NEVER_SHOWN = {"id", "search_grams", "is_demo", "source", "source_batch", "source_line"}
HUB = "0name0"
PATH_SAFE = "/~:@!$&'()*+,;="  # as Django writes addresses (RFC 3986, 3.3)
LINEAGE = {"source", "source_batch", "source_line", "created_at", "updated_at"}


@dataclass
class Register:
    """One register.

    ``slug`` is its address and its permission subject; ``key`` the columns that name a row (upsert key, with is_demo);
    ``columns`` the list's first choice; ``filters`` columns with a filter; ``search`` columns searched as text;
    ``tabs`` are saved first views: (label, query string).

    What else a register may say of itself: ``library`` groups it on the page of the six libraries (its first one is the head); ``same_as``
    names one-to-one relations whose other side is the same thing in the world (a firm and its unit): rows that lead there belong to it too;
    ``valid_until`` is the date after which a row no longer counts, ``lamp`` any other computed state, ``lamp_reads`` the columns
    of related rows it is judged by ("machine__filed_on"); ``way`` its statutory steps; ``conditions``
    sets of rows that depend on the day; ``panel`` a template of its own on the detail page; ``division_from`` is the relation a
    row takes its division from; ``narrow_by`` are relations one of which must be chosen before a list is read (tables of many millions);
    ``append_only`` rows are never changed, so that they need no history; ``after_intake`` gets each batch that wrote rows, within its
    transaction and its context of history, so that what it does is part of the batch.
    """

    model: type[Scoped]
    slug: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    search: tuple[str, ...]
    filters: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-id",)
    group: str = "libraries"
    nav: str = "libraries"
    icon: str = "database"
    about: Any = ""
    tabs: tuple[tuple[Any, str], ...] = ()
    library: str = ""
    same_as: tuple[str, ...] = ()
    valid_until: str = ""
    lamp_reads: tuple[str, ...] = ()
    lamp: Callable[[Any], Lamp | None] | None = None
    way: Callable[[Any], list[WayStep]] | None = None
    conditions: tuple[Condition, ...] = ()
    panel: str = ""
    division_from: str = ""
    narrow_by: tuple[str, ...] = ()
    append_only: bool = False
    after_intake: Callable[[Any], None] | None = None
    not_in_form: tuple[str, ...] = ()
    detail_url: str | None = None
    table_class: type | None = None
    filterset_class: type | None = None
    form_class: type | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    def fields(self) -> list[models.Field]:
        """Every concrete column a reader may see, in the model's order, division first among equals."""
        return list(self._fields)

    @cached_property
    def _fields(self) -> tuple[models.Field, ...]:
        shown = self.model._meta.concrete_fields
        return tuple(f for f in shown if f.name not in NEVER_SHOWN and not isinstance(f, DigestField))

    def form_fields(self) -> list[str]:
        """The columns a person fills."""
        left_out = {*self.not_in_form, *LINEAGE, *(["division"] if self.division_from else [])}
        return [f.name for f in self.fields() if f.editable and not f.generated and f.name not in left_out]

    def personal_fields(self) -> set[str]:
        """Columns with personal data: shown masked."""
        return {f.name for f in self.fields() if getattr(f, "personal", False)}

    def rows(self, user: Any) -> models.QuerySet:
        """The rows ``user`` sees, with the relations that pages show; never the grams, which only the database reads."""
        related = [f for f in self.fields() if f.is_relation]
        unread = [name for f in related for name in self._unread(f, ("search_grams",))]
        rows = self.model.objects.visible_to(user).select_related(*[f.name for f in related])
        return rows.defer(*unread, *self._own_unread)

    @cached_property
    def _own_unread(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.model._meta.concrete_fields if f.name == "search_grams")

    @staticmethod
    def _unread(relation: Any, names: Iterable[str]) -> list[str]:
        held = {f.name for f in relation.related_model._meta.concrete_fields}
        return [f"{relation.name}__{name}" for name in names if name in held]

    def row(self, user: Any, pk: int) -> Any:
        """One of ``rows``. Raises NotThere: a row out of scope looks like no row at all."""
        if pk >= HOLE:
            raise NotThere()
        row = compiled(("row", self.slug, *scope_key(user)), lambda: self.rows(user).filter(pk=HOLE)).first(pk)
        if row is None:
            raise NotThere()
        return row

    def drawn(self, rows: models.QuerySet, columns: Iterable[str]) -> models.QuerySet:
        """``rows`` with only the relations that a list of ``columns`` draws, or that name the row: each further one costs a wide table.

        Of a related row only that is read which names it; whatever else is asked of it is read then.
        """
        wanted = {*columns, *self.key, *(path.partition("__")[0] for path in self.lamp_reads)}
        drawn = [f for f in self.fields() if f.is_relation and f.name in wanted]
        unread = [
            name for f in drawn for name in self._unread(f, _beside_its_name(f.related_model)) if name not in self.lamp_reads
        ]
        rows = rows.defer(None).select_related(None).select_related(*[f.name for f in drawn])
        times = [f.name for f in self.fields() if f.name in {"created_at", "updated_at"} - wanted]
        return rows.defer(*unread, *times, *self._own_unread)

    def find(self, rows: models.QuerySet, text: str) -> models.QuerySet:
        """Those of ``rows`` that contain ``text`` in a searched column."""
        return search.matching(rows, text, self.search)

    def permission(self, verb: str) -> str:
        return f"{self.slug}.{verb}"

    def url(self, row: models.Model) -> str:
        """Where a row is read: the register's own page, or the hub that replaces it. ``row`` may be an event of its history."""
        if self.detail_url:
            name, (before, after) = str(getattr(row, self.key[0])), self._hubs_at
            return reverse(self.detail_url, args=[name]) if "/" in name else f"{before}{quote(name, safe=PATH_SAFE)}{after}"
        return self.at(getattr(row, "pgh_obj_id", row.pk))

    @cached_property
    def _hubs_at(self) -> tuple[str, str]:
        """What stands before and after a row's own name in the address of its hub."""
        before, _, after = reverse(str(self.detail_url), args=[HUB]).partition(HUB)
        return before, after

    def at(self, pk: int) -> str:
        """Where the row of that number is read."""
        return f"{self._rows_at}{pk}/"

    @cached_property
    def _rows_at(self) -> str:
        """The address that a row's number completes, looked up once: a page leads to hundreds of rows."""
        return reverse("register:detail", args=[self.slug, 0]).removesuffix("0/")

    @property
    def has_lineage(self) -> bool:
        return issubclass(self.model, Lineage)

    @cached_property
    def _indexed(self) -> frozenset[str]:
        meta = self.model._meta
        single = {f.name for f in meta.concrete_fields if getattr(f, "db_index", False) or f.unique or f.primary_key}
        named = {index.fields[0].lstrip("-") for index in meta.indexes if index.fields}
        constrained = {c.fields[0] for c in meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields}
        return frozenset(single | named | constrained)

    def indexed(self) -> frozenset[str]:
        """Columns that lead an index: the ones a list may be sorted and filtered by with a million rows in it."""
        return self._indexed

    def event_model(self) -> type[models.Model] | None:
        """The table of this register's history events."""
        for relation in self.model._meta.related_objects:
            if relation.name and hasattr(relation.related_model, "pgh_tracked_model"):
                return relation.related_model
        return None


@cache
def _beside_its_name(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of ``model`` that a row's name does not need: all but its keys and those its ``__str__`` speaks of."""
    register = registers.of(model)
    spoken = {"id", "name", "is_demo", *(register.key if register else ())}
    for word in model.__str__.__code__.co_names:
        spoken.add(word.removeprefix("get_").removesuffix("_display"))
    return tuple(f.name for f in model._meta.concrete_fields if f.name not in spoken and not f.primary_key)


class Registers:
    """All declared registers, by slug, in the order they were declared."""

    def __init__(self) -> None:
        self._by_slug: dict[str, Register] = {}

    def add(self, register: Register) -> Register:
        if register.slug in self._by_slug:
            raise ValueError(f"register {register.slug!r} is declared twice")
        self._by_slug[register.slug] = register
        return register

    def __len__(self) -> int:
        return len(self._by_slug)

    def __iter__(self) -> Iterator[Register]:
        return iter(self._by_slug.values())

    def get(self, slug: str) -> Register | None:
        return self._by_slug.get(slug)

    def of(self, model: type[models.Model]) -> Register | None:
        """The register of a model, or None."""
        return next((register for register in self if register.model is model), None)


registers = Registers()
