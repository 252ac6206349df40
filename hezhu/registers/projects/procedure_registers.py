"""The documents of a project as registers, in the order of the statutory way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.projects import models


def _add(model: Any, slug: str, **said: Any) -> None:
    """Every one of them belongs to a project and takes its division from it."""
    registers.add(Register(**({"model": model, "slug": slug, "library": "projects", "division_from": "project"} | said)))


_add(
    models.ProjectParty,
    "project-parties",
    columns=("project", "role", "enterprise", "head", "joined_on", "left_on"),
    key=("project", "role", "enterprise"),
    search=("enterprise__name", "project__name", "project__number"),
    filters=("division", "role"),
    icon="users",
    about=_("项目的五方责任主体和其他参建单位，各自的项目负责人和进退场日期。"),
)
_add(
    models.SmartRequirement,
    "smart-requirements",
    columns=("name", "project", "kind", "authority", "signed_on", "amount_wan_yuan", "state"),
    key=("kind", "number"),
    search=("name", "number"),
    filters=("division", "kind", "state", "signed_on"),
    icon="file-certificate",
    tabs=((_("土地管理合同"), "kind=land"), (_("概算"), "kind=budget")),
    about=_("土地管理合同、公共投资项目概算和招标文件里提出的智能建造要求及其落实（试点任务 3）。"),
)
_add(
    models.Approval,
    "approvals",
    columns=("name", "project", "kind", "number", "authority", "issued_on"),
    key=("kind", "number"),
    search=("name", "number"),
    filters=("division", "kind", "issued_on"),
    icon="file-certificate",
    about=_("立项、概算、用地、规划、消防、人防、环评等审批文件。"),
)
_add(
    models.Tender,
    "tenders",
    columns=("name", "project", "tender_class", "method", "winner", "amount_wan_yuan", "awarded_on"),
    key=("number",),
    search=("name", "number"),
    filters=("division", "tender_class", "method", "awarded_on"),
    icon="file-certificate",
    about=_("招标类型、方式、中标单位、金额和项目负责人。"),
)
_add(
    models.ContractFiling,
    "contract-filings",
    columns=("name", "project", "contract_type", "party_b", "amount_wan_yuan", "signed_on"),
    key=("number",),
    search=("name", "number"),
    filters=("division", "contract_type", "signed_on"),
    icon="file-certificate",
    tabs=((_("工程总承包"), "contract_type=600"), (_("全过程工程咨询"), "contract_type=800")),
    about=_("勘察、设计、施工、监理、工程总承包、全过程工程咨询等合同的备案。"),
)
_add(
    models.DrawingReviewFiling,
    "drawing-review-filings",
    columns=("number", "project", "name", "body", "reviewed_on", "passed_first", "mandatory_breaches"),
    key=("number",),
    search=("number", "name"),
    filters=("division", "passed_first", "reviewed_on"),
    icon="file-certificate",
    about=_("施工图审查合格书：审查机构、日期、面积、是否一次通过、违反强制性条文数。"),
)
_add(
    models.ReviewEngineer,
    "review-engineers",
    columns=("review", "person", "enterprise", "specialty", "duty"),
    key=("review", "person", "specialty", "duty"),
    search=("review__number", "person__name"),
    filters=("division", "specialty", "duty"),
    division_from="review",
    icon="users",
    about=_("施工图审查涉及的勘察、设计、审图人员，各自的专业和承担角色。"),
)
_add(
    models.SupervisionFiling,
    "supervision-filings",
    columns=("number", "project", "kind", "authority", "filed_on", "ended_on"),
    key=("kind", "number"),
    search=("number", "authority"),
    filters=("division", "kind", "filed_on"),
    icon="file-certificate",
    about=_("质量监督和安全监督的登记。"),
)
_add(
    models.ConstructionPermit,
    "permits",
    columns=("name", "number", "project", "contractor", "area_m2", "issued_on", "state"),
    key=("number",),
    search=("name", "number"),
    filters=("division", "state", "issued_on"),
    icon="file-certificate",
    about=_("施工许可证：工程名称、面积、合同价格、发证日期和五方责任主体。"),
)
_add(
    models.Completion,
    "completions",
    columns=("name", "number", "project", "cost_wan_yuan", "area_m2", "ended_on", "filed_on"),
    key=("number",),
    search=("name", "number"),
    filters=("division", "ended_on", "filed_on"),
    icon="file-certificate",
    about=_("竣工验收备案：实际造价、面积和起止日期。"),
)
_add(
    models.PerformanceRecord,
    "performance-records",
    columns=("name", "enterprise", "project", "role", "head", "amount_wan_yuan", "ended_on"),
    key=("number",),
    search=("name", "number"),
    filters=("division", "role", "ended_on"),
    icon="file-certificate",
    about=_("企业和项目负责人的工程业绩。"),
)
