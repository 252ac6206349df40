"""All tables of one model version: made from a file once, kept as Parquet, asked again without the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hezhu.engines.ifc.container import plain_step
from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.limits import Limits
from hezhu.engines.ifc.tables import associations, content, placements, properties
from hezhu.engines.ifc.tables import units as unit_tables
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.problems import Problem
from hezhu.engines.ifc.tables.schema import release_of, schema
from hezhu.engines.ifc.tables.step import scan


class _Table:
    """One table of ModelTables: made when first asked for, then kept."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, tables: ModelTables, owner: type | None = None) -> pl.DataFrame:
        return tables.table(self._name)


class ModelTables:
    """What one model says, as Polars frames (Arrow columns). ``id`` is the STEP instance number; numbers named ``…_si`` and
    lengths are SI. The columns of each table are described by the function that makes it.

    Each table is made when it is first asked for; until then the bytes of the model are held.
    """

    model = _Table()
    counts = _Table()
    entities = _Table()
    attributes = _Table()
    links = _Table()
    relations = _Table()
    types = _Table()
    properties = _Table()
    quantities = _Table()
    materials = _Table()
    classifications = _Table()
    spatial = _Table()
    placements = _Table()
    units = _Table()
    map_conversion = _Table()
    problems = _Table()

    def __init__(self, make: Callable[[ModelTables, str], pl.DataFrame]) -> None:
        self._make = make
        self._made: dict[str, pl.DataFrame] = {}

    def table(self, name: str) -> pl.DataFrame:
        """One of ``TABLES`` by its name."""
        if name not in self._made:
            self._made[name] = self._make(self, name)
        return self._made[name]

    def write(self, folder: Path) -> None:
        """One Parquet file per table (zstd); makes the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            self.table(name).write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1)

    @classmethod
    def load(cls, folder: Path) -> ModelTables:
        """The tables that ``write`` left. Raises ModelUnreadable when one is absent."""
        absent = [name for name in TABLES if not (folder / f"{name}.parquet").is_file()]
        if absent:
            text = f"文件夹“{folder.name}”缺少模型表 {'、'.join(absent)}，请先用 hezhu models extract 重新生成。"
            raise ModelUnreadable("missing", text)
        return cls(lambda _, name: pl.read_parquet(folder / f"{name}.parquet"))


TABLES = tuple(name for name, member in vars(ModelTables).items() if isinstance(member, _Table))


def read_tables(path: Path, limits: Limits | None = None) -> ModelTables:
    """The tables of an .ifc or .ifczip file. Raises ModelUnreadable when it is not a whole IFC file of a known release.

    What is wrong inside (duplicate numbers, missing references, broken records, foreign classes) is listed in ``problems``.
    """
    with plain_step(path, limits or Limits()) as (step, declared):
        data = step.read_bytes()
    release = release_of(declared)
    if release is None:
        text = f"不认识的 IFC 版本“{declared}”。支持 IFC2X3、IFC4、IFC4X3，请在导出设置中选择其一。"
        raise ModelUnreadable("unknown-schema", text)
    return tables_of(data, release, name=path.name, declared=declared)


def tables_of(data: bytes, release: str, name: str = "", declared: str = "") -> ModelTables:
    """The tables of the bytes of a STEP file, read by the definitions of a release (IFC2X3, IFC4, IFC4X3)."""
    return tables_from(Instances(scan(data), schema(release)), name, declared or release)


def tables_from(instances: Instances, name: str, declared: str) -> ModelTables:
    """The tables of instances that were scanned before; ``declared`` is the schema name the file gives."""
    source = _Source(instances, name, declared)
    return ModelTables(lambda tables, table: _MAKERS[table](tables, source))


@dataclass(frozen=True, slots=True)
class _Source:
    """What tables are made from."""

    instances: Instances
    file: str
    declared: str


def _model(_: ModelTables, source: _Source) -> pl.DataFrame:
    instances = source.instances
    count = len(instances.step.ids)
    return pl.DataFrame(
        {"file": [source.file], "schema": [source.declared], "release": [instances.schema.release], "instances": [count]}
    )


def _length(tables: ModelTables) -> float:
    return unit_tables.scale_of(tables.units, "LENGTHUNIT")


_MAKERS: dict[str, Callable[[ModelTables, _Source], pl.DataFrame]] = {
    "model": _model,
    "counts": lambda _, source: content.counts(source.instances),
    "entities": lambda tables, source: content.entities(source.instances, tables.attributes),
    "attributes": lambda _, source: content.attributes(source.instances),
    "links": lambda _, source: content.links(source.instances),
    "relations": lambda tables, _: content.relations(tables.links, tables.entities),
    "types": lambda _, source: properties.types(source.instances),
    "properties": lambda tables, source: properties.properties(source.instances, tables.units),
    "quantities": lambda tables, source: properties.quantities(source.instances, tables.units),
    "materials": lambda tables, source: associations.materials(source.instances, _length(tables)),
    "classifications": lambda _, source: associations.classifications(source.instances),
    "spatial": lambda tables, source: content.spatial(source.instances, _length(tables)),
    "placements": lambda tables, source: placements.placements(source.instances, _length(tables)),
    "units": lambda _, source: unit_tables.units(source.instances),
    "map_conversion": lambda _, source: placements.map_conversion(source.instances),
    "problems": lambda _, source: _problem_table(source.instances.step.problems + content.unknown_classes(source.instances)),
}


def _problem_table(problems: list[Problem]) -> pl.DataFrame:
    rows = [(problem.code, problem.instance, problem.message) for problem in problems]
    return pl.DataFrame(rows, schema={"code": pl.String, "id": pl.Int64, "message": pl.String}, orient="row")
