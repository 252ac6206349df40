"""What the viewer asks of a model's stored tables: property names, elements that answer a condition, elements by value; and the pins.

The same three questions for a case under review and for any model version; who may see the model may ask.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from hezhu.bim import model_store
from hezhu.bim.desk import current
from hezhu.bim.errors import QuestionRefused
from hezhu.bim.models import NEEDS_DECISION, CaseFinding, ReviewCase
from hezhu.bim.views import case_of
from hezhu.bim.wording import place_of
from hezhu.core.errors import NotThere
from hezhu.engines.ifc.tables import property_questions
from hezhu.engines.ifc.tables.property_questions import QuestionInvalid

NAMES = "names.json"
MOST_PINS = 5000
LONGEST_VALUE = 200
gettext_noop("IFC 类")
gettext_noop("名称")
gettext_noop("类型名称")
gettext_noop("楼层")
gettext_noop("材料")
gettext_noop("预定义类型")
gettext_noop("对象类型")
gettext_noop("分类编码")
gettext_noop("标记")


@require_GET
def case_query(request: HttpRequest, number: str, question: str) -> HttpResponse:
    """One question about the model of a case."""
    return answered(request, model_store.folder_of(case_of(request, number).model_version), question)


def answered(request: HttpRequest, folder: Path | None, question: str) -> HttpResponse:
    """The answer to ``names``, ``find`` or ``values`` from a model's tables. Raises NotThere without tables, QuestionRefused."""
    if folder is None:
        raise NotThere()
    if question == "names":
        named = _names(folder)
        return JsonResponse({"names": [each | ({} if each["set"] else {"label": _(each["label"])}) for each in named]})
    pset, name = request.GET.get("set", ""), request.GET.get("name", "")
    value = request.GET.get("value", "")[:LONGEST_VALUE]
    try:
        if question == "values":
            return JsonResponse(property_questions.values(folder, pset, name))
        return JsonResponse(property_questions.find(folder, pset, name, request.GET.get("op", ""), value))
    except QuestionInvalid as error:
        raise QuestionRefused(reason=error.message) from None


def _names(folder: Path) -> list[dict[str, Any]]:
    """The properties of a model, worked out once and kept beside its tables."""
    kept = folder / NAMES
    if kept.exists():
        found: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    named = [asdict(each) for each in property_questions.names(folder)]
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(named, ensure_ascii=False), encoding="utf-8")
    part.replace(kept)
    return named


@require_GET
def case_pins(request: HttpRequest, number: str) -> HttpResponse:
    """Where the findings that are not in order lie; the gravest first, at most five thousand."""
    return JsonResponse({"pins": pins_of(case_of(request, number))})


def pins_of(case: ReviewCase) -> list[dict[str, Any]]:
    """The pins of a case as the viewer reads them."""
    rows = current(case).filter(verdict__in=NEEDS_DECISION).exclude(decision=CaseFinding.Decision.REJECTED)
    rows = rows.exclude(global_id="", shape=None).order_by("position")[:MOST_PINS]
    return [_pin(case, row) for row in rows]


def _pin(case: ReviewCase, row: CaseFinding) -> dict[str, Any]:
    points = (row.shape or {}).get("points") or []
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)] if points else None
    return {
        "id": str(row.pk),
        "title": f"{row.position} {place_of(row)} {row.title}",
        "verdict": row.verdict,
        "globalId": row.global_id or None,
        "point": middle,
        "url": f"{case.get_absolute_url()}?finding={row.pk}",
    }
