"""Code lists (代码表): code ↔ label, read from ``rulepacks/codes``; every list names its source and whether it is confirmed."""

from __future__ import annotations

import difflib
import os
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import polars as pl

from hezhu.engines.codes.problem import InvalidCode, Problem
from hezhu.engines.yaml_files import read_yaml

KIND = "code-list"
_SHOWN_LABELS = 6


def rulepack_folder() -> Path:
    """The folder of code lists: ``HEZHU_RULEPACKS``/codes, or rulepacks/codes beside the package."""
    root = os.environ.get("HEZHU_RULEPACKS")
    return (Path(root) if root else Path(__file__).parents[3] / "rulepacks") / "codes"


def read_rulepack(name: str) -> dict[str, Any]:
    """One YAML file of the folder."""
    data: dict[str, Any] = read_yaml(rulepack_folder() / name)
    return data


@dataclass(frozen=True)
class CodeList:
    """One list. ``entries`` keeps the order of the source; ``aliases`` are further spellings people use."""

    key: str
    name: str
    entries: tuple[tuple[str, str], ...]
    source: str
    confirmed: bool
    aliases: dict[str, str] = field(default_factory=dict)

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.entries)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Code → label; where the source gives one code several labels they are joined by ／."""
        labels: dict[str, str] = {}
        for code, label in self.entries:
            labels[code] = f"{labels[code]}／{label}" if code in labels else label
        return labels

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every accepted spelling → code: the code, the code without or with its leading zeros, labels, aliases.

        A spelling that could mean two codes is left out: it is refused, not guessed.
        """
        candidates: dict[str, set[str]] = {}
        for code, label in self.entries:
            for spelling in (label, _plain(label), _without_brackets(label)):
                candidates.setdefault(spelling, set()).add(code)
        for alias, code in self.aliases.items():
            candidates.setdefault(alias, set()).add(code)
        for spelling, codes in self._numeric_spellings().items():
            candidates.setdefault(spelling, set()).update(codes)
        sure = {spelling: next(iter(codes)) for spelling, codes in candidates.items() if spelling and len(codes) == 1}
        return sure | {code: code for code in self.codes}

    def _numeric_spellings(self) -> dict[str, set[str]]:
        """Excel turns 003 into 3: the bare number stands for the code when no other code reads the same."""
        bare: dict[str, set[str]] = {}
        for code in self.codes:
            if code.isdigit() and code != "0":
                bare.setdefault(code.lstrip("0") or "0", set()).add(code)
        return bare

    def label(self, code: str) -> str:
        """The label of a code; raises InvalidCode for a code outside the list."""
        label = self.find_label(code)
        if label is None:
            raise InvalidCode(self._problem(code))
        return label

    def find_label(self, code: str) -> str | None:
        """The label of a code, or None."""
        return self.labels.get(code)

    def code_of(self, text: str) -> str:
        """The code of a code, label or alias; raises InvalidCode."""
        code = self.find_code(text)
        if code is None:
            raise InvalidCode(self._problem(text))
        return code

    def find_code(self, text: str) -> str | None:
        """The code of a code, label or alias, or None when it is none of them or could be several."""
        return self.spellings.get(text) or self.spellings.get(_plain(text))

    def explain(self, text: str) -> Problem | None:
        """Why the text names no code of this list, or None."""
        return None if self.find_code(text) is not None else self._problem(text)

    def code_column(self, text: pl.Expr) -> pl.Expr:
        """``find_code`` for a column of strings: null where nothing fits."""
        spellings, codes = list(self.spellings), list(self.spellings.values())
        exact = text.replace_strict(spellings, codes, default=None, return_dtype=pl.String)
        return exact.fill_null(_plain_column(text).replace_strict(spellings, codes, default=None, return_dtype=pl.String))

    def label_column(self, code: pl.Expr) -> pl.Expr:
        """``find_label`` for a column of codes."""
        return code.replace_strict(list(self.labels), list(self.labels.values()), default=None, return_dtype=pl.String)

    def choices(self) -> list[tuple[str, str]]:
        """(code, label) pairs for a form, each code once."""
        return list(self.labels.items())

    def _problem(self, text: str) -> Problem:
        meant = Counter(code for code, label in self.entries if label == text)
        if len(meant) > 1:
            return Problem(
                rule=f"{KIND}.ambiguous",
                template="“{text}”在{list}中对应多个代码：{codes}",
                values={"text": text, "list": self.name, "codes": "、".join(meant)},
                basis="请改填代码",
            )
        near = difflib.get_close_matches(text, [label for _, label in self.entries], n=1, cutoff=0.6)
        shown = "、".join(label for _, label in self.entries[:_SHOWN_LABELS])
        more = "等" if len(self.entries) > _SHOWN_LABELS else ""
        return Problem(
            rule=f"{KIND}.unknown",
            template="“{text}”不在{list}中",
            values={"text": text, "list": self.name},
            suggestion=near[0] if near else None,
            basis="与代码表中的名称相近" if near else f"可填代码或名称：{shown}{more}",
        )


def _plain(text: str) -> str:
    """Half-width, without blanks."""
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _plain_column(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.replace_all(" ", "", literal=True)


def _without_brackets(label: str) -> str:
    """市政基础设施工程(市政公用) → 市政基础设施工程."""
    return _plain(label).split("(", 1)[0]


@cache
def code_lists() -> dict[str, CodeList]:
    """Every list by key, from every file of the folder that has ``lists``."""
    found: dict[str, CodeList] = {}
    for path in sorted(rulepack_folder().glob("*.yaml")):
        pack = read_rulepack(path.name)
        for key, data in pack.get("lists", {}).items():
            if key in found:
                raise ValueError(f"{path.name}: 代码表 {key} 重复")
            found[key] = CodeList(
                key=key,
                name=data["label"],
                entries=tuple((code, label) for code, label in data["codes"]),
                source=data.get("source", pack["source"]),
                confirmed=data.get("status", pack["status"]) == "confirmed",
                aliases=data.get("aliases", {}),
            )
    return found


def code_list(key: str) -> CodeList:
    """One list; raises KeyError naming the list."""
    try:
        return code_lists()[key]
    except KeyError:
        raise KeyError(f"没有代码表 {key}") from None


def label(key: str, code: str) -> str:
    """The label of a code: ``label("structure_type", "005")`` is 剪力墙结构. Raises InvalidCode."""
    return code_list(key).label(code)


def code_of(key: str, text: str) -> str:
    """The code for a code or label: ``code_of("corp_role", "施工")`` is 3. Raises InvalidCode."""
    return code_list(key).code_of(text)
