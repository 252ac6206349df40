"""Reading methods: is the signature right, what became of a call, and what the project holds."""

from __future__ import annotations

from typing import Any

from hezhu.engines.gate.envelope import BAD_PARAMETERS, ProtocolError
from hezhu.engines.gate.passes import text
from hezhu.gate.calls.declare import Call, reads
from hezhu.gate.calls.fields import optional_day
from hezhu.gate.calls.paging import own_project, page, person_filter, sealed_number
from hezhu.gate.calls.pay import pay_month
from hezhu.gate.models import GateRequest
from hezhu.registers.people.models import Assignment, Payroll, Team, Training, WorkContract
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


@reads("Payroll.Query")
def payrolls(call: Call) -> dict[str, Any]:
    """Pay of the project, of one month when ``payMonth`` is given."""
    own_project(call)
    rows = Payroll.objects.filter(project_id=call.key.project_id).select_related("person", "enterprise", "team").order_by("pk")
    if text(call.data, "payMonth", 20):
        rows = rows.filter(month=pay_month(call.data))
    if number := text(call.data, "teamSysNo", 40):
        rows = rows.filter(team__number=number)
    return page(
        call,
        person_filter(call, rows, "person__id_number"),
        lambda p: {
            "projectCode": call.key.project.number,
            "corpCode": p.enterprise.credit_code,
            "corpName": p.enterprise.name,
            "teamSysNo": p.team.number if p.team else "",
            "payMonth": f"{p.month:%Y-%m}",
            "idCardType": p.person.id_card_type,
            "idCardNumber": sealed_number(call, p.person.id_number),
            "days": _figure(p.days_worked),
            "totalPayAmount": _figure(p.due_yuan),
            "actualAmount": _figure(p.paid_yuan),
            "balanceDate": _day(p.paid_on),
            "payBankCode": p.bank,
        },
    )


@reads("ProjectTraining.Query")
def trainings(call: Call) -> dict[str, Any]:
    """Parts in trainings on the project, of one day or kind when ``trainingDate`` or ``trainingTypeCode`` is given."""
    own_project(call)
    rows = Training.objects.filter(project_id=call.key.project_id).select_related("person").order_by("pk")
    if held_on := optional_day(call.data, "trainingDate"):
        rows = rows.filter(held_on=held_on)
    if kind := text(call.data, "trainingTypeCode", 20):
        rows = rows.filter(kind=kind)
    return page(
        call,
        person_filter(call, rows, "person__id_number"),
        lambda t: {
            "projectCode": call.key.project.number,
            "trainingTypeCode": t.kind,
            "trainingName": t.name,
            "trainingDate": _day(t.held_on),
            "trainingDuration": _figure(t.hours),
            "idCardType": t.person.id_card_type,
            "idCardNumber": sealed_number(call, t.person.id_number),
            "isPass": "" if t.passed is None else str(int(t.passed)),
        },
    )


def _figure(value: Any) -> float | None:
    return None if value is None else float(value)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
