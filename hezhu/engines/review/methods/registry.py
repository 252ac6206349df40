"""Methods by name. A method judges one subject; the pack says which clauses use it with which limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

from hezhu.engines.findings import Subject
from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement
from hezhu.engines.review.pack import Clause, PackInvalid
from hezhu.engines.review.site import Site

ENTRY_POINTS = "hezhu.review.methods"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to judge: the subject a finding will name, the facts for the method, and a key that is unique in the model."""

    key: str
    subject: Subject
    facts: Any


Selector = Callable[[Site, Clause], Iterable[Item]]
Judge = Callable[[Any, Clause, Site], Judgement]


@dataclass(frozen=True, slots=True)
class Method:
    """A named way to judge: ``select`` finds the subjects of a clause, ``judge`` judges one, ``none`` says why there may be none."""

    name: str
    select: Selector
    judge: Judge
    none: str


_METHODS: dict[str, Method] = {}


def method(name: str, select: Selector, none: str) -> Callable[[Judge], Judge]:
    """Registers a judging function under the name that packs use."""

    def register(judge: Judge) -> Judge:
        _METHODS[name] = Method(name, select, judge, none)
        return judge

    return register


@lru_cache(maxsize=1)
def _third_party() -> dict[str, Method]:
    """Methods of other installed packages: each entry point names a Method."""
    return {point.name: point.load() for point in entry_points(group=ENTRY_POINTS)}


def find_method(clause: Clause) -> Method:
    """The method of a clause; PackInvalid when nobody provides it."""
    found = _METHODS.get(clause.method) or _third_party().get(clause.method)
    if found is None:
        raise PackInvalid(f"条文 {clause.id} 使用的方法“{clause.method}”不存在。现有：{'、'.join(sorted(_METHODS))}。")
    return found


def subject_of(element: Element) -> Subject:
    """How a finding names an element: spaces by their long name too."""
    name = element.name
    if element.long_name and element.long_name not in name:
        name = f"{name} {element.long_name}".strip()
    storey = element.storey.name if element.storey else ""
    return Subject(element.global_id, element.ifc_class, name or element.type_name or element.ifc_class, storey)
