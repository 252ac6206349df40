"""A model version's tables as one archive: made once from the file, asked again without it.

The archive is an uncompressed ZIP: ``tables/`` for SQL in Parquet, ``records/`` for evaluation in Parquet and, where small, Arrow,
``about.json`` for what they are of.
The same model gives the same bytes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hezhu.engines.ifc.container import plain_step
from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.limits import Limits
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.model_tables import TABLES, ModelTables, tables_from
from hezhu.engines.ifc.tables.schema import release_of, schema
from hezhu.engines.ifc.tables.step import scan
from hezhu.engines.ifc.tables.stored import StoredInstances, members, parquet

FORMAT = 1
# What the records say again, at the size of all the rest together.
LEFT_OUT = ("attributes", "links")
STORED_TABLES = tuple(name for name in TABLES if name not in LEFT_OUT)
_ABOUT = "about.json"


@dataclass(frozen=True, slots=True)
class About:
    """What an archive is of. ``shape_classes`` are the classes whose instances were left out."""

    file: str
    schema: str
    release: str
    class_names: tuple[str, ...]
    shape_classes: tuple[str, ...]


def pack(path: Path, archive: Path, limits: Limits | None = None) -> About:
    """Read a model file and leave its tables at ``archive``, complete or not at all. Raises ModelUnreadable."""
    with plain_step(path, limits or Limits()) as (step, declared):
        data = step.read_bytes()
    release = release_of(declared)
    if release is None:
        text = f"不认识的 IFC 版本“{declared}”。支持 IFC2X3、IFC4、IFC4X3，请在导出设置中选择其一。"
        raise ModelUnreadable("unknown-schema", text)
    instances = Instances(scan(data), schema(release))
    return write(tables_from(instances, path.name, declared), instances, archive)


def write(tables: ModelTables, instances: Instances, archive: Path) -> About:
    """The tables and the described instances of one model as an archive; a half-written one never bears its name."""
    described = set(instances.schema.described())
    about = About(
        file=str(tables.model["file"][0]),
        schema=str(tables.model["schema"][0]),
        release=instances.schema.release,
        class_names=tuple(instances.class_names),
        shape_classes=tuple(name for name in instances.class_names if name not in described),
    )
    part = archive.with_name(f"{archive.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(_member(_ABOUT), json.dumps({"format": FORMAT, **_plain(about)}, ensure_ascii=False))
        for name in STORED_TABLES:
            packed.writestr(_member(f"tables/{name}.parquet"), parquet(getattr(tables, name)))
        for name, content in members(instances):
            packed.writestr(_member(f"records/{name}"), content)
    part.replace(archive)
    return about


def open_instances(archive: Path) -> tuple[StoredInstances, About]:
    """The described instances of a stored model. Raises ModelUnreadable for what is no such archive."""
    packed = _open(archive)
    about = _about(packed, archive)
    names = {name.removeprefix("records/") for name in packed.namelist() if name.startswith("records/")}

    def read(name: str) -> bytes:
        return packed.read(f"records/{name}")

    return StoredInstances(read, names, schema(about.release), list(about.class_names)), about


def unpack(archive: Path, folder: Path) -> None:
    """Lay the SQL tables of an archive out in ``folder``, all or none; nothing is done where they lie already."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _open(archive) as packed:
        _about(packed, archive)
        place = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            for name in STORED_TABLES:
                (place / f"{name}.parquet").write_bytes(packed.read(f"tables/{name}.parquet"))
            place.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first, with the same content
                raise
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _open(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelUnreadable("missing", f"“{archive.name}”不是模型表存档，请重新生成。") from error


def _about(packed: zipfile.ZipFile, archive: Path) -> About:
    try:
        found: dict[str, Any] = json.loads(packed.read(_ABOUT))
    except (KeyError, ValueError) as error:
        raise ModelUnreadable("missing", f"“{archive.name}”不是模型表存档，请重新生成。") from error
    if found.pop("format", None) != FORMAT:
        raise ModelUnreadable("missing", f"模型表存档“{archive.name}”由别的版本写成，请重新生成。")
    return About(
        file=found["file"],
        schema=found["schema"],
        release=found["release"],
        class_names=tuple(found["class_names"]),
        shape_classes=tuple(found["shape_classes"]),
    )


def _plain(about: About) -> dict[str, Any]:
    return {name: getattr(about, name) for name in About.__dataclass_fields__}


def _member(name: str) -> zipfile.ZipInfo:
    """An entry with a fixed date, so that the same model gives the same bytes."""
    return zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
