"""One row of every register of the six libraries in 海宁, naming the firm, and what a form would send for another."""

from __future__ import annotations

from datetime import date
from typing import Any

from hezhu.registers.credit.models import CreditRecord, CreditScore
from hezhu.registers.documents.models import Document
from hezhu.registers.enterprises.models import Enterprise, Qualification, SafetyLicence
from hezhu.registers.equipment.models import Machine, MachineCheck, MachineInstallation
from hezhu.registers.people.models import (
    Assignment,
    Attendance,
    Certificate,
    Payroll,
    Person,
    Team,
    Training,
    WorkContract,
)
from hezhu.registers.projects import models as projects

DIVISION = "330481"
ID_NUMBER = "330481199001011236"
OTHER_ID_NUMBER = "330481198805052231"
PHONE = "13812348001"


def library_rows(firm: Enterprise, project: Any) -> dict[str, Any]:
    """A row of each register by its slug; ``firm`` is named by every one of them."""
    person = Person.objects.create(
        name="李建军", id_number=ID_NUMBER, phone=PHONE, employer=firm, division=DIVISION, kinds=["worker"], work_type="020"
    )
    at = {"project": project, "division": DIVISION}
    site = at | {"person": person, "enterprise": firm}
    review = projects.DrawingReviewFiling.objects.create(number=f"{project.number}-TX-001", name="1#楼施工图", body=firm, **at)
    machine = Machine.objects.create(
        number="浙FS-T00123", kind="tower_crane", model_name="QTZ80", owner=firm, division=DIVISION, filed_on=date(2024, 1, 5)
    )
    installation = MachineInstallation.objects.create(
        machine=machine, number="1号塔吊", user=firm, installed_on=date(2026, 5, 1), noticed_on=date(2026, 4, 20), **at
    )
    return {
        "project-parties": projects.ProjectParty.objects.create(role="009", enterprise=firm, head=person, **at),
        "smart-requirements": projects.SmartRequirement.objects.create(
            kind="land", number="TD-001", name="应用BIM和装配式", **at
        ),
        "approvals": projects.Approval.objects.create(kind="planning", number="建字第330481202600001号", name="规划许可证", **at),
        "tenders": projects.Tender.objects.create(
            number=f"{project.number}-BD-001", name="施工标段", tender_class="003", method="001", winner=firm, **at
        ),
        "contract-filings": projects.ContractFiling.objects.create(
            number=f"{project.number}-HZ-001", name="施工总承包合同", contract_type="301", party_b=firm, **at
        ),
        "drawing-review-filings": review,
        "review-engineers": projects.ReviewEngineer.objects.create(
            review=review, person=person, enterprise=firm, specialty="10", duty="002", division=DIVISION
        ),
        "supervision-filings": projects.SupervisionFiling.objects.create(kind="quality", number="ZJ-2026-001", **at),
        "permits": projects.ConstructionPermit.objects.create(
            number=project.permit_number, name="安置房一期", contractor=firm, **at
        ),
        "completions": projects.Completion.objects.create(number=f"{project.number}-JX-001", name="安置房竣工", **at),
        "performance-records": projects.PerformanceRecord.objects.create(
            number=f"YJ-{project.number}-001", name="安置房业绩", enterprise=firm, role="3", **at
        ),
        "qualifications": Qualification.objects.create(
            enterprise=firm,
            number="D233012345",
            name="建筑工程施工总承包",
            qualification_type="3",
            level="311",
            division=DIVISION,
        ),
        "safety-licences": SafetyLicence.objects.create(
            enterprise=firm, number="（浙）JZ安许证字[2024]000123", expires_on=date(2027, 1, 1), division=DIVISION
        ),
        "people": person,
        "certificates": Certificate.objects.create(
            person=person, kind="safety_c3", number="浙建安C3(2024)0000123", name="安全员证", enterprise=firm, division=DIVISION
        ),
        "teams": (team := Team.objects.create(number="BZ-01", name="钢筋一班", enterprise=firm, **at)),
        "assignments": Assignment.objects.create(team=team, entered_on=date(2026, 3, 5), **site),
        "attendance": Attendance.objects.create(person=person, day=date(2026, 3, 6), passes=2, **at),
        "work-contracts": WorkContract.objects.create(number="LD-2026-001", **site),
        "trainings": Training.objects.create(person=person, kind="003002", name="入场教育", held_on=date(2026, 3, 5), **at),
        "payrolls": Payroll.objects.create(month=date(2026, 3, 1), due_yuan=8000, **site),
        "machines": machine,
        "machine-installations": installation,
        "machine-checks": MachineCheck.objects.create(
            installation=installation, kind="maintenance", number="WB-001", checked_on=date(2026, 6, 1), division=DIVISION
        ),
        "credit-records": CreditRecord.objects.create(
            number="XY-2026-001",
            name="文明标化工地奖",
            kind="good",
            enterprise=firm,
            decided_on=date(2026, 6, 1),
            division=DIVISION,
        ),
        "credit-scores": CreditScore.objects.create(
            enterprise=firm, sector="housing", month=date(2026, 6, 1), score=101, division=DIVISION
        ),
        "documents": Document.objects.create(number="SG-A-01", name="1#楼一层平面图", kind="drawing", enterprise=firm, **at),
    }


