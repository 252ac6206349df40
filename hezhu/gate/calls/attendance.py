"""WorkerAttendance.Add and .Query."""

from __future__ import annotations

from typing import Any

from hezhu.engines.gate import passes_of
from hezhu.engines.gate.passes import text
from hezhu.gate.calls.declare import Call, Outcome, reads, writes
from hezhu.gate.calls.paging import own_project, page, person_filter, sealed_number
from hezhu.gate.models import GatePass
from hezhu.gate.writing import take_passes

MOST_NAMED = 20


@writes("WorkerAttendance.Add")
def add(call: Call) -> Outcome:
    """Passes at the gate. Photos are looked at for size and form and then left: a face is personal data the register has no use for."""
    own_project(call)
    passes, refused = passes_of(call.data, call.secret)
    counted = take_passes(call.key, passes, team=text(call.data, "teamSysNo", 40), serial=call.serial)
    outcome = Outcome(rows=counted.added + counted.repeated, held=len(counted.held), refused=refused)
    outcome.words.append(f"入库 {counted.added} 条" + (f"，已有 {counted.repeated} 条未重复计" if counted.repeated else ""))
    if counted.held:
        named = "；".join(f"第 {each.line} 条{reason}" for each, reason in counted.held[:MOST_NAMED])
        outcome.words.append(f"待认领 {len(counted.held)} 条，登记工人并进场后自动入库（{named}）")
    if photos := sum(each.has_photo for each in passes):
        outcome.words.append(f"照片 {photos} 张已核对大小，未保存（个人信息最少必要）")
    return outcome


@reads("WorkerAttendance.Query")
def query(call: Call) -> dict[str, Any]:
    """The passes of one day on the project, newest last."""
    own_project(call)
    rows = GatePass.objects.filter(project_id=call.key.project_id).select_related("person", "team").order_by("at", "pk")
    rows = person_filter(call, rows, "person__id_number")
    if day := text(call.data, "date", 20)[:10]:
        rows = rows.filter(at__date=_day(day))
    return page(call, rows, lambda row: _row(call, row))


def _day(said: str) -> Any:
    from datetime import date

    from hezhu.engines.gate.envelope import BAD_PARAMETERS, ProtocolError

    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ProtocolError(BAD_PARAMETERS, "date 应写作 yyyy-MM-dd") from error


def _row(call: Call, row: Any) -> dict[str, Any]:
    from django.utils.timezone import localtime

    return {
        "projectCode": call.key.project.number,
        "teamSysNo": row.team.number if row.team else "",
        "workerName": row.person.name,
        "idCardType": row.person.id_card_type,
        "idCardNumber": sealed_number(call, row.person.id_number),
        "date": localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
        "direction": row.direction,
        "attendType": row.channel,
        "lng": row.lng,
        "lat": row.lat,
    }
