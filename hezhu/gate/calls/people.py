"""Teams, workers, entries and exits, contracts, firms: few rows, each judged by itself, all in the call's one transaction.

A device may add to the registers of its own project. What another source told of a firm or a person is never overwritten: only blanks are filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from hezhu.core.register.seal import digest
from hezhu.engines.codes import credit, identity
from hezhu.engines.codes.lists import code_list
from hezhu.engines.gate import RefusedRow
from hezhu.engines.gate.passes import RESIDENT_CARD, Unusable, id_number, photo, rows_of, text
from hezhu.engines.gate.rules import rules
from hezhu.gate.calls.declare import Call, Outcome, writes
from hezhu.gate.calls.fields import code, known_person, optional_day
from hezhu.gate.calls.paging import own_project
from hezhu.gate.writing import SOURCE, claim_held
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Assignment, Person, Team
from hezhu.registers.projects.models import ProjectParty

TEAM_NUMBERS_FROM = 100_000_000
WORKER, MANAGER = "20", "10"


def lineage(call: Call, line: int) -> dict[str, Any]:
    """Where a row that this call makes comes from."""
    return {"source": SOURCE, "source_batch": call.serial[-40:], "source_line": line}


def in_project(call: Call) -> dict[str, Any]:
    """The columns that every row of the key's project shares."""
    return {"project_id": call.key.project_id, "division": call.key.division, "is_demo": call.key.is_demo}


def each_row(call: Call, outcome: Outcome, rows: list[dict[str, Any]], take: Callable[[int, dict[str, Any]], None]) -> None:
    """Take every row; one that cannot be used is named in the outcome and keeps no other out."""
    for line, row in enumerate(rows, start=1):
        try:
            take(line, row)
            outcome.rows += 1
        except Unusable as error:
            outcome.refused.append(RefusedRow(line, error.field, error.reason))


@contextmanager
def one_row(outcome: Outcome) -> Iterator[None]:
    """For calls whose ``data`` is the row itself."""
    try:
        yield
        outcome.rows = 1
    except Unusable as error:
        outcome.refused.append(RefusedRow(1, error.field, error.reason))


def firm_of(call: Call, data: dict[str, Any]) -> Enterprise:
    """The firm of ``corpCode``; made with what is known when the register lacks it. Raises Unusable."""
    code = text(data, "corpCode", 18).upper()
    if problem := credit.explain(code):
        raise Unusable("corpCode", problem.reason)
    firm = Enterprise.objects.filter(credit_code=code, is_demo=call.key.is_demo).first()
    if firm is not None:
        return firm
    name = text(data, "corpName", 120)
    if not name:
        raise Unusable("corpName", "企业库没有这家企业，须填写企业名称")
    return Enterprise.objects.create(
        credit_code=code, name=name, division=call.key.division, is_demo=call.key.is_demo, **lineage(call, 1)
    )


@writes("Corp.Upload")
def corp_upload(call: Call) -> Outcome:
    outcome = Outcome()
    with one_row(outcome):
        firm = firm_of(call, call.data)
        outcome.words.append(f"企业 {firm.name}")
    return outcome


@writes("ProjectSubContractor.Add")
def contractor_add(call: Call) -> Outcome:
    own_project(call)
    outcome = Outcome()
    with one_row(outcome):
        role = code_list("project_corp_type").spellings.get(text(call.data, "corpType", 20))
        if role is None:
            raise Unusable("corpType", "不是参建单位类型代码")
        firm = firm_of(call, call.data)
        joined = optional_day(call.data, "entryTime")
        party, _ = ProjectParty.objects.get_or_create(
            project_id=call.key.project_id,
            role=role,
            enterprise=firm,
            defaults=in_project(call) | lineage(call, 1) | {"joined_on": joined},
        )
        outcome.words.append(f"参建单位 {party}")
    return outcome


