"""Reading methods: is the signature right, what became of a call, and what the project holds."""

from __future__ import annotations

from typing import Any

from hezhu.engines.gate.envelope import BAD_PARAMETERS, ProtocolError
from hezhu.engines.gate.passes import text
from hezhu.gate.calls.declare import Call, reads
from hezhu.gate.calls.paging import own_project, page, person_filter, sealed_number
from hezhu.gate.models import GateRequest
from hezhu.registers.people.models import Assignment, Team, WorkContract
from hezhu.registers.projects.models import ProjectParty


@reads("CheckSign.Query")
def check_sign(call: Call) -> dict[str, Any]:
    """Who comes this far has signed rightly."""
    return {"appid": call.key.appid, "projectCode": call.key.project.number}


@reads("AsyncHandleResult.Query")
def result(call: Call) -> dict[str, Any]:
    """What became of a call, by its serial; only of the same key's calls."""
    serial = text(call.data, "requestSerialCode", 60)
    done = GateRequest.objects.filter(key=call.key, serial=serial).first()
    if done is None:
        raise ProtocolError(BAD_PARAMETERS, "没有这个 requestSerialCode，或它不是本密钥的请求")
    return {"requestSerialCode": done.serial, "status": done.status, "result": done.result, **done.data}


@reads("Project.Query")
def project(call: Call) -> dict[str, Any]:
    own_project(call)
    row = call.key.project
    return page(
        call,
        type(row).objects.filter(pk=row.pk),
        lambda p: {
            "projectCode": p.number,
            "name": p.name,
            "category": p.category,
            "address": p.address,
            "prjStatus": p.status,
            "areaCode": p.division,
        },
    )


@reads("ProjectSubContractor.Query")
def contractors(call: Call) -> dict[str, Any]:
    own_project(call)
    rows = ProjectParty.objects.filter(project_id=call.key.project_id).select_related("enterprise").order_by("pk")
    return page(
        call,
        rows,
        lambda p: {
            "corpCode": p.enterprise.credit_code,
            "corpName": p.enterprise.name,
            "corpType": p.role,
            "entryTime": _day(p.joined_on),
        },
    )


@reads("Team.Query")
def teams(call: Call) -> dict[str, Any]:
    own_project(call)
    rows = Team.objects.filter(project_id=call.key.project_id).select_related("enterprise").order_by("pk")
    if number := text(call.data, "teamSysNo", 40):
        rows = rows.filter(number=number)
    if name := text(call.data, "teamName", 80):
        rows = rows.filter(name=name)
    return page(
        call,
        rows,
        lambda t: {
            "projectCode": call.key.project.number,
            "teamSysNo": t.number,
            "teamName": t.name,
            "corpCode": t.enterprise.credit_code,
            "corpName": t.enterprise.name,
            "entryTime": _day(t.entered_on),
            "exitTime": _day(t.left_on),
        },
    )


@reads("ProjectWorker.Query")
def workers(call: Call) -> dict[str, Any]:
    own_project(call)
    rows = Assignment.objects.filter(project_id=call.key.project_id).select_related("person", "team", "enterprise").order_by("pk")
    if number := text(call.data, "teamSysNo", 40):
        rows = rows.filter(team__number=number)
    return page(call, person_filter(call, rows, "person__id_number"), lambda a: _worker(call, a))


@reads("WorkerEntryExit.Query")
def movements(call: Call) -> dict[str, Any]:
    return workers(call)


def _worker(call: Call, row: Any) -> dict[str, Any]:
    return {
        "projectCode": call.key.project.number,
        "corpCode": row.enterprise.credit_code,
        "corpName": row.enterprise.name,
        "teamSysNo": row.team.number if row.team else "",
        "teamName": row.team.name if row.team else "",
        "workerName": row.person.name,
        "idCardType": row.person.id_card_type,
        "idCardNumber": sealed_number(call, row.person.id_number),
        "workType": row.work_type,
        "workRole": row.work_role,
        "entryTime": _day(row.entered_on),
        "exitTime": _day(row.left_on),
    }


@reads("WorkerContract.Query")
def contracts(call: Call) -> dict[str, Any]:
    own_project(call)
    rows = WorkContract.objects.filter(project_id=call.key.project_id).select_related("person", "enterprise").order_by("pk")
    return page(
        call,
        person_filter(call, rows, "person__id_number"),
        lambda c: {
            "projectCode": call.key.project.number,
            "corpCode": c.enterprise.credit_code,
            "corpName": c.enterprise.name,
            "idCardType": c.person.id_card_type,
            "idCardNumber": sealed_number(call, c.person.id_number),
            "contractCode": c.number,
            "contractPeriodType": c.period_type,
            "startDate": _day(c.starts_on),
            "endDate": _day(c.ends_on),
        },
    )


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
