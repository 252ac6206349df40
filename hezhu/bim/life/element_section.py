"""What the models know of one element: the versions it stands in, what happened to it between them, and its findings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hezhu.bim.content import member_of
from hezhu.bim.inspection import bucket_of
from hezhu.bim.life import comparing
from hezhu.bim.life.errors import NoPrints, NotComparable
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.shown import visible_versions
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User
from hezhu.core.errors import HezhuError
from hezhu.registers.projects.elements import ElementSection, links_of
from hezhu.registers.projects.models import Project

LATEST = 60  # versions looked into: an element's page must open quickly, whatever the age of a project
FINDINGS = 50


def content(project: Project, global_id: str, user: User) -> dict[str, Any] | None:
    """Versions with the element, differences between versions that follow each other, findings; None when no model has it."""
    if not user.may("bim.view"):
        return None
    versions = (
        visible_versions(user)
        .filter(project=project)
        .select_related("project", "building", "content_file__file", "prints_file__file")
    )
    held = []
    groups: list[tuple[str, list[list[str]]]] = []
    for version in versions.order_by("-pk")[:LATEST]:
        panel = _panel(version, global_id)
        if panel is not None:
            held.append(version)
            groups = groups or [(group["name"], group["rows"]) for group in panel["groups"]]
    cases = ReviewCase.objects.visible_to(user).filter(project=project)
    rows = CaseFinding.objects.filter(case__in=cases, global_id=global_id, superseded=False).exclude(verdict="na")
    findings = list(rows.select_related("case").order_by("-case_id", "position")[:FINDINGS])
    if not held and not findings:
        return None
    facts = {row[0]: row[1] for _name, rows_ in groups for row in rows_ if len(row) > 1}
    return {
        "project": project,
        "versions": held,
        "changes": _changes(held, global_id),
        "findings": findings,
        "groups": groups[:1],
        "name": facts.get("名称") or (findings[0].element_name if findings else ""),
        "ifc_class": facts.get("IFC 类") or facts.get("类") or (findings[0].ifc_class if findings else ""),
    }


def _panel(version: ModelVersion, global_id: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = (member_of(version, bucket_of(global_id)) or {}).get(global_id)
    except HezhuError:  # the stored content is lost: the other versions are shown all the same
        return None
    return found


def _changes(held: list[ModelVersion], global_id: str) -> list[dict[str, Any]]:
    """What happened to the element between each version and the one before it of the same building and discipline."""
    found = []
    for index, after in enumerate(held):
        place = (after.building_id, after.discipline)
        before = next((one for one in held[index + 1 :] if (one.building_id, one.discipline) == place), None)
        if before is None:
            continue
        try:
            rows = comparing.differences(before, after)["rows"]
        except (NoPrints, NotComparable):
            continue
        row = next((row for row in rows if global_id in (row["global_id"], row["before"])), None)
        words = [comparing.CHANGES[key] for key in row["changes"]] if row else []
        found.append({"before": before, "after": after, "words": words, "distance_m": row["distance_m"] if row else None})
    return found


def with_links(panel: dict[str, Any], project: Project, global_id: str, user: User) -> dict[str, Any]:
    """The viewer's property panel with what other rooms tied to the element."""
    links = links_of(project, global_id, user)
    if not links:
        return panel
    rows = [[str(link.get_kind_display()), f"{link.title}（{link.target}）"] for link in links]
    return {**panel, "groups": [*panel["groups"], {"name": _("关联的记录"), "rows": rows}]}


SECTION = ElementSection("models", "bim/life/_element.html", content, order=10, heads=True)
