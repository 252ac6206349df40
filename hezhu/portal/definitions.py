"""Definitions in force: read from the rule pack, kept by version, compiled once in a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import HezhuError
from hezhu.engines.indicators import Compiled, DefinitionError, Indicator, Pace, read_indicator, read_indicators
from hezhu.engines.indicators.compiled import FORMAT
from hezhu.engines.indicators.tables import schema_as_dict
from hezhu.portal.models import Definition
from hezhu.portal.schema import fingerprint, schema
from hezhu.programme.dates import today

logger = logging.getLogger(__name__)
REPOSITORY = Path(__file__).resolve().parents[2]


class DefinitionsWrong(HezhuError):
    """The rule pack has definitions that cannot be used."""

    code = "indicator-definitions-wrong"
    title = _("指标口径有误")
    message = _("指标口径文件有误：%(problems)s")


@dataclass(frozen=True, slots=True)
class InForce:
    """A definition in force, ready to run."""

    pk: int
    version: int
    in_force_from: dt.date
    indicator: Indicator
    compiled: Compiled


@lru_cache(maxsize=1)
def pack() -> dict[str, Any]:
    """``rulepacks/indicators/jiaxing.yaml``."""
    return yaml.safe_load((settings.RULEPACKS / "indicators" / "jiaxing.yaml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def judging() -> dict[str, Any]:
    """``rulepacks/indicators/judging.yaml``."""
    return yaml.safe_load((settings.RULEPACKS / "indicators" / "judging.yaml").read_text(encoding="utf-8"))


def pace() -> Pace:
    return Pace(tolerance=float(judging()["pace"]["tolerance"]))


def pilot_start() -> dt.date:
    return judging()["pilot"]["start"]


def entered_reason(code: str) -> str:
    """Why a target is entered by people: what no register can give yet. Empty for the others."""
    return next((row["why"] for row in pack()["entered"] if row["target"] == code), "")


def load() -> int:
    """Bring the stored definitions up to the rule pack. Returns how many versions are new. Safe to repeat.

    Raises DefinitionsWrong, and then nothing is changed.
    """
    entries = pack()["indicators"]
    try:
        indicators = {indicator.target: indicator for indicator in read_indicators(entries, schema())}
    except DefinitionError as error:
        raise DefinitionsWrong(problems="；".join(error.problems)) from error
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal.definitions'))")  # one process at a time
        current = {row.target: row for row in Definition.objects.filter(is_current=True)}
        stale = [entry for entry in entries if _is_stale(current.get(entry["target"]), indicators[entry["target"]])]
        compiled = {one["target"]: one for one in _compile(stale)} if stale else {}
        Definition.objects.filter(is_current=True).exclude(target__in=indicators).update(is_current=False)
        return sum(_keep(current.get(target), indicators[target], sql) for target, sql in compiled.items())


def _is_stale(row: Definition | None, indicator: Indicator) -> bool:
    """Whether a stored definition must be read and compiled again: its words, the registers or the form of its SQL changed."""
    return (
        row is None
        or row.text != json.loads(indicator.text)
        or row.fingerprint != fingerprint()
        or row.compiled.get("format") != FORMAT
    )


def _keep(row: Definition | None, indicator: Indicator, compiled: dict[str, Any]) -> bool:
    """A new version, in force from today, where what is counted changed; else new words or new SQL for the same version."""
    if row is not None and row.digest == indicator.digest:
        row.text, row.compiled, row.fingerprint = json.loads(indicator.text), compiled, fingerprint()
        row.save(update_fields=["text", "compiled", "fingerprint", "updated_at"])
        return False
    last = Definition.objects.filter(target=indicator.target).aggregate(last=Max("version"))["last"] or 0
    Definition.objects.filter(target=indicator.target, is_current=True).update(is_current=False)
    Definition.objects.create(
        target=indicator.target,
        version=last + 1,
        digest=indicator.digest,
        text=json.loads(indicator.text),
        compiled=compiled,
        fingerprint=fingerprint(),
        in_force_from=today() if last else pack()["in_force_from"],
    )
    return True


def _compile(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compile in a child process: Ibis stays out of the memory of the web process and of the command."""
    return json.loads(_answer(json.dumps({"schema": schema_as_dict(schema()), "entries": entries}, default=str)))


@lru_cache(maxsize=2)
def _answer(request: str) -> str:
    """What the compiling process says; kept, so that a process that sets up several databases compiles once."""
    done = subprocess.run(
        [sys.executable, "-m", "hezhu.engines.indicators"],
        input=request,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=REPOSITORY,
        check=False,
    )
    if done.returncode:
        logger.error("compiling indicators failed: %s", done.stderr)
        raise DefinitionsWrong(problems=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else str(done.returncode))
    return done.stdout


def in_force() -> dict[str, InForce]:
    """The definitions in force by target; loaded from the rule pack first when none is stored."""
    stamp = _stamp()
    if not stamp:
        load()
        stamp = _stamp()
    return _in_force(stamp)


def _stamp() -> tuple[tuple[int, dt.datetime], ...]:
    return tuple(Definition.objects.filter(is_current=True).order_by("target").values_list("pk", "updated_at"))


@lru_cache(maxsize=2)
def _in_force(stamp: tuple[tuple[int, dt.datetime], ...]) -> dict[str, InForce]:
    rows = Definition.objects.filter(pk__in=[pk for pk, _updated in stamp]).order_by("target")
    return {
        row.target: InForce(
            row.pk, row.version, row.in_force_from, read_indicator(row.text, schema()), Compiled.from_dict(row.compiled)
        )
        for row in rows
    }
