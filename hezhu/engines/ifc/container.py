"""From the file a person hands in to a plain STEP file that is safe to parse.

Everything here happens before the parser sees a byte: size, kind, ifcZIP limits, the end mark, the schema name.
"""

from __future__ import annotations

import codecs
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.limits import MIB, Limits

_STEP_START = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s|/\*.*?\*/)*ISO-10303-21\s*;", re.DOTALL)
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'", re.IGNORECASE)
_HEAD_BYTES = MIB
_TAIL_BYTES = 64 * 1024
_CHUNK = MIB
_MOST_MEMBERS = 10_000

# Older releases are read with the IFC2X3 definitions, of which they are (but for a few records) a subset.
_READ_AS = {"IFC2X_FINAL": "IFC2X3", "IFC2X2_FINAL": "IFC2X3", "IFC2X2": "IFC2X3", "IFC2X": "IFC2X3", "IFC2X3_TC1": "IFC2X3"}

_OTHER_KINDS = (
    (b"\xd0\xcf\x11\xe0", "这是 Revit（.rvt）或旧版 Office 文件，请在建模软件中导出为 IFC 后再上传。"),
    (b"AC10", "这是 DWG 图纸，不是建筑模型，请从建模软件导出 IFC。"),
    (b"%PDF", "这是 PDF 文件，请上传 IFC 模型。"),
    (b"<?xml", "这是 XML 文件；ifcXML 暂不支持，请导出为 IFC（STEP 文本）或 ifcZIP。"),
    (b"PK\x03\x04", "压缩包里又是一个压缩包，请直接上传里面的 .ifc 或 .ifczip。"),
    (b"\xff\xfe", "文件是 UTF-16 编码；IFC 须为 ASCII 或 UTF-8 文本，请重新导出，或用文本编辑器另存为 UTF-8。"),
    (b"\xfe\xff", "文件是 UTF-16 编码；IFC 须为 ASCII 或 UTF-8 文本，请重新导出，或用文本编辑器另存为 UTF-8。"),
    (b"\x00", "文件是 UTF-16、UTF-32 编码或不是文本；IFC 须为 ASCII 或 UTF-8 文本，请重新导出。"),
    (b"\x89HDF", "这是 HDF5 文件，请导出为 IFC（STEP 文本）或 ifcZIP。"),
)


@contextmanager
def plain_step(path: Path, limits: Limits) -> Iterator[tuple[Path, str]]:
    """A plain STEP file that the parser accepts, and the schema name the original declares.

    The path is the given one, or a temporary copy that is gone after the block. Raises ModelUnreadable.
    """
    _check_size(path, limits)
    with tempfile.TemporaryDirectory(prefix="hezhu-ifc-") as folder:
        step = path
        with path.open("rb") as stream:
            start = stream.read(8)
        if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
            step = _unpack(path, Path(folder) / "model.ifc", limits)
        declared = _check_text(step)
        yield _with_known_schema(step, declared, Path(folder) / "read-as.ifc"), declared


def _check_size(path: Path, limits: Limits) -> None:
    if not path.is_file():
        raise ModelUnreadable("missing", f"找不到模型文件“{path.name}”，请检查路径后重试。")
    size = path.stat().st_size
    if size == 0:
        raise ModelUnreadable("empty", f"文件“{path.name}”是空的（0 字节），可能上传中断，请重新导出并上传。")
    if size > limits.file_bytes:
        raise ModelUnreadable(
            "too-large",
            f"文件大小 {_mib(size)}，超过上限 {_mib(limits.file_bytes)}。请按单体或专业拆分模型，或压缩为 ifcZIP 后上传。",
        )


