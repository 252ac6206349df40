"""Read a BCF file of version 3.0 or 2.1, topic by topic."""

from __future__ import annotations

import posixpath
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element

from hezhu.engines.bcf import archive, safe_xml
from hezhu.engines.bcf.archive import Archive
from hezhu.engines.bcf.errors import BadPart, BcfRefused
from hezhu.engines.bcf.markup_reading import read_markup
from hezhu.engines.bcf.model import GUID, VERSIONS, Document, Extensions, Picture, Project, Topic
from hezhu.engines.bcf.values import child_text, guid_of

EXTENSIONS = {
    "types": ("TopicTypes", "TopicType", "TopicType"),
    "statuses": ("TopicStatuses", "TopicStatus", "TopicStatus"),
    "priorities": ("Priorities", "Priority", "Priority"),
    "labels": ("TopicLabels", "TopicLabel", "TopicLabel"),
    "users": ("Users", "User", "UserIdType"),
    "snippet_types": ("SnippetTypes", "SnippetType", "SnippetType"),
    "stages": ("Stages", "Stage", "Stage"),
}
"""Field → list and item of extensions.xml (3.0), and simple type of extensions.xsd (2.1)."""
_NAMED = re.compile(f"({GUID.pattern})-(.+)")
_DOCUMENTS = uuid.UUID("6b1c1d5a-7f4b-5d4e-9a80-0f6f0f3d2a77")


@contextmanager
def open_bcf(path: Path | str) -> Iterator[BcfFile]:
    """The file, opened; raises BcfRefused when it is no BCF file of a known version, or hostile."""
    packed = Archive(Path(path))
    try:
        yield BcfFile(packed)
    finally:
        packed.close()


class BcfFile:
    """An open BCF file. Pictures, snippets and documents can be loaded while it is open."""

    def __init__(self, packed: Archive) -> None:
        self._archive = packed
        if "bcf.version" not in packed:
            raise BcfRefused(
                "bcf-no-version", "bcf.version", "压缩包里没有 bcf.version，不是 BCF 文件", "选择 .bcf 或 .bcfzip 文件"
            )
        self.version = self._parse("bcf.version").get("VersionId", "").strip()
        if self.version not in VERSIONS:
            raise BcfRefused(
                "bcf-version", "bcf.version", f"BCF 版本是“{self.version[:20]}”，只收 3.0 和 2.1", "导出时选择 BCF 3.0 或 2.1"
            )
        self.project = self._project()
        self.extensions = self._extensions()
        self._documents = {document.guid: document for document in self._listed_documents()}

    @property
    def documents(self) -> list[Document]:
        """The documents of the file. Those of BCF 2.1 are known once their topics were read."""
        return list(self._documents.values())

    def document(self, guid: str) -> Document | None:
        return self._documents.get(guid)

    def __len__(self) -> int:
        """How many topics there are."""
        return len(self._markups())

    def topics(self) -> Iterator[Topic | BadPart]:
        """Each topic in turn; a BadPart where one cannot be read. Raises BcfRefused when the file is hostile."""
        for member in self._markups():
            try:
                yield read_markup(self._parse(member), posixpath.dirname(member), self)
            except BadPart as fault:
                yield fault

    # What the markup reader asks for.

    def view(self, member: str) -> Element:
        return self._parse(member)

    def has(self, member: str) -> bool:
        return member in self._archive

    def picture(self, member: str) -> Picture:
        """A picture of the file; its format is told from its first bytes when it is loaded, and from its name until then."""
        if member not in self._archive:
            raise BadPart(member, "压缩包里没有这张图片")
        format_ = "png" if member.lower().endswith(".png") else "jpg"
        return Picture(format_, lambda: self._archive.read(member, archive.PICTURE_BYTES))

    def load(self, member: str) -> bytes:
        return self._archive.read(member, archive.DOCUMENT_BYTES)

    def add_document(self, member: str, description: str) -> str:
        """The GUID of a document that BCF 2.1 names by its place: the one that our own writer puts before its name, or made from the place."""
        name = posixpath.basename(member)
        own = _NAMED.fullmatch(name)
        guid, name = own.groups() if own else (str(uuid.uuid5(_DOCUMENTS, member)), name)
        self._documents.setdefault(guid, Document(guid, name, description, lambda: self.load(member)))
        return guid

    def _markups(self) -> list[str]:
        return sorted(name for name in self._archive.names if name.endswith("/markup.bcf") and name.count("/") == 1)

    def _parse(self, member: str) -> Element:
        return safe_xml.parse(self._archive.read(member), member)

    def _project(self) -> Project:
        if "project.bcfp" not in self._archive:
            return Project()
        project = self._parse("project.bcfp").find("Project")
        return Project() if project is None else Project(project.get("ProjectId", "").strip(), child_text(project, "Name"))

    def _extensions(self) -> Extensions:
        if "extensions.xml" in self._archive:
            root = self._parse("extensions.xml")
            found = {
                name: tuple(text for item in root.iterfind(f"{plural}/{single}") if (text := (item.text or "").strip()))
                for name, (plural, single, _type) in EXTENSIONS.items()
            }
            return Extensions(**found)
        if "extensions.xsd" in self._archive:
            return self._extension_schema()
        return Extensions()

    def _extension_schema(self) -> Extensions:
        """BCF 2.1 tells the values as enumerations of a schema that redefines markup.xsd."""
        enumerated: dict[str, tuple[str, ...]] = {}
        for simple in self._parse("extensions.xsd").iter("simpleType"):
            values = tuple(item.get("value", "").strip() for item in simple.iter("enumeration"))
            enumerated[simple.get("name", "")] = tuple(value for value in values if value)
        return Extensions(**{name: enumerated.get(type_, ()) for name, (_plural, _single, type_) in EXTENSIONS.items()})

    def _listed_documents(self) -> Iterator[Document]:
        if "documents.xml" not in self._archive:
            return
        for item in self._parse("documents.xml").iterfind("Documents/Document"):
            guid = guid_of(item.get("Guid"), "documents.xml")
            member = next((name for name in (f"documents/{guid}", f"Documents/{guid}") if name in self._archive), "")
            load = (lambda member=member: self.load(member)) if member else None
            yield Document(guid, child_text(item, "Filename") or guid, child_text(item, "Description"), load)
