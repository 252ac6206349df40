"""The review as BCF 3.0: one topic for each finding that fails or needs a person, with a view of the element.

Topic GUIDs are made from the finding's key, so the same finding is the same topic in every run. The elements stand in the
order of the BCF 3.0 schemas (markup.xsd, visinfo.xsd, extensions.xsd, project.xsd).
"""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.ifc import Model
from hezhu.engines.review.reports import words
from hezhu.engines.review.reports.camera import FIELD_OF_VIEW, View, view_of
from hezhu.engines.review.reports.reviewed import Reviewed

AUTHOR = "hezhu"
MAX_TOPICS = 1000
NOTE_TYPE = "说明"
OPEN = "Open"
VIEWPOINT = "viewpoint.bcfv"
_NAMESPACE = uuid.UUID("0d5f6a2e-6a0b-5c0e-9b1d-3f7f5a2c9e41")
_REPORTED = (Verdict.FAIL, Verdict.MANUAL)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Origin(Protocol):
    """The model that a BCF file speaks of."""

    @property
    def path(self) -> Path:
        """Its file, of which only the name is told."""

    @property
    def project_name(self) -> str:
        """The name of its project, which may be empty."""

    @property
    def project_global_id(self) -> str:
        """GlobalId of its IfcProject, or empty."""


def write_bcf(review: Reviewed, model: Model, path: Path | str, limit: int = MAX_TOPICS, at: datetime | None = None) -> Path:
    """Writes the BCF file and returns its path.

    At most ``limit`` topics are written, failures first; one more topic then says how many were left out. ``at`` is the
    creation date of the topics (now).
    """
    target = Path(path)
    stamp = stamp_of(at)
    reported = sorted((f for f in review.findings if f.verdict in _REPORTED), key=lambda f: _REPORTED.index(f.verdict))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        write_head(out, model, {finding.source.standard for finding in reported})
        for number, finding in enumerate(reported[:limit], start=1):
            _write_topic(out, model, finding, number, stamp)
        if len(reported) > limit:
            _write_note(out, model, len(reported), limit, stamp)
    return target


def stamp_of(at: datetime | None) -> str:
    """A creation date as BCF writes it; now, where none is given."""
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_head(out: zipfile.ZipFile, model: Origin, standards: Iterable[str]) -> None:
    """The files that stand before the topics; ``standards`` become labels."""
    out.writestr("bcf.version", _xml(Element("Version", VersionId="3.0")))
    out.writestr("project.bcfp", _xml(_project(model)))
    out.writestr("extensions.xml", _xml(_extensions(standards)))


def _xml(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _text(parent: Element, tag: str, value: object) -> Element:
    """A child with text; characters that XML cannot carry are dropped."""
    child = SubElement(parent, tag)
    child.text = _NOT_XML.sub("", str(value))
    return child


def topic_guid(key: str) -> str:
    """The GUID of the topic of a finding, made from the finding's key."""
    return _identity(key)


def _identity(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))


def _project(model: Origin) -> Element:
    root = Element("ProjectInfo")
    project = SubElement(root, "Project", ProjectId=_identity(f"project|{model.project_global_id}"))
    _text(project, "Name", model.project_name or model.path.name)
    return root


def _extensions(standards: Iterable[str]) -> Element:
    root = Element("Extensions")
    lists: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("TopicTypes", "TopicType", (*(verdict.label for verdict in _REPORTED), NOTE_TYPE)),
        ("TopicStatuses", "TopicStatus", (OPEN, "Closed")),
        ("Priorities", "Priority", words.SEVERITIES.values()),
        ("TopicLabels", "TopicLabel", sorted(filter(None, standards))),
        ("Users", "User", (AUTHOR,)),
    )
    for plural, single, values in lists:
        parent = SubElement(root, plural)
        for value in values:
            _text(parent, single, value)
    return root


def _markup(model: Origin, guid: str, kind: str) -> tuple[Element, Element]:
    """The markup of a topic with its header, and the empty topic in it."""
    root = Element("Markup")
    file = SubElement(SubElement(SubElement(root, "Header"), "Files"), "File", IsExternal="true")
    if model.project_global_id:
        file.set("IfcProject", model.project_global_id)
    _text(file, "Filename", model.path.name)
    return root, SubElement(root, "Topic", Guid=guid, TopicType=kind, TopicStatus=OPEN)