def _unpack(archive: Path, target: Path, limits: Limits) -> Path:
    """The one .ifc of an ifcZIP, written in chunks and stopped as soon as a limit is passed."""
    try:
        with zipfile.ZipFile(archive) as packed:
            member = _only_model(packed)
            _refuse_bomb(member.file_size, member.compress_size, limits)
            with packed.open(member) as source, target.open("wb") as sink:
                _copy_bounded(source, sink, member.compress_size, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ModelUnreadable("zip-content", "ifcZIP 损坏、已加密或压缩方式不受支持，无法解压，请重新打包后上传。") from error
    if target.stat().st_size == 0:
        raise ModelUnreadable("empty", "ifcZIP 内的 IFC 文件是空的（0 字节），请重新导出。")
    return target


def _only_model(packed: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [info for info in packed.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    models = [info for info in files if info.filename.lower().endswith(".ifc")]
    if len(files) > _MOST_MEMBERS:
        raise ModelUnreadable("zip-bomb", f"ifcZIP 内有 {len(files):,} 个文件，不像一个模型，已拒绝。请只打包一个 .ifc 文件。")
    if len(models) != 1:
        inner = any(info.filename.lower().endswith((".ifczip", ".zip")) for info in files)
        hint = "里面还有压缩包，请直接上传其中的模型。" if inner and not models else "请重新打包。"
        raise ModelUnreadable("zip-content", f"ifcZIP 内应当恰有 1 个 .ifc 文件，现有 {len(models)} 个，{hint}")
    if stat.S_ISLNK(models[0].external_attr >> 16):
        raise ModelUnreadable(
            "zip-content", f"ifcZIP 内的“{Path(models[0].filename).name}”是符号链接，不是文件，请打包文件本身。"
        )
    if models[0].flag_bits & 0x1:
        raise ModelUnreadable("zip-content", "ifcZIP 已加密，请去掉密码后重新打包上传。")
    return models[0]


def _refuse_bomb(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.unpacked_bytes:
        raise ModelUnreadable(
            "zip-bomb", f"ifcZIP 解压后超过上限 {_mib(limits.unpacked_bytes)}，已拒绝。请按单体或专业拆分模型。"
        )
    if unpacked > limits.ratio_floor_bytes and unpacked > packed * limits.compression_ratio:
        raise ModelUnreadable(
            "zip-bomb", f"ifcZIP 压缩比超过 {limits.compression_ratio:.0f}:1，疑似恶意压缩包，已拒绝。请上传未压缩的 IFC。"
        )


def _copy_bounded(source: IO[bytes], sink: IO[bytes], packed: int, limits: Limits) -> None:
    """Copy in chunks; the sizes in a zip's directory may lie, so the running total is what counts."""
    total = 0
    while chunk := source.read(_CHUNK):
        total += len(chunk)
        _refuse_bomb(total, packed, limits)
        sink.write(chunk)


def _check_text(step: Path) -> str:
    """The declared schema of a whole STEP file; raises when it is not STEP, not IFC, or cut off."""
    with step.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(max(0, step.stat().st_size - _TAIL_BYTES))
        tail = stream.read()
    if not _STEP_START.match(head):
        remedy = next(
            (text for magic, text in _OTHER_KINDS if head.startswith(magic)), "请上传由建模软件导出的 .ifc 或 .ifczip 文件。"
        )
        raise ModelUnreadable("not-ifc", f"不是 IFC 文件：开头没有“ISO-10303-21”标识。{remedy}")
    if b"END-ISO-10303-21" not in tail:
        raise ModelUnreadable(
            "truncated", "文件不完整：末尾缺少“END-ISO-10303-21”结束标记，可能导出或上传中断，请重新导出并上传。"
        )
    if b"ENDSEC" not in tail[: tail.rfind(b"END-ISO-10303-21")]:
        raise ModelUnreadable("truncated", "文件不完整：DATA 段没有以“ENDSEC;”结束，请重新导出并上传。")
    match = _SCHEMA.search(head)
    if match is None:
        raise ModelUnreadable("not-ifc", "文件头缺少 FILE_SCHEMA，无法判断 IFC 版本，请重新导出。")
    return match.group(1).decode("latin-1").strip()


def _with_known_schema(step: Path, declared: str, target: Path) -> Path:
    """The file itself, or a copy whose header names the release it is read as and that has no byte order mark."""
    wanted = _READ_AS.get(declared.upper(), declared.upper())
    with step.open("rb") as source:
        marked = source.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    if wanted == declared and not marked:
        return step
    with step.open("rb") as source, target.open("wb") as sink:
        head = source.read(_HEAD_BYTES).removeprefix(codecs.BOM_UTF8)
        sink.write(_SCHEMA.sub(lambda found: found.group(0).replace(found.group(1), wanted.encode("latin-1")), head, count=1))
        shutil.copyfileobj(source, sink, _CHUNK)
    return target


def _mib(size: int) -> str:
    return f"{size / MIB:,.1f} MB"
