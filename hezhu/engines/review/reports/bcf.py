"""The review as BCF 3.0: one topic for each finding that fails or needs a person, with a view of the element.

Topic GUIDs are made from the finding's key, so the same finding is the same topic in every run.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import bcf.v3.model as mdl
from bcf.xml_parser import XmlParserSerializer
from xsdata.models.datatype import XmlDateTime

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.ifc import Model
from hezhu.engines.review.reports import words
from hezhu.engines.review.reports.camera import view_of
from hezhu.engines.review.reports.reviewed import Reviewed

AUTHOR = "hezhu"
MAX_TOPICS = 1000
NOTE_TYPE = "说明"
OPEN = "Open"
VIEWPOINT = "viewpoint.bcfv"
_NAMESPACE = uuid.UUID("0d5f6a2e-6a0b-5c0e-9b1d-3f7f5a2c9e41")
_REPORTED = (Verdict.FAIL, Verdict.MANUAL)


def write_bcf(review: Reviewed, model: Model, path: Path | str, limit: int = MAX_TOPICS, at: datetime | None = None) -> Path:
    """Writes the BCF file and returns its path.

    At most ``limit`` topics are written, failures first; one more topic then says how many were left out. ``at`` is the
    creation date of the topics (now).
    """
    target = Path(path)
    stamp = XmlDateTime.from_datetime((at or datetime.now(UTC)).replace(microsecond=0))
    reported = sorted((f for f in review.findings if f.verdict in _REPORTED), key=lambda f: _REPORTED.index(f.verdict))
    xml = XmlParserSerializer()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("bcf.version", xml.serialize(mdl.Version(version_id="3.0")))
        out.writestr("project.bcfp", xml.serialize(_project(model)))
        out.writestr("extensions.xml", xml.serialize(_extensions(reported)))
        for number, finding in enumerate(reported[:limit], start=1):
            _write_topic(out, xml, model, finding, number, stamp)
        if len(reported) > limit:
            _write_note(out, xml, model, len(reported), limit, stamp)
    return target


def _project(model: Model) -> mdl.ProjectInfo:
    identity = str(uuid.uuid5(_NAMESPACE, f"project|{model.project_global_id}"))
    return mdl.ProjectInfo(project=mdl.Project(name=model.project_name or model.path.name, project_id=identity))


def _extensions(findings: Sequence[Finding]) -> mdl.Extensions:
    standards = sorted({f.source.standard for f in findings if f.source.standard})
    return mdl.Extensions(
        topic_types=mdl.ExtensionsTopicTypes(topic_type=[*(v.label for v in _REPORTED), NOTE_TYPE]),
        topic_statuses=mdl.ExtensionsTopicStatuses(topic_status=[OPEN, "Closed"]),
        priorities=mdl.ExtensionsPriorities(priority=list(words.SEVERITIES.values())),
        topic_labels=mdl.ExtensionsTopicLabels(topic_label=standards),
        users=mdl.ExtensionsUsers(user=[AUTHOR]),
    )


def _header(model: Model) -> mdl.Header:
    file = mdl.File(filename=model.path.name, ifc_project=model.project_global_id or None, is_external=True)
    return mdl.Header(files=mdl.HeaderFiles(file=[file]))


def _write_topic(
    out: zipfile.ZipFile, xml: XmlParserSerializer, model: Model, finding: Finding, number: int, stamp: XmlDateTime
) -> None:
    guid = str(uuid.uuid5(_NAMESPACE, finding.key))
    topic = mdl.Topic(
        title=f"{finding.title}：{words.subject_text(finding)}",
        priority=words.SEVERITIES[finding.severity],
        index=number,
        labels=mdl.TopicLabels(label=[finding.source.standard]) if finding.source.standard else None,
        creation_date=stamp,
        creation_author=AUTHOR,
        description=_description(finding),
        guid=guid,
        topic_type=finding.verdict.label,
        topic_status=OPEN,
    )
    view = view_of(finding, model, str(uuid.uuid5(_NAMESPACE, f"view|{finding.key}")))
    if view is not None:
        entry = mdl.ViewPoint(viewpoint=VIEWPOINT, guid=view.guid)
        topic.viewpoints = mdl.TopicViewpoints(view_point=[entry])
        out.writestr(f"{guid}/{VIEWPOINT}", xml.serialize(view))
    out.writestr(f"{guid}/markup.bcf", xml.serialize(mdl.Markup(header=_header(model), topic=topic)))


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


def _write_note(out: zipfile.ZipFile, xml: XmlParserSerializer, model: Model, total: int, limit: int, stamp: XmlDateTime) -> None:
    guid = str(uuid.uuid5(_NAMESPACE, f"note|{model.project_global_id}"))
    topic = mdl.Topic(
        title=f"另有 {total - limit:,} 项未写入本文件",
        index=0,
        creation_date=stamp,
        creation_author=AUTHOR,
        description=f"共 {total:,} 项不符合或需人工，本文件只写前 {limit:,} 项（不符合在前）；全部见同时生成的 review.json。",
        guid=guid,
        topic_type=NOTE_TYPE,
        topic_status=OPEN,
    )
    out.writestr(f"{guid}/markup.bcf", xml.serialize(mdl.Markup(header=_header(model), topic=topic)))
