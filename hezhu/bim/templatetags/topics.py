"""Words and lamps of the topic pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hezhu.bim.topics.models import TopicImport
from hezhu.bim.topics.shown import link_of
from hezhu.bim.topics.wording import is_closed as closed
from hezhu.bim.topics.wording import shown
from hezhu.core.ui.templatetags.hezhu import lamp

register = template.Library()
LAMPS = {"taken": "done", "updated": "done", "unchanged": "open", "left": "watch", "conflict": "late"}
KINDS = {"topic": _("议题"), "comment": _("意见"), "viewpoint": _("视点"), "document": _("文档"), "snippet": _("BIM 片段")}

register.filter("word", shown)
register.filter("is_closed", closed)


@register.filter
def local_day(moment: datetime | None) -> str:
    """The day of a moment, where the platform stands; — for none."""
    return timezone.localtime(moment).strftime("%Y-%m-%d") if moment else "—"


@register.filter
def topics_of(row: TopicImport, outcome: str) -> int:
    return int(row.counts.get(f"topic.{outcome}", 0))


@register.filter
def kind_word(kind: str) -> Any:
    return KINDS.get(kind, kind)


@register.simple_tag
def outcome_lamp(outcome: str) -> SafeString:
    return lamp(LAMPS.get(outcome, "open"), str(TopicImport.Outcome(outcome).label))


@register.simple_tag
def web_link(address: str, words: str = "") -> SafeString:
    """A link to outside when it is one a browser may follow, plain text when not."""
    text, safe = link_of(address)
    if not safe:
        return format_html("{}", words or text)
    return format_html('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>', safe, words or text)
