"""What a version still lacks of its stage's information requirements, checked on its stored tables and kept for the next reader."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from hezhu.bim.life.kinds import Discipline
from hezhu.bim.life.models import ModelVersion
from hezhu.core.files.actions import local_path

LISTED = 1000  # elements named for one requirement; the count is whole


def ids_of(stage: str, discipline: str) -> str:
    """The IDS text of a stage and discipline; empty where nothing is asked."""
    from hezhu.engines.review.stages import write_stage_ids

    return write_stage_ids(stage, discipline, str(Discipline(discipline).label))


def lacks(version: ModelVersion, stage: str | None = None) -> dict[str, Any] | None:
    """{requirements: [{id, name, text, since, verdict, failed, passed, elements}], failed, met} against a stage, its own when not given.

    None while the version has no tables, or where nothing is asked.
    """
    stage = stage or version.stage
    text = ids_of(stage, version.discipline)
    if version.tables_file is None or not text:
        return None
    name = f"{version.tables_file.file.sha256[:32]}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    path = Path(settings.VAR) / "cache" / "needs" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(_check(version, stage, text), ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _check(version: ModelVersion, stage: str, text: str) -> dict[str, Any]:
    from hezhu.engines.findings import Verdict
    from hezhu.engines.review.ids.stored import check_stored, load
    from hezhu.engines.review.stages import STAGES, load_stage_needs

    assert version.tables_file is not None
    with tempfile.TemporaryDirectory(prefix="hezhu-needs-") as folder:
        ids = Path(folder) / "stage.ids"
        ids.write_text(text, encoding="utf-8")
        found = check_stored(local_path(version.tables_file), load(ids))
    by_name: dict[str, list[Any]] = {}
    for finding in found:
        by_name.setdefault(finding.title, []).append(finding)
    rows = []
    for asked in load_stage_needs().of(stage, version.discipline):
        spec = asked.specification
        of_it = by_name.get(spec.name, [])
        failed = [finding for finding in of_it if finding.verdict is Verdict.FAIL]
        verdict = "fail" if failed else "pass" if any(f.verdict is Verdict.PASS for f in of_it) else "na"
        rows.append(
            {
                "id": spec.id,
                "name": spec.name,
                "text": spec.text,
                "since": STAGES[asked.since],
                "verdict": verdict,
                "failed": len(failed),
                "applicable": max((f.detail.get("applicable") or 0 for f in of_it), default=0),
                "elements": [_element(finding) for finding in failed[:LISTED]],
            }
        )
    return {
        "requirements": rows,
        "failed": sum(row["verdict"] == "fail" for row in rows),
        "met": sum(row["verdict"] == "pass" for row in rows),
    }


def _element(finding: Any) -> dict[str, str]:
    subject = finding.subject
    return {
        "global_id": subject.global_id or "",
        "ifc_class": subject.ifc_class,
        "name": subject.name,
        "storey": subject.storey,
        "missing": "；".join(finding.missing),
    }