PROJECT, FIRM, SUBJECT = "海宁测试安置房", "测试海宁建工有限公司", ID_NUMBER
AT = {"project": PROJECT, "division": DIVISION}
SITE = AT | {"person": SUBJECT, "enterprise": FIRM}

NEW: dict[str, dict[str, Any]] = {
    "project-parties": AT | {"role": "006", "enterprise": FIRM},
    "smart-requirements": AT | {"kind": "budget", "number": "GS-001", "name": "列入概算", "state": "required"},
    "approvals": AT | {"kind": "project", "number": "海发改〔2026〕1号", "name": "立项批复"},
    "tenders": AT | {"number": "3304812603010101-BD-002", "name": "监理标段", "tender_class": "004", "method": "001"},
    "contract-filings": AT | {"number": "3304812603010101-HE-001", "name": "监理合同", "contract_type": "400"},
    "drawing-review-filings": AT | {"number": "3304812603010101-TX-002", "name": "2#楼施工图"},
    "review-engineers": {
        "review": "3304812603010101-TX-001",
        "person": SUBJECT,
        "specialty": "09",
        "duty": "001",
        "division": DIVISION,
    },
    "supervision-filings": AT | {"kind": "safety", "number": "AJ-2026-001"},
    "permits": AT | {"number": "3304812603010101-SX-002", "name": "安置房二期", "state": "valid"},
    "completions": AT | {"number": "3304812603010101-JX-002", "name": "二期竣工"},
    "performance-records": AT
    | {"number": "YJ-3304812603010101-002", "name": "二期业绩", "enterprise": FIRM, "role": "3", "origin": "1"},
    "qualifications": {
        "enterprise": FIRM,
        "number": "D233012346",
        "name": "市政公用工程施工总承包",
        "qualification_type": "3",
        "state": "001",
        "division": DIVISION,
    },
    "safety-licences": {
        "enterprise": FIRM,
        "number": "（浙）JZ安许证字[2024]000124",
        "scope": "建筑施工",
        "state": "valid",
        "division": DIVISION,
    },
    "people": {"name": "王卫国", "id_card_type": "01", "id_number": OTHER_ID_NUMBER, "division": DIVISION},
    "certificates": {
        "person": SUBJECT,
        "kind": "skill",
        "number": "JN-001",
        "name": "钢筋工中级",
        "division": DIVISION,
    },
    "teams": AT | {"number": "BZ-02", "name": "木工一班", "enterprise": FIRM},
    "assignments": SITE | {"work_role": "20", "duty": "worker", "entered_on": "2026-07-01"},
    "attendance": AT | {"person": SUBJECT, "day": "2026-03-07", "passes": "2"},
    "work-contracts": SITE | {"number": "LD-2026-002", "period_type": "1"},
    "trainings": AT | {"person": SUBJECT, "kind": "003001", "name": "安全教育", "held_on": "2026-04-01"},
    "payrolls": SITE | {"month": "2026-04-01", "due_yuan": "7600"},
    "machines": {
        "number": "浙FS-S00456",
        "kind": "hoist",
        "model_name": "SC200",
        "owner": FIRM,
        "state": "idle",
        "division": DIVISION,
    },
    "machine-installations": AT | {"machine": "浙FS-T00123", "number": "2号塔吊"},
    "machine-checks": {
        "installation": "",
        "kind": "inspection",
        "number": "JY-001",
        "checked_on": "2026-06-02",
        "division": DIVISION,
    },
    "credit-records": {
        "number": "XY-2026-002",
        "name": "拖欠工资",
        "kind": "bad",
        "category": "wages",
        "enterprise": FIRM,
        "decided_on": "2026-06-02",
        "division": DIVISION,
    },
    "credit-scores": {"enterprise": FIRM, "sector": "housing", "month": "2026-07-01", "score": "99.5", "division": DIVISION},
    "documents": AT | {"number": "SG-A-02", "version": "1", "name": "2#楼平面图", "kind": "drawing", "retention": "long"},
}
