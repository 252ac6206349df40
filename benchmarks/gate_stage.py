"""Projects with a gate key each and workers on site, for the benchmark of the protocol and for its trial by kill -9."""

from __future__ import annotations

from datetime import date
from random import Random

UNIT = "测算门禁施工有限公司"


def set_up(projects: int, people: int) -> list[tuple[str, str, list[str]]]:
    """(appid, secret, identity numbers on site) of each project; what an earlier run left is taken away first."""
    from hezhu.config.commands import migrate_now
    from hezhu.core.access.models import Unit, User
    from hezhu.engines.codes import credit, identity
    from hezhu.gate import actions
    from hezhu.registers.enterprises.models import Enterprise
    from hezhu.registers.people.models import Assignment, Person
    from hezhu.registers.projects.models import Project

    migrate_now()
    clear()
    unit, _ = Unit.objects.get_or_create(name=UNIT, is_demo=True, defaults={"kind": "enterprise", "division": "330481"})
    user, _ = User.objects.get_or_create(
        username="bench-gate", defaults={"display_name": "测算", "role": "enterprise", "unit": unit, "is_demo": True}
    )
    at = {"division": "330481", "is_demo": True}
    firm = Enterprise.objects.create(credit_code=credit.generate(Random(41), division="330481"), name=UNIT, unit=unit, **at)
    random = Random(7)
    numbers = sorted({identity.generate(random, division="330481") for _ in range(people * 2)})[:people]
    persons = Person.objects.bulk_create([_person(n, at) for n in numbers])
    keys = []
    for i in range(projects):
        project = Project.objects.create(number=f"33048126090101{i:02}", name=f"测算门禁项目{i}", contractor=unit, **at)
        mine = persons[i::projects]
        Assignment.objects.bulk_create(
            [Assignment(project=project, person=p, enterprise=firm, entered_on=date(2026, 1, 1), **at) for p in mine]
        )
        key, secret = actions.issue_key(project, name="测算门", by=user)
        keys.append((key.appid, secret, [str(p.id_number) for p in mine]))
    return keys


def _person(number: str, at: dict[str, object]) -> object:
    from hezhu.core.register.seal import digest
    from hezhu.registers.people.models import Person

    return Person(
        name=f"测算{number[-4:]}", id_number=number, id_number_digest=digest(number, "id-number"), kinds=["worker"], **at
    )


def clear() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE gate_gatepass, gate_heldpass, gate_gaterequest, gate_gatekey, people_attendance, people_assignment CASCADE"
        )
        cursor.execute("DELETE FROM people_person WHERE name LIKE '测算%' AND is_demo")
        cursor.execute("DELETE FROM projects_project WHERE name LIKE '测算门禁项目%' AND is_demo")
        cursor.execute("DELETE FROM enterprises_enterprise WHERE name = %s AND is_demo", [UNIT])
