"""Who may do what: one table from role to permissions. What is not listed is denied."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CITY_OFFICE = "city_office", _("市试点办")
    BUREAU = "bureau", _("市级部门")
    COUNTY_OFFICER = "county_officer", _("县（市、区）")
    ENTERPRISE = "enterprise", _("企业")
    REVIEWER = "reviewer", _("审图机构")
    EXPERT = "expert", _("专家")
    AUDITOR = "auditor", _("安全审计员")
    ADMINISTRATOR = "administrator", _("系统管理员")


# The registers of the six libraries by what they tell. People's papers stand apart: few roles read them.
FIRM_PAPERS = ("qualifications", "safety-licences", "credit-records", "credit-scores")
PROJECT_PAPERS = (
    "project-parties",
    "smart-requirements",
    "approvals",
    "tenders",
    "contract-filings",
    "drawing-review-filings",
    "supervision-filings",
    "permits",
    "completions",
    "performance-records",
    "machines",
    "machine-installations",
    "machine-checks",
    "documents",
)
PEOPLE_PAPERS = (
    "people",
    "certificates",
    "review-engineers",
    "teams",
    "assignments",
    "attendance",
    "work-contracts",
    "trainings",
    "payrolls",
)
LIBRARY_PAPERS = (*FIRM_PAPERS, *PROJECT_PAPERS, *PEOPLE_PAPERS)


def _each(subjects: tuple[str, ...], *verbs: str) -> tuple[str, ...]:
    return tuple(f"{subject}.{verb}" for subject in subjects for verb in verbs)


# A permission is subject.verb. Registers use their slug as subject and view, add, change, import, export as verbs.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.CITY_OFFICE: (
        "*.view",
        "*.export",
        "*.add",
        "*.change",
        "*.import",
        "programme.*",
        "targets.*",
        "bim.*",
        "plans.*",
        "elements.link",
        "drawings.supervise",
        "experts.manage",
        "personal.unmask",
        "gates.manage",
        "sources.declare",
    ),
    Role.BUREAU: (
        "*.view",
        "*.export",
        "policies.*",
        "events.*",
        "programme.report",
        "targets.enter",
        "bim.view",
        "bim.submit",
        "plans.*",
        "drawings.supervise",
        "experts.manage",
    ),
    Role.COUNTY_OFFICER: (
        "*.view",
        "*.export",
        "projects.*",
        "buildings.*",
        "enterprises.*",
        *_each(LIBRARY_PAPERS, "*"),
        "policies.*",
        "events.*",
        "programme.report",
        "programme.decompose",
        "bim.*",
        "plans.*",
        "elements.link",
        "drawings.supervise",
        "gates.manage",
    ),
    Role.ENTERPRISE: (
        "projects.view",
        "projects.export",
        "buildings.view",
        "buildings.export",
        "buildings.change",
        "enterprises.view",
        *_each(LIBRARY_PAPERS, "view"),
        "policies.view",
        "events.view",
        "units.view",
        "programme.view",
        "targets.view",
        "bim.view",
        "bim.submit",
        "plans.view",
        "plans.apply",
        "elements.link",
        "drawings.view",
        "drawings.submit",
        "gates.view",
        "gates.manage",
    ),
    Role.REVIEWER: (
        "projects.view",
        "buildings.view",
        "enterprises.view",
        *_each(("drawing-review-filings", "documents", "qualifications"), "view"),
        "policies.view",
        "events.view",
        "units.view",
        "programme.view",
        "targets.view",
        "bim.*",
        "drawings.view",
        "drawings.review",
        "experts.view",
    ),
    Role.EXPERT: (
        "projects.view",
        "buildings.view",
        "policies.view",
        "events.view",
        "units.view",
        "bim.view",
        "bim.decide",
        "drawings.view",
        "drawings.opine",
    ),
    Role.AUDITOR: ("*.view", "audit.*"),
    Role.ADMINISTRATOR: ("units.*", "accounts.*"),
}
# Three separate administrators whose rights never combine (GB/T 22239-2019 8.1.5): these subjects open to one role each.
RESERVED = {"audit": Role.AUDITOR, "accounts": Role.ADMINISTRATOR}


@cache
def granted(role: str, permission: str) -> bool:
    """Whether ``role`` grants ``permission``; a reserved subject opens to its one role, whatever patterns others hold."""
    if role != RESERVED.get(permission.split(".")[0], role):
        return False
    return any(fnmatchcase(permission, pattern) for pattern in PERMISSIONS.get(role, ()))
