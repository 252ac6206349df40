"""Passes into the attendance register: one statement adds what is new and folds it into the days, so that no pass counts twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from hezhu.core.register.seal import digest, seal
from hezhu.engines.gate.passes import Pass
from hezhu.gate.models import GateKey, HeldPass

SOURCE = "劳务平台"

# Who they are and whether they were registered on the project that day. Answered line by line.
RESOLVE = """
SELECT s.line, p.id, EXISTS (
    SELECT FROM people_assignment a WHERE a.project_id = %(project)s AND a.person_id = p.id
      AND a.entered_on <= s.day AND (a.left_on IS NULL OR a.left_on >= s.day))
FROM unnest(%(line)s::int[], %(digest)s::text[], %(day)s::date[]) AS s(line, digest, day)
JOIN people_person p ON p.id_number_digest = s.digest AND p.is_demo = %(is_demo)s
"""

# Rows go in by the order of their keys: two requests with the same people then wait for each other instead of dead-locking.
FOLD = """
WITH said AS (
    SELECT * FROM unnest(%(line)s::int[], %(person)s::bigint[], %(at)s::timestamptz[], %(direction)s::text[], %(channel)s::text[],
        %(lng)s::float8[], %(lat)s::float8[]) AS s(line, person, at, direction, channel, lng, lat)
), team AS (
    SELECT id FROM people_team WHERE project_id = %(project)s AND number = %(team)s
), added AS (
    INSERT INTO gate_gatepass (division, is_demo, project_id, person_id, team_id, key_id, at, direction, channel, lng, lat, serial, line)
    SELECT DISTINCT ON (person, at, direction)
        %(division)s, %(is_demo)s, %(project)s, person, (SELECT id FROM team), %(key)s, at, direction, channel, lng, lat, %(serial)s, line
    FROM said ORDER BY person, at, direction, line
    ON CONFLICT (project_id, person_id, at, direction) DO NOTHING
    RETURNING person_id, team_id, at, (at AT TIME ZONE %(zone)s)::date AS day, direction, channel, line
), folded AS (
    INSERT INTO people_attendance AS a (division, is_demo, source, source_batch, source_line, project_id, person_id, team_id, day,
        first_in_at, last_out_at, passes, channel)
    SELECT %(division)s, %(is_demo)s, %(source)s, %(batch)s, min(line), %(project)s, person_id, max(team_id), day,
        min(at) FILTER (WHERE direction = '01'), max(at) FILTER (WHERE direction = '02'), least(count(*), 32767),
        coalesce(max(channel), '')
    FROM added GROUP BY person_id, day ORDER BY person_id, day
    ON CONFLICT (person_id, project_id, day, is_demo) DO UPDATE SET
        first_in_at = least(a.first_in_at, excluded.first_in_at),
        last_out_at = greatest(a.last_out_at, excluded.last_out_at),
        passes = least(a.passes::int + excluded.passes, 32767),
        team_id = coalesce(a.team_id, excluded.team_id),
        channel = CASE WHEN a.channel = '' THEN excluded.channel ELSE a.channel END,
        updated_at = now()
    RETURNING 1
)
SELECT (SELECT count(*) FROM added)
"""

HOLD = """
INSERT INTO gate_heldpass (division, is_demo, project_id, key_id, id_number, id_number_digest, at, direction, channel, lng, lat, team, serial,
    line, reason)
SELECT %(division)s, %(is_demo)s, %(project)s, %(key)s, s.sealed, s.digest, s.at, s.direction, s.channel, s.lng, s.lat, %(team)s, %(serial)s,
    s.line, s.reason
FROM unnest(%(sealed)s::text[], %(digest)s::text[], %(at)s::timestamptz[], %(direction)s::text[], %(channel)s::text[], %(lng)s::float8[],
    %(lat)s::float8[], %(line)s::int[], %(reason)s::text[]) AS s(sealed, digest, at, direction, channel, lng, lat, line, reason)
