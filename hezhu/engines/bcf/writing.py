"""Write a BCF file of version 3.0 or 2.1, topic by topic, so that no more than one topic is held in memory."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, SubElement, tostring

from hezhu.engines.bcf.markup_writing import markup_element
from hezhu.engines.bcf.model import VERSIONS, Bitmap, Camera, Document, Extensions, Picture, Project, Topic, Viewpoint
from hezhu.engines.bcf.reading import EXTENSIONS
from hezhu.engines.bcf.values import clean
from hezhu.engines.bcf.view_writing import DEFAULT_ASPECT_RATIO, text, view_element

NO_CAMERA = Camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), field_of_view=60.0, aspect_ratio=DEFAULT_ASPECT_RATIO)
"""BCF 2.1 allows a viewpoint without a camera, 3.0 does not: its selection is kept by giving it this one."""
_XSD = "http://www.w3.org/2001/XMLSchema"
_UNSAFE_NAME = re.compile(r"[^\w.()\-]+")


@contextmanager
def write_bcf_file(
    path: Path | str | IO[bytes],
    *,
    version: str = "3.0",
    project: Project | None = None,
    extensions: Extensions | None = None,
    documents: Iterable[Document] = (),
) -> Iterator[BcfWriter]:
    """Opens a new BCF file; ``writer.add(topic)`` writes a topic. Documents that are no longer to be had are left out."""
    if version not in VERSIONS:
        raise ValueError(f"BCF version {version!r}: one of {', '.join(VERSIONS)}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        writer = BcfWriter(out, version)
        writer.head(project or Project(), extensions or Extensions(), [document for document in documents if document.load])
        yield writer


class BcfWriter:
    """Writes the members of an open archive."""

    def __init__(self, out: zipfile.ZipFile, version: str) -> None:
        self._out, self.version = out, version
        self._documents: dict[str, str] = {}

    def head(self, project: Project, extensions: Extensions, documents: list[Document]) -> None:
        """The members that stand before the topics."""
        self._xml("bcf.version", _version(self.version))
        if self.version == "2.1":
            self._xml("project.bcfp", _project_21(project))
            self._xml("extensions.xsd", _extension_schema(extensions))
        else:
            if project.id:
                self._xml("project.bcfp", _project(project))
            self._xml("extensions.xml", _extensions(extensions))
            if documents:
                self._xml("documents.xml", _documents(documents))
        for document in documents:
            assert document.load is not None
            name = f"documents/{document.guid}" if self.version != "2.1" else f"{document.guid}-{_safe(document.filename)}"
            self._documents[document.guid] = name
            self._out.writestr(name, document.load())

    def add(self, topic: Topic) -> None:
        """Writes a topic with its viewpoints, pictures and snippet."""
        names: dict[str, tuple[str, str]] = {}
        for view in topic.viewpoints:
            names[view.guid] = self._viewpoint(topic.guid, view, first=not names)
        self._xml(f"{topic.guid}/markup.bcf", markup_element(topic, self.version, names, self._place_of))
        snippet = topic.snippet
        if snippet is not None and snippet.load is not None and not snippet.is_external:
            self._out.writestr(f"{topic.guid}/{_safe(posixpath.basename(snippet.reference))}", snippet.load())

    def _place_of(self, document: str) -> str:
        return f"../{self._documents[document]}" if document in self._documents else document

    def _viewpoint(self, folder: str, view: Viewpoint, *, first: bool) -> tuple[str, str]:
        """Writes the viewpoint; returns the names of its file and of its snapshot, empty where it has none.

        The first carries the names that readers which know one viewpoint only look for.
        """
        if view.camera is None and _shows_something(view) and self.version != "2.1":
            view = replace(view, camera=NO_CAMERA)
        stem = ("viewpoint", "snapshot") if first else (view.guid, view.guid)
        view_name = f"{stem[0]}.bcfv" if view.camera is not None or _shows_something(view) else ""
        if view_name:
            bitmaps = [
                (f"{view.guid}-bitmap-{number}.{bitmap.picture.format}", bitmap) for number, bitmap in enumerate(view.bitmaps)
            ]

            def name_of(_bitmap: Bitmap, number: int) -> str:
                return bitmaps[number][0]

            self._xml(f"{folder}/{view_name}", view_element(view, self.version, name_of))
            for name, bitmap in bitmaps:
                self._picture(f"{folder}/{name}", bitmap.picture)
        snapshot_name = f"{stem[1]}.{view.snapshot.format}" if view.snapshot is not None else ""
        if view.snapshot is not None:
            self._picture(f"{folder}/{snapshot_name}", view.snapshot)
        return view_name, snapshot_name

    def _picture(self, name: str, picture: Picture) -> None:
        self._out.writestr(zipfile.ZipInfo(name), picture.load())  # stored: pictures are compressed already

    def _xml(self, name: str, root: Element) -> None:
        self._out.writestr(name, bytes(tostring(root, encoding="utf-8", xml_declaration=True)))


def _shows_something(view: Viewpoint) -> bool:
    return bool(view.has_components or view.lines or view.clipping_planes or view.bitmaps)


def _safe(name: str) -> str:
    return _UNSAFE_NAME.sub("_", name).strip(".") or "file"


def _version(version: str) -> Element:
    root = Element("Version", VersionId=version)
    if version == "2.1":
        text(root, "DetailedVersion", version)
    return root


def _project(project: Project) -> Element:
    root = Element("ProjectInfo")
    item = SubElement(root, "Project", ProjectId=clean(project.id))
    if clean(project.name).strip():
        text(item, "Name", project.name)
    return root


def _project_21(project: Project) -> Element:
    root = Element("ProjectExtension")
    if project.id:
        item = SubElement(root, "Project", ProjectId=clean(project.id))
        if project.name:
            text(item, "Name", project.name)
    text(root, "ExtensionSchema", "extensions.xsd")
    return root


def _extensions(extensions: Extensions) -> Element:
    root = Element("Extensions")
    for name, (plural, single, _type) in EXTENSIONS.items():
        values = [value for value in getattr(extensions, name) if clean(value).strip()]
        parent = SubElement(root, plural)
        for value in values:
            text(parent, single, value)
    return root


def _extension_schema(extensions: Extensions) -> Element:
    root = Element(f"{{{_XSD}}}schema")
    redefine = SubElement(root, f"{{{_XSD}}}redefine", schemaLocation="markup.xsd")
    for name, (_plural, _single, type_) in EXTENSIONS.items():
        values = [clean(value) for value in getattr(extensions, name) if clean(value).strip()]
        if not values:
            continue
        simple = SubElement(redefine, f"{{{_XSD}}}simpleType", name=type_)
        restriction = SubElement(simple, f"{{{_XSD}}}restriction", base=type_)
        for value in values:
            SubElement(restriction, f"{{{_XSD}}}enumeration", value=value)
    return root


def _documents(documents: list[Document]) -> Element:
    parent = SubElement(root := Element("DocumentInfo"), "Documents")
    for document in documents:
        item = SubElement(parent, "Document", Guid=document.guid)
        text(item, "Filename", clean(document.filename).strip() or document.guid)
        if clean(document.description).strip():
            text(item, "Description", document.description)
    return root
