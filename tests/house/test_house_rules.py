"""Rules of the house that no single test would notice breaking."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from hezhu.config.openapi import bcf_document, document
from hezhu.core.register.declare import Register, registers

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    """The files git keeps; the test runs from a checkout."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("register", list(registers), ids=lambda register: register.slug)
def test_every_register_keeps_history(register: Register) -> None:
    assert register.event_model() is not None or register.append_only


@pytest.mark.parametrize("register", list(registers), ids=lambda register: register.slug)
def test_every_register_says_what_it_holds_and_can_be_searched_fast(register: Register) -> None:
    assert register.about
    names = {field.name for field in register.fields()}
    searched = {column.split("__")[0] for column in register.search}
    assert {*register.columns, *searched, *register.key, *register.filters} <= names
    assert set(register.filters) <= register.indexed() | {"titles"}


def test_files_are_never_cascade_deleted() -> None:
    """A stored file outlives whatever points at it, and nothing that points at an attachment takes it along."""
    kept = {"files.StoredFile", "files.Attachment"}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model._meta.label in kept and not model.__name__.endswith("Event"):
                assert field.remote_field.on_delete in {models.PROTECT, models.SET_NULL, models.RESTRICT}, field


def test_openapi_matches_the_snapshot() -> None:
    """`make openapi` writes the snapshot anew; the diff then shows what changed for callers."""
    assert document() == (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert bcf_document() == (ROOT / "docs" / "openapi-bcf.json").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_migrations_are_current() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_limit_of_a_regulation_is_presented_as_confirmed_without_a_source() -> None:
    """Whatever says how sure it is (``status``) or sets ``limits`` says where it comes from; so does every pack as a whole or entry by entry."""
    import yaml

    lacking = []
    for path in sorted((ROOT / "rulepacks").rglob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = list(_entries_with_status(data))
        lacking += [f"{path.name}{place}" for place, entry in entries if not _names_source(entry)]
        lacking += [f"{path.name}{place}: {entry['status']}" for place, entry in entries if entry.get("status") not in _STATUSES]
        if not entries and not _names_source(data):
            lacking.append(path.name)
    assert lacking == []


_STATUSES = {"confirmed", "to-be-confirmed"}


def _names_source(entry: dict) -> bool:
    return bool(entry.get("sources")) or (isinstance(entry.get("source"), str) and len(entry["source"].strip()) > 1)


def _entries_with_status(data: object, place: str = "") -> Iterator[tuple[str, dict]]:
    """Every mapping that carries a status or limits, with where it stands. The entries of ``sources`` are sources themselves."""
    if isinstance(data, dict):
        if "status" in data or ("limits" in data and place):
            yield place, data
        for name, value in data.items():
            if name != "sources":
                yield from _entries_with_status(value, f"{place}/{name}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _entries_with_status(value, f"{place}/{number}")


def test_no_registry_address_and_no_machine_path_is_kept() -> None:
    address = re.compile(r'"resolved": *"https?:|--index-url|--extra-index-url|registry *= *"?https?:|/simple/')
    machine = re.compile(r"/(?:home|root|work|tmp|Users)/[\w.-]+/")
    for path in tracked_files():
        if path.suffix in {".png", ".ifc", ".woff2", ".ttf", ".mo"} or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not address.search(text), path
        assert not machine.search(text), (path, machine.search(text))


def test_files_stay_small() -> None:
    """Past 400 lines a file has a second subject. Data and generated files are not counted."""
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked_files()
        if path.suffix in {".py", ".ts", ".html"} and "migrations" not in path.parts
    }
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_every_template_is_translatable_html() -> None:
    """Chinese text in a template stands inside a translate tag: outside tags, comments and attributes none is left."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    inside = re.compile(r"{% *(blocktranslate|blocktrans)\b.*?{% *end\1 *%}|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.S)
    for path in (ROOT / "hezhu").rglob("templates/**/*.html"):
        rest = inside.sub("", path.read_text(encoding="utf-8"))
        rest = rest.replace("中文", "")
        assert not chinese.search(rest), (path, chinese.search(rest) and rest[max(0, chinese.search(rest).start() - 40) :][:80])
