"""People of the demonstration city: staff of firms, crews on sites, their attendance and pay. All invented; ID numbers are made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from hezhu.engines.codes import identity
from hezhu.portal.demo.people import names
from hezhu.registers.enterprises.models import Enterprise
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
from hezhu.registers.projects.models import Project

MARK: dict[str, Any] = {"source": "演示数据", "source_batch": "LK-DEMO", "is_demo": True}
GIVEN = "建国志强晓明文斌立新海燕春华永刚卫东丽萍学军"
TRADES = (("020", "钢筋一班"), ("050", "模板一班"), ("030", "架子一班"))
CREW = 4
DAYS = 12
TOLD_ON = date(2026, 11, 25)  # the day the rows are told from: none lies in the future


def _person(random: Random, firm: Enterprise, serial: int, **said: Any) -> Person:
    person = _invented(random, firm, serial, **said)
    person.save()
    return person


def _invented(random: Random, firm: Enterprise, serial: int, **said: Any) -> Person:
    born = date(1966 + random.randrange(36), 1 + random.randrange(12), 1 + random.randrange(28))
    given = random.randrange(len(GIVEN) // 2) * 2
    number = identity.generate(random, division=firm.division, born=born)
    return Person(
        name=random.choice(names()["surnames"]) + GIVEN[given : given + 2],
        id_number=number,
        phone=f"13{random.randrange(10)}5738{serial:04d}",
        gender=str(1 - int(number[16]) % 2),
        born_in_year=born.year,
        employer=firm,
        division=firm.division,
        employed_on=TOLD_ON - timedelta(days=random.randrange(100, 2500)),
        **said,
        **MARK,
    )


def staff(random: Random, firms: list[Enterprise]) -> dict[int, Person]:
    """Two people of every firm that builds, designs or supervises; returns the head of each by the firm's key."""
    heads = {}
    serial = 1
    for firm in firms:
        head = _person(random, firm, serial, kinds=["registered", "technical"], position="高级工程师", education="06")
        heads[firm.pk] = head
        serial += 1
        if firm.role not in {"2", "3", "4", "5"}:
            continue
        _certificate(
            random,
            head,
            firm,
            "registration",
            f"浙1332024{serial:06d}",
            "一级注册建造师" if firm.role in {"3", "5"} else "注册工程师",
        )
        officer = _person(random, firm, serial, kinds=["safety"], position="安全员", education="05")
        serial += 1
        if firm.role in {"3", "5"}:
            _certificate(random, head, firm, "safety_b", f"浙建安B(2024){serial:07d}", "安全生产考核合格证书（B）")
            _certificate(random, officer, firm, "safety_c3", f"浙建安C3(2024){serial:07d}", "安全生产考核合格证书（C3）")
    return heads


def _certificate(random: Random, person: Person, firm: Enterprise, kind: str, number: str, name: str) -> None:
    issued = TOLD_ON - timedelta(days=random.randrange(60, 1180))
    Certificate.objects.create(
        person=person,
        kind=kind,
        number=number,
        name=name,
        enterprise=firm,
        issued_on=issued,
        expires_on=issued + timedelta(days=1095),
        authority="浙江省住房和城乡建设厅（演示）",
        division=person.division,
        **MARK,
    )


def site(random: Random, sites: list[Project], firms: dict[int, Enterprise]) -> None:
    """A crew of each trade on every site, with entry training, contract, twelve days of attendance and a month's pay."""
    made: list[tuple[Person, Team]] = []
    for project in sites:
        firm = firms.get(project.contractor_id or 0)
        if firm is None or project.started_on is None:
            continue
        at = {"project": project, "division": project.division, **MARK}
        for number, (trade, name) in enumerate(TRADES, start=1):
            team = Team.objects.create(number=f"BZ-{number:02d}", name=name, enterprise=firm, work_type=trade, **at)
            made += [(_worker(random, firm, 2000 + len(made) + place, trade), team) for place in range(CREW)]
    Person.objects.bulk_create([worker for worker, _team in made])
    papers: dict[type[Any], list[Any]] = {}
    for serial, (worker, team) in enumerate(made):
        for paper in _papers(random, worker, team, serial):
            papers.setdefault(type(paper), []).append(paper)
    for model, rows in papers.items():
        model.objects.bulk_create(rows)


def _worker(random: Random, firm: Enterprise, serial: int, trade: str) -> Person:
    return _invented(random, firm, serial, kinds=["worker"], work_type=trade, skill_level=random.choice(("L5", "L4", "L3")))


def _papers(random: Random, worker: Person, team: Team, serial: int) -> Iterator[Any]:
    """What a worker on a site leaves behind."""
    project, firm = team.project, team.enterprise
    named = {"project": project, "division": project.division, "person": worker, **MARK}
    entered = max(project.started_on or TOLD_ON, TOLD_ON - timedelta(days=120))
    due = random.randrange(6800, 9800)
    yield Assignment(team=team, enterprise=firm, work_type=team.work_type, entered_on=entered, **named)
    yield WorkContract(number=f"LD-DEMO-{serial:04d}", enterprise=firm, signed_on=entered, starts_on=entered, **named)
    yield Training(kind="003002", name="入场三级安全教育", held_on=entered, hours=8, passed=True, **named)
    yield Payroll(
        month=date(2026, 10, 1),
        enterprise=firm,
        team=team,
        days_worked=random.randrange(20, 29),
        due_yuan=due,
        paid_yuan=due if random.random() < 0.95 else due - 500,
        paid_on=date(2026, 11, 15),
        **named,
    )
    for day in (TOLD_ON - timedelta(days=back) for back in range(1, DAYS + 1)):
        if day >= entered and random.random() < 0.85:
            yield Attendance(
                team=team,
                day=day,
                first_in_at=timezone.make_aware(datetime.combine(day, time(6, random.randrange(20, 59)))),
                last_out_at=timezone.make_aware(datetime.combine(day, time(17, random.randrange(59)))),
                passes=random.choice((2, 2, 4)),
                channel="001",
                **named,
            )


def remove() -> None:
    """Take the people out again."""
    for model in (Attendance, Payroll, Training, WorkContract, Assignment, Team, Certificate, Person):
        model.objects.filter(is_demo=True).delete()
