"""``{% translate "…" %}`` of a plain phrase, looked up once for a language: a page has some hundred of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node
from django.templatetags.i18n import TranslateNode, do_translate
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


def _translate(parser: Any, token: Any) -> Node:
    node = do_translate(parser, token)
    said = token.split_contents()[1:]
    is_plain = len(said) == 1 and said[0][0] == said[0][-1] and said[0][0] in "\"'"
    return Phrase(node) if is_plain else node


register.tag("translate", _translate)
