"""The ZIP archive of a BCF file, with bounds on what it may unpack to."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from hezhu.engines.bcf.errors import BadPart, BcfRefused

MIB = 1024 * 1024
DIRECTORY_BYTES = 16 * MIB
MAX_MEMBERS = 100_000
TOTAL_BYTES = 4096 * MIB
XML_BYTES = 16 * MIB
PICTURE_BYTES = 32 * MIB
DOCUMENT_BYTES = 512 * MIB
_TAIL_BYTES = 65_557  # the end record with the longest comment (APPNOTE 4.3.16)
_AGAIN = "用 BCF 软件重新导出后再上传"


class Archive:
    """Members by name. What a member claims of its size is not believed: reading stops at the bound."""

    def __init__(self, path: Path) -> None:
        if not 0 < _directory_size(path) <= DIRECTORY_BYTES:
            raise BcfRefused("bcf-not-zip", path.name, "不是完整的 ZIP 压缩包", _AGAIN)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise BcfRefused("bcf-not-zip", path.name, "不是完整的 ZIP 压缩包", _AGAIN) from None
        try:
            self._members = self._checked()
        except BcfRefused:
            self._zip.close()
            raise

    def close(self) -> None:
        self._zip.close()

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, limit: int = XML_BYTES) -> bytes:
        """The content of a member of at most ``limit`` bytes. Raises BadPart for one that is absent, damaged or encrypted."""
        info = self._members.get(name)
        if info is None:
            raise BadPart(name, "压缩包里没有这个文件")
        if info.flag_bits & 0x1:
            raise BadPart(name, "文件被加密，不能读取", "导出时不要设密码")
        try:
            with self._zip.open(info) as member:
                content = member.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
            raise BadPart(name, "文件已损坏，解压失败") from None
        if len(content) > limit:
            raise BcfRefused("bcf-member-size", name, f"解压后超过 {limit // MIB} MB", "减小图片或拆分文件后再上传")
        return content

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise BcfRefused("bcf-members", "", f"压缩包里的文件超过 {MAX_MEMBERS:,} 个", "按专业或楼层分几份导出")
        if sum(info.file_size for info in infos) > TOTAL_BYTES:
            raise BcfRefused("bcf-unpacked-size", "", f"解压后总量超过 {TOTAL_BYTES // MIB} MB", "分几份导出，或减小图片")
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.filename.replace("\\", "/")
            if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
                raise BcfRefused("bcf-member-name", name[:120], "文件名指向压缩包以外", _AGAIN)
            if name in members:
                raise BcfRefused("bcf-member-twice", name[:120], "压缩包里同名文件出现两次", _AGAIN)
            members[name] = info
        return members


def _directory_size(path: Path) -> int:
    """Bytes of the central directory, from the end record; 0 when there is none."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
