"""Chance that repeats: every table draws from a stream of its own, so that a change in one leaves the others as they are."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hezhu.engines.yaml_files import read_yaml

Texts = npt.NDArray[np.str_]
Whole = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)
Rng = np.random.Generator
Row = dict[str, Any]


@cache
def words() -> dict[str, Any]:
    """The invented words, from ``names.yaml``."""
    data: dict[str, Any] = read_yaml(Path(__file__).parent / "names.yaml")
    return data


def stream(seed: int, name: str) -> Rng:
    """The source of chance of one table."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def day_number(day: date) -> int:
    """Days since 1970-01-01, as NumPy counts them."""
    return (day - EPOCH).days


def as_dates(days: Whole, missing: npt.NDArray[np.bool_] | None = None) -> list[date | None]:
    """Day numbers as dates; None where missing."""
    gone = missing if missing is not None else np.zeros(len(days), bool)
    return [None if none else EPOCH + timedelta(days=int(day)) for day, none in zip(days, gone, strict=True)]


def choose(rng: Rng, options: Sequence[Any], size: int, weights: Sequence[float] | None = None) -> npt.NDArray[Any]:
    """``size`` of ``options``, by weight."""
    share = None if weights is None else np.asarray(weights, float) / sum(weights)
    return np.asarray(options, dtype=object)[rng.choice(len(options), size, p=share)]


def person_names(rng: Rng, size: int) -> list[str]:
    """Invented names of two or three characters."""
    given = words()
    first, middle, last = (list(given[key]) for key in ("surnames", "given_first", "given_second"))
    short = rng.random(size) < 0.2
    a, b, c = rng.integers(0, len(first), size), rng.integers(0, len(middle), size), rng.integers(0, len(last), size)
    return [first[i] + ("" if s else middle[j]) + last[k] for i, j, k, s in zip(a, b, c, short, strict=True)]
