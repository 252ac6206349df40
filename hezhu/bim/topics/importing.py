"""Take a BCF file into a project: all of it in one transaction, with a report of what became of each part.

A topic is known by its GUID. One that is new is taken with its dates and authors. One that is here is compared: equal fields leave it
as it is; a newer file updates it; an older file is left; and where both sides changed since the last exchange (or the dates are the
same and the fields are not) it is a conflict, and ours stays. Comments and viewpoints are known by their own GUIDs: new ones are always
taken, a comment with a newer modification date is updated, viewpoints never change. Taking the same file twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.topics import errors, linking, log, rights, talk, viewing
from hezhu.bim.topics.actions import book_of
from hezhu.bim.topics.comparing import Judged, changed_words, judge, own_fields_of, unfit
from hezhu.bim.topics.exporting import file_as_json, own_fields
from hezhu.bim.topics.models import Topic, TopicBook, TopicComment, TopicDocument, TopicImport, TopicLog
from hezhu.bim.topics.wording import offered
from hezhu.core.access.models import User
from hezhu.core.errors import HezhuError
from hezhu.core.files.actions import keep, local_path
from hezhu.core.history import reason_of_change
from hezhu.core.jobs import actions as jobs
from hezhu.engines import bcf
from hezhu.registers.projects.models import Project

JOB = "bim.topics"
Outcome = TopicImport.Outcome
MAX_LINES = 20_000
_WORDS = {
    "types": "topic_type",
    "statuses": "topic_status",
    "priorities": "priority",
    "labels": "topic_label",
    "stages": "stage",
    "users": "users",
    "snippet_types": "snippet_type",
}


def start_import(project: Project, upload: Any, *, by: User) -> TopicImport:
    """Keep the file and queue taking it in. Raises NotAllowed, file errors, FileUnreadable for what is seen to be no BCF at once."""
    rights.require_writer(by, project)
    with transaction.atomic(), reason_of_change(by, _("导入 BCF"), source=_("议题")):
        kept = keep(upload, by=by, purpose="bcf", division=project.division)
        try:
            with bcf.open_bcf(local_path(kept)):
                pass
        except bcf.BcfRefused as refused:
            raise errors.FileUnreadable(refused) from None
        row = TopicImport.objects.create(project=project, file=kept, by=by, division=project.division, is_demo=project.is_demo)
        row.job = jobs.defer(
            JOB,
            by=by,
            title=_("导入 BCF：%(name)s") % {"name": kept.name},
            url=row.get_absolute_url(),
            division=project.division,
            once=f"topics:{row.pk}",
            import_id=row.pk,
        )
        row.save(update_fields=["job"])
    return row


def run_import(import_id: int) -> dict[str, Any] | None:
    """Take the file of an import in, once; the reason is kept where it is refused."""
    row = TopicImport.objects.select_related("project", "by__unit", "file__file").get(pk=import_id)
    if row.finished_at is not None:
        return None
    try:
        with bcf.open_bcf(local_path(row.file)) as file:
            taken = take(file, row.project, by=row.by)
    except bcf.BcfRefused as refused:
        error = errors.FileUnreadable(refused)
        TopicImport.objects.filter(pk=row.pk).update(failure=str(error), finished_at=timezone.now())
        raise error from None
    row.version, row.counts, row.lines = taken.version, taken.counts, taken.lines
    row.finished_at, row.failure = timezone.now(), ""
    row.save(update_fields=["version", "counts", "lines", "finished_at", "failure"])
    return {"import": row.pk, "counts": row.counts}


@dataclass
class Taken:
    """The report of an import."""

    version: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, guid: str, title: str, outcome: str, reason: str = "", number: int | None = None) -> None:
        self.tally[f"{kind}.{outcome}"] += 1
        if len(self.lines) < MAX_LINES and not (kind != "topic" and outcome == Outcome.UNCHANGED):
            line = {"kind": kind, "guid": guid, "title": title[:200], "outcome": str(outcome), "reason": reason, "number": number}
            self.lines.append(line)

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.tally)


def take(file: bcf.BcfFile, project: Project, *, by: User) -> Taken:
    """Take an open file in, all or nothing."""
    with transaction.atomic(), reason_of_change(by, _("导入 BCF"), source="BCF"):
        importer = _Import(file, project, by)
        for topic in file.topics():
            importer.topic(topic)
        importer.finish()
    return importer.report


class _Import:
    def __init__(self, file: bcf.BcfFile, project: Project, by: User) -> None:
        self.file, self.project, self.by = file, project, by
        self.book: TopicBook = book_of(project)
        self.report = Taken(file.version)
        rows = Topic.objects.filter(project=project).select_related("project", "snippet_file")
        self.here = {str(row.guid): row for row in rows.prefetch_related("viewpoints", "comments")}
        self.views = {str(guid): topic for guid, topic in project.viewpoints.values_list("guid", "topic_id")}
        self.findings = linking.FindingsByGuid(project)
        self.logged: list[TopicLog] = []
        self.new: set[str] = set()

    def topic(self, topic: bcf.Topic | bcf.BadPart) -> None:
        if isinstance(topic, bcf.BadPart):
            self.report.add("topic", "", topic.place, Outcome.LEFT, f"{topic.reason}。{topic.remedy}。")
            return
        if reason := unfit(topic):
            self.report.add("topic", topic.guid, topic.title, Outcome.LEFT, reason)
            return
        row = self.here.get(topic.guid)
        kept, said = (
            ({}, {}) if row is None else ({v.guid: v for v in row.viewpoints.all()}, {c.guid: c for c in row.comments.all()})
        )
        self.here[topic.guid] = row = self._new(topic) if row is None else self._known(row, topic)
        for view in topic.viewpoints:
            self._view(row, view, kept)
        self._comments(row, topic, kept, said)

    def _new(self, topic: bcf.Topic) -> Topic:
        now = timezone.now()
        self.book.last_number += 1
        row = Topic(
            project=self.project,
            guid=topic.guid,
            number=self.book.last_number,
            creation_date=topic.creation_date,
            creation_author=topic.creation_author,
            modified_date=topic.modified_date,
            modified_author=topic.modified_author,
            content_at=now,
            exchanged_at=now,
            exchanged_modified=topic.modified_date or topic.creation_date,
            finding=self.findings.of(topic.guid),
            division=self.project.division,
            is_demo=self.project.is_demo,
        )
        if row.finding is not None:
            row.point = linking.point_of(row.finding)
        self._fill(row, topic)
        row.save()
        if row.finding is not None:
            talk.share_talk(row, row.finding)
        self.new.add(topic.guid)
        self._log(row, topic.creation_author, topic.creation_date, log.created(row))
        self.report.add("topic", topic.guid, topic.title, Outcome.TAKEN, number=row.number)
        return row

    def _known(self, row: Topic, topic: bcf.Topic) -> Topic:
        ours, theirs = own_fields(row), own_fields_of(topic)
        judged, reason = judge(row, topic, ours, theirs)
        if judged is Judged.UPDATE:
            before = log.values_of(row)
            self._fill(row, topic)
            row.modified_date = topic.modified_date or topic.creation_date
            row.modified_author = topic.modified_author or topic.creation_author
            row.content_at = row.exchanged_at = timezone.now()
            row.exchanged_modified = row.modified_date
            row.revision += 1
            row.save()
            self._log(row, row.modified_author, row.modified_date, log.differences(before, log.values_of(row)))
            self.report.add("topic", topic.guid, topic.title, Outcome.UPDATED, changed_words(ours, theirs), row.number)
            return row
        if judged is Judged.SAME and row.exchanged_at != row.content_at:
            known = topic.modified_date or topic.creation_date
            Topic.objects.filter(pk=row.pk).update(exchanged_at=row.content_at, exchanged_modified=known)
        outcome = {Judged.SAME: Outcome.UNCHANGED, Judged.OLDER: Outcome.LEFT, Judged.CONFLICT: Outcome.CONFLICT}[judged]
        self.report.add("topic", topic.guid, topic.title, outcome, reason, row.number)
        return row

    def _fill(self, row: Topic, topic: bcf.Topic) -> None:
        """The topic's own fields from the file; words that the project did not know are added to its book."""
        for name, value in own_fields_of(topic).items():
            if name not in ("snippet", "document_references", "related", "files"):
                setattr(row, name, list(value) if isinstance(value, tuple) else value)
        row.related = [UUID(guid) for guid in topic.related]
        row.files = [file_as_json(item) for item in topic.files]
        self._snippet(row, topic)
        row.document_references = [
            {
                key: value
                for key, value in (
                    ("guid", item.guid),
                    ("document_guid", item.document),
                    ("url", item.url),
                    ("description", item.description),
                )
                if value
            }
            for item in topic.document_references
        ]
        for item in topic.document_references:
            if item.document:
                self._document(item.document)

    def _snippet(self, row: Topic, topic: bcf.Topic) -> None:
        snippet = topic.snippet
        if snippet is None:
            row.snippet = row.snippet_file = None
            return
        row.snippet = {
            "snippet_type": snippet.type,
            "is_external": snippet.is_external,
            "reference": snippet.reference,
            "reference_schema": snippet.schema,
        }
        row.snippet_file = self._kept("snippet", topic.guid, snippet.reference, snippet.load)

    def _document(self, guid: str) -> None:
        if TopicDocument.objects.filter(project=self.project, guid=guid).exists():
            return
        document = self.file.document(guid)
        if document is None or document.load is None:
            self.report.add("document", guid, guid, Outcome.LEFT, _("文件里没有这份文档的内容"))
            return
        file = self._kept("document", guid, document.filename, document.load)
        if file is not None:
            TopicDocument.objects.create(
                project=self.project,
                guid=guid,
                file=file,
                filename=document.filename[:200],
                description=document.description,
                division=self.project.division,
                is_demo=self.project.is_demo,
            )
            self.report.add("document", guid, document.filename, Outcome.TAKEN)

    def _kept(self, kind: str, guid: str, name: str, load: Callable[[], bytes] | None) -> Any:
        """An attachment, or None with a line in the report that says why there is none."""
        if load is None:
            return None
        try:
            return keep(load(), by=self.by, purpose="topic-document", name=name or guid, division=self.project.division)
        except (bcf.BadPart, HezhuError) as error:
            self.report.add(kind, guid, name, Outcome.LEFT, str(error))
            return None

    def _view(self, row: Topic, view: bcf.Viewpoint, kept: dict[Any, Any]) -> None:
        if view.guid in self.views:
            if self.views[view.guid] == row.pk:
                self.report.add("viewpoint", view.guid, row.title, Outcome.UNCHANGED)
            else:
                self.report.add("viewpoint", view.guid, row.title, Outcome.LEFT, _("这个 GUID 已是另一个议题的视点"))
            return
        try:
            stored = viewing.store_view(self.project, row, view, by=self.by, author=row.modified_author or row.creation_author)
        except HezhuError as error:
            self.report.add("viewpoint", view.guid, row.title, Outcome.LEFT, str(error), row.number)
            return
        self.views[view.guid] = row.pk
        kept[UUID(view.guid)] = stored
        self.report.add("viewpoint", view.guid, row.title, Outcome.TAKEN, number=row.number)

    def _comments(self, row: Topic, topic: bcf.Topic, kept: dict[Any, Any], said: dict[Any, TopicComment]) -> None:
        latest = None
        for comment in topic.comments:
            view = kept.get(UUID(comment.viewpoint)) if comment.viewpoint else None
            ours = said.get(UUID(comment.guid))
            if ours is None:
                self._new_comment(row, comment, view)
                at = comment.modified_date or comment.date
                latest = at if latest is None else max(latest, at)
            else:
                self._known_comment(row, ours, comment, view)
        if latest is not None and topic.guid not in self.new:
            log.touch(row, topic.comments[-1].author, latest)

    def _new_comment(self, row: Topic, comment: bcf.Comment, view: Any) -> None:
        said = linking.reply(row, comment, by=self.by)
        stored = TopicComment.objects.create(
            topic=row,
            guid=comment.guid,
            date=comment.date,
            author=comment.author,
            text=comment.text,
            viewpoint=view,
            modified_date=comment.modified_date,
            modified_author=comment.modified_author,
            finding_comment=said,
        )
        self._log(row, comment.author, comment.date, talk.log_of(stored), stored.guid)
        self.report.add("comment", comment.guid, comment.text or row.title, Outcome.TAKEN, number=row.number)

    def _known_comment(self, row: Topic, ours: TopicComment, comment: bcf.Comment, view: Any) -> None:
        if (ours.text, ours.viewpoint_id) == (comment.text, view.pk if view else None):
            self.report.add("comment", comment.guid, comment.text, Outcome.UNCHANGED, number=row.number)
            return
        theirs = comment.modified_date or comment.date
        if ours.finding_comment_id is not None:
            reason = _("它是审查发现的往来记录，不再改动")
        elif theirs > (ours.modified_date or ours.date):
            ours.text, ours.viewpoint = comment.text, view
            ours.modified_date, ours.modified_author = theirs, comment.modified_author or comment.author
            ours.save()
            self._log(row, ours.modified_author, theirs, [("comment_text_updated", comment.text)], ours.guid)
            self.report.add("comment", comment.guid, comment.text, Outcome.UPDATED, number=row.number)
            return
        else:
            reason = _("平台上的更新")
        self.report.add("comment", comment.guid, comment.text, Outcome.LEFT, reason, row.number)

    def _log(self, row: Topic, author: str, at: Any, actions: Any, comment: Any = None) -> None:
        if entry := log.entry(row, author, at, actions, comment):
            self.logged.append(entry)

    def finish(self) -> None:
        """Keep the log, and the words that the file brought."""
        TopicLog.objects.bulk_create(self.logged, batch_size=1000)
        usual = offered(self.project, TopicBook(project=self.project))
        used = self._used()
        for name, key in _WORDS.items():
            brought = [*getattr(self.file.extensions, name), *used.get(name, ())]
            kept = [*getattr(self.book, name), *(word[:200] for word in brought)]
            setattr(self.book, name, [word for word in dict.fromkeys(kept) if word not in usual[key]][:2000])
        self.book.save()

    def _used(self) -> dict[str, set[str]]:
        rows = self.here.values()
        return {
            "types": {row.type for row in rows},
            "statuses": {row.status for row in rows},
            "priorities": {row.priority for row in rows if row.priority},
            "labels": {label for row in rows for label in row.labels},
            "stages": {row.stage for row in rows if row.stage},
            "users": {row.assigned_to for row in rows if row.assigned_to},
        }
