"""Questions a viewer asks of one stored model: which properties there are, which elements answer a condition, which share a value.

``folder`` holds the tables of the model as ``store.unpack`` lays them out. A property is named by its set and name; the set ``""`` is what
every element has of itself (class, name, type, storey, material …). Answers name elements by GlobalId. An element has its own value of a
property before that of its type.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl

# Own facts and the words a reader sees for them.
OWN = {
    "class": "IFC 类",
    "name": "名称",
    "type": "类型名称",
    "storey": "楼层",
    "material": "材料",
    "predefined_type": "预定义类型",
    "object_type": "对象类型",
    "classification": "分类编码",
    "tag": "标记",
}
# With more different numbers than this a reader sees ranges.
MOST_SINGLE_NUMBERS = 12
RANGES = 8
LISTED = 100
# A value longer than this is no label.
LONGEST_LABEL = 120
_VALUED = ("properties", "quantities")


class Operator(StrEnum):
    """How a property is compared. ``contains`` and the equalities look at text without regard to case, the limits at numbers."""

    CONTAINS = "contains"
    IS = "is"
    NOT = "not"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    GIVEN = "given"
    MISSING = "missing"


class QuestionInvalid(Exception):
    """A question that has no answer; ``message`` is Chinese and says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Named:
    """A property with how many elements carry it. ``numeric`` when all its values are numbers."""

    set: str
    name: str
    label: str
    count: int
    numeric: bool


def names(folder: Path) -> list[Named]:
    """Every property that elements carry: own facts first, then sets in alphabetical order."""
    elements = _elements(folder)
    found = []
    for name, label in OWN.items():
        rows = _own(folder, elements, name)
        if rows.height:
            found.append(Named("", name, label, rows["id"].n_unique(), False))
    counted = _counted(folder, elements)
    found += [Named(pset, name, name, count, numeric) for pset, name, count, numeric in counted.iter_rows()]
    return found


def _counted(folder: Path, elements: pl.DataFrame) -> pl.DataFrame:
    """Set, name, number of elements that carry it of their own or by their type, and whether all its values are numbers."""
    own = elements.lazy().select("id", pl.col("id").alias("of"))
    by_type = (
        _table(folder, "types")
        .join(own.select("id"), on="id", how="semi")
        .select(pl.col("type").alias("id"), pl.col("id").alias("of"))
    )
    carriers = pl.concat([own, by_type])
    rows = pl.concat([_table(folder, table).select("id", "pset", "name", "value", "measure", "number") for table in _VALUED])
    given = rows.filter(pl.col("value").is_not_null()).with_columns(_is_number().alias("numeric"))
    return (
        given.select("id", "pset", "name", "numeric")
        .join(carriers, on="id")
        .group_by("pset", "name")
        .agg(pl.col("of").n_unique().alias("count"), pl.col("numeric").all())
        .sort("pset", "name")
        .collect()
    )


def _is_number() -> pl.Expr:
    return pl.col("number").is_not_null() & (pl.col("measure") != "IfcBoolean").fill_null(True)


def find(folder: Path, pset: str, name: str, operator: str, value: str) -> dict[str, Any]:
    """The elements that answer: ``count``, all ``globalIds`` and the first hundred ``elements`` in words. Raises QuestionInvalid."""
    elements = _elements(folder)
    rows = _values(folder, elements, pset, name)
    matching = _condition(operator, value)(rows)
    if operator in (Operator.MISSING, Operator.NOT):
        chosen = elements.filter(~pl.col("id").is_in(matching["id"].implode()))
    else:
        chosen = elements.filter(pl.col("id").is_in(matching["id"].implode()))
    shown = rows.group_by("id", maintain_order=True).agg(pl.col("value").str.join("；"))
    listed = chosen.head(LISTED).join(shown, on="id", how="left", maintain_order="left")
    storeys = dict(_own(folder, elements, "storey").select("id", "value").iter_rows())
    return {
        "count": chosen.height,
        "globalIds": chosen["global_id"].to_list(),
        "elements": [
            {
                "globalId": row["global_id"],
                "name": row["name"] or "",
                "ifcClass": row["class"],
                "storey": storeys.get(row["id"], ""),
                "value": (row["value"] or "")[:LONGEST_LABEL],
            }
            for row in listed.iter_rows(named=True)
        ],
    }


