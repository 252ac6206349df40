"""What a sheet must bring: the fields of a register with their kinds, limits and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from hezhu.engines.codes import CodeList, code_list

EMPTY_WORDS = frozenset(
    {"", "无", "无数据", "/", "//", "\\", "-", "--", "—", "——", "空", "暂无", "N/A", "n/a", "NULL", "null", "None"}
)


class Kind(StrEnum):
    """What a field holds. The code kinds carry the names they have in ``engines.codes``."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CODE_LIST = "code-list"
    REFERENCE = "reference"
    CREDIT_CODE = "credit-code"
    ID_NUMBER = "id-number"
    PROJECT_NUMBER = "project-number"
    PERMIT_NUMBER = "permit-number"
    INVESTMENT_CODE = "investment-code"
    CLASS_CODE = "class-code"
    DIVISION = "division"
    PHONE = "phone"


@dataclass(frozen=True)
class Field:
    """One field of a contract.

    ``aliases`` are other column titles in use. ``minimum`` and ``maximum`` bound numbers and dates, both included. ``unit`` is the unit
    stored (元, m2); a column in 万元 is converted. ``scale`` is the number of decimal places kept. ``code_list`` names a list of the rule
    packs; ``options`` (code → label) serves where there is none; ``multiple`` lets a cell hold several. A ``division`` lies within
    ``scope`` and has ``division_digits`` digits;
    ``hint_from`` names an address field from which a wrong division may be read. ``translations`` are a source's own codes and what they
    are here; ``retired`` are codes that must not come any more → since when, and what stands for them now ("" for nothing).
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    max_length: int | None = None
    minimum: int | Decimal | date | None = None
    maximum: int | Decimal | date | None = None
    unit: str = ""
    scale: int = 2
    code_list: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    multiple: bool = False
    scope: str | None = None
    division_digits: int | None = 6
    hint_from: str | None = None
    translations: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind is Kind.CODE_LIST and not (self.code_list or self.options):
            raise ValueError(f"{self.name}: a code-list field needs code_list or options")

    @cached_property
    def codes(self) -> CodeList:
        """The code list of a code-list field."""
        if self.code_list:
            return code_list(self.code_list)
        return CodeList(self.name, self.label, tuple((str(code), str(label)) for code, label in self.options.items()), "", True)

    @cached_property
    def empty_words(self) -> frozenset[str]:
        """What counts as empty here: 无, 无数据, / and their like, unless it is a value of this field."""
        if self.kind is Kind.BOOLEAN:
            return EMPTY_WORDS - {"无"}
        if self.kind is Kind.CODE_LIST:
            return EMPTY_WORDS - frozenset(self.codes.spellings)
        return EMPTY_WORDS


@dataclass(frozen=True)
class Contract:
    """The fields of a register as a sheet brings them. ``key`` names the fields that together name one record, all required."""

    name: str
    label: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [each.name for each in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: two fields have one name")
        if unknown := [name for name in self.key if name not in names]:
            raise ValueError(f"{self.name}: the key names no field: {', '.join(unknown)}")

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}

    def is_required(self, each: Field) -> bool:
        """Whether a row without this field is refused: required fields and those of the key."""
        return each.required or each.name in self.key
