"""One search over all libraries: what is found, by which spelling, for whom, and what is never shown."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hezhu.core.register import everywhere, search
from hezhu.core.register.declare import registers
from hezhu.core.register.values import display, name_of
from hezhu.engines.codes import credit
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Person
from tests.core.register.library_rows import ID_NUMBER, PHONE, library_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(units: dict[str, Any], project: Any) -> dict[str, Any]:
    firm = Enterprise.objects.create(
        credit_code=credit.generate(Random(1), division="330481"), name=units["firm"].name, division="330481", unit=units["firm"]
    )
    return library_rows(firm, project) | {"enterprises": firm, "projects": project}


def found(user: Any, text: str) -> dict[str, list[Any]]:
    return {each.register.slug: each.rows for each in everywhere.find(user, text, 8)}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("海宁测试安置房", "projects"),
        ("测试安置", "projects"),
        ("海宁 安置房", "projects"),
        ("安置房 海宁", "projects"),
        ("3304812603010101", "projects"),
        ("0101-SX-001", "permits"),
        ("3304812603010101-SX-001", "permits"),
        ("3304812603010101SX001", "permits"),
        ("3304812603010101sx001", "permits"),
        ("3304812603010101 SX 001", "permits"),
        ("YJ3304812603010101", "performance-records"),
        ("建工", "enterprises"),
        ("李建", "people"),
        (ID_NUMBER, "people"),
        (PHONE, "people"),
        ("浙FS-T00123", "machines"),
        ("FST00123", "machines"),
        ("QTZ80", "machines"),
    ],
)
def test_what_is_typed_finds_the_row(city_officer: Any, rows: dict[str, Any], text: str, slug: str) -> None:
    assert rows[slug] in found(city_officer, text).get(slug, [])


@pytest.mark.parametrize(
    "text", [ID_NUMBER[:17], ID_NUMBER[6:], ID_NUMBER[:6], PHONE[:10], PHONE[3:], "海", "鱻龘", "%%", "__", "\\\\"]
)
def test_a_part_of_a_personal_number_finds_nobody(city_officer: Any, rows: dict[str, Any], text: str) -> None:
    assert "people" not in found(city_officer, text)


def test_every_registers_list_finds_what_the_search_finds(city_officer: Any, rows: dict[str, Any]) -> None:
    """The two ways to search agree, register by register."""
    for text in ("安置房", "3304812603010101SX001", "测试 海宁", "TD-001"):
        for register in registers:
            own = tuple(name for name in register.search if "__" not in name)
            if register.narrow_by or not own or not hasattr(register.model, "search_grams"):
                continue
            listed = set(search.matching(register.rows(city_officer), text, own).values_list("pk", flat=True))
            assert {row.pk for row in found(city_officer, text).get(register.slug, [])} == listed, (text, register.slug)


@pytest.mark.parametrize(
    ("account", "projects", "people"),
    [
        ("city_officer", 1, 1),
        ("haining_officer", 1, 1),
        ("firm_user", 1, 1),
        ("haiyan_officer", 0, 0),
        ("other_firm_user", 0, 0),
        ("demo_officer", 0, 0),
    ],
)
def test_search_is_scoped(account: str, projects: int, people: int, rows: dict[str, Any], request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(account)
    assert len(found(user, "安置房").get("projects", [])) == projects
    assert len(found(user, "李建军").get("people", [])) == people
    assert len(found(user, ID_NUMBER).get("people", [])) == people


def test_an_account_that_moves_to_another_county_searches_there(
    haiyan_officer: Any, units: dict[str, Any], rows: dict[str, Any]
) -> None:
    assert found(haiyan_officer, "安置房") == {}
    haiyan_officer.unit = units["haining"]
    haiyan_officer.save()
    assert "projects" in found(haiyan_officer, "安置房")


def test_the_page_masks_people_and_groups_by_library(client: Client, city_officer: Any, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    for address in (f"/search/?q={ID_NUMBER}", f"/search/suggest/?q={ID_NUMBER}", "/search/?q=李建军"):
        page = client.get(address).content.decode().replace(f'value="{ID_NUMBER}"', "").replace(f"“{ID_NUMBER}”", "")
        page = page.replace(f"?q={ID_NUMBER}", "").replace(f"搜索 {ID_NUMBER}", "")
        assert ID_NUMBER not in page, address
        assert "330481********1236" in page, address
    labels = [(group.library, group.label) for group in client.get("/search/?q=3304812603010101").context["groups"]]
    assert ("项目库", "项目") in labels
    assert labels == sorted(
        labels, key=lambda label: ["项目库", "企业库", "人员库", "设备库", "信用库", "图档库", ""].index(label[0])
    )


def test_suggestions_are_options_and_say_when_there_is_nothing(client: Client, city_officer: Any, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    page = client.get("/search/suggest/?q=安置房").content.decode()
    assert page.count('role="option"') >= 2
    assert "“安置房”的全部结果" in page
    assert "没有找到" in client.get("/search/suggest/?q=鱻龘").content.decode()
    assert "至少写两个字" in client.get("/search/suggest/?q=海").content.decode()


def test_nobody_signed_in_searches(client: Client) -> None:
    assert client.get("/search/suggest/?q=安置房").status_code == 302


def test_one_statement_and_one_read_for_each_register_with_hits(city_officer: Any, rows: dict[str, Any]) -> None:
    """The statement over all registers is prepared and not among Django's own; one asks which registers hold rows that their source no longer
    lists; what names a hit asks for nothing more."""
    for text in ("浙FS-T00123", "安置房"):
        with CaptureQueriesContext(connection) as asked:
            hits = everywhere.find(city_officer, text, 8)
            for each in hits:
                for row in each.rows:
                    name_of(row)
                    [str(display(row, row._meta.get_field(key))) for key in each.register.key]
        assert hits
        assert len([one for one in asked if one["sql"].startswith("SELECT")]) == 1 + len(hits)


def test_a_part_of_a_name_finds_persons_by_masked_name(city_officer: Any, rows: dict[str, Any]) -> None:
    Person.objects.create(name="欧阳建国", id_number="330481198805052231", division="330481")
    assert [str(row) for row in found(city_officer, "阳建")["people"]] == ["欧**"]
