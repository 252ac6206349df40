"""Findings and topics: the topic that stands for a finding, its view of the element, and replies that come back to the finding."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.models import CaseFinding, FindingComment
from hezhu.bim.topics import rights, talk, viewing
from hezhu.bim.topics.actions import Said, raise_topic, set_files
from hezhu.bim.topics.models import Topic
from hezhu.bim.topics.wording import OPEN, TYPES
from hezhu.core.access.models import User
from hezhu.core.history import reason_of_change
from hezhu.engines import bcf
from hezhu.engines.findings import Severity
from hezhu.engines.review.reports.bcf import topic_guid
from hezhu.engines.review.reports.camera import FIELD_OF_VIEW, view_of_box
from hezhu.engines.review.reports.words import SEVERITIES
from hezhu.registers.projects.models import Project

Corner = tuple[float, float, float]


def topic_of_finding(finding: CaseFinding, *, by: User) -> Topic:
    """The topic that stands for a finding; made where there is none yet. Its GUID is the one of the finding in review.bcf.

    Raises NotAllowed. A topic of the same GUID that came by a file is taken.
    """
    project = finding.case.project
    rights.require_writer(by, project)
    guid = uuid.UUID(topic_guid(finding.key))
    with transaction.atomic(), reason_of_change(by, _("审查发现转议题"), source=_("审查台")):
        CaseFinding.objects.select_for_update().get(pk=finding.pk)
        topic = Topic.objects.filter(project=project, guid=guid).select_related("project").first()
        if topic is None:
            topic = raise_topic(project, _said(finding), by=by, guid=guid, finding=finding, point=point_of(finding))
            set_files(topic, [{"filename": finding.case.model_file.name, "is_external": True}], by=by)
            topic.refresh_from_db()
            if (view := view_of(finding)) is not None:
                viewing.add_view(project, topic, view, by=by, announced=False)
        elif topic.finding_id != finding.pk:
            topic.finding, topic.point = finding, point_of(finding)
            topic.save(update_fields=["finding", "point"])
        talk.share_talk(topic, finding)
    return topic


def _said(finding: CaseFinding) -> Said:
    clause = " ".join(filter(None, (finding.standard, finding.clause)))
    lines = [
        f"依据：{clause}{'' if finding.clause_confirmed else '（待核）'}" if clause else "",
        finding.clause_text,
        f"楼层：{finding.storey}" if finding.storey else "",
        f"量法：{finding.method}" if finding.method else "",
        f"缺：{'、'.join(finding.missing)}" if finding.missing else "",
        f"审查编号：{finding.case.number}",
    ]
    return Said(
        title=": ".join(filter(None, (finding.title, finding.element_name or finding.global_id)))[:300],
        type=str(CaseFinding.VerdictChoice(finding.verdict).label) if finding.verdict in ("fail", "manual") else TYPES[0],
        status=OPEN,
        priority=SEVERITIES[Severity(finding.severity)],
        description="\n".join(line for line in lines if line),
    )


def point_of(finding: CaseFinding) -> list[float] | None:
    """Where the finding is: the middle of what was measured, metres."""
    box = _box(finding)
    return None if box is None else [round((low + high) / 2, 3) for low, high in zip(*box, strict=True)]


def view_of(finding: CaseFinding) -> bcf.Viewpoint | None:
    """A view of the finding: a camera on what was measured and the element selected; None when the element is not known either."""
    selection = (bcf.Component(finding.global_id),) if finding.global_id else ()
    box = _box(finding)
    if box is None:
        return None
    view = view_of_box(box)
    return bcf.Viewpoint(
        str(uuid.uuid5(uuid.UUID(topic_guid(finding.key)), "view")),
        camera=bcf.Camera(view.eye, view.towards, view.up, field_of_view=FIELD_OF_VIEW, aspect_ratio=1.6),
        selection=selection,
        visibility=bcf.Visibility(
            default=True, hints=bcf.ViewSetupHints(spaces_visible=finding.ifc_class == "IfcSpace") if selection else None
        ),
        clipping_planes=(bcf.ClippingPlane(view.cut, (0.0, 0.0, 1.0)),),
    )


def _box(finding: CaseFinding) -> tuple[Corner, Corner] | None:
    points = (finding.shape or {}).get("points") or []
    corners = [tuple(map(float, point)) for point in points if len(point) == 3]
    if not corners:
        return None
    x, y, z = zip(*corners, strict=True)
    return (min(x), min(y), min(z)), (max(x), max(y), max(z))


class FindingsByGuid:
    """The findings of a project's latest reviews by the GUID that their topic has in review.bcf; looked up when first asked."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, int] | None = None

    def of(self, guid: str) -> CaseFinding | None:
        if self._known is None:
            rows = CaseFinding.objects.filter(case__project=self._project, superseded=False, verdict__in=("fail", "manual"))
            self._known = {topic_guid(key): pk for pk, key in rows.order_by("case_id", "pk").values_list("pk", "key")}
        pk = self._known.get(guid)
        return None if pk is None else CaseFinding.objects.get(pk=pk)


def reply(topic: Topic, comment: bcf.Comment, *, by: User) -> FindingComment | None:
    """A comment from a file as a comment of the topic's finding. Its author is named: the account where there is one, else in the text."""
    if topic.finding_id is None or not comment.text:
        return None
    author = User.objects.filter(username=comment.author, is_demo=topic.is_demo).first()
    text = (
        comment.text
        if author is not None
        else _("%(author)s（BCF）：%(text)s") % {"author": comment.author, "text": comment.text}
    )
    said: Any = FindingComment.objects.create(finding_id=topic.finding_id, by=author or by, text=text)
    FindingComment.objects.filter(pk=said.pk).update(at=min(comment.date, timezone.now()))
    return said