def _write_topic(out: zipfile.ZipFile, model: Model, finding: Finding, number: int, stamp: str) -> None:
    topic = Topic(
        name=finding.key,
        kind=finding.verdict.label,
        title=f"{finding.title}：{words.subject_text(finding)}",
        priority=words.SEVERITIES[finding.severity],
        label=finding.source.standard,
        description=_description(finding),
        selected=(finding.subject.global_id,) if finding.subject.global_id else (),
        view=view_of(finding, model),
        shows_spaces=finding.subject.ifc_class == "IfcSpace",
    )
    write_topic(out, model, topic, number, stamp)


@dataclass(frozen=True, slots=True)
class Topic:
    """What is written as one topic. ``name`` gives its GUID; ``selected`` are GlobalIds, shown only with a ``view``."""

    name: str
    kind: str
    title: str
    priority: str
    label: str
    description: str
    selected: Sequence[str]
    view: View | None
    shows_spaces: bool = False


def write_topic(out: zipfile.ZipFile, model: Origin, topic: Topic, number: int, stamp: str) -> None:
    """Writes one topic; ``stamp`` is its creation date."""
    guid = _identity(topic.name)
    root, element = _markup(model, guid, topic.kind)
    _text(element, "Title", topic.title)
    _text(element, "Priority", topic.priority)
    _text(element, "Index", number)
    if topic.label:
        _text(SubElement(element, "Labels"), "Label", topic.label)
    _text(element, "CreationDate", stamp)
    _text(element, "CreationAuthor", AUTHOR)
    _text(element, "Description", topic.description)
    if topic.view is not None:
        view_guid = _identity(f"view|{topic.name}")
        _text(SubElement(SubElement(element, "Viewpoints"), "ViewPoint", Guid=view_guid), "Viewpoint", VIEWPOINT)
        out.writestr(f"{guid}/{VIEWPOINT}", _xml(_visualization(topic.view, topic, view_guid)))
    out.writestr(f"{guid}/markup.bcf", _xml(root))


def _visualization(view: View, topic: Topic, guid: str) -> Element:
    root = Element("VisualizationInfo", Guid=guid)
    components = SubElement(root, "Components")
    if topic.selected:
        selection = SubElement(components, "Selection")
        for global_id in topic.selected:
            SubElement(selection, "Component", IfcGuid=global_id)
    spaces = "true" if topic.shows_spaces else "false"
    visibility = SubElement(components, "Visibility", DefaultVisibility="true")
    SubElement(visibility, "ViewSetupHints", SpacesVisible=spaces, SpaceBoundariesVisible="false", OpeningsVisible="false")
    camera = SubElement(root, "PerspectiveCamera")
    for tag, value in (("CameraViewPoint", view.eye), ("CameraDirection", view.towards), ("CameraUpVector", view.up)):
        _coordinates(camera, tag, value)
    _text(camera, "FieldOfView", FIELD_OF_VIEW)
    _text(camera, "AspectRatio", 1.6)
    plane = SubElement(SubElement(root, "ClippingPlanes"), "ClippingPlane")
    _coordinates(plane, "Location", view.cut)
    _coordinates(plane, "Direction", (0.0, 0.0, 1.0))
    return root


def _coordinates(parent: Element, tag: str, values: Sequence[float]) -> None:
    child = SubElement(parent, tag)
    for axis, value in zip("XYZ", values, strict=True):
        _text(child, axis, round(value, 6))


def _description(finding: Finding) -> str:
    source = finding.source
    clause = " ".join(filter(None, (source.standard, source.clause)))
    lines = [
        words.reason_text(finding),
        f"依据：{clause}{'' if source.confirmed else '（待核）'}" if clause else "",
        source.text,
        f"楼层：{finding.subject.storey}" if finding.subject.storey else "",
        f"测量方法：{finding.method}" if finding.method else "",
        f"规则：{finding.rule}",
    ]
    return "\n".join(line for line in lines if line)


def _write_note(out: zipfile.ZipFile, model: Model, total: int, limit: int, stamp: str) -> None:
    guid = _identity(f"note|{model.project_global_id}")
    root, topic = _markup(model, guid, NOTE_TYPE)
    _text(topic, "Title", f"另有 {total - limit:,} 项未写入本文件")
    _text(topic, "Index", 0)
    _text(topic, "CreationDate", stamp)
    _text(topic, "CreationAuthor", AUTHOR)
    text = f"共 {total:,} 项不符合或需人工，本文件只写前 {limit:,} 项（不符合在前）；全部见同时生成的 review.json。"
    _text(topic, "Description", text)
    out.writestr(f"{guid}/markup.bcf", _xml(root))