@writes("Team.Add")
def team_add(call: Call) -> Outcome:
    """A team, and its number: the same firm's team of the same name is the same team."""
    own_project(call)
    outcome = Outcome()
    with one_row(outcome):
        name = text(call.data, "teamName", 80)
        if not name:
            raise Unusable("teamName", "没有填写")
        firm = firm_of(call, call.data)
        entered = optional_day(call.data, "entryTime")
        team = Team.objects.filter(project_id=call.key.project_id, enterprise=firm, name=name).order_by("pk").first()
        if team is None:
            pk = _next_team()
            team = Team.objects.create(
                pk=pk,
                number=str(TEAM_NUMBERS_FROM + pk),
                name=name,
                enterprise=firm,
                entered_on=entered,
                **in_project(call),
                **lineage(call, 1),
            )
        outcome.data["teamSysNo"] = team.number
        outcome.words.append(f"班组编号 {team.number}")
    return outcome


def _next_team() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('people_team', 'id'))")
        return int(cursor.fetchone()[0])


@writes("Team.Update")
def team_update(call: Call) -> Outcome:
    outcome = Outcome()
    with one_row(outcome):
        team = team_of(call, text(call.data, "teamSysNo", 40))
        changed = {
            "name": text(call.data, "teamName", 80),
            "entered_on": optional_day(call.data, "entryTime"),
            "left_on": optional_day(call.data, "exitTime"),
        }
        fill(team, changed, call, 1, over=True)
        outcome.data["teamSysNo"] = team.number
        outcome.words.append(f"班组编号 {team.number}")
    return outcome


def team_of(call: Call, number: str) -> Team:
    """The team with this number on the key's project. Raises Unusable."""
    team = Team.objects.filter(project_id=call.key.project_id, number=number).first() if number else None
    if team is None:
        raise Unusable("teamSysNo", f"项目上没有编号为 {number or '（空）'} 的班组，先上传班组")
    return team


@writes("ProjectWorker.Add")
def workers_add(call: Call) -> Outcome:
    """Workers of one team: into the people register, and onto the project from today or the day given."""
    own_project(call)
    outcome = Outcome()
    rows = rows_of(call.data, "workerList", rules().worker_rows)
    firm, team = firm_of(call, call.data), team_of(call, text(call.data, "teamSysNo", 40))
    digests: list[str] = []
    photos = 0

    def take(line: int, row: dict[str, Any]) -> None:
        nonlocal photos
        photos += photo(row, "headImage")
        entered = optional_day(row, "entryTime") or optional_day(row, "date") or timezone.localdate()
        person = _person(call, row, line, firm)
        _assigned(call, row, line, person, firm, team, entered)
        digests.append(digest(str(person.id_number), "id-number"))

    each_row(call, outcome, rows, take)
    _finish(call, outcome, digests)
    if photos:
        outcome.words.append(f"照片 {photos} 张已核对大小，未保存（个人信息最少必要）")
    return outcome


@writes("ProjectWorker.Update")
def worker_update(call: Call) -> Outcome:
    """One worker, told in ``data`` itself; the same as adding a list of one."""
    call.data.setdefault("workerList", [{k: v for k, v in call.data.items() if k != "workerList"}])
    return workers_add(call)


def _finish(call: Call, outcome: Outcome, digests: list[str]) -> None:
    claimed = claim_held(call.key.project_id, digests) if digests else 0
    outcome.words.append(f"登记 {outcome.rows} 人" + (f"，认领此前的通行 {claimed} 条" if claimed else ""))


def _person(call: Call, row: dict[str, Any], line: int, firm: Enterprise) -> Person:
    number, name = id_number(row, call.secret), text(row, "workerName", 40)
    if not name:
        raise Unusable("workerName", "没有填写")
    card = text(row, "idCardType", 4).zfill(2) if text(row, "idCardType", 4) else RESIDENT_CARD
    known = {
        "phone": text(row, "cellPhone", 20),
        "work_type": code(row, "workType", "work_type"),
        "education": code(row, "cultureLevelType", "education"),
        "gender": _gender(number, card),
        "born_in_year": int(number[6:10]) if card == RESIDENT_CARD else None,
    }
    person = Person.objects.filter(id_number=number, is_demo=call.key.is_demo).first()
    if person is None:
        return Person.objects.create(
            name=name,
            id_card_type=card,
            id_number=number,
            kinds=[Person.Kind.WORKER],
            employer=firm,
            division=call.key.division,
            is_demo=call.key.is_demo,
            **known,
            **lineage(call, line),
        )
    if person.name != name:
        raise Unusable("workerName", "与人员库中这个证件号码的姓名不符，请核对证件")
    fill(person, known, call, line)
    return person


