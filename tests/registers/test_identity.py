"""Identity and phone numbers: sealed in the tables, found by whole value, shown in clear to nobody without a reason."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.urls import reverse

from hezhu.core.access.models import User
from hezhu.core.register import seal
from hezhu.core.register.models import PersonalDataRead
from hezhu.core.register.resealing import reseal_all
from hezhu.registers.people.models import Person
from tests.core.register.library_rows import ID_NUMBER, OTHER_ID_NUMBER, PHONE

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


@pytest.fixture
def keys(settings: Any) -> Iterator[Any]:
    """Settings with keys of the test's own; the ring is read anew before and after."""
    settings.SEAL_KEYS, settings.BLIND_KEY = f"old:{OLD}", OLD
    seal.ring.cache_clear()
    yield settings
    seal.ring.cache_clear()


def _stored(column: str, table: str = "people_person") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY 1")
        return [value for (value,) in cursor.fetchall()]


def test_tables_and_history_hold_no_number_in_clear(rows: dict[str, Any]) -> None:
    for table in ("people_person", "people_personevent"):
        (number,), (phone,) = _stored("id_number", table), _stored("phone", table)
        assert ID_NUMBER not in number
        assert PHONE not in phone
        assert seal.unseal(number, "id-number") == ID_NUMBER
        assert seal.unseal(phone, "phone") == PHONE


def test_equal_numbers_are_sealed_differently_and_have_one_digest(keys: Any) -> None:
    assert seal.seal(ID_NUMBER, "id-number") != seal.seal(ID_NUMBER, "id-number")
    assert seal.digest("11010519491231002x", "id-number") == seal.digest("１１０１０５ 194912310 02X", "id-number")
    assert seal.digest(PHONE, "phone") != seal.digest(PHONE, "id-number")


def test_a_changed_byte_or_another_kind_does_not_open(keys: Any) -> None:
    sealed = seal.seal(PHONE, "phone")
    with pytest.raises(seal.SealBroken):
        seal.unseal(sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB"), "phone")
    with pytest.raises(seal.SealBroken):
        seal.unseal(sealed, "id-number")


def test_a_new_key_seals_and_the_old_one_still_opens(keys: Any) -> None:
    sealed, told = seal.seal(ID_NUMBER, "id-number"), seal.digest(ID_NUMBER, "id-number")
    keys.SEAL_KEYS = f"new:{NEW},old:{OLD}"
    seal.ring.cache_clear()
    assert seal.unseal(sealed, "id-number") == ID_NUMBER
    assert not seal.is_current(sealed)
    assert seal.seal(ID_NUMBER, "id-number").startswith("new$")
    assert seal.digest(ID_NUMBER, "id-number") == told
    keys.SEAL_KEYS = f"new:{NEW}"
    seal.ring.cache_clear()
    with pytest.raises(seal.SealBroken) as caught:
        seal.unseal(sealed, "id-number")
    assert "old" in str(caught.value)


@pytest.mark.parametrize(("sealing", "blind"), [("old", OLD), (f"old:{OLD[:-8]}", OLD), (f"old:{OLD}", ""), ("", OLD)])
def test_a_wrong_key_is_named(keys: Any, sealing: str, blind: str) -> None:
    keys.SEAL_KEYS, keys.BLIND_KEY = sealing, blind
    seal.ring.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="HEZHU_"):
        seal.ring()


def test_resealing_goes_through_registers_and_history_and_leaves_no_trace(keys: Any, rows: dict[str, Any]) -> None:
    events = Person.objects.get().events.count()  # type: ignore[attr-defined]
    keys.SEAL_KEYS = f"new:{NEW},old:{OLD}"
    seal.ring.cache_clear()
    counts = {(table, column): rows for table, column, rows in reseal_all()}
    assert counts == {
        ("people_person", "id_number"): 1,
        ("people_person", "phone"): 1,
        ("people_personevent", "id_number"): 1,
        ("people_personevent", "phone"): 1,
        ("gate_gatekey", "secret"): 0,
        ("gate_heldpass", "id_number"): 0,
    }
    assert {value.partition("$")[0] for value in _stored("id_number") + _stored("phone", "people_personevent")} == {"new"}
    keys.SEAL_KEYS = f"new:{NEW}"
    seal.ring.cache_clear()
    assert Person.objects.get(id_number=ID_NUMBER).phone == PHONE
    assert Person.objects.get().events.count() == events  # type: ignore[attr-defined]
    assert sum(rows for _table, _column, rows in reseal_all()) == 0


