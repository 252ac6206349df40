"""Data requirements (buildingSMART IDS 1.0) checked on a model through ifctester.

One finding for each specification and failed element, one PASS for each specification that holds, one NOT_APPLICABLE where
nothing in the model is concerned.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import ifcopenshell
import ifctester.facet
import ifctester.ids
from xmlschema import XMLResource

from hezhu.engines.findings import Finding, Quantity, Requirement, Severity, Source, Subject, Verdict
from hezhu.engines.ifc import Model

METHOD = "IDS 1.0 数据要求"
SubjectOf = Callable[[Any], Subject]
_NAMESPACE = "{http://standards.buildingsmart.org/IDS}"
MAX_BYTES = 20 * 1024 * 1024
# xs:restriction facets as operators of a Requirement
_OPERATORS = {"enumeration": "in", "pattern": "matches", "minInclusive": ">=", "maxInclusive": "<="}
_REFUSED_VALUE = {"VALUE", "DATATYPE", "SYSTEM", "ENTITY", "PREDEFINEDTYPE", "NAME", "FALSEY"}


class IdsInvalid(Exception):
    """The file is not an IDS 1.0 document. ``place`` is a line or an XML path, ``reason`` what is wrong there."""

    def __init__(self, path: Path, place: str, reason: str) -> None:
        self.path, self.place, self.reason = path, place, reason
        where = f"（{place}）" if place else ""
        super().__init__(f"数据要求文件 {path.name} 不合格{where}：{reason}")


def load(path: Path | str) -> ifctester.ids.Ids:
    """Reads and validates an IDS file. Raises ``IdsInvalid`` with the first place that breaks the schema."""
    path = Path(path)
    _well_formed(path)
    schema = ifctester.ids.get_schema()
    for error in schema.iter_errors(XMLResource(str(path), lazy=False)):
        place = f"第 {error.sourceline} 行" if error.sourceline else str(error.path or "")
        raise IdsInvalid(path, place, f"不符合 IDS 1.0 结构：{error.reason or error.message}")
    document = ifctester.ids.open(str(path))
    for specification in document.specifications:
        if specification.maxOccurs == 0 and specification.requirements:
            raise IdsInvalid(path, specification.name, "禁止出现的对象（maxOccurs=0）不能再带要求")
    return document


def check(model: Model, ids_path: Path | str) -> list[Finding]:
    """Findings of every specification, in the order of the file. Raises ``IdsInvalid``."""
    return check_file(model.file, ids_path, lambda entity: _subject(model, entity))


def check_file(file: ifcopenshell.file, ids_path: Path | str, subject: SubjectOf) -> list[Finding]:
    """The same on an open file, for models that are less than a building; ``subject`` names an entity in a finding."""
    path = Path(ids_path)
    document = load(path)
    # ifctester remembers property sets by record number and file address; the next file can be given the same address.
    ifctester.facet.get_pset.cache_clear()
    ifctester.facet.get_psets.cache_clear()
    findings: list[Finding] = []
    for identifier, specification in zip(_identifiers(path), document.specifications, strict=True):
        specification.reset_status()
        specification.validate(file)
        rule = f"ids:{path.stem}:{identifier}"
        findings += _findings(subject, rule, str(document.info.get("title", "")), specification)
    return findings


def _identifiers(path: Path) -> list[str]:
    """The identifier of each specification, or its number; ifctester drops them when it reads."""
    root = ET.parse(path).getroot()  # noqa: S314 - ``load`` refused entity declarations
    found = root.findall(f"{_NAMESPACE}specifications/{_NAMESPACE}specification")
    return [each.get("identifier") or str(number) for number, each in enumerate(found, start=1)]


def _well_formed(path: Path) -> None:
    """Refuses what is not XML or could blow up while being read: external entities and entity declarations."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise IdsInvalid(path, "", f"超过 {MAX_BYTES // 2**20} MB，不像数据要求文件")
        raw = path.read_bytes()
    except OSError as error:
        raise IdsInvalid(path, "", "文件打不开") from error
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise IdsInvalid(path, "", "不接受带 DOCTYPE 或实体声明的 XML")
    try:
        ET.fromstring(raw)  # noqa: S314 - entity declarations were refused above
    except ET.ParseError as error:
        line, column = error.position
        raise IdsInvalid(path, f"第 {line} 行第 {column} 列", "不是完整的 XML") from error
    except (ValueError, LookupError) as error:
        raise IdsInvalid(path, "", "文字编码读不出，请存为 UTF-8") from error


def _findings(subject_of_entity: SubjectOf, rule: str, title: str, spec: ifctester.ids.Specification) -> Iterator[Finding]:
    source = Source(standard=title, clause=spec.name, text=spec.description or spec.instructions or "", confirmed=True)
    asked = [describe(facet) for facet in spec.requirements]
    detail = {"requirements": asked, "applicable": len(spec.applicable_entities)}

    def finding(verdict: Verdict, subject: Subject, **more: Any) -> Finding:
        extra = more.pop("detail", {})
        return Finding(
            rule=rule,
            title=spec.name,
            verdict=verdict,
            subject=subject,
            source=source,
            method=METHOD,
            severity=Severity.ADVICE,
            detail={**detail, **extra},
            **more,
        )

    if spec.maxOccurs == 0:
        for entity in spec.applicable_entities:
            yield finding(Verdict.FAIL, subject_of_entity(entity), required=Requirement("absent"))
        if not spec.applicable_entities:
            yield finding(Verdict.PASS, Subject(None))
        return
    if not spec.applicable_entities:
        if spec.minOccurs == 0:
            yield finding(Verdict.NOT_APPLICABLE, Subject(None))
        else:
            yield finding(Verdict.FAIL, Subject(None), required=Requirement("present"), missing=("模型中没有所要求的对象",))
        return
    failed = sorted(spec.failed_entities, key=lambda entity: int(entity.id()))
    for entity in failed:
        yield finding(Verdict.FAIL, subject_of_entity(entity), **_why(spec.requirements, entity))
    if not failed:
        yield finding(Verdict.PASS, Subject(None), measured=Quantity(len(spec.applicable_entities), "count"))


def _why(facets: Iterable[ifctester.facet.Facet], entity: Any) -> dict[str, Any]:
    """Which requirements one element fails: what is missing, what value it has, what was asked for."""
    missing: list[str] = []
    failed: list[str] = []
    measured: Quantity | None = None
    required: Requirement | None = None
    for facet in facets:
        result = facet(entity)
        if result:
            continue
        reason = result.reason or {}
        failed.append(describe(facet))
        required = required or _requirement(facet, reason)
        if reason.get("type") in _REFUSED_VALUE and reason.get("actual") is not None:
            measured = measured or Quantity(_plain(reason["actual"]))
        elif reason.get("type") != "PROHIBITED":
            missing.append(subject_of(facet))
    return {
        "measured": measured,
        "required": required,
        "missing": tuple(missing),
        "detail": {"failed_requirements": failed},
    }


def _plain(value: Any) -> str | int | float | bool:
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set):
        return "、".join(str(_plain(part)) for part in value)
    return str(value)


