"""The pages of topics: list, one topic, a new one, files in and out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.bim.topics import actions, exporting, importing, linking, rights, talk
from hezhu.bim.topics.api.files import file_answer
from hezhu.bim.topics.errors import TopicChanged
from hezhu.bim.topics.forms import TopicForm
from hezhu.bim.topics.listing import Wanted, choices_of, tabs_of
from hezhu.bim.topics.models import Topic, TopicDocument, TopicImport, TopicViewpoint
from hezhu.bim.topics.shown import history_of, link_of, name_of_file, reference_of
from hezhu.bim.topics.wording import names_of
from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found
from hezhu.core.errors import NotThere, Refusal
from hezhu.core.files.actions import clean_name
from hezhu.core.files.uploads import taken
from hezhu.engines.bcf import VERSIONS
from hezhu.registers.projects.models import Project

PAGE = 50
BCF_LIMIT_MB = 200


@require_GET
def topics(request: SignedInRequest, number: str) -> HttpResponse:
    """The topics of a project."""
    project = rights.project_for(request.user, number)
    rows = Topic.objects.visible_to(request.user).filter(project=project)
    wanted = Wanted.of(request.GET)
    tabs, fitting = tabs_of(project, rows, wanted)
    page = Paginator(fitting.order_by("-number"), PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    counted = Topic.objects.filter(pk__in=[row.pk for row in shown]).annotate(
        said=Count("comments", distinct=True), views=Count("viewpoints", distinct=True)
    )
    counts = {row.pk: row for row in counted}
    names = names_of({row.assigned_to for row in shown} | {row.creation_author for row in shown}, project, with_unit=False)
    now = timezone.now()
    for row in shown:
        row.person = names.get(row.assigned_to, row.assigned_to)
        row.raised_by = names.get(row.creation_author, row.creation_author)
        row.counted = counts[row.pk]
        row.is_late = wanted.tab != "closed" and row.due_date is not None and row.due_date < now
    page.object_list = shown
    context = {
        **_frame(request, project),
        "tabs": tabs,
        "wanted": wanted,
        "page": page,
        "choices": choices_of(project, rows),
        "imports": TopicImport.objects.visible_to(request.user).filter(project=project).select_related("by", "job")[:5],
        "total": tabs[-1][2],
        "limit_bytes": BCF_LIMIT_MB * 1024 * 1024,
        "versions": VERSIONS,
    }
    return render(request, "bim/topics/list.html", context)


@require_GET
def topic(request: SignedInRequest, number: str, topic: int) -> HttpResponse:
    row = _topic(request, number, topic)
    return _topic_page(request, row, TopicForm(project=row.project, topic=row))


@require_POST
def change(request: SignedInRequest, number: str, topic: int) -> HttpResponse:
    """The edit form. When someone else changed the topic meanwhile, what was typed stays in the form beside what is there now."""
    row = _topic(request, number, topic)
    rights.require_writer(request.user, row.project)
    form = TopicForm(request.POST, project=row.project, topic=row)
    if not form.is_valid():
        return _topic_page(request, row, form, status=422)
    seen = request.POST.get("revision", "")
    try:
        actions.change_topic(row, form.said(), by=request.user, revision=int(seen) if seen.isdigit() else 0)
    except Refusal as refusal:
        row.refresh_from_db()
        return _topic_page(request, row, form, refusal, status=refusal.status)
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def delete(request: SignedInRequest, number: str, topic: int) -> HttpResponse:
    row = _topic(request, number, topic)
    actions.delete_topic(row, by=request.user)
    messages.success(request, _("已删除 %(label)s") % {"label": row.label})
    return HttpResponseRedirect(reverse("bim:topics", args=[number]))


@require_POST
def say(request: SignedInRequest, number: str, topic: int) -> HttpResponse:
    row = _topic(request, number, topic)
    talk.say(row, request.POST.get("text", ""), by=request.user)
    return HttpResponseRedirect(f"{row.get_absolute_url()}#talk")


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, number: str) -> HttpResponse:
    """Raise a topic; ``?viewpoint=`` begins from a saved view of the project, which then becomes the topic's."""
    project = rights.project_for(request.user, number)
    rights.require_writer(request.user, project)
    saved = _saved_view(request, project)
    form = TopicForm(request.POST or None, project=project)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.raise_topic(project, form.said(), by=request.user)
        except Refusal as refused:
            refusal = refused
        else:
            if saved is not None:
                TopicViewpoint.objects.filter(pk=saved.pk, topic=None).update(topic=row)
            return HttpResponseRedirect(row.get_absolute_url())
    status = refusal.status if refusal else 422 if form.errors else 200
    context = {**_frame(request, project), "form": form, "refusal": refusal, "saved": saved}
    return render(request, "bim/topics/new.html", context, status=status)


