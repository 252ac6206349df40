"""A source as its YAML says: where it is, its columns and what they are here, codes, keys, schedule. Read anew each time, never executed.

Operators declare sources as files; the city office declares them on a page, kept in the database (``declared.py``). A page can name no secret, and a
demonstration account only sources whose files are handed in: what lies in the operator's folders is real.

The file is a data contract after ODCS v3.1 (bitol-io/open-data-contract-standard): ``servers`` says where, ``schema`` holds one object whose
``properties`` are the source's columns. What the standard leaves open stands under ``customProperties``: on a column ``field``, ``codes``,
``retired``; on the whole ``register``, ``full``, ``account``; on the server ``paging``, ``secret``, ``query``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from croniter import croniter
from django.conf import settings
from django.utils.translation import gettext

from hezhu.core.intake.contracts import contract_of
from hezhu.core.intake.errors import SourceInvalid
from hezhu.core.intake.models import DeclaredSource
from hezhu.core.register.declare import Register, registers

ENDING = ".odcs.yaml"
PAGING = ("none", "page", "offset", "link", "cursor")
SERVER_TYPES = {"local", "api", "postgres", "postgresql", "duckdb", "custom"}
HANDED_IN = "custom"
"""The type of a server that is none: its files are handed in on the source's page."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SECRET = re.compile(r"HEZHU_SOURCE_[A-Z0-9_]+")
MOST_BYTES = 1_000_000
PAGE_SIGNS = 200_000


@dataclass(frozen=True)
class Source:
    """One declared source. ``columns`` is title → field, "" for a column that is known and not taken."""

    name: str
    title: str
    register: Register
    columns: Mapping[str, str]
    server: Mapping[str, Any]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    retired: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    schedule: str = ""
    within_days: float | None = None
    full: bool = False
    account: str = ""
    owner: str = ""
    is_active: bool = True
    on_page: bool = False
    is_demo: bool | None = None
    """Declared by a demonstration account or by a real one; None for the operator's files, which serve both."""

    @property
    def takes_uploads(self) -> bool:
        return self.kind in ("local", HANDED_IN)

    @property
    def can_be_fetched(self) -> bool:
        return self.kind != HANDED_IN

    @property
    def kind(self) -> str:
        return str(self.server["type"])

    @cached_property
    def options(self) -> dict[str, Any]:
        """The custom properties of the server."""
        return _custom(self.server)

    @property
    def place(self) -> str:
        """Where it is, for people: no secret is ever part of it."""
        server = self.server
        if self.kind == HANDED_IN:
            return gettext("在页面上交文件")
        return str(server.get("path") or server.get("location") or f"{server.get('host', '')}/{server.get('database', '')}")

    def mapping(self, titles: tuple[str, ...]) -> dict[str, Any]:
        """The batch mapping for a file with these titles."""
        columns = {name: title for title, name in self.columns.items() if name and title in titles}
        retired = {name: {code: list(told) for code, told in codes.items()} for name, codes in self.retired.items()}
        return {
            "columns": columns,
            "shifts": {},
            "titles": list(titles),
            "translations": {name: dict(codes) for name, codes in self.translations.items()},
            "retired": retired,
        }


def all_sources() -> Iterator[Source | SourceInvalid]:
    """Every declared source by name; one that cannot be understood comes as its error, so that one does not hide the others."""
    folder: Path = settings.SOURCES
    in_files = {path.name.removesuffix(ENDING): path for path in folder.glob(f"*{ENDING}")} if folder.is_dir() else {}
    on_pages = {row.name: row for row in DeclaredSource.objects.exclude(name__in=in_files)}
    for name in sorted({*in_files, *on_pages}):
        try:
            yield read_source(in_files[name]) if name in in_files else read_declared(on_pages[name])
        except SourceInvalid as error:
            yield error


def source_named(name: str) -> Source:
    """The source of that name; the operator's file goes before what a page says. Raises SourceInvalid."""
    if not _NAME.fullmatch(name):
        raise SourceInvalid(name=name, reason=gettext("名称只用小写字母、数字和连字符"))
    path = settings.SOURCES / f"{name}{ENDING}"
    if path.is_file():
        return read_source(path)
    row = DeclaredSource.objects.filter(name=name).first()
    if row is None:
        raise SourceInvalid(name=name, reason=gettext("没有文件 %(path)s") % {"path": path.name})
    return read_declared(row)


def is_file(name: str) -> bool:
    """Whether the operator declares a source of that name."""
    return (settings.SOURCES / f"{name}{ENDING}").is_file()


