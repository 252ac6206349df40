"""The six libraries of the demonstration city: papers of firms and projects, machines, credit and documents. The same rows at every load."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.core.files.models import Attachment
from hezhu.portal.demo import crew
from hezhu.portal.demo.crew import TOLD_ON
from hezhu.registers.credit.models import CreditRecord, CreditScore
from hezhu.registers.credit.rules import months_after
from hezhu.registers.documents.actions import file_document
from hezhu.registers.documents.models import Document
from hezhu.registers.documents.purpose import PURPOSE
from hezhu.registers.enterprises.models import Enterprise, Qualification, SafetyLicence
from hezhu.registers.equipment.models import Machine, MachineCheck, MachineInstallation
from hezhu.registers.people.models import Person
from hezhu.registers.projects import models as projects

MARK: dict[str, Any] = {"source": "演示数据", "source_batch": "LK-DEMO", "is_demo": True}
PARTS = {
    "1": ["survey"],
    "2": ["design"],
    "3": ["construction"],
    "4": ["supervision"],
    "5": ["construction", "design"],
    "6": ["testing"],
}
ROLES = {"owner": "008", "surveyor": "010", "designer": "011", "contractor": "009", "supervisor": "007"}
FIELDS = (
    ("机器人", "robots"),
    ("数字设计", "digital_design"),
    ("构件", "smart_production"),
    ("钢构", "smart_production"),
    ("部品", "smart_production"),
    ("智慧工地", "smart_construction"),
    ("智造", "industry_internet"),
)
QUALIFICATIONS = {
    "2": ("工程设计建筑行业（建筑工程）", "2", "201"),
    "3": ("建筑工程施工总承包", "3", "311"),
    "4": ("房屋建筑工程监理", "4", "201"),
    "5": ("建筑工程施工总承包", "3", "310"),
    "6": ("建设工程质量检测", "10", "311"),
}


def load(accounts: dict[str, User]) -> None:
    """Fill the libraries around the firms and projects that are there."""
    random = Random(606)  # noqa: S311 - invented data, the same at every load
    firms = {firm.unit_id: firm for firm in Enterprise.objects.filter(is_demo=True).order_by("id") if firm.unit_id}
    _papers_of_firms(random, list(firms.values()))
    heads = crew.staff(random, list(firms.values()))
    city = list(projects.Project.objects.filter(is_demo=True).order_by("id"))
    for project in city:
        _parties(project, firms, heads)
        _papers_of_project(random, project, firms)
    building = [p for p in city if p.started_on and not p.completed_on]
    crew.site(random, building[:10], firms)
    _machines(random, building[:12], firms)
    _credit(random, list(firms.values()), heads)
    _documents(accounts, city)


def _papers_of_firms(random: Random, firms: list[Enterprise]) -> None:
    for index, firm in enumerate(firms):
        firm.parts = PARTS.get(firm.role, []) or (
            ["development"] if any(w in firm.name for w in ("置业", "城投", "安居", "开发")) else []
        )
        firm.parts = firm.parts or (["components"] if any(w in firm.name for w in ("构件", "部品", "钢构")) else [])
        firm.smart_fields = sorted({field for word, field in FIELDS if word in firm.name})
        firm.founded_on = date(1998 + random.randrange(22), 1 + random.randrange(12), 18)
        firm.employees = random.randrange(30, 900)
        firm.registered_capital_wan_yuan = random.randrange(500, 30000)
        firm.save()
        at = {"enterprise": firm, "division": firm.division, **MARK}
        if firm.role in QUALIFICATIONS:
            name, kind, level = QUALIFICATIONS[firm.role]
            issued = TOLD_ON - timedelta(days=random.randrange(200, 1800))
            Qualification.objects.create(
                number=f"D2330{index:05d}",
                name=name,
                qualification_type=kind,
                level=level,
                issued_on=issued,
                expires_on=issued + timedelta(days=1825),
                authority="浙江省住房和城乡建设厅（演示）",
                **at,
            )
        if firm.safety_licence and firm.safety_licence_expires_on:
            SafetyLicence.objects.create(
                number=firm.safety_licence,
                expires_on=firm.safety_licence_expires_on,
                issued_on=firm.safety_licence_expires_on - timedelta(days=1095),
                **at,
            )


def _parties(project: projects.Project, firms: dict[int, Enterprise], heads: dict[int, Person]) -> None:
    for party, role in ROLES.items():
        firm = firms.get(getattr(project, f"{party}_id") or 0)
        if firm is not None:
            projects.ProjectParty.objects.create(
                project=project,
                role=role,
                enterprise=firm,
                head=heads.get(firm.pk),
                joined_on=project.contract_filed_on,
                division=project.division,
                **MARK,
            )


def _papers_of_project(random: Random, project: projects.Project, firms: dict[int, Enterprise]) -> None:
    at: dict[str, Any] = {"project": project, "division": project.division, **MARK}
    number, area, price = project.number, project.area_m2, project.investment_wan_yuan
    parties = {part: firms.get(getattr(project, f"{part}_id") or 0) for part in projects.PARTIES}
    project.funding = "government" if project.is_government_funded else "private"
    project.delivery = "epc" if parties["contractor"] and parties["contractor"].role == "5" else "general"
    project.uses_whole_process_consulting = random.random() < 0.2
    project.status = "004" if project.completed_on else "003" if project.started_on else "002"
    project.save()
    if project.is_pilot_demonstration:
        kind, words = (
            ("budget", "智能建造要求列入概算") if project.is_government_funded else ("land", "土地管理合同提出智能建造要求")
        )
        signed = project.approved_on if kind == "budget" else project.land_contract_on
        projects.SmartRequirement.objects.create(
            kind=kind,
            number=f"{number}-ZN-001",
            name=words,
            signed_on=signed,
            state="met" if project.uses_bim else "required",
            **at,
        )
    if project.planning_permit_on:
        projects.Approval.objects.create(
            kind="planning",
            number=f"建字第{number[:6]}{number[-6:]}号",
            name="建设工程规划许可证",
            issued_on=project.planning_permit_on,
            authority="自然资源和规划局（演示）",
            **at,
        )
    if project.review_passed_on:
        projects.DrawingReviewFiling.objects.create(
            number=f"{number}-TX-001",
            name="建筑、结构、机电施工图",
            designer=parties["designer"],
            surveyor=parties["surveyor"],
            reviewed_on=project.review_passed_on,
            area_m2=area,
            passed_first=random.random() < 0.7,
            mandatory_breaches=random.randrange(4),
            **at,
        )
    if project.contract_filed_on:
        common = at | {"name": f"{project.name}施工"}
        projects.Tender.objects.create(
            number=f"{number}-BD-001",
            tender_class="003",
            method="001",
            winner=parties["contractor"],
            amount_wan_yuan=price,
            area_m2=area,
            awarded_on=project.contract_filed_on - timedelta(days=12),
            requires_smart=project.is_pilot_demonstration,
            **common,
        )
        projects.ContractFiling.objects.create(
            number=f"{number}-HZ-001",
            contract_type="600" if project.delivery == "epc" else "301",
            party_a=parties["owner"],
            party_b=parties["contractor"],
            amount_wan_yuan=price,
            signed_on=project.contract_filed_on,
            **common,
        )
    if project.permit_issued_on:
        projects.ConstructionPermit.objects.create(
            number=project.permit_number,
            name=project.name,
            area_m2=area,
            price_wan_yuan=price,
            issued_on=project.permit_issued_on,
            state="closed" if project.completed_on else "valid",
            **parties,
            **at,
        )
        for kind, letters in (("quality", "ZJ"), ("safety", "AJ")):
            projects.SupervisionFiling.objects.create(
                kind=kind, number=f"{letters}{number}", filed_on=project.permit_issued_on - timedelta(days=3), **at
            )
    if project.completed_on:
        projects.Completion.objects.create(
            number=f"{number}-JX-001",
            name=project.name,
            cost_wan_yuan=price,
            area_m2=area,
            began_on=project.started_on,
            ended_on=project.completed_on - timedelta(days=10),
            filed_on=project.completed_on,
            **at,
        )
        if parties["contractor"]:
            projects.PerformanceRecord.objects.create(
                number=f"YJ-{number}-001",
                name=project.name,
                enterprise=parties["contractor"],
                role="3",
                amount_wan_yuan=price,
                ended_on=project.completed_on,
                **at,
            )


def _machines(random: Random, sites: list[projects.Project], firms: dict[int, Enterprise]) -> None:
    """Cranes and hoists on sites; every fourth shows something overdue."""
    today = TOLD_ON
    for index, project in enumerate(sites):
        user = firms.get(project.contractor_id or 0)
        if user is None or project.started_on is None:
            continue
        kind, model_name = ("tower_crane", "QTZ80（6010）") if index % 3 else ("hoist", "SC200/200")
        made = date(2012 + random.randrange(12), 5, 20)
        machine = Machine.objects.create(
            number=f"浙FS-{'T' if kind == 'tower_crane' else 'S'}{index + 101:05d}",
            kind=kind,
            model_name=model_name,
            maker="示例起重机械制造有限公司",
            serial_number=f"{made.year}-{index + 31:04d}",
            made_on=made,
            rated_moment_knm=800 if kind == "tower_crane" else None,
            owner=user,
            filed_on=made + timedelta(days=60),
            state="in_use",
            division=user.division,
            **MARK,
        )
        # A machine stands on a site within the last eleven months; its inspection runs for a year.
        installed = max(project.started_on + timedelta(days=20), today - timedelta(days=330))
        accepted = installed + timedelta(days=9)
        unwell = index % 4
        installation = MachineInstallation.objects.create(
            machine=machine,
            project=project,
            number=f"{index % 2 + 1}号{machine.get_kind_display()}",
            user=user,
            installer=user,
            supervisor=firms.get(project.supervisor_id or 0),
            notice_number=f"AZGZ{index + 1:04d}" if unwell != 3 else "",
            noticed_on=installed - timedelta(days=6) if unwell != 3 else None,
            installed_on=installed,
            self_checked_on=installed + timedelta(days=1),
            inspected_on=installed + timedelta(days=5),
            inspection_passed=True,
            inspection_expires_on=today - timedelta(days=12) if unwell == 2 else installed + timedelta(days=370),
            accepted_on=accepted,
            registration_number=f"SYDJ{index + 1:04d}" if unwell != 1 else "",
            registered_on=accepted + timedelta(days=8) if unwell != 1 else None,
            maintenance_due_on=today + timedelta(days=25),
            division=project.division,
            **MARK,
        )
        MachineCheck.objects.create(
            installation=installation,
            kind="maintenance",
            number=f"WB-{index + 1:04d}",
            checked_on=today - timedelta(days=5),
            checked_by=user,
            passed=True,
            next_due_on=today + timedelta(days=25),
            division=project.division,
            **MARK,
        )


def _credit(random: Random, firms: list[Enterprise], heads: dict[int, Person]) -> None:
    builders = [firm for firm in firms if firm.role in {"3", "5"}]
    for index, firm in enumerate(builders):
        at = {"division": firm.division, "authority": "市建设局（演示）", **MARK}
        decided = TOLD_ON - timedelta(days=40 + index * 23)
        bad = index % 3 == 2
        published = decided + timedelta(days=5)
        CreditRecord.objects.create(
            number=f"XY-DEMO-{index + 1:04d}",
            name="未按规定办理起重机械使用登记" if bad else "市级建筑施工标准化工地",
            kind="bad" if bad else "good",
            category="penalty" if bad else "award",
            decision_number=f"嘉建{'罚' if bad else '办'}〔{decided.year}〕{index + 11}号（演示）",
            enterprise=firm,
            decided_on=decided,
            published_on=published,
            publish_until=months_after(published, 12 if bad else 36),
            score_change=-3 if bad else 2,
            **at,
        )
        for months in range(3):
            CreditScore.objects.create(
                enterprise=firm,
                sector="housing",
                month=date(2026, 9 + months, 1),
                score=round(random.uniform(82, 109), 1),
                evaluated_by="市建设局（演示）",
                division=firm.division,
                **MARK,
            )
    head = next(iter(heads.values()), None)
    if head is not None:
        CreditRecord.objects.create(
            number="XY-DEMO-0901",
            name="优秀项目经理",
            kind="good",
            category="award",
            person=head,
            decided_on=date(2026, 5, 6),
            published_on=date(2026, 5, 10),
            publish_until=date(2029, 5, 10),
            division=head.division,
            authority="市建筑业行业协会（演示）",
            **MARK,
        )


def _documents(accounts: dict[str, User], city: list[projects.Project]) -> None:
    for project in city[:30:3]:
        for code, name, discipline in (("A-01", "一层平面图", "architecture"), ("S-01", "基础平面图", "structure")):
            file_document(
                None,
                number=f"{project.number}-{code}",
                name=f"{project.name}{name}",
                kind="drawing",
                by=None,
                division=project.division,
                is_demo=True,
                project=project,
                stage="construction_drawing",
                discipline=discipline,
                archive_class="A3",
                dated_on=project.review_passed_on,
                origin="演示数据",
            )
    sample = city[-1]
    text = f"{sample.name}\n设计说明（演示）：本工程为装配整体式剪力墙结构，模型与图纸见BIM审查。\n".encode()
    kept = keep(text, by=accounts["chenmin"], purpose=PURPOSE, name="设计说明.txt", division=sample.division)
    file_document(
        kept,
        number=f"{sample.number}-SM-01",
        name=f"{sample.name}设计说明",
        kind="drawing",
        by=accounts["chenmin"],
        division=sample.division,
        is_demo=True,
        project=sample,
        stage="construction_drawing",
        archive_class="A3",
        dated_on=sample.review_passed_on,
        origin="演示数据",
    )


def remove() -> None:
    """Take the libraries out again; firms and projects are left to those who made them."""
    for model in (CreditScore, CreditRecord, Document, MachineCheck, MachineInstallation, Machine):
        model.objects.filter(is_demo=True).delete()
    Attachment.objects.filter(purpose=PURPOSE, is_demo=True).delete()
    for model in (
        projects.PerformanceRecord,
        projects.Completion,
        projects.ConstructionPermit,
        projects.SupervisionFiling,
        projects.ReviewEngineer,
        projects.DrawingReviewFiling,
        projects.ContractFiling,
        projects.Tender,
        projects.Approval,
        projects.SmartRequirement,
        projects.ProjectParty,
    ):
        model.objects.filter(is_demo=True).delete()
    crew.remove()
    for model in (SafetyLicence, Qualification):
        model.objects.filter(is_demo=True).delete()
