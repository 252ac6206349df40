"""A sunlight study as files: tables by window and by dwelling, hours for the viewer, and a copy of the model that carries them."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid

from hezhu.engines.review.sunlight.study import SunStudy, clock

PSET = "Hezhu_Sunlight"
FORMAT = "hezhu-sun/1"
_NAMESPACE = uuid.UUID("3d0c5a42-5a55-5c9d-9a53-6d1f4f0b8e77")


def write_results(result: SunStudy, folder: Path) -> dict[str, str]:
    """Writes windows.csv, dwellings.csv, sun.json and sun.ifc into a folder; returns the path of each. OSError when it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "windows": _table(folder / "windows.csv", _window_rows(result)),
        "dwellings": _table(folder / "dwellings.csv", _dwelling_rows(result)),
        "overlay": folder / "sun.json",
        "model": folder / "sun.ifc",
    }
    files["overlay"].write_text(json.dumps(overlay(result), ensure_ascii=False), encoding="utf-8")
    files["model"].write_text(_carrying(result), encoding="utf-8", newline="\n")
    return {name: str(path) for name, path in files.items()}


def overlay(result: SunStudy) -> dict[str, Any]:
    """Hours and verdicts by GlobalId, and the line along each window on which they were measured (metres, model axes)."""
    lines = [
        {
            "global_id": window.opening.element.global_id,
            "hours": round(window.hours, 3),
            "line": [[round(float(value), 4) for value in window.opening.points[index]] for index in (0, -1)],
        }
        for window in result.windows
    ]
    return {
        "format": FORMAT,
        "day": result.day,
        "date": result.path.date.isoformat(),
        "hours": {**_room_hours(result), **{line["global_id"]: line["hours"] for line in lines}},
        "verdicts": {f.subject.global_id: f.verdict.value for f in result.findings if f.subject.global_id},
        "windows": lines,
    }


def _room_hours(result: SunStudy) -> dict[str, float]:
    rooms = {room: round(max(w.hours for w in windows), 3) for room, windows in result.by_room.items()}
    judged = {f.subject.global_id: float(f.measured.value) for f in result.findings if f.subject.global_id and f.measured}
    return {**rooms, **judged}


def _table(path: Path, rows: Iterator[list[Any]]) -> Path:
    """A CSV that spreadsheet programs open as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)
    return path


def _window_rows(result: SunStudy) -> Iterator[list[Any]]:
    yield ["楼层", "房间", "窗", "GlobalId", "宽（m）", "有效日照（h）", "日照时段（真太阳时）"]
    for window in result.windows:
        row = window.as_dict()
        spans = "；".join(f"{clock(first)}–{clock(last)}" for first, last in window.intervals)
        yield [row["storey"], row["room"], row["name"], row["global_id"], row["width_m"], row["hours"], spans]


def _dwelling_rows(result: SunStudy) -> Iterator[list[Any]]:
    yield ["楼层", "套或房间", "GlobalId", "有效日照（h）", "要求（h）", "结论", "没有项目时（h）", "各居室（h）", "缺少", "依据"]
    for finding in result.findings:
        rooms = "；".join(f"{name} {hours:.2f}" for name, hours in finding.detail.get("rooms", {}).items())
        yield [
            finding.subject.storey,
            finding.subject.name,
            finding.subject.global_id or "",
            finding.measured.value if finding.measured else "",
            finding.required.value if finding.required else "",
            finding.verdict.label,
            finding.detail.get("hours_without_project", ""),
            rooms,
            "、".join(finding.missing),
            f"{finding.source.standard} {finding.source.clause}{finding.source.mark}",
        ]


def _carrying(result: SunStudy) -> str:
    """The model as STEP text, with hours and verdicts on windows, rooms and dwellings as property set Hezhu_Sunlight.

    A copy is changed, never the open model: changing a file whose geometry was iterated can wait for a lock that nobody gives back.
    """
    file = ifcopenshell.file.from_string(result.model.file.to_string())
    verdicts = {f.subject.global_id: f.verdict.label for f in result.findings if f.subject.global_id}
    hours: dict[str, float] = {**_room_hours(result), **{w.opening.element.global_id: round(w.hours, 3) for w in result.windows}}
    for global_id, value in hours.items():
        entity = file.by_guid(global_id)
        values: dict[str, Any] = {
            "EffectiveHours": ("IfcReal", value),
            "StandardDay": ("IfcLabel", result.pack.days[result.day].label),
        }
        if global_id in verdicts:
            values["Verdict"] = ("IfcLabel", verdicts[global_id])
        owner = getattr(entity, "OwnerHistory", None)
        singles = [
            file.create_entity("IfcPropertySingleValue", Name=name, NominalValue=file.create_entity(kind, content))
            for name, (kind, content) in values.items()
        ]
        key = f"{result.day}|{global_id}"
        pset = file.create_entity(
            "IfcPropertySet", GlobalId=_guid(f"set|{key}"), OwnerHistory=owner, Name=PSET, HasProperties=singles
        )
        file.create_entity(
            "IfcRelDefinesByProperties",
            GlobalId=_guid(f"rel|{key}"),
            OwnerHistory=owner,
            RelatedObjects=[entity],
            RelatingPropertyDefinition=pset,
        )
    text: str = file.to_string()  # type: ignore[no-untyped-call]
    return text


def _guid(key: str) -> str:
    return str(ifcopenshell.guid.compress(uuid.uuid5(_NAMESPACE, key).hex))
