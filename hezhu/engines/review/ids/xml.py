"""XML as a small tree that knows the line of every element; what could blow up while being read is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from hezhu.engines.review.ids.document import IdsInvalid

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 50
IDS = "http://standards.buildingsmart.org/IDS"
XS = "http://www.w3.org/2001/XMLSchema"
_SEPARATOR = "\n"


@dataclass(slots=True)
class Node:
    """One element. ``path`` is the way from the root, such as ids/specifications/specification[2]/applicability."""

    namespace: str
    name: str
    line: int
    path: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return f"第 {self.line} 行 {self.path}"

    def all(self, name: str) -> list[Node]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)


def read(path: Path) -> Node:
    """The root of an XML file. Raises ``IdsInvalid`` for what cannot be opened, is too large, or is not plain XML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise IdsInvalid(path, "", f"超过 {MAX_BYTES // 2**20} MB，不像数据要求文件")
        raw = path.read_bytes()
    except OSError as error:
        raise IdsInvalid(path, "", "文件打不开") from error
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise IdsInvalid(path, "", "不接受带 DOCTYPE 或实体声明的 XML")
    return _Builder(path).build(raw)


class _Builder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack: list[Node] = []
        self.root: Node | None = None
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def build(self, raw: bytes) -> Node:
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as error:
            raise IdsInvalid(self.path, f"第 {error.lineno} 行第 {error.offset} 列", "不是完整的 XML") from error
        except (ValueError, LookupError) as error:
            raise IdsInvalid(self.path, "", "文字编码读不出，请存为 UTF-8") from error
        if self.root is None:
            raise IdsInvalid(self.path, "", "不是完整的 XML")
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise IdsInvalid(self.path, f"第 {self.parser.CurrentLineNumber} 行", f"元素嵌套超过 {MAX_DEPTH} 层")
        namespace, _, local = name.rpartition(_SEPARATOR)
        parent = self.stack[-1] if self.stack else None
        same = len(parent.all(local)) if parent and local == "specification" else 0
        step = f"{local}[{same + 1}]" if local == "specification" else local
        path = f"{parent.path}/{step}" if parent else local
        node = Node(namespace, local, self.parser.CurrentLineNumber, path, attributes)
        if parent is None:
            self.root = node
        else:
            parent.children.append(node)
        self.stack.append(node)

    def _end(self, _name: str) -> None:
        self.stack.pop()

    def _characters(self, text: str) -> None:
        self.stack[-1].text += text

    def _doctype(self, *_ignored: Any) -> None:
        raise IdsInvalid(self.path, "", "不接受带 DOCTYPE 或实体声明的 XML")
