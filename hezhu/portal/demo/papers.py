"""The papers of the sample project, as far as it has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.registers.documents.actions import file_document
from hezhu.registers.documents.purpose import PURPOSE
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Certificate, Person
from hezhu.registers.projects import models as projects
from hezhu.registers.projects.hub import PARTY_ROLES

# Certificate of the person whom a party puts in charge.
IN_CHARGE = {"contractor": "safety_b", "supervisor": "registration"}


def load(project: projects.Project, *, by: User) -> None:
    """Parties with those in charge, requirement, approval, tender, contract, review, supervision, permit, and a note among the documents."""
    units = {part: getattr(project, f"{part}_id") for part in projects.PARTIES}
    firms = {part: Enterprise.objects.get(unit=unit) for part, unit in units.items()}
    _parties(project, firms)
    _before_the_work(project, firms)
    _permission(project, firms)
    _document(project, by)


def _at(project: projects.Project) -> dict[str, Any]:
    return {"project": project, "division": project.division, "source": "演示数据", "is_demo": True}


def _head(part: str, firm: Enterprise) -> Person | None:
    """A person of the firm who holds the certificate of who is in charge; none for the other parties."""
    if part not in IN_CHARGE:
        return None
    held = Certificate.objects.filter(is_demo=True, kind=IN_CHARGE[part], enterprise=firm).select_related("person")
    paper = held.order_by("-expires_on", "id").first()
    return paper.person if paper else None


def _parties(project: projects.Project, firms: dict[str, Enterprise]) -> None:
    for part, firm in firms.items():
        projects.ProjectParty.objects.create(
            role=PARTY_ROLES[part],
            enterprise=firm,
            head=_head(part, firm),
            joined_on=project.contract_filed_on,
            **_at(project),
        )


def _before_the_work(project: projects.Project, firms: dict[str, Enterprise]) -> None:
    at, number, price = _at(project), project.number, project.investment_wan_yuan
    projects.SmartRequirement.objects.create(
        kind="budget", number=f"{number}-ZN-001", name="智能建造要求列入概算", signed_on=project.approved_on, state="met", **at
    )
    projects.Approval.objects.create(
        kind="planning",
        number=f"建字第{number[:6]}{number[-6:]}号",
        name="建设工程规划许可证",
        issued_on=project.planning_permit_on,
        authority="自然资源和规划局（演示）",
        **at,
    )
    projects.DrawingReviewFiling.objects.create(
        number=f"{number}-TX-001",
        name="建筑、结构、机电施工图",
        designer=firms["designer"],
        surveyor=firms["surveyor"],
        reviewed_on=project.review_passed_on,
        area_m2=project.area_m2,
        passed_first=False,
        mandatory_breaches=2,
        **at,
    )
    assert project.contract_filed_on is not None
    projects.Tender.objects.create(
        number=f"{number}-BD-001",
        name=f"{project.name}施工",
        tender_class="003",
        method="001",
        winner=firms["contractor"],
        amount_wan_yuan=price,
        area_m2=project.area_m2,
        awarded_on=project.contract_filed_on - timedelta(days=12),
        requires_smart=True,
        **at,
    )
    projects.ContractFiling.objects.create(
        number=f"{number}-HZ-001",
        name=f"{project.name}施工",
        contract_type="301",
        party_a=firms["owner"],
        party_b=firms["contractor"],
        amount_wan_yuan=price,
        signed_on=project.contract_filed_on,
        **at,
    )


def _permission(project: projects.Project, firms: dict[str, Enterprise]) -> None:
    assert project.permit_issued_on is not None
    projects.ConstructionPermit.objects.create(
        number=project.permit_number,
        name=project.name,
        area_m2=project.area_m2,
        price_wan_yuan=project.investment_wan_yuan,
        issued_on=project.permit_issued_on,
        state="valid",
        **firms,
        **_at(project),
    )
    for kind, letters in (("quality", "ZJ"), ("safety", "AJ")):
        projects.SupervisionFiling.objects.create(
            kind=kind,
            number=f"{letters}{project.number}",
            filed_on=project.permit_issued_on - timedelta(days=3),
            **_at(project),
        )


def _document(project: projects.Project, by: User) -> None:
    text = f"{project.name}\n设计说明（演示）：本工程为装配整体式剪力墙结构，模型与图纸见BIM审查。\n".encode()
    file_document(
        keep(text, by=by, purpose=PURPOSE, name="设计说明.txt", division=project.division),
        number=f"{project.number}-SM-01",
        name=f"{project.name}设计说明",
        kind="drawing",
        by=by,
        division=project.division,
        is_demo=True,
        project=project,
        stage="construction_drawing",
        archive_class="A3",
        dated_on=project.review_passed_on,
        origin="演示数据",
    )
