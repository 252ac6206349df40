"""Tags whose answer hangs on the template alone, asked once: ``{% translate "…" %}`` of a plain phrase for each language, ``{% url "…" %}``
of a page without arguments. A page has some hundred of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node
from django.template.defaulttags import URLNode, url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Phrase(Node):
    """What ``general`` writes, kept for each language: a literal without filters depends on nothing else."""

    def __init__(self, general: TranslateNode) -> None:
        self.general = general
        self.written: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        language = get_language()
        written = self.written.get(language)
        if written is None:
            written = self.written[language] = self.general.render(context)
        return written


class Address(Node):
    """The address of one page, kept for each set of addresses (tests and tenants may choose another)."""

    def __init__(self, general: URLNode) -> None:
        self.general = general
        self.written: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        chosen = get_urlconf()
        written = self.written.get(chosen)
        if written is None:
            written = self.written[chosen] = self.general.render(context)
        return written


class AddressOf(Node):
    """The address of one of many pages (``{% url "register:list" register.slug %}``), kept for each set of addresses and each argument."""

    most = 4096

    def __init__(self, general: URLNode) -> None:
        self.general = general
        self.written: dict[tuple[Any, ...], str] = {}

    def render(self, context: Any) -> str:
        said = [arg.resolve(context) for arg in self.general.args]
        if not all(type(word) in (str, int, SafeString) for word in said):
            return self.general.render(context)
        key = (get_urlconf(), *said)
        written = self.written.get(key)
        if written is None:
            if len(self.written) >= self.most:
                self.written.clear()
            written = self.written[key] = self.general.render(context)
        return written


def _is_literal(word: str) -> bool:
    return len(word) > 1 and word[0] == word[-1] and word[0] in "\"'"


def _translate(parser: Any, token: Any) -> Node:
    node = do_translate(parser, token)
    said = token.split_contents()[1:]
    return Phrase(node) if len(said) == 1 and _is_literal(said[0]) else node


def _url(parser: Any, token: Any) -> Node:
    node = url(parser, token)
    said = token.split_contents()[1:]
    if node.asvar or node.kwargs or not _is_literal(said[0]):
        return node
    return Address(node) if len(said) == 1 else AddressOf(node)


register.tag("translate", _translate)
register.tag("url", _url)
