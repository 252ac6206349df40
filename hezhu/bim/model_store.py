"""The tables of all model versions: kept with their cases, asked together, checked again without the model files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from hezhu.bim.models import CaseTables, ReviewCase
from hezhu.core.access.divisions import division_names
from hezhu.core.access.models import User
from hezhu.core.files.actions import keep, local_path
from hezhu.engines.findings import Finding
from hezhu.engines.ifc.tables import store
from hezhu.engines.ifc.tables.query import query_versions

VERSION_COLUMNS: dict[str, Any] = {
    "tables": pl.String,
    "model_name": pl.String,
    "project": pl.String,
    "project_number": pl.String,
    "building": pl.String,
    "stage": pl.String,
    "version": pl.Int64,
    "is_latest": pl.Boolean,
    "division": pl.String,
    "county": pl.String,
    "submitted_on": pl.Date,
}


def keep_tables(case: ReviewCase, archive: Path) -> CaseTables:
    """Keep an archive as the tables of a case. The content comes first: no row names tables that are not there."""
    name = f"{case.number}-tables.zip"
    kept = keep(archive, by=case.submitted_by, purpose="report", name=name, division=case.division)
    return CaseTables.objects.update_or_create(case=case, defaults={"file": kept})[0]


def stored_for(user: User | None) -> QuerySet[CaseTables]:
    """Tables of the cases an account may see; all of them for None, the operator at the machine itself."""
    found = CaseTables.objects.select_related("file__file", "case__project", "case__building")
    return (found if user is None else found.filter(case__in=ReviewCase.objects.visible_to(user))).order_by("case_id")


def without_tables() -> QuerySet[ReviewCase]:
    """Reviewed cases whose tables were never made: reviewed before there were any, or the making was broken off."""
    reviewed = ReviewCase.objects.exclude(reviewed_at=None).filter(tables=None)
    return reviewed.select_related("model_file__file", "submitted_by__unit").order_by("pk")


def ask(sql: str, user: User | None = None) -> pl.DataFrame:
    """The answer to one SELECT over every version the account may see. Raises QueryRefused, ModelUnreadable or FileLost."""
    stored = list(stored_for(user))
    for each in stored:
        store.unpack(local_path(each.file), _folder(each))
    answer = query_versions(_root(), version_table(stored), sql)
    _forget_removed()
    return answer


def version_table(stored: list[CaseTables]) -> pl.DataFrame:
    """What tells versions apart, one row each; ``model_name`` is the case's number, ``is_latest`` the highest version of its kind."""
    latest: dict[tuple[Any, ...], int] = {}
    for each in stored:
        key = (each.case.project_id, each.case.building_id, each.case.stage)
        latest[key] = max(latest.get(key, 0), each.case.version)
    rows = []
    for each in stored:
        case = each.case
        rows.append(
            {
                "tables": each.file.file.sha256,
                "model_name": case.number,
                "project": case.project.name,
                "project_number": case.project.number,
                "building": case.building.name if case.building else "",
                "stage": case.stage,
                "version": case.version,
                "is_latest": latest[case.project_id, case.building_id, case.stage] == case.version,
                "division": case.division,
                "county": division_names().get(case.division, ""),
                "submitted_on": timezone.localdate(case.submitted_at),
            }
        )
    return pl.DataFrame(rows, schema=VERSION_COLUMNS, orient="row")


def check_again(ids: Path, user: User | None = None, number: str = "") -> Iterator[tuple[ReviewCase, list[Finding]]]:
    """Data requirements on every stored version the account may see, or on one case. Nothing of the cases is changed.

    Raises IdsInvalid for the file, ModelUnreadable where an archive cannot answer it.
    """
    from hezhu.engines.review.ids.stored import check_stored, load

    document = load(ids)
    stored = stored_for(user)
    for each in stored.filter(case__number=number) if number else stored:
        yield each.case, check_stored(local_path(each.file), document)


def folder_of_case(case: ReviewCase) -> Path | None:
    """The tables of a case's model laid out for reading; None when it has none. Raises FileLost or ModelUnreadable."""
    stored = CaseTables.objects.filter(case=case).select_related("file__file").first()
    if stored is None:
        return None
    store.unpack(local_path(stored.file), _folder(stored))
    return _folder(stored)


def _root() -> Path:
    return Path(settings.VAR) / "cache" / "tables"


def _folder(stored: CaseTables) -> Path:
    return _root() / f"tables={stored.file.file.sha256}"


def _forget_removed() -> None:
    """Clear what was laid out of versions that are gone."""
    known = {f"tables={sha256}" for sha256 in CaseTables.objects.values_list("file__file__sha256", flat=True)}
    for folder in _root().glob("tables=*"):
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
