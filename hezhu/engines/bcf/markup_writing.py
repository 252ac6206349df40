"""A topic as a markup.bcf file, valid by the schema of BCF 3.0 or 2.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from hezhu.engines.bcf.model import Comment, DocumentReference, HeaderFile, Topic
from hezhu.engines.bcf.values import clean, time_text
from hezhu.engines.bcf.view_writing import text

NO_TYPE = "Undefined"
NO_STATUS = "Open"
NO_AUTHOR = "unknown"


def markup_element(
    topic: Topic, version: str, names: dict[str, tuple[str, str]], place_of_document: Callable[[str], str]
) -> Element:
    """``names`` gives the viewpoint's and the snapshot's file by viewpoint GUID; ``place_of_document`` the place that 2.1 writes."""
    root = Element("Markup")
    _header(root, topic.files, version)
    item = SubElement(root, "Topic", Guid=topic.guid)
    _attributes(item, topic, version)
    _list(item, "ReferenceLinks", "ReferenceLink", topic.reference_links, version, old="ReferenceLink")
    text(item, "Title", topic.title)
    _optional(item, "Priority", topic.priority)
    if topic.index is not None:
        text(item, "Index", str(topic.index))
    _list(item, "Labels", "Label", topic.labels, version, old="Labels")
    text(item, "CreationDate", time_text(topic.creation_date))
    text(item, "CreationAuthor", clean(topic.creation_author).strip() or NO_AUTHOR)
    _time(item, "ModifiedDate", topic.modified_date)
    _optional(item, "ModifiedAuthor", topic.modified_author)
    _time(item, "DueDate", topic.due_date)
    _optional(item, "AssignedTo", topic.assigned_to)
    _optional(item, "Stage", topic.stage)
    _optional(item, "Description", topic.description)
    _snippet(item, topic, version)
    _document_references(item, topic.document_references, version, place_of_document)
    related = SubElement(item, "RelatedTopics") if topic.related and version != "2.1" else item
    for guid in topic.related:
        SubElement(related, "RelatedTopic", Guid=guid)
    if version == "2.1":
        _comments(root, topic.comments, version)
        for view in topic.viewpoints:
            _viewpoint(SubElement(root, "Viewpoints", Guid=view.guid), names[view.guid], view.index)
        return root
    if topic.comments:
        _comments(SubElement(item, "Comments"), topic.comments, version)
    views = SubElement(item, "Viewpoints") if topic.viewpoints else item
    for view in topic.viewpoints:
        _viewpoint(SubElement(views, "ViewPoint", Guid=view.guid), names[view.guid], view.index)
    return root


def _attributes(item: Element, topic: Topic, version: str) -> None:
    """3.0 demands type and status, 2.1 does not."""
    if version != "2.1" and topic.server_assigned_id:
        item.set("ServerAssignedId", clean(topic.server_assigned_id))
    kind, status = clean(topic.type).strip(), clean(topic.status).strip()
    if kind or version != "2.1":
        item.set("TopicType", kind or NO_TYPE)
    if status or version != "2.1":
        item.set("TopicStatus", status or NO_STATUS)


def _optional(parent: Element, tag: str, value: str) -> None:
    if clean(value).strip():
        text(parent, tag, value)


def _time(parent: Element, tag: str, value: datetime | None) -> None:
    if value is not None:
        text(parent, tag, time_text(value))


def _list(parent: Element, plural: str, single: str, values: Iterable[str], version: str, *, old: str) -> None:
    kept = [value for value in values if clean(value).strip()]
    if kept and version != "2.1":
        parent = SubElement(parent, plural)
    for value in kept:
        text(parent, old if version == "2.1" else single, value)


def _header(root: Element, files: Sequence[HeaderFile], version: str) -> None:
    if not files:
        return
    header = SubElement(root, "Header")
    parent = header if version == "2.1" else SubElement(header, "Files")
    for file in files:
        item = SubElement(parent, "File")
        for name, value in (("IfcProject", file.ifc_project), ("IfcSpatialStructureElement", file.ifc_spatial_structure_element)):
            if value:
                item.set(name, value)
        item.set("isExternal" if version == "2.1" else "IsExternal", "true" if file.is_external else "false")
        _optional(item, "Filename", file.filename)
        _time(item, "Date", file.date)
        _optional(item, "Reference", file.reference)


def _snippet(parent: Element, topic: Topic, version: str) -> None:
    snippet = topic.snippet
    if snippet is None:
        return
    item = SubElement(parent, "BimSnippet", SnippetType=clean(snippet.type))
    item.set("isExternal" if version == "2.1" else "IsExternal", "true" if snippet.is_external else "false")
    text(item, "Reference", snippet.reference)
    text(item, "ReferenceSchema", snippet.schema)


def _document_references(
    parent: Element, references: Sequence[DocumentReference], version: str, place_of_document: Callable[[str], str]
) -> None:
    if references and version != "2.1":
        parent = SubElement(parent, "DocumentReferences")
    for reference in references:
        item = SubElement(parent, "DocumentReference", Guid=reference.guid)
        if version == "2.1":
            item.set("isExternal", "false" if reference.document else "true")
            text(item, "ReferencedDocument", place_of_document(reference.document) if reference.document else reference.url)
        elif reference.document:
            text(item, "DocumentGuid", reference.document)
        else:
            _optional(item, "Url", reference.url)
        _optional(item, "Description", reference.description)


def _comments(parent: Element, comments: Iterable[Comment], version: str) -> None:
    for comment in comments:
        item = SubElement(parent, "Comment", Guid=comment.guid)
        text(item, "Date", time_text(comment.date))
        text(item, "Author", clean(comment.author).strip() or NO_AUTHOR)
        if clean(comment.text).strip() or version == "2.1":
            text(item, "Comment", comment.text)
        if comment.viewpoint:
            SubElement(item, "Viewpoint", Guid=comment.viewpoint)
        _time(item, "ModifiedDate", comment.modified_date)
        _optional(item, "ModifiedAuthor", comment.modified_author)


def _viewpoint(item: Element, names: tuple[str, str], index: int | None) -> None:
    view, snapshot = names
    if view:
        text(item, "Viewpoint", view)
    if snapshot:
        text(item, "Snapshot", snapshot)
    if index is not None:
        text(item, "Index", str(index))