@require_POST
def finding_topic(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    """Make a finding of the review desk a topic, or open the one that stands for it."""
    case = found(ReviewCase.objects.visible_to(request.user).select_related("project"), number=number)
    finding = found(
        CaseFinding.objects.filter(case=case, superseded=False).select_related(
            "case__project", "case__model_version__model_file"
        ),
        pk=pk,
    )
    return HttpResponseRedirect(linking.topic_of_finding(finding, by=request.user).get_absolute_url())


@require_POST
def take_file(request: SignedInRequest, number: str) -> HttpResponse:
    project = rights.project_for(request.user, number)
    row = importing.start_import(project, taken(request), by=request.user)
    return HttpResponseRedirect(row.get_absolute_url())


@require_GET
def import_report(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    """What became of each part of a file; progress while it is being taken."""
    project = rights.project_for(request.user, number)
    rows = TopicImport.objects.visible_to(request.user).filter(project=project).select_related("by", "job", "file")
    row = found(rows, pk=pk)
    outcomes = [
        (key, label, sum(n for name, n in row.counts.items() if name == f"topic.{key}"))
        for key, label in TopicImport.Outcome.choices
    ]
    wanted = request.GET.get("outcome", "")
    lines = [line for line in row.lines if not wanted or line["outcome"] == wanted]
    context = {
        **_frame(request, project),
        "row": row,
        "outcomes": outcomes,
        "wanted": wanted,
        "page": Paginator(lines, 100).get_page(request.GET.get("page")),
        "follows_job": row.job_id is not None and row.by_id == request.user.pk,
        "others": {
            name: row.counts.get(name, 0) for name in ("comment.taken", "comment.updated", "viewpoint.taken", "document.taken")
        },
    }
    return render(request, "bim/topics/report.html", context)


@require_POST
def give_file(request: SignedInRequest, number: str) -> HttpResponse:
    """A BCF file of the topics that fit the filter; POST, as giving a topic out is noted on it."""
    project = rights.project_for(request.user, number)
    version = request.POST.get("version", VERSIONS[0])
    if version not in VERSIONS:
        raise NotThere()
    rows = Topic.objects.visible_to(request.user).filter(project=project)
    chosen = request.POST.get("topic", "")
    fitting = tabs_of(project, rows, Wanted.of(request.POST))[1]
    rows = rows.filter(number=int(chosen)) if chosen.isdigit() else fitting
    file = tempfile.TemporaryFile(dir=_workplace())  # noqa: SIM115 - the response closes it
    exporting.write_topics(project, rows, file, version)
    file.seek(0)
    name = f"{project.number}{'-T-' + chosen if chosen.isdigit() else ''}.{'bcf' if version == '3.0' else 'bcfzip'}"
    return FileResponse(file, as_attachment=True, filename=clean_name(name), content_type="application/vnd.buildingsmart.bcf")


@require_GET
def snapshot(request: SignedInRequest, number: str, guid: str) -> HttpResponse:
    project = rights.project_for(request.user, number)
    rows = TopicViewpoint.objects.visible_to(request.user).filter(project=project).select_related("snapshot__file")
    row = found(rows, guid=guid)
    if row.snapshot is None:
        raise NotThere()
    return file_answer(row.snapshot)


@require_GET
def document(request: SignedInRequest, number: str, guid: str) -> HttpResponse:
    project = rights.project_for(request.user, number)
    rows = TopicDocument.objects.visible_to(request.user).filter(project=project).select_related("file__file")
    return file_answer(found(rows, guid=guid).file)


def _topic_page(
    request: SignedInRequest, row: Topic, form: TopicForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    comments = list(row.comments.select_related("viewpoint__snapshot"))
    views = list(row.viewpoints.select_related("snapshot"))
    entries = list(row.log.order_by("-date", "-id")[:200])
    users = {
        row.creation_author,
        row.modified_author,
        row.assigned_to,
        *(c.author for c in comments),
        *(e.author for e in entries),
    }
    names = names_of(users, row.project)
    for comment in comments:
        comment.person = names.get(comment.author, comment.author)
    related = {
        topic.guid: topic for topic in Topic.objects.filter(project=row.project, guid__in=row.related).select_related("project")
    }
    documents = {str(d.guid): d for d in TopicDocument.objects.filter(project=row.project)} if row.document_references else {}
    for view in views:
        view.model_url = viewer_url(row, view)
    context = {
        **_frame(request, row.project),
        "topic": row,
        "form": form,
        "refusal": refusal,
        "overtaken": isinstance(refusal, TopicChanged),
        "editing": refusal is not None or bool(form.errors),
        "comments": comments,
        "views": views,
        "history": history_of(entries, names),
        "names": names,
        "person": names.get(row.assigned_to, row.assigned_to),
        "raised_by": names.get(row.creation_author, row.creation_author),
        "related": [(guid, related.get(guid)) for guid in row.related],
        "references": [reference_of(item, documents) for item in row.document_references],
        "files": [name_of_file(item) for item in row.files],
        "links": [link_of(link) for link in row.reference_links],
        "may_delete": rights.may_delete(request.user, row.creation_author),
        "is_late": row.due_date is not None and row.due_date < timezone.now(),
        "versions": VERSIONS,
    }
    return render(request, "bim/topics/topic.html", context, status=status)


def viewer_url(topic: Topic, view: TopicViewpoint) -> str:
    """Where the view opens on the models; the desk of the topic's finding where the project has no viewer page."""
    try:
        return f"{reverse('bim:federated', args=[topic.project.number])}?viewpoint={view.guid}"
    except NoReverseMatch:
        return f"{topic.finding.case.get_absolute_url()}?finding={topic.finding_id}" if topic.finding else ""


def _frame(request: SignedInRequest, project: Project) -> dict[str, Any]:
    return {"nav": "bim", "project": project, "may_write": rights.writes(request.user)}


def _topic(request: SignedInRequest, number: str, topic: int) -> Topic:
    project = rights.project_for(request.user, number)
    rows = Topic.objects.visible_to(request.user).filter(project=project)
    return found(rows.select_related("project", "finding__case"), number=topic)


def _saved_view(request: SignedInRequest, project: Project) -> TopicViewpoint | None:
    guid = request.GET.get("viewpoint", "")
    rows = TopicViewpoint.objects.visible_to(request.user).filter(Q(project=project), topic=None)
    return next((row for row in rows.select_related("snapshot") if str(row.guid) == guid), None) if guid else None


def _workplace() -> Path:
    place = Path(settings.VAR) / "cache" / "exports"
    place.mkdir(parents=True, exist_ok=True)
    return place
