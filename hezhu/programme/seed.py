"""Bring the published plan into the database: units, requirements, targets, phases, duties, notes. Safe to repeat."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from hezhu.core.access.divisions import counties
from hezhu.core.access.models import Unit
from hezhu.programme import dates
from hezhu.programme.instances import open_instances
from hezhu.programme.models import ExternalDuty, Phase, Requirement, RequirementUnit, SeedNote, Target

DATA = Path(__file__).parent / "data"
UNIT_SPLIT = re.compile(r"[、，,]")


@lru_cache(maxsize=4)
def document(name: str) -> Any:
    """One of the product's data files, parsed."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def plan_lines() -> tuple[str, ...]:
    """The plan's own text by line; line numbers elsewhere count from 1."""
    return tuple((DATA / "plan.zh.txt").read_text(encoding="utf-8").splitlines())


@transaction.atomic
def load(today: date | None = None) -> dict[str, int]:
    """Create or refresh everything the plan says and open the instances due by ``today``. Returns how many of each there are."""
    today = today or dates.today()
    units = load_units()
    load_targets(units)
    load_requirements(units)
    load_phases()
    load_duties()
    load_notes()
    open_instances(today)
    return {
        "units": len({unit.pk for unit in units.values()}),
        "requirements": Requirement.objects.count(),
        "targets": Target.objects.count(),
        "phases": Phase.objects.count(),
        "duties": ExternalDuty.objects.count(),
        "notes": SeedNote.objects.count(),
    }


def load_units() -> dict[str, Unit]:
    """The leading group's office, the bureaus and the county governments, by every name the plan uses for them."""
    table = document("units.yaml")
    rows = [{**table["office"], "kind": Unit.Kind.CITY_OFFICE, "division": settings.CITY_DIVISION}]
    rows += [{**row, "kind": Unit.Kind.BUREAU, "division": settings.CITY_DIVISION} for row in table["bureaus"]]
    rows += [
        {"name": f"{name}人民政府", "short_name": name, "kind": Unit.Kind.COUNTY, "division": code}
        for code, name in counties().items()
    ]
    have = {unit.name: unit for unit in Unit.objects.filter(is_demo=False, name__in=[row["name"] for row in rows])}
    Unit.objects.bulk_create(Unit(**row) for row in rows if row["name"] not in have)
    have = {unit.name: unit for unit in Unit.objects.filter(is_demo=False, name__in=[row["name"] for row in rows])}
    by_name: dict[str, Unit] = {}
    for row in rows:
        unit = have[row["name"]]
        _add_aliases(unit, row.get("aliases", []))
        for name in (unit.name, unit.short_name, *unit.aliases):
            by_name[name] = unit
    return by_name


def _add_aliases(unit: Unit, aliases: list[str]) -> None:
    """Names the city has added by hand stay."""
    missing = [alias for alias in aliases if alias not in unit.aliases]
    if missing:
        unit.aliases = [*unit.aliases, *missing]
        unit.save(update_fields=["aliases"])


def upsert(model: type[Model], rows: list[dict[str, Any]], *key: str) -> None:
    """Insert or refresh all rows in one statement. A row that is the same already leaves no trace in the change history."""
    changed = [name for name in rows[0] if name not in key]
    model._default_manager.bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=key, update_fields=changed
    )


def load_targets(units: dict[str, Unit]) -> None:
    """The targets T, M, F, Q, with the public figures that serve to check them."""
    table = document("targets.yaml")
    rows = []
    for position, row in enumerate(table["targets"], start=1):
        actuals = [fact for fact in table["known_actuals"] if fact["target"].split(".")[0] == row["id"]]
        rows.append({"code": row["id"], **_target_fields(row, units, position, actuals)})
    upsert(Target, rows, "code")


def _target_fields(row: dict[str, Any], units: dict[str, Unit], position: int, actuals: list[Any]) -> dict[str, Any]:
    due, value, measure = row["due"], row.get("value"), row["measure"]
    annual = due == "annual"
    return {
        "division": settings.CITY_DIVISION,
        "position": position,
        **{key: row[key] for key in ("kind", "name", "quote", "source_line", "annex_seq")},
        "op": row["op"] or "",
        "value": Decimal(str(value)) if isinstance(value, int | float) else None,
        "value_max": row.get("value_max"),
        "trend": value if isinstance(value, str) else "",
        "unit": row["unit"] or "",
        "due_year": None if annual or due is None else int(str(due)[:4]),
        "is_annual": annual,
        "due_text": "" if due is None else ("每年" if annual else str(due)),
        "frequency": row["frequency"] or "",
        "strength": row["strength"],
        "lead_unit": units[row["lead_unit"]] if row["lead_unit"] else None,
        **{key: measure[key] or "" for key in ("numerator", "denominator", "rule", "evidence")},
        "ambiguity": row["ambiguity"] or "",
        "known_actuals": actuals,
    }