def test_keys_are_made_once_in_the_data_folder(keys: Any, tmp_path: Any) -> None:
    keys.SEAL_KEYS = keys.BLIND_KEY = ""
    keys.SEAL_FILE = tmp_path / "keys" / "seal-keys"
    seal.ring.cache_clear()
    sealed = seal.seal(PHONE, "phone")
    seal.ring.cache_clear()
    assert seal.unseal(sealed, "phone") == PHONE
    assert keys.SEAL_FILE.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in keys.SEAL_FILE.parent.iterdir()] == ["seal-keys"]


def test_a_person_is_found_by_the_whole_number_only(rows: dict[str, Any]) -> None:
    assert Person.objects.get(id_number=ID_NUMBER) == rows["people"]
    assert Person.objects.get(phone__in=[PHONE, "13900000000"]) == rows["people"]
    assert not Person.objects.filter(id_number=ID_NUMBER[:10]).exists()
    with pytest.raises(Exception, match="Unsupported lookup"):
        Person.objects.filter(id_number__startswith="33").exists()


def test_the_list_finds_by_number_and_shows_it_masked(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    page = client.get(reverse("register:list", args=["people"]), {"q": ID_NUMBER}).content.decode()
    assert reverse("register:detail", args=["people", rows["people"].pk]) in page
    assert f"{ID_NUMBER[:6]}********{ID_NUMBER[-4:]}" in page
    shown = page.replace(f'value="{ID_NUMBER}"', "").replace(f"q={ID_NUMBER}", "")
    assert ID_NUMBER not in shown
    assert PHONE not in page
    assert "李建军" not in page


@pytest.mark.parametrize("address", ["detail", "edit", "api", "changes"])
def test_no_page_shows_a_number_in_clear(client: Client, city_officer: User, rows: dict[str, Any], address: str) -> None:
    client.force_login(city_officer)
    pk = rows["people"].pk
    url = {
        "detail": reverse("register:detail", args=["people", pk]),
        "edit": reverse("register:edit", args=["people", pk]),
        "api": f"/api/v1/registers/people/{pk}",
        "changes": f"/api/v1/registers/people/{pk}/changes",
    }[address]
    text = client.get(url).content.decode()
    assert not [secret for secret in (ID_NUMBER, PHONE, "李建军") if secret in text]


def test_saving_the_masked_form_keeps_the_number(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    person = rows["people"]
    before = _stored("id_number")
    url = reverse("register:edit", args=["people", person.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"education": "03", "reason": "补填文化程度"}
    assert client.post(url, data).status_code == 302
    person.refresh_from_db()
    assert (person.education, str(person.id_number), str(person.phone)) == ("03", ID_NUMBER, PHONE)
    assert _stored("id_number") == before


def test_a_new_number_is_taken_and_recorded(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    person = rows["people"]
    answer = client.patch(
        f"/api/v1/registers/people/{person.pk}",
        {"id_number": OTHER_ID_NUMBER, "reason": "证件号码登记错了"},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    assert Person.objects.get(id_number=OTHER_ID_NUMBER) == person
    assert not Person.objects.filter(id_number=ID_NUMBER).exists()


def test_a_wrong_check_character_is_refused(client: Client, city_officer: User, rows: dict[str, Any]) -> None:
    client.force_login(city_officer)
    wrong = OTHER_ID_NUMBER[:-1] + ("0" if OTHER_ID_NUMBER[-1] != "0" else "1")
    body = {"name": "王卫国", "id_card_type": "01", "id_number": wrong, "division": "330481"}
    answer = client.post("/api/v1/registers/people/", body, content_type="application/json")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["id_number"]
    assert wrong not in answer.content.decode()
    assert Person.objects.count() == 1


def test_unmasking_needs_permission_and_reason(
    client: Client, city_officer: User, haining_officer: User, rows: dict[str, Any]
) -> None:
    url = reverse("register:unmask", args=["people", rows["people"].pk, "id_number"])
    client.force_login(haining_officer)
    assert client.post(url, {"reason": "核对本人身份"}).status_code == 403
    client.force_login(city_officer)
    assert client.post(url, {"reason": "看"}).status_code == 422
    assert PersonalDataRead.objects.count() == 0
    assert ID_NUMBER in client.post(url, {"reason": "核对本人身份"}).content.decode()
    kept = PersonalDataRead.objects.get()
    assert (kept.by, kept.register, kept.row, kept.field) == (city_officer, "people", rows["people"].pk, "id_number")
