"""People through the intake door: sealed on the way in, found again by their number, unchanged rows untouched."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import Workbook

from hezhu.core.access.models import User
from hezhu.core.intake import actions
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import registers
from hezhu.engines.codes import identity
from hezhu.registers.people.models import Assignment, Person
from tests.core.register.library_rows import OTHER_ID_NUMBER


@pytest.fixture
def bring(settings: Any, tmp_path: Any, city_officer: User) -> Callable[..., Batch]:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    settings.MEDIA_ROOT = tmp_path

    def bring_in(slug: str, *rows: dict[str, Any]) -> Batch:
        book = Workbook()
        book.active.append(list(rows[0]))
        for row in rows:
            book.active.append(list(row.values()))
        file = BytesIO()
        book.save(file)
        register = registers.get(slug)
        assert register is not None
        upload = SimpleUploadedFile("表.xlsx", file.getvalue())
        return actions.commit(actions.receive(register, upload, by=city_officer), by=city_officer)

    return bring_in


def person(number: str, **cells: Any) -> dict[str, Any]:
    return {
        "姓名": "王卫国",
        "证件类型": "居民身份证",
        "证件号码": number,
        "手机号码": "13812340001",
        "工种": "钢筋工",
        "县（市、区）": "海宁市",
    } | cells


def test_numbers_are_sealed_and_the_person_is_found_again(bring: Callable[..., Batch]) -> None:
    first = bring("people", person(OTHER_ID_NUMBER))
    assert (first.inserted, first.updated, first.unchanged) == (1, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM people_person")
        stored = cursor.fetchone()
    assert not any(OTHER_ID_NUMBER in value or "13812340001" in value for value in stored)
    made = Person.objects.get(id_number=OTHER_ID_NUMBER)
    assert (made.phone, made.work_type, made.division, made.source_batch) == ("13812340001", "020", "330481", first.number)
    again = bring("people", person(OTHER_ID_NUMBER))
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 1)
    changed = bring("people", person(OTHER_ID_NUMBER, 手机号码="13812340002"))
    assert (changed.inserted, changed.updated, changed.unchanged) == (0, 1, 0)
    assert Person.objects.get().phone == "13812340002"
    assert Person.objects.get(phone="13812340002").pk == made.pk


def test_a_sheet_names_people_by_their_number_and_takes_the_division_of_the_project(
    bring: Callable[..., Batch], firm: Any, project: Any
) -> None:
    number = identity.generate(Random(9))
    bring("people", person(number))
    row = {"项目": project.number, "人员": number, "所属企业": firm.name, "进场日期": "2026-05-01"}
    batch = bring("assignments", row)
    assert (batch.inserted, batch.quarantine.count()) == (1, 0)
    made = Assignment.objects.get()
    assert (made.person, made.project, made.division) == (Person.objects.get(), project, "330481")
