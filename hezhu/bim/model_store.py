"""The tables of all model versions: kept with them, asked together, checked again without the model files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from hezhu.bim.models import ModelVersion, ReviewCase
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
    "discipline": pl.String,
    "version": pl.Int64,
    "is_latest": pl.Boolean,
    "division": pl.String,
    "county": pl.String,
    "submitted_on": pl.Date,
}


def keep_tables(version: ModelVersion, archive: Path, name: str) -> None:
    """Keep an archive as the tables of a version. The content comes first: no row names tables that are not there."""
    kept = keep(archive, by=version.author, purpose="report", name=f"{name}-tables.zip", division=version.division)
    version.tables_file = kept
    version.save(update_fields=["tables_file"])


def stored_for(user: User | None) -> QuerySet[ModelVersion]:
    """Versions with tables that an account may see; all of them for None, the operator at the machine itself."""
    versions = ModelVersion.objects.all() if user is None else ModelVersion.objects.visible_to(user)
    rows = versions.exclude(tables_file=None).select_related("tables_file__file", "project", "building")
    first_case = ReviewCase.objects.filter(model_version=OuterRef("pk")).order_by("pk").values("number")[:1]
    return rows.annotate(case_number=Subquery(first_case)).order_by("pk")


def without_tables() -> QuerySet[ModelVersion]:
    """Versions whose tables were never made: reviewed before there were any, or the making was broken off."""
    made = Q(prepared_at__isnull=False) | Q(cases__reviewed_at__isnull=False)
    rows = ModelVersion.objects.filter(made, tables_file=None).distinct()
    return rows.select_related("model_file__file", "author__unit", "building").order_by("pk")


def ask(sql: str, user: User | None = None) -> pl.DataFrame:
    """The answer to one SELECT over every version the account may see. Raises QueryRefused, ModelUnreadable or FileLost."""
    stored = list(stored_for(user))
    for each in stored:
        store.unpack(local_path(each.tables_file), _folder(each))
    answer = query_versions(_root(), version_table(stored), sql)
    _forget_removed()
    return answer


def version_table(stored: list[ModelVersion]) -> pl.DataFrame:
    """What tells versions apart, one row each. ``model_name`` is the number of the version's first review, else ``V`` and its key;
    ``is_latest`` marks the highest version of its building, stage and discipline."""
    latest: dict[tuple[Any, ...], int] = {}
    for each in stored:
        latest[_place(each)] = max(latest.get(_place(each), 0), each.number)
    rows = [
        {
            "tables": each.tables_file.file.sha256,
            "model_name": name_of(each),
            "project": each.project.name,
            "project_number": each.project.number,
            "building": each.building.name if each.building else "",
            "stage": each.stage,
            "discipline": each.discipline,
            "version": each.number,
            "is_latest": latest[_place(each)] == each.number,
            "division": each.division,
            "county": division_names().get(each.division, ""),
            "submitted_on": timezone.localdate(each.created_at),
        }
        for each in stored
        if each.tables_file is not None
    ]
    return pl.DataFrame(rows, schema=VERSION_COLUMNS, orient="row")


def _place(version: ModelVersion) -> tuple[Any, ...]:
    return version.project_id, version.building_id, version.stage, version.discipline


def name_of(version: ModelVersion) -> str:
    """What tables call a version that ``stored_for`` gave."""
    return getattr(version, "case_number", None) or f"V{version.pk}"


def check_again(ids: Path, user: User | None = None, number: str = "") -> Iterator[tuple[ModelVersion, list[Finding]]]:
    """Data requirements on every stored version the account may see, or on that of one case. Nothing is changed.

    Raises IdsInvalid for the file, ModelUnreadable where an archive cannot answer it.
    """
    from hezhu.engines.review.ids.stored import check_stored, load

    document = load(ids)
    stored = stored_for(user)
    for each in stored.filter(cases__number=number) if number else stored:
        assert each.tables_file is not None
        yield each, check_stored(local_path(each.tables_file), document)


def folder_of(version: ModelVersion) -> Path | None:
    """The tables of a version laid out for reading; None when it has none. Raises FileLost or ModelUnreadable."""
    if version.tables_file is None:
        return None
    store.unpack(local_path(version.tables_file), _folder(version))
    return _folder(version)


def _root() -> Path:
    return Path(settings.VAR) / "cache" / "tables"


def _folder(stored: ModelVersion) -> Path:
    assert stored.tables_file is not None
    return _root() / f"tables={stored.tables_file.file.sha256}"


def _forget_removed() -> None:
    """Clear what was laid out of versions that are gone."""
    known = {f"tables={sha256}" for sha256 in stored_for(None).values_list("tables_file__file__sha256", flat=True)}
    for folder in _root().glob("tables=*"):
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