def read_source(path: Path) -> Source:
    """Raises SourceInvalid with what is wrong and where."""
    name = path.name.removesuffix(ENDING)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceInvalid(name=name, reason=gettext("文件太大"))
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceInvalid(name=name, reason=gettext("YAML 读不了：%(error)s") % {"error": str(error)[:200]}) from error
    return _Reading(name, _told(name, text)).source()


def read_declared(row: DeclaredSource) -> Source:
    """A source declared on a page. Raises SourceInvalid."""
    return read_text(row.name, row.text, is_demo=row.is_demo)


def name_in(text: str) -> str:
    """The name a contract gives itself, its ``id``. Raises SourceInvalid."""
    told = _told("", text)
    name = str(told.get("id") or "") if isinstance(told, dict) else ""
    if not _NAME.fullmatch(name):
        raise SourceInvalid(name=name or "—", reason=gettext("id 是来源的名称，只用小写字母、数字和连字符"))
    return name


def read_text(name: str, text: str, *, is_demo: bool) -> Source:
    """A contract as a page brings it: no secrets, and for a demonstration account nothing that is fetched. Raises SourceInvalid."""
    if len(text) > PAGE_SIGNS:
        raise SourceInvalid(name=name, reason=gettext("文件太大"))
    try:
        source = replace(_Reading(name, _told(name, text)).source(), on_page=True, is_demo=is_demo)
    except (TypeError, ValueError, AttributeError, KeyError) as error:  # a part is of another kind than the standard says
        raise SourceInvalid(name=name, reason=gettext("结构不合 ODCS：%(error)s") % {"error": str(error)[:200]}) from error
    if source.options.get("secret"):
        raise SourceInvalid(name=name, reason=gettext("要用密钥的来源由运维以文件申报，页面上不写 secret"))
    if source.account:
        raise SourceInvalid(name=name, reason=gettext("页面申报的来源以申报人所在的市试点办运行，不写 account"))
    if is_demo and source.can_be_fetched:
        raise SourceInvalid(name=name, reason=gettext("演示账号只能申报在页面上交文件的来源（servers[0].type: custom）"))
    return source


def _told(name: str, text: str) -> Any:
    try:
        # An alias of an alias of an alias … unfolds without end where it is read as text.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise SourceInvalid(name=name, reason=gettext("YAML 不用别名（*）"))
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SourceInvalid(name=name, reason=gettext("YAML 读不了：%(error)s") % {"error": str(error)[:200]}) from error


def _custom(part: Mapping[str, Any]) -> dict[str, Any]:
    listed = part.get("customProperties") or []
    return {str(each.get("property")): each.get("value") for each in listed if isinstance(each, dict)}