def _gender(number: str, card: str) -> str:
    if card != RESIDENT_CARD:
        return ""
    return code_list("gender").spellings.get(identity.parse(number).sex, "")


def _assigned(
    call: Call, row: dict[str, Any], line: int, person: Person, firm: Enterprise, team: Team, entered: date
) -> Assignment:
    """The stay that is open on the project, else a new one."""
    manager = text(row, "workRole", 4) == MANAGER
    said = {
        "enterprise": firm,
        "team": team,
        "work_role": MANAGER if manager else WORKER,
        "work_type": code(row, "workType", "work_type"),
    }
    stay = Assignment.objects.filter(project_id=call.key.project_id, person=person, left_on=None).order_by("-entered_on").first()
    if stay is not None:
        fill(stay, said, call, line, over=True)
        return stay
    duty = Assignment.Duty.STAFF if manager else Assignment.Duty.WORKER
    same_day = Assignment.objects.filter(project_id=call.key.project_id, person=person, entered_on=entered).first()
    if same_day is not None:
        raise Unusable("date", f"{entered} 进场的记录已退场，须先上传新的进场日期")
    return Assignment.objects.create(
        person=person, entered_on=entered, duty=duty, **said, **in_project(call), **lineage(call, line)
    )


@writes("WorkerEntryExit.Add")
def movements_add(call: Call) -> Outcome:
    """Entries (type 1) and exits (type 0) of workers the people register knows."""
    own_project(call)
    outcome = Outcome()
    rows = rows_of(call.data, "workerList", rules().worker_rows)
    firm = firm_of(call, call.data)
    team = team_of(call, text(call.data, "teamSysNo", 40)) if text(call.data, "teamSysNo", 40) else None
    digests: list[str] = []

    def take(line: int, row: dict[str, Any]) -> None:
        person = known_person(call, row)
        on = optional_day(row, "date")
        if on is None:
            raise Unusable("date", "没有填写")
        kind = text(row, "type", 2)
        if kind not in {"0", "1"}:
            raise Unusable("type", "应为 1（进场）或 0（退场）")
        (_enter if kind == "1" else _leave)(call, line, person, firm, team, on)
        digests.append(digest(str(person.id_number), "id-number"))

    each_row(call, outcome, rows, take)
    _finish(call, outcome, digests)
    return outcome


def _enter(call: Call, line: int, person: Person, firm: Enterprise, team: Team | None, on: date) -> None:
    stays = Assignment.objects.filter(project_id=call.key.project_id, person=person)
    if stays.filter(entered_on=on).exists():
        return
    stay = stays.filter(left_on=None).order_by("-entered_on").first()
    if stay is None:
        Assignment.objects.create(
            person=person,
            entered_on=on,
            enterprise=firm,
            team=team,
            work_type=person.work_type,
            **in_project(call),
            **lineage(call, line),
        )
    elif on < stay.entered_on:
        fill(stay, {"entered_on": on}, call, line, over=True)


def _leave(call: Call, line: int, person: Person, firm: Enterprise, team: Team | None, on: date) -> None:
    stays = Assignment.objects.filter(project_id=call.key.project_id, person=person)
    if stays.filter(left_on=on).exists():
        return
    stay = stays.filter(left_on=None).order_by("-entered_on").first()
    if stay is None:
        raise Unusable("type", "此人没有在场记录，不能退场")
    if on < stay.entered_on:
        raise Unusable("date", f"早于进场日期 {stay.entered_on}")
    fill(stay, {"left_on": on}, call, line, over=True)


def fill(row: Any, said: dict[str, Any], call: Call, line: int, *, over: bool = False) -> None:
    """Write what is said where the row is blank, or, ``over``, where it says otherwise. Nothing to change writes nothing."""
    changed = [
        name
        for name, value in said.items()
        if value not in (None, "") and getattr(row, name) != value and (over or getattr(row, name) in (None, ""))
    ]
    if not changed:
        return
    for name in changed:
        setattr(row, name, said[name])
    for name, value in lineage(call, line).items():
        setattr(row, name, value)
    sums = [f"{name}_digest" for name in changed if hasattr(row, f"{name}_digest")]
    row.save(update_fields=[*changed, *sums, "source", "source_batch", "source_line", "updated_at"])
