"""The catalogue of registers: owner, fields with meaning and source, quality, API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hezhu.core.register import catalogue
from hezhu.core.register.declare import Register, registers


def test_every_register_of_the_libraries_names_its_owner() -> None:
    assert [register.slug for register in registers if catalogue.owner_of(register) is None] == []


@pytest.mark.parametrize("register", list(registers), ids=lambda register: register.slug)
def test_every_field_has_a_meaning(register: Register) -> None:
    assert [field.name for field in register.fields() if not catalogue.meaning_of(register, field).words] == []


def test_meanings_come_from_the_types() -> None:
    people = registers.get("people")
    of = {field.name: catalogue.meaning_of(people, field) for field in people.fields()}
    assert (of["id_number"].words, of["id_number"].source) == ("公民身份号码", "GB 11643-1999")
    assert (of["division"].words, of["division"].source) == ("行政区划代码", "GB/T 2260")
    assert (of["work_type"].words, of["work_type"].confirmed) == ("代码：当前工种", False)
    assert of["employer"].words == "关联：企业"


def test_the_catalogue_shows_what_the_account_may_read(client: Client, city_officer: Any, reviewer: Any) -> None:
    client.force_login(city_officer)
    page = client.get("/r/catalogue/").content.decode()
    for words in ("人员库", "市城建档案馆", "/api/v1/registers/people/", "待核", "未评"):
        assert words in page
    client.force_login(reviewer)
    page = client.get("/r/catalogue/").content.decode()
    assert ("/api/v1/registers/enterprises/" in page, "/api/v1/registers/people/" in page) == (True, False)


def test_quality_is_shown_where_someone_measures_it(client: Client, city_officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(register: Register, user: Any) -> catalogue.Quality | None:
        return catalogue.Quality("完整 98.2%", "/intake/quality/1/", "watch") if register.slug == "people" else None

    monkeypatch.setattr(catalogue, "quality_providers", [measured])
    client.force_login(city_officer)
    assert client.get("/r/catalogue/").content.decode().count("完整 98.2%") == 1
    assert '<a href="/intake/quality/1/">' in client.get("/r/people/docs/").content.decode()
    assert "完整 98.2%" not in client.get("/r/projects/docs/").content.decode()


def test_nobody_signed_in_reads_the_catalogue(client: Client, db: None) -> None:
    assert client.get("/r/catalogue/").status_code == 302
