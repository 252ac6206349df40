"""Parse one STEP file and prove that every record of it was read."""

from __future__ import annotations

import codecs
import mmap
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ifcopenshell

from hezhu.engines.ifc.errors import ModelUnreadable

_RECORD = re.compile(rb"(?:\A|[;\n\r]|\*/)\s*#\d+\s*=")
_TEXT_OR_COMMENT = re.compile(rb"'[^']*'|/\*.*?\*/", re.DOTALL)
_BARE_RECORD = re.compile(rb"#\d+\s*=")
_UNKNOWN_CLASS = re.compile(r"Entity with name '([^']*)' not found in schema")
_OFFSET = re.compile(r"at offset (\d+)")
_OVERWRITTEN = re.compile(r"Overwriting instance with name #(\d+)")
_NO_TARGET = re.compile(r"Instance reference #(\d+) used by instance #(\d+)")
_REPEATED_GUID = re.compile(r"non-unique GlobalId (\S+)")
_ILL_TYPED = re.compile(r"Expected \d+ attribute values|Requested type")
_SEVERITY = re.compile(r"^<log_message '\[\w+\] (?:\[\w*\] )?(.*)'>$", re.DOTALL)
_CHUNK = 1 << 20
_CLEAN_CLASS = re.compile(r"IFC[A-Z0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Parsed:
    """An opened file, how many records and bytes its data section has, and Chinese notes on what was odd."""

    file: ifcopenshell.file
    entity_count: int
    warnings: tuple[str, ...]
    data_bytes: int = 0


def parse(step: Path) -> Parsed:
    """Open and verify. Raises ModelUnreadable when the schema is unknown or a record could not be read."""
    kind: Any = ifcopenshell.logger
    log = kind()
    log.output_format(kind.FMT_INMEMORY)
    try:
        file = ifcopenshell.open(step, format=".ifc", logger=log)
    except ifcopenshell.SchemaError as error:
        name = str(error).rpartition(":")[2].strip()
        raise ModelUnreadable(
            "unknown-schema", f"不认识的 IFC 版本“{name}”。支持 IFC2X3、IFC4、IFC4X3，请在导出设置中选择其一。"
        ) from error
    except (ifcopenshell.Error, OSError, RuntimeError) as error:
        raise ModelUnreadable("corrupt", f"文件内容有语法错误{_place(step, _texts(log))}，无法读取，请重新导出。") from error
    if _has_open_text(step):
        raise ModelUnreadable("corrupt", "文件中有一处字符串缺少结束引号，其后的内容无法读取，请重新导出。")
    texts = _texts(log)
    read = len(file.entity_names())
    declared = _count_records(step, read)
    notes = (*_verify(step, texts, read, declared), *_odd_bytes(step))
    return Parsed(file, declared, notes, _data_bytes(step) if declared == 0 else 0)


def _verify(step: Path, texts: list[str], read: int, declared: int) -> tuple[str, ...]:
    """Notes on tolerable oddities; raises when records were lost or overwritten."""
    unknown = {match.group(1) for text in texts if (match := _UNKNOWN_CLASS.search(text))}
    foreign = {name: _records_of(step, name) for name in unknown if _CLEAN_CLASS.match(name)}
    overwritten = next((match.group(1) for text in texts if (match := _OVERWRITTEN.search(text))), None)
    if overwritten is not None:
        raise ModelUnreadable("corrupt", f"记录号 #{overwritten} 出现两次，文件内容互相覆盖，请重新导出。")
    if read + sum(foreign.values()) == declared and len(foreign) < len(unknown):
        odd = "、".join(sorted(unknown - foreign.keys())[:3])
        raise ModelUnreadable(
            "corrupt", f"有无法识别的内容“{odd}”{_place(step, texts)}（例如不是数的坐标），请在建模软件中修正后重新导出。"
        )
    if read + sum(foreign.values()) < declared or len(foreign) < len(unknown):
        raise ModelUnreadable(
            "corrupt", f"文件有 {declared} 条记录，只能读出 {read} 条{_place(step, texts)}；内容已损坏，请重新导出并上传。"
        )
    notes = [f"{count} 条记录的类 {name} 不属于该 IFC 版本，已跳过" for name, count in sorted(foreign.items())]
    targets = [match.group(1) for text in texts if (match := _NO_TARGET.search(text))]
    if targets:
        notes.append(f"{len(targets)} 处引用指向不存在的记录（如 #{targets[0]}）")
    ill_typed = sum(1 for text in texts if _ILL_TYPED.search(text))
    if ill_typed:
        notes.append(f"{ill_typed} 处属性的个数或类型与该 IFC 版本不符")
    repeated = {match.group(1) for text in texts if (match := _REPEATED_GUID.search(text))}
    if repeated:
        notes.append(f"{len(repeated)} 个 GlobalId 重复使用（如 {min(repeated)}），构件身份可能混淆")
    return tuple(notes)


def _odd_bytes(step: Path) -> tuple[str, ...]:
    """A note where the text is not the one the standard asks for: Chinese written in GBK reads as other characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with step.open("rb") as stream:
        try:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            return (
                "文件含有非 UTF-8 的字符（可能是 GBK 编码），中文名称会成乱码，按名称识别的检查可能转为需人工；请按标准编码重新导出",
            )
    return ()


def _data_bytes(step: Path) -> int:
    """Bytes of the data section that are not white space."""
    content = step.read_bytes()
    return len(content[content.find(b"DATA;") + 5 : content.rfind(b"ENDSEC")].strip())


def _texts(log: Any) -> list[str]:
    """The parser's messages without severity and code."""
    return [match.group(1) if (match := _SEVERITY.match(str(entry))) else str(entry) for entry in log.log_messages()]


def _place(step: Path, texts: list[str]) -> str:
    """The line of the first complaint that names a position, in brackets, or nothing."""
    offsets = [int(match.group(1)) for text in texts if (match := _OFFSET.search(text)) and "reference" not in text]
    if not offsets:
        return ""
    with step.open("rb") as stream:
        line = stream.read(min(offsets)).count(b"\n") + 1
    return f"（第 {line} 行附近）"


def _count_records(step: Path, expected: int) -> int:
    """Records in the file, counted from its text alone; the exact but slower way only when the quick one disagrees."""
    with step.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        quick = len(_RECORD.findall(text))
        if quick == expected:
            return quick
        return len(_BARE_RECORD.findall(_TEXT_OR_COMMENT.sub(b"", text)))


def _has_open_text(step: Path) -> bool:
    """Whether a quote is never closed. An even number of quotes settles it; an odd one may still stand in a comment."""
    with step.open("rb") as stream:
        quotes = sum(chunk.count(b"'") for chunk in iter(lambda: stream.read(1 << 20), b""))
    return bool(quotes % 2) and b"'" in _TEXT_OR_COMMENT.sub(b"", step.read_bytes())


def _records_of(step: Path, name: str) -> int:
    """Records of one class, counted from the text (the parser names an unknown class only once)."""
    text = _TEXT_OR_COMMENT.sub(b"", step.read_bytes())
    return len(re.findall(rb"#\d+\s*=\s*" + name.encode() + rb"\s*\(", text))