def _requirement(facet: ifctester.facet.Facet, reason: dict[str, Any]) -> Requirement:
    if reason.get("type") == "PROHIBITED":
        return Requirement("absent", subject_of(facet))
    value = getattr(facet, "value", None)
    if isinstance(value, ifctester.facet.Restriction):
        for name, operator in _OPERATORS.items():
            if name in value.options:
                return Requirement(operator, value.options[name])
    if isinstance(value, str):
        return Requirement("==", value)
    return Requirement("present", subject_of(facet))


def _subject(model: Model, entity: Any) -> Subject:
    known = getattr(entity, "GlobalId", None)
    element = model.element(known) if known else None
    storey = element.storey.name if element and element.storey else ""
    name = getattr(entity, "Name", None) or ""
    return Subject(known, entity.is_a(), str(name) or (f"#{entity.id()}" if not known else ""), storey)


def subject_of(facet: ifctester.facet.Facet) -> str:
    """What a requirement is about, in Chinese: 属性 Pset_WallCommon.FireRating."""
    if isinstance(facet, ifctester.facet.Property):
        return f"属性 {_words(facet.propertySet)}.{_words(facet.baseName)}"
    if isinstance(facet, ifctester.facet.Attribute):
        return f"字段 {_words(facet.name)}"
    if isinstance(facet, ifctester.facet.Classification):
        return f"分类编码 {_words(facet.system)}".rstrip()
    if isinstance(facet, ifctester.facet.Material):
        return "材料"
    if isinstance(facet, ifctester.facet.PartOf):
        return f"所属对象 {_words(facet.name)}".rstrip()
    return f"类型 {_words(facet.name)}".rstrip()


def describe(facet: ifctester.facet.Facet) -> str:
    """A requirement in one Chinese phrase: 属性 Pset_WallCommon.FireRating 须填写."""
    cardinality = getattr(facet, "cardinality", "required") or "required"
    value = _words(getattr(facet, "value", None))
    if cardinality == "prohibited":
        return f"{subject_of(facet)} 不得{'为 ' + value if value else '出现'}"
    start = "如填写，" if cardinality == "optional" else ""
    return f"{subject_of(facet)} {start}须{'为 ' + value if value else '填写'}"


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, ifctester.facet.Restriction):
        return "、".join(_restriction_words(name, bound) for name, bound in value.options.items())
    return str(value)


def _restriction_words(name: str, bound: Any) -> str:
    values = "、".join(map(str, bound)) if isinstance(bound, list) else str(bound)
    words = {
        "enumeration": "{0} 之一",
        "pattern": "形如 {0}",
        "length": "长度 {0}",
        "minLength": "长度不小于 {0}",
        "maxLength": "长度不大于 {0}",
        "minInclusive": "不小于 {0}",
        "maxInclusive": "不大于 {0}",
        "minExclusive": "大于 {0}",
        "maxExclusive": "小于 {0}",
    }
    return words.get(name, f"{name} {{0}}").format(values)