@dataclass(frozen=True)
class _Reading:
    """One file on its way to a Source."""

    name: str
    told: Any

    def wrong(self, reason: str) -> SourceInvalid:
        return SourceInvalid(name=self.name, reason=reason)

    def source(self) -> Source:
        told = self.told
        if (
            not isinstance(told, dict)
            or told.get("kind") != "DataContract"
            or not str(told.get("apiVersion", "")).startswith("v3")
        ):
            raise self.wrong(gettext("不是 ODCS v3 数据契约（kind: DataContract，apiVersion: v3.1.0）"))
        custom = _custom(told)
        register = registers.get(str(custom.get("register", "")))
        if register is None:
            raise self.wrong(gettext("customProperties 的 register 不是登记库：%(slug)s") % {"slug": custom.get("register")})
        properties = self._properties()
        columns = {each["name"]: str(_custom(each).get("field") or "") for each in properties}
        self._check_columns(register, columns, properties)
        schedule, within = self._terms()
        return Source(
            name=self.name,
            title=str(told.get("name") or self.name),
            register=register,
            columns=columns,
            server=self._server(),
            translations=self._codes(properties, "codes"),
            retired=self._retired(properties),
            optional=frozenset(each["name"] for each in properties if not each.get("required")),
            schedule=schedule,
            within_days=within,
            full=custom.get("full") is True,
            account=str(custom.get("account") or ""),
            owner=str(told.get("domain") or told.get("tenant") or ""),
            is_active=str(told.get("status") or "active") == "active",
        )

    def _properties(self) -> list[dict[str, Any]]:
        schema = self.told.get("schema")
        if not isinstance(schema, list) or len(schema) != 1 or not isinstance(schema[0], dict):
            raise self.wrong(gettext("schema 应有且只有一张表"))
        properties = schema[0].get("properties")
        if (
            not isinstance(properties, list)
            or not properties
            or not all(isinstance(p, dict) and p.get("name") for p in properties)
        ):
            raise self.wrong(gettext("schema[0].properties 应列出来源的每一列，各有 name"))
        names = [each["name"] for each in properties]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise self.wrong(gettext("列重复：%(names)s") % {"names": "、".join(twice)})
        return properties

    def _check_columns(self, register: Register, columns: Mapping[str, str], properties: list[dict[str, Any]]) -> None:
        contract = contract_of(register)
        taken = [name for name in columns.values() if name]
        if unknown := [name for name in taken if name not in contract.by_name]:
            raise self.wrong(
                gettext("%(register)s没有字段：%(names)s") % {"register": register.label, "names": "、".join(unknown)}
            )
        if twice := sorted({name for name in taken if taken.count(name) > 1}):
            raise self.wrong(gettext("两列对应同一字段：%(names)s") % {"names": "、".join(twice)})
        if missing := [each.label for each in contract.fields if contract.is_required(each) and each.name not in taken]:
            raise self.wrong(gettext("必填字段没有列：%(names)s") % {"names": "、".join(missing)})
        keys = {columns[each["name"]] for each in properties if each.get("primaryKey")}
        if keys and keys != set(contract.key):
            wanted = "、".join(contract.by_name[name].label for name in contract.key)
            raise self.wrong(gettext("primaryKey 应是：%(keys)s") % {"keys": wanted})

    def _codes(self, properties: list[dict[str, Any]], what: str) -> dict[str, dict[str, Any]]:
        found = {}
        for each in properties:
            custom = _custom(each)
            if custom.get("field") and custom.get(what):
                if not isinstance(custom[what], dict):
                    raise self.wrong(gettext("列 %(name)s 的 %(what)s 应是对照表") % {"name": each["name"], "what": what})
                found[str(custom["field"])] = {str(code): value for code, value in custom[what].items()}
        return (
            {name: {code: str(now) for code, now in codes.items()} for name, codes in found.items()} if what == "codes" else found
        )

    def _retired(self, properties: list[dict[str, Any]]) -> dict[str, dict[str, tuple[str, str]]]:
        told = self._codes(properties, "retired")
        if any(not isinstance(value, dict) for codes in told.values() for value in codes.values()):
            raise self.wrong(gettext("retired 的每个代码应写 since 和 now"))
        return {
            name: {code: (str(value.get("since", "")), str(value.get("now", ""))) for code, value in codes.items()}
            for name, codes in told.items()
        }

    def _terms(self) -> tuple[str, float | None]:
        """Schedule (cron) and the days within which data should be new, from ``slaProperties`` frequency and latency."""
        schedule, within = "", None
        for each in self.told.get("slaProperties") or []:
            if each.get("property") == "frequency" and each.get("schedule"):
                schedule = str(each["schedule"])
                if len(schedule.split()) != 5 or not croniter.is_valid(schedule):
                    raise self.wrong(gettext("schedule 不是 cron 表达式：%(cron)s") % {"cron": schedule})
            if each.get("property") == "latency":
                days = {"d": 1.0, "day": 1.0, "days": 1.0, "h": 1 / 24, "hours": 1 / 24}.get(str(each.get("unit", "d")))
                if days is None or not isinstance(each.get("value"), int | float):
                    raise self.wrong(gettext("latency 应写数值和单位 d 或 h"))
                within = float(each["value"]) * days
        return schedule, within

    def _server(self) -> dict[str, Any]:
        servers = self.told.get("servers")
        if not isinstance(servers, list) or len(servers) != 1 or not isinstance(servers[0], dict):
            raise self.wrong(gettext("servers 应有且只有一个"))
        server = servers[0]
        if server.get("type") not in SERVER_TYPES:
            known = "、".join(sorted(SERVER_TYPES))
            raise self.wrong(gettext("servers[0].type 应是 %(known)s 之一") % {"known": known})
        named = {key: value for key, value in (_custom(server).get("secret") or {}).items() if key != "header"}
        plain = [key for key in ("password", "token", "secret") if server.get(key)]
        if plain or not all(_SECRET.fullmatch(str(value)) for value in named.values()):
            raise self.wrong(gettext("密钥不写在文件里，只写环境变量名（HEZHU_SOURCE_…）"))
        self._check_paging(_custom(server).get("paging") or {})
        return server

    def _check_paging(self, paging: Any) -> None:
        if not isinstance(paging, dict) or paging.get("kind", "none") not in PAGING:
            raise self.wrong(gettext("paging.kind 应是 %(known)s 之一") % {"known": "、".join(PAGING)})
        if paging.get("kind") in ("page", "offset", "cursor") and not paging.get("parameter"):
            raise self.wrong(gettext("paging 要写 parameter：翻页用的参数名"))
        for name in ("first", "size", "most_pages", "most_rows"):
            if name in paging and not isinstance(paging[name], int):
                raise self.wrong(gettext("paging.%(name)s 应是整数") % {"name": name})
