"""The described instances of a model as Parquet, one table per class, and back as ``Instances`` without the file.

Small tables, of which a model has dozens, are Arrow streams instead: they open forty times as fast.

Points, profiles' curves and placements are left out. An attribute becomes up to three columns: ``t<position>`` what is written (null
for ``$`` and ``*``), ``r<position>`` the instance numbers it names, ``l<position>`` whether these stand in brackets. Where an
attribute holds nothing but references the written text is not kept: it follows from the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
import numpy.ma
import numpy.typing as npt
import polars as pl

from hezhu.engines.ifc.tables import pairs
from hezhu.engines.ifc.tables.bits import Offsets
from hezhu.engines.ifc.tables.instances import Instances, Value, numbers, parse_value, plain_text
from hezhu.engines.ifc.tables.problems import Problem
from hezhu.engines.ifc.tables.rows import RowNumbers
from hezhu.engines.ifc.tables.schema import Schema

# A column of references and nothing else: one alone, or a flat list.
_REFERENCES = r"^(#\d+|\(\s*(#\d+\s*(,\s*#\d+\s*)*)?\))$"
# Members up to this size are read at once, as Arrow streams; larger ones column by column.
_SMALL_BYTES = 65_536
Places = npt.NDArray[np.int32]
ReadMember = Callable[[str], bytes]


def parquet(frame: pl.DataFrame) -> bytes:
    """A frame as the bytes of a Parquet file."""
    sink = BytesIO()
    frame.write_parquet(sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def _member(name: str, frame: pl.DataFrame) -> tuple[str, bytes]:
    """A table as it is stored: a large one as Parquet, a small one as an Arrow stream."""
    content = parquet(frame)
    if len(content) > _SMALL_BYTES:
        return f"{name}.parquet", content
    sink = BytesIO()
    frame.write_ipc_stream(sink, compression="zstd")
    return f"{name}.arrow", sink.getvalue()


def members(instances: Instances) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files that hold the described instances; ``index`` has the number and class of each."""
    rows = instances.described_rows()
    codes = instances.class_code[rows]
    frame = pl.DataFrame({"id": instances.step.ids[rows], "class": codes.astype(np.uint16)})
    yield "index.parquet", parquet(frame)
    for code in np.unique(codes).tolist():
        name = instances.class_names[code]
        columns = _columns(instances, name, rows[codes == code])
        if columns:
            yield _member(name, pl.DataFrame(columns))
    yield from pairs.members(instances)


def _columns(instances: Instances, name: str, rows: Offsets) -> dict[str, pl.Series]:
    columns: dict[str, pl.Series] = {}
    for position in range(len(instances.schema.classes[name].attributes)):
        written = instances.raw(rows, position)
        if written.null_count() == len(written):
            continue
        targets = instances.references(rows, position)
        if not len(targets):
            columns[f"t{position}"] = written
            continue
        if written.str.contains(_REFERENCES).all():
            columns[f"l{position}"] = written.str.starts_with("(")
        else:
            columns[f"t{position}"] = written
        named = targets.group_by("id", maintain_order=True).agg("target")
        ids = pl.DataFrame({"id": instances.step.ids[rows]})
        listed = ids.join(named, on="id", how="left", maintain_order="left")["target"]
        columns[f"r{position}"] = listed
    return columns


@dataclass(frozen=True, slots=True)
class StoredStep:
    """The numbers of the stored instances, in file order; what was wrong in the file stands in the ``problems`` table."""

    ids: Offsets
    problems: list[Problem] = field(default_factory=list)


