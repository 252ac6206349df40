"""Topics of a project as a BCF file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from hezhu.bim.topics.models import Topic, TopicComment, TopicDocument, TopicViewpoint
from hezhu.bim.topics.viewing import as_view
from hezhu.bim.topics.wording import offered
from hezhu.core.files.actions import local_path
from hezhu.core.files.models import Attachment
from hezhu.engines import bcf
from hezhu.engines.bcf.values import time_of, time_text
from hezhu.registers.projects.models import Project

CHUNK = 200


def write_topics(project: Project, topics: QuerySet[Topic], path: Path | IO[bytes], version: str = "3.0") -> int:
    """Writes the topics and returns how many. Each is marked as given out, so that an answer to it is no conflict."""
    count = 0
    with bcf.write_bcf_file(
        path,
        version=version,
        project=bcf.Project(project.number, project.name),
        extensions=_extensions(project),
        documents=_documents(project, topics),
    ) as out:
        for topic in with_all(topics).order_by("number").iterator(chunk_size=CHUNK):
            out.add(as_topic(topic))
            count += 1
    topics.order_by().update(exchanged_at=F("content_at"), exchanged_modified=Coalesce("modified_date", "creation_date"))
    return count


def with_all(topics: QuerySet[Topic]) -> QuerySet[Topic]:
    """The topics with everything that a file says of them, in a few queries."""
    views = TopicViewpoint.objects.select_related("snapshot__file").prefetch_related("bitmaps__file__file")
    comments = TopicComment.objects.select_related("viewpoint")
    return topics.select_related("snippet_file__file").prefetch_related(
        Prefetch("viewpoints", views), Prefetch("comments", comments)
    )


def as_topic(row: Topic) -> bcf.Topic:
    """A stored topic as the engine knows it."""
    fields = own_fields(row)
    return bcf.Topic(
        guid=str(row.guid),
        server_assigned_id=row.label,
        creation_date=row.creation_date,
        creation_author=row.creation_author,
        modified_date=row.modified_date,
        modified_author=row.modified_author,
        comments=tuple(as_comment(comment) for comment in row.comments.all()),
        viewpoints=tuple(as_view(view) for view in row.viewpoints.all()),
        **fields,
    )


def own_fields(row: Topic) -> dict[str, Any]:
    """What an import compares and sets: the topic's own fields."""
    return {
        "title": row.title,
        "type": row.type,
        "status": row.status,
        "priority": row.priority,
        "index": row.index,
        "labels": tuple(row.labels),
        "stage": row.stage,
        "assigned_to": row.assigned_to,
        "description": row.description,
        "due_date": row.due_date,
        "reference_links": tuple(row.reference_links),
        "snippet": _snippet(row),
        "document_references": tuple(
            bcf.DocumentReference(
                item["guid"], item.get("document_guid") or "", item.get("url") or "", item.get("description") or ""
            )
            for item in row.document_references
        ),
        "related": tuple(str(guid) for guid in row.related),
        "files": tuple(_file(item) for item in row.files),
    }


def as_comment(row: TopicComment) -> bcf.Comment:
    return bcf.Comment(
        str(row.guid),
        row.date,
        row.author,
        row.text,
        str(row.viewpoint.guid) if row.viewpoint is not None else "",
        row.modified_date,
        row.modified_author,
    )


def file_as_json(file: bcf.HeaderFile) -> dict[str, Any]:
    """A header file as it is stored and as the API gives it."""
    named = {
        "ifc_project": file.ifc_project,
        "ifc_spatial_structure_element": file.ifc_spatial_structure_element,
        "filename": file.filename,
        "date": time_text(file.date) if file.date else "",
        "reference": file.reference,
    }
    return {key: value for key, value in named.items() if value} | {"is_external": file.is_external}


def _file(item: dict[str, Any]) -> bcf.HeaderFile:
    return bcf.HeaderFile(
        item.get("filename") or "",
        time_of(item["date"], "date") if item.get("date") else None,
        item.get("reference") or "",
        item.get("ifc_project") or "",
        item.get("ifc_spatial_structure_element") or "",
        item.get("is_external", True),
    )


def _snippet(row: Topic) -> bcf.Snippet | None:
    if not row.snippet:
        return None
    file = row.snippet_file
    return bcf.Snippet(
        row.snippet["snippet_type"],
        row.snippet["reference"],
        row.snippet["reference_schema"],
        row.snippet["is_external"],
        None if file is None else _loader(file),
    )


def _loader(file: Attachment) -> Any:
    return lambda: local_path(file).read_bytes()


def _documents(project: Project, topics: QuerySet[Topic]) -> Iterator[bcf.Document]:
    """The documents that the topics refer to."""
    wanted = {
        item["document_guid"]
        for references in topics.exclude(document_references=[]).values_list("document_references", flat=True)
        for item in references
        if item.get("document_guid")
    }
    for row in TopicDocument.objects.filter(project=project, guid__in=wanted).select_related("file__file"):
        yield bcf.Document(str(row.guid), row.filename, row.description, _loader(row.file))


def _extensions(project: Project) -> bcf.Extensions:
    words = offered(project)
    return bcf.Extensions(
        types=tuple(words["topic_type"]),
        statuses=tuple(words["topic_status"]),
        priorities=tuple(words["priority"]),
        labels=tuple(words["topic_label"]),
        users=tuple(words["users"]),
        snippet_types=tuple(words["snippet_type"]),
        stages=tuple(words["stage"]),
    )
