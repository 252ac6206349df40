"""What is said of a finding at the review desk, beside the model: an opinion, a conclusion, a reply, and a finding of one's own."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from hezhu.bim import desk
from hezhu.bim.desk_views import opened
from hezhu.bim.drawings import joining, opinions, rounds
from hezhu.bim.drawings.errors import OpinionWrong
from hezhu.bim.drawings.finding_views import rights
from hezhu.bim.drawings.models import FindingReply
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.bim.views import case_of
from hezhu.bim.wording import mark_of
from hezhu.core.access.scoping import found
from hezhu.core.errors import NotThere


def desk_context(user: Any, row: ReviewCase, finding: CaseFinding | None) -> dict[str, Any]:
    """What the decision bar needs where the model belongs to a drawing review."""
    if row.round is None:
        return {}
    case = row.round.review.case
    may = rights(case, user)
    latest = rounds.is_latest(row)
    own = finding.opinions.filter(by=user.pk).first() if finding else None
    said = finding.opinions.select_related("by__unit") if finding else []
    return {
        "drawing": {
            **may,
            "case": case,
            "latest": latest,
            "own": own,
            "opinions": list(said) if may["sees_opinions"] or own is not None else [],
            "replies": list(finding.replies.select_related("by")) if finding else [],
            "mark": mark_of(finding) if finding else "",
            "severities": CaseFinding.SeverityChoice.choices,
            "lesser": [choice for choice in CaseFinding.SeverityChoice.choices if finding and _lesser(choice[0], finding)],
            "reply_kinds": FindingReply.Kind.choices,
        }
    }


def _lesser(severity: str, finding: CaseFinding) -> bool:
    weights = opinions.WEIGHTS
    return weights.index(severity) > weights.index(finding.severity)


def _row(request: HttpRequest, number: str) -> ReviewCase:
    row = case_of(request, number)
    if row.round is None:
        raise NotThere()
    return row


def _next(request: HttpRequest, row: ReviewCase, chosen: CaseFinding) -> HttpResponse:
    """On to the next finding that waits for this account."""
    selection = desk.Selection.of(request.GET)
    waiting = (
        selection.narrow(desk.current(row)).filter(desk.UNDECIDED).exclude(opinions__by=request.user.pk).order_by("position")
    )
    following = waiting.filter(position__gt=chosen.position).first() or waiting.first() or chosen
    row.refresh_from_db()
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(f"{row.get_absolute_url()}?finding={following.pk}")
    chosen.refresh_from_db()
    return opened(request, row, following, closed=chosen, fly=True)


@require_POST
def opine(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The expert's opinion on one finding."""
    row = _row(request, number)
    chosen = found(desk.current(row), pk=pk)
    said = request.POST
    opinions.give(
        row.round.review.case,
        CaseFinding.objects.filter(pk=chosen.pk),
        by=request.user,
        decision=said.get("decision", ""),
        severity=said.get("severity", ""),
        text=said.get("text", ""),
    )
    return _next(request, row, chosen)


@require_POST
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The body's conclusion on one finding, as it was shown."""
    row = _row(request, number)
    chosen = found(desk.current(row), pk=pk)
    said = request.POST
    joining.decide(
        row.round.review.case,
        CaseFinding.objects.filter(pk=chosen.pk),
        by=request.user,
        decision=said.get("decision", ""),
        severity=said.get("severity", ""),
        text=said.get("text", ""),
        seen=said.get("seen", ""),
    )
    return _next(request, row, chosen)


@require_POST
def reply(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The design institute's answer to one finding."""
    row = _row(request, number)
    chosen = found(desk.current(row), pk=pk)
    joining.reply(
        row.round.review.case,
        CaseFinding.objects.filter(pk=chosen.pk),
        by=request.user,
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
    )
    return HttpResponseRedirect(f"{row.get_absolute_url()}?finding={chosen.pk}")


@require_POST
def add_finding(request: HttpRequest, number: str) -> HttpResponse:
    """An expert's own finding, at an element or a point of the model."""
    row = _row(request, number)
    said = request.POST
    sketch = opinions.Sketch(
        title=said.get("title", ""),
        text=said.get("text", ""),
        clause=said.get("clause", ""),
        standard=said.get("standard", ""),
        severity=said.get("severity", ""),
        global_id=said.get("global_id", ""),
        points=_points(said.get("points", "")),
    )
    made = opinions.add_finding(row, sketch, by=request.user)
    return HttpResponseRedirect(f"{row.get_absolute_url()}?finding={made.pk}")


def _points(text: str) -> list[list[float]]:
    """Points as JSON, [[x, y, z], …] in metres; one point alone is taken too. Raises OpinionWrong."""
    if not text.strip():
        return []
    try:
        value = json.loads(text)
        points = [value] if value and isinstance(value[0], (int, float)) else value
        clean = [[float(axis) for axis in point] for point in points]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise OpinionWrong(reason="points") from error
    bounded = all(len(point) == 3 and all(-1e7 < axis < 1e7 for axis in point) for point in clean)
    if len(clean) > 200 or not bounded:
        raise OpinionWrong(reason="points")
    return clean


@require_POST
def take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The expert takes an own finding back."""
    row = _row(request, number)
    opinions.take_back(found(desk.current(row), pk=pk), by=request.user)
    return HttpResponseRedirect(row.get_absolute_url())
