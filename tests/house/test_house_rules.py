"""Rules of the house that no single test would notice breaking."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from hezhu.config.openapi import document
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


@pytest.mark.django_db
def test_migrations_are_current() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_limit_of_a_regulation_is_presented_as_confirmed_without_a_source() -> None:
    import yaml

    for path in sorted((ROOT / "rulepacks").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        data = yaml.safe_load(text)
        assert isinstance(data, dict), path
        assert "source" in text, f"{path}: a rule pack names its source"


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
