"""A markup.bcf file as a topic, of BCF 2.1 or 3.0.

The versions differ in where lists stand (``Labels/Label`` or ``Labels`` repeated, comments within the topic or beside it); both
ways are read whatever version the file claims, as files in the wild mix them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from hezhu.engines.bcf.errors import BadPart
from hezhu.engines.bcf.model import Comment, DocumentReference, HeaderFile, Picture, Snippet, Topic, Viewpoint
from hezhu.engines.bcf.values import child_text, guid_of, time_of, truth, whole
from hezhu.engines.bcf.view_reading import read_view

if TYPE_CHECKING:
    from hezhu.engines.bcf.reading import BcfFile


def read_markup(root: Element, folder: str, file: BcfFile) -> Topic:
    """The topic in ``folder`` of ``file``; raises BadPart."""
    place = f"{folder}/markup.bcf"
    item = root.find("Topic")
    if item is None:
        raise BadPart(place, "缺少 Topic")
    title = child_text(item, "Title")
    if not title:
        raise BadPart(place, "议题没有标题（Title）", "补上标题后重新导出")
    return Topic(
        guid=guid_of(item.get("Guid") or folder, place),
        title=title,
        creation_date=time_of(child_text(item, "CreationDate"), f"{place} CreationDate"),
        creation_author=child_text(item, "CreationAuthor"),
        type=item.get("TopicType", "").strip(),
        status=item.get("TopicStatus", "").strip(),
        priority=child_text(item, "Priority"),
        index=whole(child_text(item, "Index"), f"{place} Index"),
        labels=_texts(item, "Labels", "Label"),
        stage=child_text(item, "Stage"),
        assigned_to=child_text(item, "AssignedTo"),
        description=child_text(item, "Description"),
        due_date=_time(item, "DueDate", place),
        modified_date=_time(item, "ModifiedDate", place),
        modified_author=child_text(item, "ModifiedAuthor"),
        server_assigned_id=item.get("ServerAssignedId", "").strip(),
        reference_links=_texts(item, "ReferenceLinks", "ReferenceLink") or _repeated(item, "ReferenceLink"),
        snippet=_snippet(item, folder, file),
        document_references=tuple(_document_references(item, folder, file)),
        related=tuple(
            guid_of(other.get("Guid"), f"{place} RelatedTopic")
            for other in (*item.iterfind("RelatedTopics/RelatedTopic"), *item.iterfind("RelatedTopic"))
        ),
        files=tuple(_files(root, place)),
        comments=tuple(_comments(root, item, place)),
        viewpoints=tuple(_viewpoints(root, item, folder, file)),
    )


def _time(parent: Element, tag: str, place: str):  # type: ignore[no-untyped-def]
    text = child_text(parent, tag)
    return time_of(text, f"{place} {tag}") if text else None


def _texts(parent: Element, plural: str, single: str) -> tuple[str, ...]:
    """A list of texts, each once: ``plural/single``, or ``plural`` repeated with text of its own."""
    found = [*parent.iterfind(f"{plural}/{single}"), *(item for item in parent.iterfind(plural) if not len(item))]
    return _once(item.text for item in found)


def _repeated(parent: Element, tag: str) -> tuple[str, ...]:
    return _once(item.text for item in parent.iterfind(tag))


def _once(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text and text.strip()))


def _files(root: Element, place: str) -> Iterator[HeaderFile]:
    for item in (*root.iterfind("Header/Files/File"), *root.iterfind("Header/File")):
        yield HeaderFile(
            child_text(item, "Filename"),
            _time(item, "Date", f"{place} Header"),
            child_text(item, "Reference"),
            item.get("IfcProject", "").strip(),
            item.get("IfcSpatialStructureElement", "").strip(),
            truth(item.get("IsExternal", item.get("isExternal")), True),
        )


def _snippet(topic: Element, folder: str, file: BcfFile) -> Snippet | None:
    item = topic.find("BimSnippet")
    if item is None:
        return None
    reference = child_text(item, "Reference")
    external = truth(item.get("IsExternal", item.get("isExternal")), False)
    member = _within(folder, reference)
    load = (lambda: file.load(member)) if not external and file.has(member) else None
    return Snippet(item.get("SnippetType", "").strip(), reference, child_text(item, "ReferenceSchema"), external, load)


def _document_references(topic: Element, folder: str, file: BcfFile) -> Iterator[DocumentReference]:
    place = f"{folder}/markup.bcf DocumentReference"
    for number, item in enumerate(
        (*topic.iterfind("DocumentReferences/DocumentReference"), *topic.iterfind("DocumentReference"))
    ):
        description = child_text(item, "Description")
        old = child_text(item, "ReferencedDocument")
        document, url = child_text(item, "DocumentGuid"), child_text(item, "Url")
        if old and truth(item.get("isExternal"), False):
            url = old
        elif old:
            member = _within(folder, old)
            if not file.has(member):
                raise BadPart(place, f"压缩包里没有所引的文件“{old[:80]}”")
            document = file.add_document(member, description)
        guid = item.get("Guid") or _derived_guid(f"{folder}|{number}|{old or url or document}")
        yield DocumentReference(guid_of(guid, place), guid_of(document, place) if document else "", url, description)


def _derived_guid(name: str) -> str:
    """BCF 2.1 allows a reference without a GUID; the same reference gets the same one each time."""
    import uuid

    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _comments(root: Element, topic: Element, place: str) -> Iterator[Comment]:
    for item in (*topic.iterfind("Comments/Comment"), *root.iterfind("Comment")):
        spot = f"{place} Comment {item.get('Guid', '')[:36]}"
        view = item.find("Viewpoint")
        yield Comment(
            guid_of(item.get("Guid"), spot),
            time_of(child_text(item, "Date"), f"{spot} Date"),
            child_text(item, "Author"),
            child_text(item, "Comment"),
            guid_of(view.get("Guid"), spot) if view is not None and view.get("Guid") else "",
            _time(item, "ModifiedDate", spot),
            child_text(item, "ModifiedAuthor"),
        )


def _viewpoints(root: Element, topic: Element, folder: str, file: BcfFile) -> Iterator[Viewpoint]:
    listed = [*topic.iterfind("Viewpoints/ViewPoint"), *root.iterfind("Viewpoints")]
    for item in listed:
        guid = guid_of(item.get("Guid"), f"{folder}/markup.bcf ViewPoint")
        yield _viewpoint(guid, child_text(item, "Viewpoint"), child_text(item, "Snapshot"), item, folder, file)
    if not listed and file.has(f"{folder}/viewpoint.bcfv"):
        guid = guid_of(file.view(f"{folder}/viewpoint.bcfv").get("Guid"), f"{folder}/viewpoint.bcfv")
        snapshot = "snapshot.png" if file.has(f"{folder}/snapshot.png") else ""
        yield _viewpoint(guid, "viewpoint.bcfv", snapshot, topic, folder, file)


def _viewpoint(guid: str, view: str, snapshot: str, item: Element, folder: str, file: BcfFile) -> Viewpoint:
    place = f"{folder}/markup.bcf ViewPoint {guid}"
    index = whole(child_text(item, "Index"), place) if item.tag != "Topic" else None
    picture = file.picture(_within(folder, snapshot)) if snapshot else None
    if not view:
        return Viewpoint(guid, index, snapshot=picture)

    def named(name: str) -> Picture:
        return file.picture(_within(folder, name))

    member = _within(folder, view)
    return read_view(file.view(member), guid, member, picture=named, snapshot=picture, index=index)


def _within(folder: str, name: str) -> str:
    """The member that ``name`` means in ``folder``. The archive's own list decides whether it is there."""
    return posixpath.normpath(posixpath.join(folder, name.replace("\\", "/")))
