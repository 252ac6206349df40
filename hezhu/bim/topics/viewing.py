"""Viewpoints: keep one, give one back as the engine's type, delete one."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.topics import errors, log, rights
from hezhu.bim.topics.models import Topic, TopicBitmap, TopicViewpoint
from hezhu.core.access.models import User
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep, local_path
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.engines import bcf
from hezhu.registers.projects.models import Project

PURPOSE = "topic-picture"


def add_view(
    project: Project, topic: Topic | None, view: bcf.Viewpoint, *, by: User, title: str = "", announced: bool = True
) -> TopicViewpoint:
    """Keep a viewpoint of a topic, or of the project alone (a saved view). Raises NotAllowed, GuidTaken, and file errors.

    ``announced=False`` leaves the topic's modification date: its comment will set it.
    """
    rights.require_writer(by, project)
    with transaction.atomic(), reason_of_change(by, _("保存视点"), source=_("议题")):
        if TopicViewpoint.objects.filter(project=project, guid=view.guid).exists():
            raise errors.GuidTaken(guid=view.guid)
        row = store_view(project, topic, view, by=by, author=by.username, title=title)
        if topic is not None and announced:
            now = timezone.now()
            log.write(topic, by.username, now, [("viewpoint_added", str(row.guid))])
            log.touch(topic, by.username, now)
    return row


def store_view(
    project: Project, topic: Topic | None, view: bcf.Viewpoint, *, by: User, author: str, title: str = ""
) -> TopicViewpoint:
    """The row and files of a viewpoint, without asking for rights or telling the log: for actions and imports."""
    named = [(bitmap.guid or str(uuid.uuid4()), bitmap) for bitmap in view.bitmaps]
    kept = [(guid, _keep(bitmap.picture, f"{guid}", by, project)) for guid, bitmap in named]
    snapshot = _keep(view.snapshot, view.guid, by, project) if view.snapshot is not None else None
    content = bcf.viewpoint_as_json(view, with_components=True)
    for item, (guid, file) in zip(content.get("bitmaps", []), kept, strict=True):
        item |= {"guid": guid, "bitmap_type": _format(file)}
    if snapshot is not None:
        content["snapshot"] = {"snapshot_type": _format(snapshot)}
    row = TopicViewpoint.objects.create(
        project=project,
        topic=topic,
        guid=view.guid,
        title=title.strip()[:200],
        index=view.index,
        content=content,
        global_ids=list(dict.fromkeys(item.ifc_guid for item in view.selection if item.ifc_guid))[:1000],
        snapshot=snapshot,
        author=author,
        division=project.division,
        is_demo=project.is_demo,
    )
    TopicBitmap.objects.bulk_create(TopicBitmap(viewpoint=row, guid=guid, file=file) for guid, file in kept)
    return row


def as_view(row: TopicViewpoint) -> bcf.Viewpoint:
    """The viewpoint as the engine knows it, its pictures loaded when asked for."""
    bitmaps = {str(bitmap.guid): bitmap.file for bitmap in row.bitmaps.all()}
    return bcf.viewpoint_of_stored(
        row.content,
        str(row.guid),
        bitmap=lambda guid: _picture(bitmaps[guid]),
        snapshot=_picture(row.snapshot) if row.snapshot is not None else None,
    )


def public_json(row: TopicViewpoint) -> dict[str, Any]:
    """The viewpoint as the BCF API gives it: without its components, which are asked for apart."""
    return {key: value for key, value in row.content.items() if key != "components"}


def delete_view(row: TopicViewpoint, *, by: User) -> None:
    """Its author or an office takes it away. Raises ViewpointUsed while a comment refers to it."""
    rights.require_writer(by, row.project)
    if not rights.may_delete(by, row.author):
        raise NotAllowed(permission="bim.decide")
    with transaction.atomic(), reason_of_change(by, _("删除视点"), source=_("议题")):
        if row.comments.exists():
            raise errors.ViewpointUsed()
        topic = row.topic
        row.delete()
        if topic is not None:
            log.touch(topic, by.username, timezone.now())


def _keep(picture: bcf.Picture, name: str, by: User, project: Project) -> Attachment:
    try:
        content = picture.load()
    except bcf.BadPart as bad:
        raise errors.refused_view(bad) from None
    found = bcf.picture_format(content)
    if found is None:
        raise errors.ViewpointWrong(
            reason=_("图片不是 PNG 或 JPEG"), problems=[{"field": "snapshot", "reason": _("不是 PNG 或 JPEG")}]
        )
    return keep(content, by=by, purpose=PURPOSE, name=f"{name}.{found}", division=project.division)


def _format(file: Attachment) -> str:
    return "png" if file.file.media_type == "image/png" else "jpg"


def _picture(file: Attachment) -> bcf.Picture:
    return bcf.Picture(_format(file), lambda: local_path(file).read_bytes())
