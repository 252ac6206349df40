"""The review as BCF 3.0: one topic for each finding that fails or needs a person, with a view of the element.

Topic GUIDs are made from the finding's key, so the same finding is the same topic in every run. ``engines.bcf`` writes the file.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from hezhu.engines import bcf
from hezhu.engines.bcf import BcfWriter
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.ifc import Model
from hezhu.engines.review.reports import words
from hezhu.engines.review.reports.camera import FIELD_OF_VIEW, View, view_of
from hezhu.engines.review.reports.reviewed import Reviewed

AUTHOR = "hezhu"
MAX_TOPICS = 1000
NOTE_TYPE = "说明"
OPEN = "Open"
_NAMESPACE = uuid.UUID("0d5f6a2e-6a0b-5c0e-9b1d-3f7f5a2c9e41")
_REPORTED = (Verdict.FAIL, Verdict.MANUAL)
_ASPECT_RATIO = 1.6
_DECIMALS = 6


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
    with report_file(target, model, {finding.source.standard for finding in reported}) as out:
        for number, finding in enumerate(reported[:limit], start=1):
            write_topic(out, model, _topic(finding, model), number, stamp)
        if len(reported) > limit:
            out.add(_note(model, len(reported), limit, stamp))
    return target


def stamp_of(at: datetime | None) -> datetime:
    """A creation date, to the second; now, where none is given."""
    return (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)


@contextmanager
def report_file(path: Path, model: Origin, standards: Iterable[str]) -> Iterator[BcfWriter]:
    """The opened file with what stands before the topics; ``standards`` become labels."""
    project = bcf.Project(_identity(f"project|{model.project_global_id}"), model.project_name or model.path.name)
    extensions = bcf.Extensions(
        types=(*(verdict.label for verdict in _REPORTED), NOTE_TYPE),
        statuses=(OPEN, "Closed"),
        priorities=tuple(words.SEVERITIES.values()),
        labels=tuple(sorted(filter(None, standards))),
        users=(AUTHOR,),
    )
    with bcf.write_bcf_file(path, project=project, extensions=extensions) as out:
        yield out


def topic_guid(key: str) -> str:
    """The GUID of the topic of a finding, made from the finding's key."""
    return _identity(key)


def _identity(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))


def _topic(finding: Finding, model: Model) -> Topic:
    return Topic(
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


def write_topic(out: BcfWriter, model: Origin, topic: Topic, number: int, stamp: datetime) -> None:
    """Writes one topic; ``stamp`` is its creation date."""
    view = None if topic.view is None else _viewpoint(topic.view, topic)
    out.add(
        bcf.Topic(
            guid=_identity(topic.name),
            title=topic.title,
            creation_date=stamp,
            creation_author=AUTHOR,
            type=topic.kind,
            status=OPEN,
            priority=topic.priority,
            index=number,
            labels=(topic.label,) if topic.label else (),
            description=topic.description,
            files=_files(model),
            viewpoints=() if view is None else (view,),
        )
    )


def _files(model: Origin) -> tuple[bcf.HeaderFile, ...]:
    return (bcf.HeaderFile(model.path.name, ifc_project=model.project_global_id),)


def _viewpoint(view: View, topic: Topic) -> bcf.Viewpoint:
    hints = bcf.ViewSetupHints(spaces_visible=topic.shows_spaces)
    return bcf.Viewpoint(
        _identity(f"view|{topic.name}"),
        camera=bcf.Camera(
            _rounded(view.eye),
            _rounded(view.towards),
            _rounded(view.up),
            field_of_view=FIELD_OF_VIEW,
            aspect_ratio=_ASPECT_RATIO,
        ),
        selection=tuple(bcf.Component(global_id) for global_id in topic.selected),
        visibility=bcf.Visibility(default=True, hints=hints),
        clipping_planes=(bcf.ClippingPlane(_rounded(view.cut), (0.0, 0.0, 1.0)),),
    )


def _rounded(values: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = (round(float(value), _DECIMALS) for value in values)
    return x, y, z


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


def _note(model: Origin, total: int, limit: int, stamp: datetime) -> bcf.Topic:
    """Says how many were left out."""
    return bcf.Topic(
        guid=_identity(f"note|{model.project_global_id}"),
        title=f"另有 {total - limit:,} 项未写入本文件",
        creation_date=stamp,
        creation_author=AUTHOR,
        type=NOTE_TYPE,
        status=OPEN,
        index=0,
        description=f"共 {total:,} 项不符合或需人工，本文件只写前 {limit:,} 项（不符合在前）；全部见同时生成的 review.json。",
        files=_files(model),
    )
