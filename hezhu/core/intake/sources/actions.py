"""Run a declared source: now in this process, as a job, or by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from croniter import croniter
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.errors import HezhuError, NotThere
from hezhu.core.files.actions import keep, local_path
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.core.intake.actions import sha256_of, take_file
from hezhu.core.intake.commit import nothing_told, open_file
from hezhu.core.intake.contracts import contract_for
from hezhu.core.intake.errors import SheetUnreadable, SourceChanged, SourceInvalid, SourceTaken
from hezhu.core.intake.models import Batch, DeclaredSource, SourceRun
from hezhu.core.intake.quality import warm
from hezhu.core.intake.sources.declare import Source, all_sources, is_file, name_in, read_text, source_named
from hezhu.core.intake.sources.fetch import Fetched, fetched
from hezhu.core.jobs.actions import defer
from hezhu.core.jobs.models import Job

JOB = "intake.source"


def declare(text: str, *, by: User, name: str = "") -> DeclaredSource:
    """Keep what a page declares, new or (``name``) instead of what it said before; how it was stays in the history.

    Raises SourceInvalid, SourceTaken, NotAllowed; nothing is kept then.
    """
    require(by, "sources.declare")
    named = name_in(text)
    source = read_text(named, text, is_demo=by.is_demo)
    require(by, source.register.permission("import"))
    if name and name != named:
        raise SourceInvalid(name=name, reason=gettext("id 不能改；另起名称就是另一个来源"))
    with transaction.atomic(), reason_of_change(by, gettext("申报来源")):
        kept = DeclaredSource.objects.select_for_update().filter(name=named).first()
        if is_file(named) or (kept is not None and (not name or kept.is_demo != by.is_demo)):
            raise SourceTaken(name=named)
        if kept is None:
            kept = DeclaredSource(name=named, division=by.division, is_demo=by.is_demo)
        kept.text, kept.changed_by = text, by
        try:
            with transaction.atomic():
                kept.save()
        except IntegrityError as error:  # two declare the same name at once
            raise SourceTaken(name=named) from error
    return kept


def may_use(source: Source, by: User) -> bool:
    """Whether the account's world is that of the source, and it may import into its register."""
    return source.is_demo in (None, by.is_demo) and by.may(source.register.permission("import"))


def _usable(name: str, by: User) -> Source:
    source = source_named(name)
    require(by, source.register.permission("import"))
    if not may_use(source, by):
        raise NotThere()
    if not source.is_active:
        raise SourceInvalid(name=name, reason=gettext("status 不是 active，来源已停用"))
    return source


def hand_in(name: str, upload: Any, *, by: User) -> SourceRun:
    """Take a file that a person brings in the way the source declares; a job, like every run.

    Raises SourceInvalid, NotAllowed, the file errors; nothing is kept then.
    """
    source = _usable(name, by)
    if not source.takes_uploads:
        raise SourceInvalid(name=name, reason=gettext("这个来源由平台去取，不在页面上交文件"))
    with transaction.atomic():
        run = _opened(source, by, scheduled=False, file=keep(upload, by=by, purpose="sheet"))
        run.job = _deferred(source, run, by, once=f"source:{source.name}:{run.pk}")
        run.save(update_fields=["job"])
    return run


def start(name: str, *, by: User, scheduled: bool = False) -> SourceRun:
    """Queue a run of the source; a run that waits or goes on is returned instead of a second one. Raises SourceInvalid, NotAllowed."""
    source = _usable(name, by)
    with transaction.atomic():
        run = _opened(source, by, scheduled=scheduled)
        job = _deferred(source, run, by, once=f"source:{source.name}")
        if job.args["run_id"] != run.pk:
            run.delete()
            return SourceRun.objects.get(pk=job.args["run_id"])
        run.job = job
        run.save(update_fields=["job"])
    return run


def _deferred(source: Source, run: SourceRun, by: User, *, once: str) -> Job:
    return defer(
        JOB,
        by=by,
        title=gettext("来源 %(title)s") % {"title": source.title},
        url=reverse("intake:source", args=[source.name]),
        once=once,
        run_id=run.pk,
        user_id=by.pk,
    )


def run_here(name: str, *, by: User) -> SourceRun:
    """Run the source in this process and return how it ended. Raises SourceInvalid, NotAllowed."""
    source = _usable(name, by)
    run = _opened(source, by, scheduled=False)
    go(run, source, by=by)
    return run


