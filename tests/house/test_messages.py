"""The English catalogue is complete and current, and the English frame holds no Chinese."""

from __future__ import annotations

import gettext
import io
import re

import pytest
from django.conf import settings
from django.test import Client

from hezhu.config.messages import (
    CATALOGUE,
    Catalogue,
    Entry,
    Key,
    MessageError,
    compile_mo,
    faults,
    find_strings,
    main,
    placeholders,
    read_po,
    strings_of_python,
    strings_of_template,
    write_po,
)
from hezhu.core.access.models import User
from hezhu.programme import seed

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_po(CATALOGUE.read_text(encoding="utf-8"))


def test_every_string_of_the_pages_has_english(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    """When this fails, run `python -m hezhu.config.messages`, fill in the empty msgstr lines, and run it again."""
    assert list(faults(catalogue, find_strings())) == []
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == f"{len(catalogue)} strings, 0 to put right\n"


def test_the_compiled_catalogue_says_what_the_text_catalogue_says(catalogue: Catalogue) -> None:
    """Read back by Python's own gettext, which shares nothing with the writer."""
    compiled = CATALOGUE.with_suffix(".mo").read_bytes()
    assert compiled == compile_mo(catalogue)
    translations = gettext.GNUTranslations(io.BytesIO(compiled))
    for key, entry in catalogue.items():
        if key.context:
            assert translations.pgettext(key.context, key.text) == entry.english[0]
        elif entry.plural is None:
            assert translations.gettext(key.text) == entry.english[0]
        else:
            assert translations.ngettext(key.text, entry.plural, 1) == entry.english[0]
            assert translations.ngettext(key.text, entry.plural, 2) == entry.english[1]


def test_every_placeholder_matches(catalogue: Catalogue) -> None:
    """A plural's singular may leave its number out; nothing else may be lost or added."""
    for key, entry in catalogue.items():
        assert placeholders(entry.english[-1]) == placeholders(entry.plural or key.text), key.text


def test_english_is_written_in_english(catalogue: Catalogue) -> None:
    """Chinese stays only where the words themselves are meant: a document number, cell contents, units and separators."""
    meant = {"建市函", "号", "无", "无数据", "名", "万"}
    for key, entry in catalogue.items():
        for text in entry.english:
            assert set(re.findall(r"[\u3400-\u9fff]+", text)) <= meant, key.text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("已保存")', [(Key("已保存"), None)]),
        ('gettext_lazy("前" "后")', [(Key("前后"), None)]),
        ('translation.pgettext("动词", "登记")', [(Key("登记", "动词"), None)]),
        ('ngettext("%(n)s 行", "%(n)s 多行", n)', [(Key("%(n)s 行"), "%(n)s 多行")]),
        ("_(sentence)", []),
        ('for _ in range(3): print("不译")', []),
    ],
)
def test_strings_are_found_in_python(source: str, expected: list) -> None:
    assert list(strings_of_python(source, "x.py")) == expected


def test_a_translated_f_string_is_refused_with_its_line() -> None:
    with pytest.raises(MessageError, match=r"x\.py:2: an f-string cannot be translated"):
        list(strings_of_python('x = 1\n_(f"第 {x} 行")', "x.py"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<a>{% translate '总览' %}</a>", [(Key("总览"), None)]),
        ('{% translate "达 50%" %}', [(Key("达 50%%"), None)]),
        ('{{ note|default:_("未填") }}', [(Key("未填"), None)]),
        ('{% include "x.html" with word=_("查找") %}', [(Key("查找"), None)]),
        (
            "{% blocktranslate count n=rows %}{{ n }} 行{% plural %}共 {{ n }} 行{% endblocktranslate %}",
            [(Key("%(n)s 行"), "共 %(n)s 行")],
        ),
        ("{% blocktranslate trimmed %}\n  一句\n  又一句\n{% endblocktranslate %}", [(Key("一句 又一句"), None)]),
    ],
)
def test_strings_are_found_in_templates(source: str, expected: list) -> None:
    assert list(strings_of_template(source, "x.html")) == expected


def test_what_is_wrong_is_named() -> None:
    catalogue = {
        Key("少了"): Entry(),
        Key("旧的"): Entry(english=("Old",)),
        Key("疑的"): Entry(english=("Doubtful",), fuzzy=True),
        Key("共 %(n)s 行"): Entry(english=("%(count)s rows",)),
    }
    found = {Key("少了"): None, Key("疑的"): None, Key("共 %(n)s 行"): None, Key("新的"): None}
    assert list(faults(catalogue, found)) == [
        "not in the catalogue: 新的",
        "no longer in the sources: 旧的",
        "placeholders differ (%(count)s, %(n)s): 共 %(n)s 行",
        "without English: 少了",
        "to be looked at again (fuzzy): 疑的",
    ]


def test_a_catalogue_survives_writing_and_reading() -> None:
    catalogue = {
        Key('引“号”"和\\\n换行'): Entry(english=('a "quote"\tand \\\nbreak',)),
        Key("登记", "动词"): Entry(english=("Register",), fuzzy=True),
        Key("%(n)s 行"): Entry("%(n)s 多行", ("one row", "%(n)s rows")),
    }
    assert read_po(write_po(catalogue)) == catalogue


# ── the pages ───────────────────────────────────────────────────────────


def english(client: Client, path: str) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def frame_of(page: str) -> str:
    """Navigation, headings, buttons, field labels, table heads and hints in inputs: what is never data."""
    parts = re.findall(r"<(nav|th|button|label|h1|title|summary|legend)\b([^>]*)>(.*?)</\1>", page, re.S)
    words = [re.sub(r"<[^>]+>", " ", inner) for _tag, attributes, inner in parts if 'scope="row"' not in attributes]
    words += [re.sub(r"<[^>]+>", " ", inner) for inner in re.findall(r'<a class="btn[^>]*>(.*?)</a>', page, re.S)]
    words += re.findall(r'<nav aria-label="([^"]*)"', page)
    words += re.findall(r'placeholder="([^"]*)"', page)
    return "\n".join(words)


# Data (divisions, units, the figure the map is coloured by) and the switch back to Chinese are the only Chinese words a frame may hold.
DATA = re.compile(
    r"中文|嘉兴市?|南湖区|秀洲区|嘉善县|平湖市|海盐县|海宁市|桐乡市|测试\w+|装配式建筑占新建面积|筹备|立项|在建|完工|停工"
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["Overview", "Pilot tasks", "Main navigation"]),
        ("/tasks/", ["Task list", "By due date"]),
        ("/targets/", ["Pilot targets", "Lead unit"]),
        ("/r/projects/", ["Projects", "Export", "Project number"]),
        ("/bim/", ["BIM review", "Submit a model", "Find"]),
        ("/account/", ["My account", "Present password", "Source address"]),
    ],
)
def test_the_frame_of_a_page_is_english(client: Client, city_officer: User, path: str, words: list[str]) -> None:
    seed.load()
    client.force_login(city_officer)
    page = english(client, path)
    assert '<html lang="en"' in page
    frame = frame_of(page)
    assert [word for word in words if word not in frame] == []
    assert HAN.findall(DATA.sub("", frame)) == []


@pytest.mark.django_db
def test_the_sign_in_page_is_english(client: Client) -> None:
    page = english(client, "/sign-in/")
    assert "Every figure opens down to its records." in page
    assert HAN.findall(DATA.sub("", frame_of(page))) == []


@pytest.mark.django_db
def test_chinese_stays_the_language_without_a_choice(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="zh-CN"' in page
    assert "每个数字，都能打开到它的记录。" in page
