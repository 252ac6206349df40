"""One file of a whole tileset: 3TZ, a ZIP with an index that the CIM platforms open as it is (Maxar's 3tz 1.3).

Tiles lie deflated in it, so that a web server hands a tile to a browser as gzip without packing or unpacking anything.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hezhu.engines.ifc.tiles.tileset import TILESET

INDEX = "@3dtilesIndex1@"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOCAL = struct.Struct("<4s5H3I2H")
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a tile lies in the archive: raw deflate from ``start``, ``packed`` bytes of it; ``size`` bytes and ``crc`` of the content."""

    start: int
    packed: int
    size: int
    crc: int


def pack(folder: Path, target: Path) -> None:
    """Writes the archive of a built folder. The same folder gives the same bytes."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix == ".glb")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in (TILESET, *names):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(info, "w") as sink:
                for chunk in iter(lambda: source.read(CHUNK_BYTES), b""):
                    sink.write(chunk)
        _index(archive)


def repack(source: Path, target: Path, tileset: Mapping[str, Any]) -> None:
    """The archive again with another tileset.json, for a model that has been placed since. Tiles are copied through, one at a time."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new:
        for name in [info.filename for info in old.infolist() if info.filename != INDEX]:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            text = json.dumps(tileset, ensure_ascii=False, separators=(",", ":")).encode() if name == TILESET else old.read(name)
            new.writestr(info, text)
        _index(new)


def _index(archive: zipfile.ZipFile) -> None:
    """The last entry: MD5 of each name and the place of its local header, in the order of the digests read as two little-endian numbers."""
    rows = [
        (hashlib.md5(info.filename.encode(), usedforsecurity=False).digest(), info.header_offset) for info in archive.infolist()
    ]
    rows.sort(key=lambda row: struct.unpack("<QQ", row[0]))
    info = zipfile.ZipInfo(INDEX, _EPOCH)
    info.external_attr = 0o644 << 16
    archive.writestr(info, b"".join(digest + struct.pack("<Q", offset) for digest, offset in rows), zipfile.ZIP_STORED)


def entries(path: Path) -> dict[str, Entry]:
    """Every file of the archive by name, the index left out."""
    found = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        for info in archive.infolist():
            if info.filename != INDEX and info.compress_type == zipfile.ZIP_DEFLATED:
                raw.seek(info.header_offset)
                head = _LOCAL.unpack(raw.read(_LOCAL.size))
                start = info.header_offset + _LOCAL.size + head[-2] + head[-1]
                found[info.filename] = Entry(start, info.compress_size, info.file_size, info.CRC)
    return found


def read(path: Path, entry: Entry) -> bytes:
    """The content, unpacked."""
    with path.open("rb") as raw:
        raw.seek(entry.start)
        return zlib.decompress(raw.read(entry.packed), wbits=-15)


def read_tileset(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(read(path, entries(path)[TILESET]))
    return content


def as_gzip(path: Path, entry: Entry) -> tuple[Iterator[bytes], int]:
    """The content as a gzip stream (RFC 1952) around the very bytes of the archive, and its length."""
    return _gzip(path.open("rb"), entry), len(_GZIP_HEAD) + entry.packed + 8


def _gzip(raw: IO[bytes], entry: Entry) -> Iterator[bytes]:
    with raw:
        raw.seek(entry.start)
        yield _GZIP_HEAD
        left = entry.packed
        while left > 0 and (chunk := raw.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
        yield struct.pack("<II", entry.crc, entry.size & 0xFFFFFFFF)