def _opened(source: Source, by: User, *, scheduled: bool, file: Attachment | None = None) -> SourceRun:
    return SourceRun.objects.create(
        source=source.name,
        register=source.register.slug,
        scheduled=scheduled,
        file=file,
        created_by=by,
        division=by.division,
        is_demo=by.is_demo,
    )


def go(run: SourceRun, source: Source, *, by: User, at: Any = nothing_told) -> None:
    """Fetch, compare the columns of every file, then take the files in one by one. How it ended is written to the run; a refusal is not
    raised: what was taken in before it stays, each file whole."""
    run.state = SourceRun.State.RUNNING
    run.save(update_fields=["state"])
    try:
        with _files_of(run, source) as files:
            fresh = _fresh(run, source, files)
            if source.full and len(files) > 1:
                raise SourceInvalid(
                    name=source.name, reason=gettext("full 的来源只能有一个文件，现有 %(n)s 个") % {"n": len(files)}
                )
            titles = {each.path: _checked(source, each) for each in fresh}
            for each in fresh:
                mapping = source.mapping(titles[each.path])
                batch = take_file(
                    source.register, each.path, by=by, source=source.name, name=each.name, mapping=mapping, run=run, full=source.full,
                    at=at,
                )  # fmt: skip
                run.gone += batch.absences.count()
    except HezhuError as error:
        _end(run, SourceRun.State.FAILED, error.code, str(error))
    except Exception:
        _end(run, SourceRun.State.FAILED, "internal", gettext("平台出错，已记入日志；再运行一次，仍出错请找运维"))
        raise
    else:
        _end(run, SourceRun.State.DONE)
        warm(source, by)


@contextmanager
def _files_of(run: SourceRun, source: Source) -> Iterator[list[Fetched]]:
    """The file that was handed in with the run, else what the source holds now. Raises as ``fetched``."""
    if run.file is not None:
        yield [Fetched(local_path(run.file), run.file.name)]
        return
    with fetched(source) as files:
        yield files


def _end(run: SourceRun, state: SourceRun.State, code: str = "", message: str = "") -> None:
    run.state, run.error_code, run.error_message = state, code, message[:1000]
    run.finished_at = timezone.now()
    run.save()


def _fresh(run: SourceRun, source: Source, files: list[Fetched]) -> list[Fetched]:
    """The files of a folder that were not taken in before with this content; a single file is always taken, for that costs nothing and
    shows what changed."""
    if len(files) < 2:
        return files
    done = Batch.objects.filter(source=source.name, is_demo=run.is_demo, state=Batch.State.DONE).exclude(origin={})
    taken = {(origin["name"], origin["sha256"]) for origin in done.values_list("origin", flat=True)}
    fresh = [each for each in files if (each.name, sha256_of(each.path)) not in taken]
    run.skipped = len(files) - len(fresh)
    return fresh


def _checked(source: Source, file: Fetched) -> tuple[str, ...]:
    """The titles of a file, which must be the declared ones. Raises SourceChanged, SheetUnreadable."""
    contract = contract_for(source.register, source.mapping(tuple(source.columns)))
    try:
        titles = open_file(file.path, contract).columns
    except SheetUnreadable as error:
        if error.data.get("fault") != "no-header":
            raise
        titles = open_file(file.path, None).columns  # no title is known any more: say which there are
    missing = [title for title in source.columns if title not in titles and title not in source.optional]
    added = [title for title in titles if title not in source.columns]
    if missing or added:
        none = gettext("无")
        raise SourceChanged(name=source.name, missing="、".join(missing) or none, added="、".join(added) or none)
    return titles


def account_of(source: Source) -> User | None:
    """The account a scheduled run acts for: the declared one, else the first city office."""
    accounts = User.objects.filter(is_active=True)
    if source.is_demo is not None:
        accounts = accounts.filter(is_demo=source.is_demo)
    if source.account:
        return accounts.filter(username=source.account).first()
    return accounts.filter(role=Role.CITY_OFFICE).order_by("is_demo", "id").first()


def start_due(now: datetime | None = None) -> int:
    """Queue every source whose schedule has come round since its last run; returns how many."""
    now = timezone.localtime(now)
    started = 0
    for source in all_sources():
        if isinstance(source, SourceInvalid) or not (source.schedule and source.is_active and source.can_be_fetched):
            continue
        due = croniter(source.schedule, now).get_prev(datetime)
        last = SourceRun.objects.filter(source=source.name).order_by("-id").first()
        by = account_of(source)
        if by is None or (last is not None and last.created_at >= due):
            continue
        if last is None and (now - due).total_seconds() > 3600:  # a new source waits for its hour
            continue
        start(source.name, by=by, scheduled=True)
        started += 1
    return started