def values(folder: Path, pset: str, name: str) -> dict[str, Any]:
    """Elements by value of a property, most frequent first; many different numbers as ranges from low to high (``ranged``)."""
    elements = _elements(folder)
    rows = _values(folder, elements, pset, name).unique("id", keep="first", maintain_order=True)
    rows = rows.join(elements.select("id", "global_id"), on="id")
    if rows.height and rows["number"].is_not_null().all() and rows["number"].n_unique() > MOST_SINGLE_NUMBERS:
        return {"ranged": True, "groups": _ranges(rows)}
    grouped = (
        rows.with_columns(pl.col("value").str.slice(0, LONGEST_LABEL).alias("label"))
        .group_by("label")
        .agg("global_id")
        .sort(pl.col("global_id").list.len(), pl.col("label"), descending=[True, False])
    )
    return {"ranged": False, "groups": [{"label": label, "globalIds": found} for label, found in grouped.iter_rows()]}


def _ranges(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Ranges between round limits, each with its elements; empty ones are left out."""
    low, high = float(rows["number"].min()), float(rows["number"].max())  # type: ignore[arg-type]
    step = _round_step((high - low) / RANGES)
    # Just above a limit counts to the range it opens, in spite of how binary fractions fall.
    numbered = rows.with_columns((pl.col("number") / step + 1e-9).floor().cast(pl.Int64).alias("range"))
    groups = []
    for number, found in numbered.group_by("range").agg("global_id").sort("range").iter_rows():
        lower, upper = number * step, (number + 1) * step
        digits = max(0, -math.floor(math.log10(step)))
        groups.append({"label": f"{lower:.{digits}f} – {upper:.{digits}f}", "globalIds": found, "low": round(lower, 9)})
    return groups


def _round_step(least: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def _condition(operator: str, value: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Which rows are meant; of ``not`` and ``missing`` those whose elements are not."""
    text, low = pl.col("value"), value.casefold()
    if operator in (Operator.GIVEN, Operator.MISSING):
        return lambda rows: rows.filter(text.str.strip_chars() != "")
    if operator in (Operator.AT_LEAST, Operator.AT_MOST):
        try:
            limit = float(value)
        except ValueError:
            raise QuestionInvalid(f"“{value}”不是数，≥ 和 ≤ 要填数。") from None
        number = pl.col("number")
        return lambda rows: rows.filter(number >= limit if operator == Operator.AT_LEAST else number <= limit)
    if operator in (Operator.IS, Operator.NOT):
        exact = _number(value)
        same = text.str.to_lowercase() == low
        return lambda rows: rows.filter(same if exact is None else same | ((pl.col("number") - exact).abs() < 1e-9))
    if operator == Operator.CONTAINS:
        return lambda rows: rows.filter(text.str.to_lowercase().str.contains(low, literal=True))
    raise QuestionInvalid(f"没有“{operator}”这种条件。")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _table(folder: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / f"{name}.parquet")


def _elements(folder: Path) -> pl.DataFrame:
    """What a viewer can show: elements and rooms, without openings."""
    kinds = (pl.col("category") == "element") | (pl.col("class") == "IfcSpace")
    shown = kinds & pl.col("global_id").is_not_null() & ~pl.col("class").is_in(["IfcOpeningElement", "IfcVirtualElement"])
    return _table(folder, "entities").filter(shown).collect().unique("global_id", keep="first", maintain_order=True)


def _values(folder: Path, elements: pl.DataFrame, pset: str, name: str) -> pl.DataFrame:
    """Rows of id, value, number. Raises QuestionInvalid for an own fact that there is not."""
    if not pset:
        if name not in OWN:
            raise QuestionInvalid(f"没有“{name}”这个属性。")
        return _own(folder, elements, name)
    return _carried(folder, elements, pset, name).select("id", "value", "number")


def _own(folder: Path, elements: pl.DataFrame, name: str) -> pl.DataFrame:
    """An own fact as rows of id, value, number; elements without it have none."""
    ids = elements.select("id")
    types = _table(folder, "types").collect()
    if name in elements.columns:
        rows = elements.select("id", pl.col(name).alias("value"))
    elif name == "type":
        named = _table(folder, "entities").select(pl.col("id").alias("type"), pl.col("name").alias("value")).collect()
        rows = ids.join(types, on="id").join(named, on="type").select("id", "value")
    elif name == "storey":
        named = _table(folder, "entities").select(pl.col("id").alias("storey"), pl.col("name").alias("value")).collect()
        lain = _table(folder, "spatial").select("id", "storey").collect()
        rows = (
            ids.join(lain, on="id", maintain_order="left")
            .join(named, on="storey")
            .select("id", "value")
            .unique("id", keep="first")
        )
    elif name == "material":
        rows = _with_types(ids, types, _table(folder, "materials").select("id", pl.col("material").alias("value")).collect())
    else:
        code = pl.coalesce("identification", "name").alias("value")
        rows = _with_types(ids, types, _table(folder, "classifications").select("id", code).collect())
    rows = rows.filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    return rows.with_columns(pl.lit(None, pl.Float64).alias("number")).select("id", "value", "number")


def _with_types(ids: pl.DataFrame, types: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What elements have of their own, else of their types."""
    own = ids.join(rows, on="id", maintain_order="left")
    lacking = ids.filter(~pl.col("id").is_in(own["id"].implode()))
    of_type = lacking.join(types, on="id").join(rows.rename({"id": "type"}), on="type").select("id", "value")
    return pl.concat([own, of_type])


def _carried(folder: Path, elements: pl.DataFrame, pset: str = "", name: str = "") -> pl.DataFrame:
    """Properties and quantities of elements, own before those of the type: id, pset, name, value, number (SI)."""
    frames = []
    for table in _VALUED:
        rows = _table(folder, table)
        if name:
            rows = rows.filter((pl.col("pset") == pset) & (pl.col("name") == name))
        number = pl.when(_is_number()).then(pl.coalesce("number_si", "number"))
        frames.append(rows.select("id", "pset", "name", pl.col("value").cast(pl.String), number.alias("number")))
    given = pl.concat(frames).filter(pl.col("value").is_not_null()).collect()
    ids, types = elements.select("id"), _table(folder, "types").collect()
    own = ids.join(given, on="id", maintain_order="left")
    of_type = ids.join(types, on="id", maintain_order="left").join(given.rename({"id": "type"}), on="type").drop("type")
    of_type = of_type.join(own.select("id", "pset", "name").unique(), on=["id", "pset", "name"], how="anti")
    return pl.concat([own, of_type.select(own.columns)])


def placement(folder: Path) -> dict[str, float] | None:
    """The model's map conversion, for model metres: eastings, northings, height, axisX, axisY, scale. None when the model gives none."""
    rows = _table(folder, "map_conversion").collect()
    if not rows.height:
        return None
    row = rows.row(0, named=True)
    lengths = _table(folder, "units").filter((pl.col("unit_type") == "LENGTHUNIT") & pl.col("assigned")).collect()
    to_si = float(lengths["to_si"][0]) if lengths.height else 1.0
    scale = row["scale"] or 1.0
    # Some files let the scale turn their unit into metres, others leave it 1 and expect readers to.
    if 0.5 < scale / to_si < 2:
        scale /= to_si
    axis = (row["axis_x"], row["axis_y"])
    axis_x, axis_y = axis if None not in axis and math.hypot(*axis) else (1.0, 0.0)
    found = {
        "eastings": row["eastings"] or 0.0,
        "northings": row["northings"] or 0.0,
        "height": row["height"] or 0.0,
        "axisX": axis_x,
        "axisY": axis_y,
        "scale": scale,
    }
    return found if all(math.isfinite(value) for value in found.values()) else None
