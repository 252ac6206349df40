"""XML from strangers, read without entities, document types, deep nesting or floods of elements."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from hezhu.engines.bcf.errors import BadPart, BcfRefused

MAX_DEPTH = 64
MAX_ELEMENTS = 500_000


def parse(raw: bytes, place: str) -> Element:
    """The tree of ``raw``, names without their namespaces. ``place`` names the member in errors.

    Raises BcfRefused for what no honest tool writes, BadPart for XML that is not well-formed.
    """
    reader = _Reader(place)
    try:
        reader.parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise BadPart(f"{place} 第 {error.lineno} 行", f"XML 写法有误（{expat.ErrorString(error.code)}）") from None
    except ValueError as error:  # an encoding that is not known
        raise BadPart(place, f"XML 不能解码（{error}）", "改用 UTF-8 编码重新导出") from None
    return reader.builder.close()


class _Reader:
    def __init__(self, place: str) -> None:
        self.place, self.depth, self.elements = place, 0, 0
        self.builder = TreeBuilder()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise self._hostile("bcf-xml-depth", f"XML 嵌套超过 {MAX_DEPTH} 层")
        if self.elements > MAX_ELEMENTS:
            raise self._hostile("bcf-xml-size", f"XML 元素超过 {MAX_ELEMENTS:,} 个")
        self.builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(_local(name))

    def _refuse(self, *_declared: object) -> int:
        raise self._hostile("bcf-xml-entities", "不接受带 DOCTYPE 或实体声明的 XML")

    def _hostile(self, code: str, reason: str) -> BcfRefused:
        return BcfRefused(code, f"{self.place} 第 {self.parser.CurrentLineNumber} 行", reason, "用 BCF 软件重新导出后再上传")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