class StoredInstances(Instances):
    """The described instances of a stored model. Rows count these alone; each column is read when it is first asked for.

    ``read`` gives the bytes of a member. Arguments beyond those the schema knows were not kept, nor was any byte offset.
    """

    def __init__(self, read: ReadMember, names: set[str], schema: Schema, class_names: list[str]) -> None:
        index = pl.read_parquet(BytesIO(read("index.parquet")))
        self.step = StoredStep(index["id"].to_numpy())  # type: ignore[assignment]
        self.schema = schema
        self.class_names = class_names
        self.class_code = index["class"].to_numpy().astype(np.int32)
        self._by_class = np.argsort(index["class"].to_numpy(), kind="stable").astype(np.int32)
        self._class_end = np.cumsum(np.bincount(self.class_code, minlength=len(class_names)))
        self._read, self._members = read, names
        self._bytes: dict[str, bytes] = {}
        self._known: dict[str, dict[str, pl.Series | None]] = {}
        self._place_of_row = self._places()
        self._numbers = RowNumbers(self.step.ids)

    def _places(self) -> Places:
        """Place of each row within its class."""
        counts = np.diff(self._class_end, prepend=0)
        places = np.empty(len(self._by_class), dtype=np.int32)
        starts = np.repeat((self._class_end - counts).astype(np.int32), counts)
        places[self._by_class] = np.arange(len(places), dtype=np.int32) - starts
        return places

    def row_of(self, ids: Offsets) -> Offsets:
        return self._numbers.of(ids)

    def row_of_one(self, number: int) -> int:
        return self._numbers.one(number)

    def kept_pairs(self, name: str) -> tuple[Offsets, Offsets] | None:
        return pairs.read(self._read(name)) if name in self._members else None

    def spans(self, rows: Offsets, position: int) -> tuple[Offsets, Offsets]:
        """Raises NotImplementedError: a stored model has no bytes."""
        raise NotImplementedError

    def raw(self, rows: Offsets, position: int | None) -> pl.Series:
        written = [self._written(name, self._place_of_row[rows[here]], position) for name, here in self._groups(rows)]
        return self._together(rows, written, pl.String)

    def number(self, rows: Offsets, position: int | None) -> pl.Series:
        return numbers(self.raw(rows, position))

    def text(self, rows: Offsets, position: int | None) -> pl.Series:
        return plain_text(self.raw(rows, position))

    def reference(self, rows: Offsets, position: int | None) -> pl.Series:
        single = [self._single(name, self._place_of_row[rows[here]], position) for name, here in self._groups(rows)]
        return self._together(rows, single, pl.Int64)

    def references(self, rows: Offsets, position: int | None) -> pl.DataFrame:
        if len(rows) > 1 and not (rows[1:] > rows[:-1]).all():
            rows = np.unique(rows)
        named = [self._named(name, self._place_of_row[rows[here]], position) for name, here in self._groups(rows)]
        targets = self._together(rows, named, pl.List(pl.Int64))
        count = targets.list.len().fill_null(0).to_numpy()
        order = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        target = targets.drop_nulls().filter(targets.drop_nulls().list.len() > 0).explode()
        return pl.DataFrame({"id": np.repeat(self.step.ids[rows], count), "order": order, "target": target})

    def record(self, row: int) -> list[Value]:
        name, place = self.class_names[int(self.class_code[row])], int(self._place_of_row[row])
        return [self._value(name, place, position) for position in range(len(self.schema.classes[name].attributes))]

    def _value(self, name: str, place: int, position: int) -> Value:
        if (written := self._column(name, f"t{position}")) is not None:
            return None if written[place] is None else parse_value(written[place])
        targets, bracketed = self._column(name, f"r{position}"), self._column(name, f"l{position}")
        if targets is None or bracketed is None or bracketed[place] is None:
            return None
        listed = targets[place]  # null for "()"
        named: list[Value] = [] if listed is None else [{"ref": int(number)} for number in listed]
        return named if bracketed[place] else named[0]

    def _groups(self, rows: Offsets) -> list[tuple[str, Offsets]]:
        codes = self.class_code[rows]
        present = np.flatnonzero(np.bincount(codes, minlength=len(self.class_names)))
        return [(self.class_names[code], np.flatnonzero(codes == code)) for code in present.tolist()]

    def _together(self, rows: Offsets, parts: list[pl.Series], kind: pl.DataType | type[pl.DataType]) -> pl.Series:
        """What the classes of the rows gave one after the other, in the order of the rows."""
        if len(parts) < 2:
            return parts[0] if parts else pl.Series([], dtype=kind)
        back = np.argsort(np.argsort(self.class_code[rows], kind="stable"), kind="stable")
        return pl.concat(parts)[back]

    def _column(self, name: str, column: str) -> pl.Series | None:
        """One column of a class; None when the class has no value there."""
        columns = self._columns_of(name)
        if column in columns and columns[column] is None:
            columns[column] = pl.read_parquet(BytesIO(self._bytes[name]), columns=[column]).to_series()
        return columns.get(column)

    def _columns_of(self, name: str) -> dict[str, pl.Series | None]:
        """The columns of a class, those of a large one yet to be read."""
        if name not in self._known:
            if f"{name}.arrow" in self._members:
                self._known[name] = {each.name: each for each in pl.read_ipc_stream(BytesIO(self._read(f"{name}.arrow")))}
            elif f"{name}.parquet" in self._members:
                self._bytes[name] = self._read(f"{name}.parquet")
                self._known[name] = dict.fromkeys(pl.read_parquet_schema(BytesIO(self._bytes[name])))
            else:
                self._known[name] = {}
        return self._known[name]

    def _written(self, name: str, places: Places, position: int | None) -> pl.Series:
        written = self._column(name, f"t{position}")
        if written is not None:
            return _taken(written, places)
        targets, bracketed = self._column(name, f"r{position}"), self._column(name, f"l{position}")
        if targets is None or bracketed is None:
            return pl.repeat(None, len(places), dtype=pl.String, eager=True)
        frame = pl.DataFrame({"to": _taken(targets, places), "list": _taken(bracketed, places)})
        joined = "#" + pl.col("to").cast(pl.List(pl.String)).list.join(",#")
        inner = pl.when(pl.col("to").list.len() > 0).then(joined).otherwise(pl.lit(""))
        return frame.select(pl.when("list").then("(" + inner + ")").when(~pl.col("list")).then(inner)).to_series()

    def _single(self, name: str, places: Places, position: int | None) -> pl.Series:
        targets, bracketed = self._column(name, f"r{position}"), self._column(name, f"l{position}")
        if targets is None:
            return pl.repeat(None, len(places), dtype=pl.Int64, eager=True)
        if bracketed is None:
            return self._written(name, places, position).str.extract(r"^#\s*(\d+)$", 1).cast(pl.Int64)
        frame = pl.DataFrame({"to": targets[places], "list": bracketed[places]})
        return frame.select(pl.when(~pl.col("list")).then(pl.col("to").list.first())).to_series()

    def _named(self, name: str, places: Places, position: int | None) -> pl.Series:
        targets = self._column(name, f"r{position}")
        return pl.repeat(None, len(places), dtype=pl.List(pl.Int64), eager=True) if targets is None else _taken(targets, places)


def _taken(column: pl.Series, places: Places) -> pl.Series:
    """The values at ascending or any other places; the column itself where all are asked for in order."""
    if len(places) == len(column) and (places == np.arange(len(column))).all():
        return column
    return column[places]
