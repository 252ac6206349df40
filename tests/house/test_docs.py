"""What the documentation says is so: links, paths, commands and variables exist, and the worked examples give what they promise."""

from __future__ import annotations

import doctest
import importlib
import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.db import connection

from hezhu.cli import COMMANDS
from hezhu.core.access.divisions import codes_below
from hezhu.core.access.models import Unit
from hezhu.core.register.declare import Register, registers
from hezhu.engines import ifc, review
from hezhu.engines.findings import Verdict
from hezhu.engines.ifc import sample
from hezhu.engines.indicators import DefinitionError, Figure, Run, compile_indicator, read_indicator
from hezhu.engines.review.methods import registry
from hezhu.industry.models import Policy
from hezhu.portal.schema import schema
from tests.engines.clauses import pages

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
OPERATORS = DOCS / "operators" / "README.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of that language, in order."""
    return [body for kind, body in FENCE.findall(read(page)) if kind == language]


def code(page: Path) -> str:
    """Everything set as code: fenced blocks and spans, one a line."""
    text = read(page)
    return "\n".join([*(body for _, body in FENCE.findall(text)), *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", read(page)))
    local = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_set_as_code_exists(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", FENCE.sub("", read(page)))
    paths = [span for span in spans if re.fullmatch(r"(hezhu|rulepacks|tests|docs|web|benchmarks)/[\w./-]*", span)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_command_named_exists() -> None:
    named = {(name_of(page), word) for page in PAGES for word in re.findall(r"(?<![\w.<-])hezhu ([a-z][a-z-]*)", code(page))}
    assert named, "the documentation names commands"
    assert {(page, word) for page, word in named if word not in COMMANDS} == set()


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", read(ROOT / "Makefile"), re.M))
    named = {(name_of(page), word) for page in PAGES for word in re.findall(r"\bmake ([a-z][a-z-]+)", code(page))}
    assert {(page, word) for page, word in named if word not in targets} == set()


def test_every_variable_is_explained_and_no_other() -> None:
    sources = [*(ROOT / "hezhu").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    used = {name for path in sources for name in re.findall(r'"((?:HEZHU_[A-Z0-9_]+)|DATABASE_URL)"', read(path))}
    explained = set(re.findall(r"`(HEZHU_[A-Z0-9_]+|DATABASE_URL)`", read(OPERATORS)))
    assert explained == used
    everywhere = {name for page in PAGES for name in re.findall(r"HEZHU_[A-Z0-9_]+", read(page))}
    secrets = {
        name for name in everywhere if name.startswith("HEZHU_SOURCE_")
    }  # the operator names them in a source's declaration
    assert everywhere - secrets <= used


@pytest.mark.parametrize("register", list(registers), ids=lambda register: register.slug)
def test_every_register_has_a_line(register: Register) -> None:
    line = next(line for line in read(DOCS / "registers.md").splitlines() if line.startswith(f"| `{register.slug}` |"))
    declared = re.findall(r"`(hezhu/[^`]+)`", line)[-1]
    assert f'slug="{register.slug}"' in read(ROOT / declared)


def test_every_rule_pack_has_a_page() -> None:
    packs = {path.stem for path in (ROOT / "rulepacks").iterdir()} | {"recognition"}
    assert {page.stem for page in (DOCS / "rulepacks").glob("*.md")} - {"README"} == packs
    listed = set(re.findall(r"\]\((\w+)\.md\)", read(DOCS / "rulepacks" / "README.md")))
    assert listed == packs


def test_every_method_is_described() -> None:
    described = re.findall(r"^\| `([a-z-]+)` \|", read(DOCS / "rulepacks" / "clauses.md").partition("## Methods")[2], re.M)
    assert sorted(described) == sorted(registry._METHODS)


def test_the_library_session_gives_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = DOCS / "developers" / "engines.md"
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 20
    assert result.failed == 0


def test_every_clause_has_its_page_and_no_page_is_left_over() -> None:
    written = {path.name: read(path) for path in (DOCS / "rules").glob("*.md") if path.name != "README.md"}
    pack = review.load_pack()
    assert set(written) == {f"{clause.id}.md" for clause in pack.clauses}
    stale = [clause.id for clause in pack.clauses if not written[f"{clause.id}.md"].startswith("\n".join(pages.head(clause)))]
    assert stale == [], "run make rule-pages"


def test_every_file_of_codes_profiles_and_requirements_is_named() -> None:
    for folder, page, ending in (("codes", "codes", ".yaml"), ("assembly", "assembly", ""), ("ids", "ids", ".ids")):
        for path in (ROOT / "rulepacks" / folder).iterdir():
            assert f"`{path.stem}{ending or path.suffix * (path.stem == 'model-quantities')}`" in read(
                DOCS / "rulepacks" / f"{page}.md"
            )


@pytest.fixture
def county_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The method's package of the page, as an installer leaves it."""
    page = DOCS / "developers" / "adding-a-clause.md"
    project = tomllib.loads(blocks(page, "toml")[0])
    (tmp_path / "county_methods.py").write_text(blocks(page, "python")[0], encoding="utf-8")
    about = tmp_path / "county_methods-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['project']['name']}\nVersion: 1\n")
    points = project["project"]["entry-points"]
    lines = [f"[{group}]\n" + "\n".join(f"{key} = {value}" for key, value in names.items()) for group, names in points.items()]
    (about / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    registry._third_party.cache_clear()
    yield
    sys.modules.pop("county_methods", None)
    registry._third_party.cache_clear()


def test_the_clause_and_the_method_of_the_page_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, county_package: None
) -> None:
    by_data, by_method = blocks(DOCS / "developers" / "adding-a-clause.md", "yaml")
    shutil.copytree(ROOT / "rulepacks" / "clauses", tmp_path / "packs" / "clauses")
    (tmp_path / "packs" / "clauses" / "county.yaml").write_text(by_data + by_method, encoding="utf-8")
    monkeypatch.setenv("HEZHU_RULEPACKS", str(tmp_path / "packs"))
    model = tmp_path / "house.ifc"
    assert sample.main([str(model)]) == 0
    context = review.ReviewContext(building_kind="dwelling", on=date(2026, 11, 23))
    found = review.run(ifc.read(model), review.load_pack("county"), context).findings
    assert Counter((finding.rule, finding.verdict, finding.measured.value) for finding in found) == {
        ("county-1-kitchen-area", Verdict.FAIL, 4.845): 22,
        ("county-1-kitchen-area", Verdict.PASS, 5.5575): 22,
        ("county-2-storeys", Verdict.FAIL, 11): 1,
    }


def test_the_indicator_of_the_page_counts(units: dict[str, Unit]) -> None:
    (entry,) = yaml.safe_load(blocks(DOCS / "developers" / "adding-an-indicator.md", "yaml")[0])
    indicator = read_indicator(entry, schema())
    for title, issued_on in (
        ("核心产业统计分类目录", date(2023, 3, 1)),
        ("监测名录库（第一批）", date(2023, 5, 1)),
        ("统计工作通知", date(2023, 6, 1)),
        ("统计指标报表", None),
        ("统计指标报表（修订）", date(2023, 12, 31)),
    ):
        Policy.objects.create(title=title, issued_on=issued_on, requirement="JX-10", issuer=units["bureau"], division="330400")
    compiled = compile_indicator(indicator, schema())
    run = Run(as_of=date(2023, 12, 30), divisions=codes_below("330400"), demo=False)
    with connection.cursor() as cursor:
        cursor.execute(compiled.totals, compiled.values(run))
        figure = Figure.of(cursor.fetchone(), scale=indicator.scale, has_denominator=False)
    assert (figure.value, figure.counted, figure.looked_at) == (Decimal(2), 2, 3)
    assert indicator.done_at == 3


def test_a_wrong_indicator_is_refused_in_the_words_of_the_page() -> None:
    page = DOCS / "developers" / "adding-an-indicator.md"
    (entry,) = yaml.safe_load(blocks(page, "yaml")[0])
    entry["where"][0]["op"] = "equals"
    with pytest.raises(DefinitionError) as caught:
        read_indicator(entry, schema())
    (problem,) = caught.value.problems
    words = "M05 where 第 1 条：op“equals”不认识；可用：eq、ne、in、"
    assert problem.startswith(words)
    assert words in read(page)