ORDER BY s.digest, s.at, s.direction
ON CONFLICT (project_id, id_number_digest, at, direction) DO UPDATE SET reason = excluded.reason
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the passes of one call: ``added`` are new, ``repeated`` were known, ``held`` wait for their person."""

    added: int
    repeated: int
    held: list[tuple[Pass, str]]


def take_passes(key: GateKey, passes: Sequence[Pass], *, team: str, serial: str) -> Counted:
    """Count ``passes`` for the project of ``key``; in the caller's transaction."""
    digests = [digest(each.id_number, "id-number") for each in passes]
    known = resolved(key, [each.line for each in passes], digests, [each.at.date() for each in passes])
    on_site = [(each, known[each.line][0]) for each in passes if known.get(each.line, (0, False))[1]]
    added = fold(key, on_site, team=team, serial=serial)
    held = [
        (each, HeldPass.Reason.NOT_ON_SITE if each.line in known else HeldPass.Reason.UNKNOWN)
        for each in passes
        if not known.get(each.line, (0, False))[1]
    ]
    _hold(key, held, team=team, serial=serial)
    return Counted(added, len(on_site) - added, [(each, str(reason.label)) for each, reason in held])


def resolved(key: GateKey, lines: list[int], digests: list[str], days: list[Any]) -> dict[int, tuple[int, bool]]:
    """Line → (person, whether registered on the project that day), for those the people register knows."""
    with connection.cursor() as cursor:
        cursor.execute(
            RESOLVE, {"project": key.project_id, "is_demo": key.is_demo, "line": lines, "digest": digests, "day": days}
        )
        return {line: (person, on_site) for line, person, on_site in cursor.fetchall()}


def fold(key: GateKey, passes: Sequence[tuple[Any, int]], *, team: str, serial: str) -> int:
    """Add (pass, person) pairs and fold the new ones into their days; how many were new."""
    if not passes:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            FOLD, _of_key(key, team, serial) | _columns([each for each, _ in passes]) | {"person": [p for _, p in passes]}
        )
        return int(cursor.fetchone()[0])


def _hold(key: GateKey, held: list[tuple[Pass, HeldPass.Reason]], *, team: str, serial: str) -> None:
    if not held:
        return
    numbers = [each.id_number for each, _ in held]
    said = {
        "sealed": [seal(number, "id-number") for number in numbers],
        "digest": [digest(number, "id-number") for number in numbers],
        "reason": [str(reason.value) for _, reason in held],
    }
    first: dict[tuple[Any, ...], int] = {}
    for place, (each, _) in enumerate(held):
        first.setdefault((said["digest"][place], each.at, each.direction), place)
    chosen = sorted(first.values())
    columns = _columns([held[place][0] for place in chosen])
    with connection.cursor() as cursor:
        cursor.execute(
            HOLD, _of_key(key, team, serial) | columns | {n: [values[p] for p in chosen] for n, values in said.items()}
        )


def _of_key(key: GateKey, team: str, serial: str) -> dict[str, Any]:
    return {
        "division": key.division,
        "is_demo": key.is_demo,
        "project": key.project_id,
        "key": key.pk,
        "team": team,
        "serial": serial,
        "batch": serial[-40:],
        "source": SOURCE,
        "zone": settings.TIME_ZONE,
    }


def _columns(passes: Sequence[Any]) -> dict[str, list[Any]]:
    return {name: [getattr(each, name) for each in passes] for name in ("line", "at", "direction", "channel", "lng", "lat")}


def claim_held(project_id: int | None = None, digests: list[str] | None = None, *, most: int = 5_000) -> int:
    """Count the held passes whose people are registered by now; how many were claimed. In the caller's transaction."""
    rows = HeldPass.objects.select_related("key").order_by("key_id", "id_number_digest", "at")
    rows = rows.select_for_update(skip_locked=True, of=("self",))
    if project_id is not None:
        rows = rows.filter(project_id=project_id)
    if digests is not None:
        rows = rows.filter(id_number_digest__in=digests)
    groups: dict[tuple[int, str], list[HeldPass]] = {}
    for row in rows[:most]:
        groups.setdefault((row.key_id, row.team), []).append(row)
    return sum(_claimed(held) for held in groups.values())


def _claimed(held: list[HeldPass]) -> int:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(settings.TIME_ZONE)
    key, by_place = held[0].key, dict(enumerate(held))
    known = resolved(key, list(by_place), [h.id_number_digest for h in held], [h.at.astimezone(zone).date() for h in held])
    here = {place: person for place, (person, on_site) in known.items() if on_site}
    for serial in {by_place[place].serial for place in here}:
        fold(
            key,
            [(by_place[p], person) for p, person in here.items() if by_place[p].serial == serial],
            team=held[0].team,
            serial=serial,
        )
    HeldPass.objects.filter(pk__in=[by_place[place].pk for place in here]).delete()
    return len(here)
