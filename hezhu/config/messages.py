"""The English catalogue of the pages: `python -m hezhu.config.messages [--check]`.

The pages are written in Chinese; every Chinese string in them is its own key (msgid). This command finds the strings in
``hezhu/``, brings ``hezhu/locale/en/LC_MESSAGES/django.po`` up to date and compiles ``django.mo`` from it, without GNU gettext.
A string without English keeps an empty msgstr and shows in Chinese; ``--check`` writes nothing and names what is wrong.

Out of scope: sentences that engines write into findings and files, and data (rule packs, units, divisions), stay Chinese.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]
CATALOGUE = SOURCES / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEADER = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: en\nPlural-Forms: nplurals=2; plural=(n != 1);\n"

# Function → positions of (context, singular, plural) among its arguments.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
TEMPLATE_CALL = re.compile(r"(?<![\w.])(?:_|n?p?gettext)\((?:\s*u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*,?)+")
PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0]*[\d.]*[a-z]|%[sdf]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True, order=True)
class Key:
    """What gettext looks a string up by."""

    text: str
    context: str = ""


@dataclass
class Entry:
    """One string: its Chinese plural if it has one, its English (singular, plural), and whether a person must look again."""

    plural: str | None = None
    english: tuple[str, ...] = ("",)
    fuzzy: bool = False


Catalogue = dict[Key, Entry]


class MessageError(ValueError):
    """A string in the sources that no catalogue can hold, or a catalogue that cannot be read."""


# ── finding the strings ─────────────────────────────────────────────────


def _bare_name(function: ast.expr) -> str | None:
    """gettext, ngettext, pgettext or npgettext for any spelling of a translating call; None for other calls."""
    name = function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    if name == "_":
        return "gettext"
    name = name.removesuffix("_lazy").removesuffix("_noop")
    return name if name in CALLS else None


def _from_call(call: ast.Call, where: str) -> tuple[Key, str | None] | None:
    """The string a call translates; None where it is a variable whose text another call marks."""
    name = _bare_name(call.func)
    if name is None or not call.args:
        return None
    context_at, text_at, plural_at = CALLS[name]
    texts: list[str] = []
    for position in (context_at, text_at, plural_at):
        if position is None:
            texts.append("")
            continue
        argument = call.args[position] if position < len(call.args) else None
        if isinstance(argument, ast.JoinedStr):
            raise MessageError(f"{where}:{call.lineno}: an f-string cannot be translated: use %(name)s")
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            return None
        texts.append(argument.value)
    return Key(texts[1], texts[0]), texts[2] or None


def strings_of_python(source: str, where: str) -> Iterator[tuple[Key, str | None]]:
    """(key, plural) of each translating call with a literal string."""
    for node in ast.walk(ast.parse(source, filename=where)):
        if isinstance(node, ast.Call) and (found := _from_call(node, where)):
            yield found


def strings_of_template(source: str, where: str) -> Iterator[tuple[Key, str | None]]:
    """(key, plural) of each translate and blocktranslate tag and each ``_("…")`` in a Django template."""
    from django.utils.translation.template import templatize

    for match in TEMPLATE_CALL.finditer(templatize(source, origin=where)):
        call = ast.parse(match.group().rstrip().rstrip(",") + ")", mode="eval").body
        if isinstance(call, ast.Call) and (found := _from_call(call, where)):
            yield found


def find_strings(folder: Path = SOURCES) -> dict[Key, str | None]:
    """Every string of the pages: key → plural. English msgids of Django itself are not ours and stay out."""
    found: dict[Key, str | None] = {}
    for path in sorted(folder.rglob("*")):
        where = path.relative_to(folder.parent).as_posix()
        if path.suffix == ".py" and "/migrations/" not in where and "/engines/" not in where:
            strings = strings_of_python(path.read_text(encoding="utf-8"), where)
        elif path.suffix in {".html", ".txt"} and "/templates/" in where:
            strings = strings_of_template(path.read_text(encoding="utf-8"), where)
        else:
            continue
        for key, plural in strings:
            if CHINESE.search(key.text):
                found[key] = plural or found.get(key)
    return found


# ── the catalogue as a .po file ─────────────────────────────────────────


def _quoted(text: str) -> str:
    return '"' + "".join(ESCAPES.get(letter, letter) for letter in text) + '"'


def _unquoted(literal: str) -> str:
    value = ast.literal_eval(literal)
    if not isinstance(value, str):
        raise MessageError(f"not a quoted string: {literal}")
    return value


def write_po(catalogue: Catalogue) -> str:
    """The text of the .po file: sorted, without places, so that moving code changes nothing."""
    blocks = ["\n".join(['msgid ""', 'msgstr ""', *(_quoted(line) for line in HEADER.splitlines(keepends=True))])]
    for key, entry in sorted(catalogue.items(), key=lambda item: item[0]):
        flags = [
            flag
            for flag, on in (("fuzzy", entry.fuzzy), ("python-format", bool(placeholders(key.text)) or "%%" in key.text))
            if on
        ]
        lines = [f"#, {', '.join(flags)}"] if flags else []
        lines += [f"msgctxt {_quoted(key.context)}"] if key.context else []
        lines.append(f"msgid {_quoted(key.text)}")
        if entry.plural is None:
            lines.append(f"msgstr {_quoted(entry.english[0])}")
        else:
            lines.append(f"msgid_plural {_quoted(entry.plural)}")
            lines += [f"msgstr[{number}] {_quoted(text)}" for number, text in enumerate(entry.english)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def read_po(text: str) -> Catalogue:
    """The catalogue in a .po file; the header and dropped (#~) entries are left out."""
    catalogue: Catalogue = {}
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        fuzzy, field = False, ""
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
                continue
            word, _space, rest = line.partition(" ")
            if line.startswith('"'):
                rest = line
            else:
                field = word
            try:
                fields[field] = fields.get(field, "") + _unquoted(rest.strip())
            except (SyntaxError, ValueError) as error:
                raise MessageError(f"{CATALOGUE.name}: cannot read the line: {line}") from error
        if fields.get("msgid"):
            english = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
            catalogue[Key(fields["msgid"], fields.get("msgctxt", ""))] = Entry(fields.get("msgid_plural"), english, fuzzy)
    return catalogue


def brought_up_to_date(catalogue: Catalogue, found: dict[Key, str | None]) -> Catalogue:
    """The catalogue with the strings found and no others; English that is there is kept."""
    fresh: Catalogue = {}
    for key, plural in found.items():
        known = catalogue.get(key, Entry())
        wanted = 1 if plural is None else 2
        english = known.english[:wanted] if len(known.english) >= wanted else known.english * wanted
        fresh[key] = Entry(plural, english, known.fuzzy)
    return fresh


# ── the compiled .mo file ───────────────────────────────────────────────


def compile_mo(catalogue: Catalogue) -> bytes:
    """The .mo file (GNU gettext manual, 10.3, little-endian, no hash table); missing and fuzzy strings are left out."""
    pairs = [(b"", HEADER.encode())]
    for key, entry in catalogue.items():
        if entry.fuzzy or not all(entry.english):
            continue
        ident = (
            (f"{key.context}\x04" if key.context else "") + key.text + (f"\0{entry.plural}" if entry.plural is not None else "")
        )
        pairs.append((ident.encode(), "\0".join(entry.english).encode()))
    pairs.sort()
    tables_end = 28 + 16 * len(pairs)
    index: list[bytes] = []
    body = b""
    for column in (0, 1):
        for pair in pairs:
            index.append(struct.pack("<II", len(pair[column]), tables_end + len(body)))
            body += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, tables_end)
    return head + b"".join(index) + body