def load_requirements(units: dict[str, Unit]) -> None:
    """The annex's requirements, word for word, with the units bound by annex and body."""
    table = document("tasks.yaml")
    order = {name: position for position, name in enumerate(table["meta"]["categories"], start=1)}
    lines = plan_lines()
    rows = [
        {
            "code": row["task_id"],
            "division": settings.CITY_DIVISION,
            **{key: row[key] for key in ("seq", "sub", "category", "due_text", "units_text", "source_line", "body_lines")},
            "category_order": order[row["category"]],
            "text": row["requirement"],
            "due_year": None if row["due"] == "annual" else row["due"],
            "is_annual": row["due"] == "annual",
            "lead_unit": units[row["lead_unit"]],
            "row_first_line": row["row_lines"][0],
            "row_last_line": row["row_lines"][1],
            "body_section": row["body_section"],
            "body_texts": [lines[number - 1] for number in row["body_lines"]],
            "body_units_text": row["body_units_text"] or "",
            "discrepancies": row["discrepancies"],
            "target_refs": row["target_refs"],
        }
        for row in table["tasks"]
    ]
    upsert(Requirement, rows, "code")
    bind_units(table["tasks"], units)


def bind_units(tasks: list[dict[str, Any]], units: dict[str, Unit]) -> None:
    """Bind the units of every requirement; a binding the plan does not name any more goes."""
    ids = dict(Requirement.objects.values_list("code", "pk"))
    rows = []
    for task in tasks:
        for position, (unit, role) in enumerate(_roles(task, units).items()):
            rows.append({"requirement_id": ids[task["task_id"]], "unit_id": unit, "role": role, "position": position})
    upsert(RequirementUnit, rows, "requirement_id", "unit_id")
    kept = {(row["requirement_id"], row["unit_id"]) for row in rows}
    stale = [b.pk for b in RequirementUnit.objects.all() if (b.requirement_id, b.unit_id) not in kept]
    RequirementUnit.objects.filter(pk__in=stale).delete()


def _roles(task: dict[str, Any], units: dict[str, Unit]) -> dict[int, str]:
    """Unit id → role: the annex's lead and co-units, others from the body's bracket, and the seven counties
    (正文各段均附各县（市、区）政府)."""
    roles = task.get("unit_roles", {})
    wanted: dict[int, str] = {units[task["lead_unit"]].pk: RequirementUnit.Role.LEAD}
    for name in task["co_units"]:
        role = RequirementUnit.Role.DATA if roles.get(name) == "数据提供单位" else RequirementUnit.Role.CO
        wanted.setdefault(units[name].pk, role)
    for name in body_unit_names(task["body_units_text"] or ""):
        wanted.setdefault(units[name].pk, RequirementUnit.Role.BODY)
    for name in counties().values():
        wanted.setdefault(units[name].pk, RequirementUnit.Role.COUNTY)
    return wanted


def body_unit_names(bracket: str) -> list[str]:
    """The city units a body bracket names: 市建设局、市资规局，各县（市、区）政府 → the first two."""
    plain = bracket.replace("各县（市、区）政府", "").replace("数据提供单位：", "")
    return [name.strip() for name in UNIT_SPLIT.split(plain) if name.strip()]


def load_phases() -> None:
    for row in document("targets.yaml")["phases"]:
        year, month = (int(part) for part in row["end"].split("-"))
        Phase.objects.update_or_create(
            code=row["id"],
            defaults={
                "division": settings.CITY_DIVISION,
                "name": row["name"],
                "starts_on": date.fromisoformat(f"{row['start']}-01"),
                "ends_on": dates.last_day(date(year, month, 1)),
                "source_line": row["line"],
                "note": row.get("note", ""),
            },
        )


def load_duties() -> None:
    frequency = {"quarterly": "quarterly", "yearly": "yearly", "periodic": "periodic", None: "once"}
    more = document("duties.yaml")["duties"]
    for row in document("targets.yaml")["external_obligations"]:
        ExternalDuty.objects.update_or_create(
            code=row["id"],
            defaults={
                "division": settings.CITY_DIVISION,
                **{key: row[key] for key in ("name", "rule", "source")},
                "frequency": frequency[row.get("frequency")],
                "due_on": more.get(row["id"], {}).get("due_on"),
                "note": more.get(row["id"], {}).get("note", ""),
            },
        )


def load_notes() -> None:
    """The 44 places where the plan contradicts itself, then one note for each requirement whose annex row leaves a unit out."""
    rows = [
        _note(f"N{row['number']:02d}", position, row["kind"], row["text"], row["treatment"], row["requirements"])
        for position, row in enumerate(document("notes.yaml")["notes"], start=1)
    ]
    missing = RequirementUnit.objects.filter(role=RequirementUnit.Role.BODY).select_related("requirement", "unit")
    by_requirement: dict[Requirement, list[str]] = {}
    for binding in missing.order_by("requirement__seq", "requirement__sub", "position"):
        by_requirement.setdefault(binding.requirement, []).append(binding.unit.name)
    for position, (requirement, names) in enumerate(by_requirement.items(), start=101):
        text = f"附件未列：{'、'.join(names)}（正文“{requirement.body_section}”列名）"
        treatment = "以“仅正文列名”登记，不改附件"
        code = f"U-{requirement.code}"
        rows.append(_note(code, position, SeedNote.Kind.MISSING_UNIT, text, treatment, [requirement.code]))
    upsert(SeedNote, rows, "code")


def _note(code: str, position: int, kind: str, text: str, treatment: str, requirements: list[str]) -> dict[str, Any]:
    return {
        "code": code,
        "division": settings.CITY_DIVISION,
        "position": position,
        "kind": kind,
        "text": text,
        "treatment": treatment,
        "requirement_codes": requirements,
    }
