"""A REST interface page by page into one file of JSON lines, and the ways in which such an interface misleads."""

from __future__ import annotations

import hashlib
import json
import os
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.conf import settings
from django.utils.translation import gettext

from hezhu.core.intake.errors import (
    CountDiffers,
    HostNotAllowed,
    PagesNeverEnd,
    PagesRepeat,
    SecretMissing,
    SourceAway,
)
from hezhu.core.intake.sources.declare import Source

TRIES = 3
PAUSE_SECONDS = 0.5
TIMEOUT_SECONDS = 30
PAGE_BYTES = 50_000_000
MOST_PAGES, MOST_ROWS = 100_000, 100_000_000


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would lead past the list of allowed hosts."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_NoRedirect, ProxyHandler({}))


def pull(source: Source, to: Path) -> Path:
    """All pages, an object a line. Raises SourceAway, HostNotAllowed, SecretMissing, PagesRepeat, PagesNeverEnd, CountDiffers."""
    paging = dict(source.options.get("paging") or {})
    most_pages, most_rows = int(paging.get("most_pages", MOST_PAGES)), int(paging.get("most_rows", MOST_ROWS))
    seen: dict[str, int] = {}
    rows, stated = 0, None
    url: str | None = _first(source, paging)
    page = 0
    with to.open("w", encoding="utf-8") as file:
        while url:
            page += 1
            answer = _get(source, url)
            items = _at(answer, str(paging.get("items", "")))
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise SourceAway(name=source.name, reason=gettext("第 %(page)s 页里没有对象的数组") % {"page": page})
            if stated is None and paging.get("total"):
                stated = _at(answer, str(paging["total"]))
            if not items:
                break
            digest = hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()
            if digest in seen:
                raise PagesRepeat(name=source.name, page=page, earlier=seen[digest])
            seen[digest] = page
            rows += len(items)
            file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
            if page >= most_pages or rows > most_rows:
                raise PagesNeverEnd(name=source.name, pages=page, rows=rows)
            if isinstance(stated, int) and rows >= stated and paging.get("kind") in ("page", "offset"):
                break
            url = _next(paging, answer, url, page, rows)
    if isinstance(stated, int) and stated != rows:
        raise CountDiffers(name=source.name, stated=stated, found=rows)
    return to


def _first(source: Source, paging: dict[str, Any]) -> str:
    url = str(source.server.get("location", ""))
    first = {str(paging["parameter"]): paging.get("first", 0)} if paging.get("kind") in ("page", "offset") else {}
    size = {str(paging["size_parameter"]): paging["size"]} if paging.get("size_parameter") and paging.get("size") else {}
    return _with(url, {**first, **size})


def _next(paging: dict[str, Any], answer: Any, url: str, page: int, rows: int) -> str | None:
    kind = paging.get("kind", "none")
    if kind == "none":
        return None
    if kind == "page":
        return _with(url, {str(paging["parameter"]): int(paging.get("first", 0)) + page})
    if kind == "offset":
        return _with(url, {str(paging["parameter"]): int(paging.get("first", 0)) + rows})
    following = _at(answer, str(paging.get("next", "next")))
    if not following:
        return None
    return urljoin(url, str(following)) if kind == "link" else _with(url, {str(paging["parameter"]): following})


def _with(url: str, parameters: dict[str, Any]) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **{name: str(value) for name, value in parameters.items()}}
    return urlunsplit(parts._replace(query=urlencode(query)))


def _at(answer: Any, path: str) -> Any:
    for step in path.split(".") if path else []:
        answer = answer.get(step) if isinstance(answer, dict) else None
    return answer


def check_host(source: Source, url: str) -> None:
    """Raise HostNotAllowed unless the operator listed the host (with its port, when the list names one)."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    try:
        with_port = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        with_port = ""
    if parts.scheme not in ("http", "https") or parts.username or not {host, with_port} & set(settings.SOURCE_HOSTS):
        raise HostNotAllowed(name=source.name, place=with_port or url[:80], setting="HEZHU_SOURCE_HOSTS")


def _headers(source: Source) -> dict[str, str]:
    secret = source.options.get("secret") or {}
    variable = str(secret.get("value", ""))
    if not variable:
        return {}
    if variable not in os.environ:
        raise SecretMissing(name=source.name, variable=variable)
    return {str(secret.get("header", "Authorization")): os.environ[variable]}


def _get(source: Source, url: str) -> Any:
    """One page, asked up to TRIES times. Raises SourceAway."""
    check_host(source, url)
    request = Request(url, headers={"Accept": "application/json", **_headers(source)})  # noqa: S310 - scheme and host are checked
    reason = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2**attempt)
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                body = answer.read(PAGE_BYTES + 1)
            if len(body) > PAGE_BYTES:
                raise SourceAway(name=source.name, reason=gettext("一页超过 %(limit)s 字节") % {"limit": PAGE_BYTES})
            return json.loads(body)
        except HTTPError as error:
            reason = f"HTTP {error.code}"
            if error.code < 500 and error.code != 429:
                break
        except (URLError, OSError, HTTPException) as error:
            reason = str(getattr(error, "reason", error))[:200] or type(error).__name__
        except ValueError as error:
            reason = gettext("不是 JSON（%(error)s）") % {"error": str(error)[:80]}
    raise SourceAway(name=source.name, reason=reason)
