"""Files that come in parts: nothing twice, nothing lost, nothing half-way; one batch after the other; personal numbers sealed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from random import Random

import pytest
from django.db import connection

from hezhu.core.intake import actions
from hezhu.core.intake.errors import SheetUnreadable
from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.register.declare import registers
from hezhu.engines import intake as engine
from hezhu.engines.codes import credit, identity
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Person

TITLES = "统一社会信用代码,企业名称,县（市、区）,企业类别,住所"


@pytest.fixture
def small_parts(monkeypatch):
    """Files over 500 bytes come in parts of about 1,000."""
    small = engine.Limits(whole_bytes=500, block_bytes=1_000, block_rows=10)
    monkeypatch.setattr("hezhu.core.intake.commit.open_stream", lambda *a, **k: engine.open_stream(*a, **{**k, "limits": small}))


def codes(count: int, seed: int = 0) -> list[str]:
    random = Random(seed)
    return list(dict.fromkeys(credit.generate(random, division="330481") for _ in range(count + 50)))[:count]


def firms(codes, place="盐官镇", **other):
    return [f"{code},测试企业{n},海宁市,施工,{place}" for n, code in enumerate(codes)]


def written(tmp_path, lines, name="f.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(("\n".join([TITLES, *lines]) + "\n").encode(encoding))
    return path


def places(batch):
    return (batch.total, batch.inserted, batch.updated, batch.unchanged, batch.quarantine.count())


@pytest.mark.django_db
def test_a_file_in_parts_is_taken_in_whole(tmp_path, small_parts, city_officer):
    register = registers.get("enterprises")
    known = codes(120)
    lines = firms(known)
    lines[30] = lines[30].replace(known[30], known[30][:17] + "I")
    lines.append(f"{known[3]},又一次,海宁市,施工,别处")
    batch = actions.take_file(register, written(tmp_path, lines, encoding="gb18030"), by=city_officer, source="甲")
    assert places(batch) == (121, 119, 0, 0, 2)
    repeated = batch.quarantine.get(line=122)
    assert (repeated.problems[0]["rule"], repeated.problems[0]["reason"]) == ("key.repeated", "与第 5 行统一社会信用代码相同")
    assert repeated.raw["企业名称"] == "又一次"
    row = Enterprise.objects.get(credit_code=known[100])
    assert (row.source, row.source_batch, row.source_line) == ("甲", batch.number, 102)
    again = actions.take_file(register, written(tmp_path, lines, encoding="gb18030"), by=city_officer, source="甲")
    assert places(again) == (121, 0, 0, 119, 2)
    changed = [line.replace("盐官镇", "硖石") if n < 10 else line for n, line in enumerate(firms(known))]
    delta = actions.take_file(register, written(tmp_path, changed), by=city_officer, source="乙")
    assert places(delta) == (120, 1, 10, 109, 0)


@pytest.mark.django_db
def test_a_first_load_builds_the_indexes_again(tmp_path, small_parts, city_officer, monkeypatch):
    monkeypatch.setattr("hezhu.core.intake.first_load.WORTH_ROWS", 10)

    def indexes():
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'enterprises_enterprise%' ORDER BY 1")
            rows = cursor.fetchall()
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'enterprises_enterprise'::regclass"
            )
            return rows, sorted(cursor.fetchall())

    before = indexes()
    batch = actions.take_file(registers.get("enterprises"), written(tmp_path, firms(codes(60))), by=city_officer, source="甲")
    assert places(batch) == (60, 60, 0, 0, 0)
    assert indexes() == before
    assert Enterprise.objects.first().source_batch == batch.number


@pytest.mark.django_db
def test_a_file_that_stops_far_down_leaves_nothing(tmp_path, small_parts, city_officer):
    path = written(tmp_path, firms(codes(80)))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SheetUnreadable, match="像是没有传完") as raised:
        actions.take_file(registers.get("enterprises"), path, by=city_officer, source="甲")
    assert raised.value.data["fault"] == "truncated"
    assert (Enterprise.objects.count(), QuarantinedRow.objects.count()) == (0, 0)
    assert Batch.objects.get().state == Batch.State.DROPPED


@pytest.mark.django_db
def test_personal_numbers_in_quarantine_are_sealed_and_replayed(tmp_path, city_officer):
    random = Random(5)
    number = identity.generate(random, division="330481")
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    path = tmp_path / "p.csv"
    path.write_text(
        f"姓名,证件号码,手机号码,县（市、区）,备注\n周明,{wrong},13812348000,海宁市,电话 13912348001\n", encoding="utf-8"
    )
    batch = actions.take_file(registers.get("people"), path, by=city_officer, source="甲")
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw::text || problems::text || sealed::text || replacement::text FROM intake_quarantinedrow")
        kept = cursor.fetchone()[0]
    for secret in (wrong, number, "13812348000", "13912348001", wrong[6:14]):
        assert secret not in kept
    row = batch.quarantine.get()
    assert row.raw["手机号码"] == "138****8000"
    assert row.raw["备注"] == "电话 139****8001"
    actions.correct(row, {"id_number": number}, by=city_officer)
    assert number not in json.dumps(row.replacement)
    after = actions.replay(batch, by=city_officer)
    assert after.inserted == 1
    person = Person.objects.get()
    assert (str(person.id_number), str(person.phone)) == (number, "13812348000")


@pytest.mark.django_db
def test_many_refused_rows_are_kept(tmp_path, city_officer):
    lines = [f"{n:017}I,测试{n},海宁市,施工," for n in range(20_000)]
    batch = actions.take_file(registers.get("enterprises"), written(tmp_path, lines), by=city_officer, source="甲")
    assert places(batch) == (20_000, 0, 0, 0, 20_000)


@pytest.mark.django_db(transaction=True)
def test_two_batches_on_the_same_keys_come_one_after_the_other(tmp_path, small_parts, city_officer):
    register = registers.get("enterprises")
    known = codes(60)
    paths = [written(tmp_path, firms(known, place), f"{place}.csv") for place in ("盐官", "硖石")]
    done, errors = [], []

    def take(path):
        try:
            done.append(actions.take_file(register, path, by=city_officer, source="甲"))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted((batch.inserted, batch.updated) for batch in done) == [(0, 60), (60, 0)]
    last = next(batch for batch in done if batch.updated)
    assert set(Enterprise.objects.values_list("source_batch", flat=True)) == {last.number}


KILLED = """
import os, sys, django
django.setup()
from pathlib import Path
from hezhu.core.access.models import User
from hezhu.core.intake import actions, upsert
from hezhu.core.register.declare import registers
insert = upsert.Upsert._insert
def slow(self, cursor, **how):
    insert(self, cursor, **how)
    print("written", flush=True)
    cursor.execute("SELECT pg_sleep(60)")
upsert.Upsert._insert = slow
actions.take_file(registers.get("enterprises"), Path(sys.argv[1]), by=User.objects.get(username="city"), source="甲")
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_nothing_half_applied(tmp_path, city_officer):
    path = written(tmp_path, firms(codes(40)))
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "hezhu.config.settings"}
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline().strip() == "written"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert (Enterprise.objects.count(), QuarantinedRow.objects.count()) == (0, 0)
    with connection.cursor() as cursor:  # the server ends the killed session's statement when it notices
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%%'")
    batch = actions.take_file(registers.get("enterprises"), path, by=city_officer, source="甲")
    assert (batch.inserted, Enterprise.objects.count()) == (40, 40)
