"""All tables of one model version: made from a file once, kept as Parquet, asked again without the file."""

from __future__ import annotations

from dataclasses import dataclass, fields
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


@dataclass(frozen=True, slots=True)
class ModelTables:
    """What one model says, as Polars frames (Arrow columns). ``id`` is the STEP instance number; numbers named ``…_si`` and
    lengths are SI. The columns of each table are described by the function that makes it.
    """

    model: pl.DataFrame
    counts: pl.DataFrame
    entities: pl.DataFrame
    attributes: pl.DataFrame
    links: pl.DataFrame
    relations: pl.DataFrame
    types: pl.DataFrame
    properties: pl.DataFrame
    quantities: pl.DataFrame
    materials: pl.DataFrame
    classifications: pl.DataFrame
    spatial: pl.DataFrame
    placements: pl.DataFrame
    units: pl.DataFrame
    map_conversion: pl.DataFrame
    problems: pl.DataFrame

    def write(self, folder: Path) -> None:
        """One Parquet file per table (zstd); makes the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            getattr(self, name).write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1)

    @classmethod
    def load(cls, folder: Path) -> ModelTables:
        """The tables that ``write`` left. Raises ModelUnreadable when one is absent."""
        absent = [name for name in TABLES if not (folder / f"{name}.parquet").is_file()]
        if absent:
            text = f"文件夹“{folder.name}”缺少模型表 {'、'.join(absent)}，请先用 hezhu models extract 重新生成。"
            raise ModelUnreadable("missing", text)
        return cls(**{name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES})


TABLES = tuple(field.name for field in fields(ModelTables))


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
    instances = Instances(scan(data), schema(release))
    units = unit_tables.units(instances)
    length = unit_tables.scale_of(units, "LENGTHUNIT")
    attributes = content.attributes(instances)
    entities = content.entities(instances, attributes)
    links = content.links(instances)
    model = {"file": [name], "schema": [declared or release], "release": [release], "instances": [len(instances.step.ids)]}
    return ModelTables(
        model=pl.DataFrame(model),
        counts=content.counts(instances),
        entities=entities,
        attributes=attributes,
        links=links,
        relations=content.relations(links, entities),
        types=properties.types(instances),
        properties=properties.properties(instances, units),
        quantities=properties.quantities(instances, units),
        materials=associations.materials(instances, length),
        classifications=associations.classifications(instances),
        spatial=content.spatial(instances, length),
        placements=placements.placements(instances, length),
        units=units,
        map_conversion=placements.map_conversion(instances),
        problems=_problem_table(instances.step.problems + content.unknown_classes(instances)),
    )


def _problem_table(problems: list[Problem]) -> pl.DataFrame:
    rows = [(problem.code, problem.instance, problem.message) for problem in problems]
    return pl.DataFrame(rows, schema={"code": pl.String, "id": pl.Int64, "message": pl.String}, orient="row")