# ── checking ────────────────────────────────────────────────────────────


def placeholders(text: str) -> list[str]:
    """The %(name)s, %s and %d of a string, sorted; a doubled %% is a plain percent sign."""
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def faults(catalogue: Catalogue, found: dict[Key, str | None]) -> Iterator[str]:
    """One line for each thing that keeps the English pages from being complete."""
    for key in sorted(found.keys() - catalogue.keys()):
        yield f"not in the catalogue: {key.text}"
    for key in sorted(catalogue.keys() - found.keys()):
        yield f"no longer in the sources: {key.text}"
    for key, entry in sorted(catalogue.items(), key=lambda item: item[0]):
        if not all(entry.english) or len(entry.english) != (1 if entry.plural is None else 2):
            yield f"without English: {key.text}"
            continue
        if entry.fuzzy:
            yield f"to be looked at again (fuzzy): {key.text}"
        if key in found and found[key] != entry.plural:
            yield f"plural differs from the sources: {key.text}"
        yield from _text_faults(key, entry)


def _text_faults(key: Key, entry: Entry) -> Iterator[str]:
    """Placeholders that differ and white space at the ends that would join words on the page."""
    sources = (key.text, entry.plural or key.text)
    for english, source in zip(entry.english, sources, strict=False):
        missing = set(placeholders(source)) ^ set(placeholders(english))
        # A singular may leave its number out: "one row".
        if missing and not (entry.plural and english == entry.english[0] and missing <= set(placeholders(source))):
            yield f"placeholders differ ({', '.join(sorted(missing))}): {key.text}"
        if (source[:1] == "\n", source[-1:] == "\n") != (english[:1] == "\n", english[-1:] == "\n"):
            yield f"line breaks at the ends differ: {key.text}"


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hezhu.config.messages", description="Update the English catalogue")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name what is missing or differs")
    options = parser.parse_args(None if arguments is None else list(arguments))
    try:
        found = find_strings()
        catalogue = read_po(CATALOGUE.read_text(encoding="utf-8")) if CATALOGUE.exists() else {}
    except (MessageError, SyntaxError) as error:
        print(error, file=sys.stderr)
        return 1
    compiled = CATALOGUE.with_suffix(".mo")
    problems: list[str] = []
    if options.check:
        if not compiled.exists() or compiled.read_bytes() != compile_mo(catalogue):
            problems.append(f"{compiled.name} is not compiled from {CATALOGUE.name}")
    else:
        catalogue = brought_up_to_date(catalogue, found)
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(write_po(catalogue), encoding="utf-8")
        compiled.write_bytes(compile_mo(catalogue))
    problems += faults(catalogue, found)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(catalogue)} strings, {len(problems)} to put right")
    return 1 if options.check and problems else 0


if __name__ == "__main__":
    sys.exit(main())
